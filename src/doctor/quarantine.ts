import { DamagedArchive } from "../archive/damaged.ts";
import { prefixOf } from "../archive/layout.ts";
import { readDated } from "../archive/read.ts";
import type { QuarantineRecord } from "../archive/records.ts";
import { isObject } from "../event/json.ts";
import { reasons } from "../event/reason.ts";
import { PROBE_SOURCE } from "../probe/event.ts";
import { TooLong, within } from "./bounded.ts";
import { lastDay } from "./failures.ts";
import { type Finding, wordsOf } from "./finding.ts";
import type { DoctorParts, ExaminedFiles, ExaminedService } from "./parts.ts";
import { troubleOf } from "./service.ts";

/** How long reading and counting may take, each, in milliseconds. */
const PATIENCE = 60_000;

/** Fewer are no sign of anything wrong, whatever their share: so the alarm has it, too. */
const FEWEST = 5;

/**
 * What could not be accepted in the last 24 hours and was not taken in since, by reason: a wrong key of the hub shows
 * nowhere else. It is bad where the site's own alarm would ring for it.
 */
export async function* examineQuarantine(
  { stage }: Pick<DoctorParts, "stage">,
  { settings }: Pick<ExaminedFiles, "settings">,
  service: ExaminedService,
): AsyncGenerator<Finding> {
  const { good, note, bad } = wordsOf("failures");
  const see = `jlt quarantine${stage === undefined ? "" : ` --stage ${stage}`}`;
  const { since, days } = lastDay(Date.now());
  const { bucket } = service;
  try {
    const found = await within(PATIENCE, quarantined(bucket, since, days));
    const count = found.size;
    if (count === 0) {
      yield good("No event was quarantined in the last 24 hours.");
      return;
    }
    const { quarantined: share } = settings.alarms;
    const isMuch = count >= FEWEST && !(await areAccepted(bucket, since, days, count / share - count));
    for (const [reason, same] of byReason([...found.values()]))
      yield (isMuch ? bad : note)(
        `${same} event(s) quarantined in the last 24 hours: ${reason}.`,
        `${reasons[reason]} All of them: ${see}`,
      );
  } catch (error) {
    if (error instanceof TooLong)
      yield note("What is in quarantine could not be counted in time: there is much of it.", `See: ${see}`);
    else {
      const why = error instanceof DamagedArchive ? error.message : troubleOf(error, service);
      yield bad(`What is in quarantine cannot be read. ${why}`, `See: ${see}`);
    }
  }
}

type Span = ReturnType<typeof lastDay>;

/** The reasons of events that are in quarantine, by their ids. */
const quarantined = async (
  bucket: ExaminedService["bucket"],
  since: Span["since"],
  days: Span["days"],
): Promise<ReadonlyMap<string, QuarantineRecord["reason"]>> => {
  const found = new Map<string, QuarantineRecord["reason"]>();
  const recovered = new Set<string>();
  for await (const { line } of readDated(bucket, prefixOf("quarantine"), { days })) {
    const { id, arrived, reason, recovered: taken } = line as QuarantineRecord;
    if (taken !== undefined) recovered.add(id);
    else if (arrived >= since && Object.hasOwn(reasons, reason)) found.set(id, reason);
  }
  for (const id of recovered) found.delete(id);
  return found;
};

/** Whether so many events were accepted, tests of the service's own aside; no more are read than it takes to tell. */
const areAccepted = async (
  bucket: ExaminedService["bucket"],
  since: Span["since"],
  days: Span["days"],
  many: number,
): Promise<boolean> => {
  let count = 0;
  const reading = async (): Promise<boolean> => {
    if (count >= many) return true;
    for await (const { line } of readDated(bucket, prefixOf("raw"), { days })) {
      if (!isObject(line) || line.source === PROBE_SOURCE || String(line.arrived) < since) continue;
      count++;
      if (count >= many) return true;
    }
    return false;
  };
  return within(PATIENCE, reading());
};

const byReason = (
  all: readonly QuarantineRecord["reason"][],
): readonly (readonly [QuarantineRecord["reason"], number])[] =>
  [...Map.groupBy(all, (reason) => reason)]
    .map(([reason, same]) => [reason, same.length] as const)
    .sort(([, one], [, other]) => other - one);
