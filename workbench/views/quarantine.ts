import { loadSiteForQuarantine } from "../../build/quarantine-site.ts";
import type { QuarantineRecord } from "../../src/archive/records.ts";
import { adviceOf, causeOf, groupQuarantine } from "../../src/recovery/groups.ts";
import { readQuarantineObject } from "../../src/recovery/read.ts";
import { readShown } from "../../src/recovery/shown.ts";
import type { OpenEvent } from "../../src/recovery/survey.ts";
import type { GroupOfQuarantined, Quarantine, QuarantinedDetail } from "../api/set-aside.ts";
import type { Desk } from "../desk.ts";
import { NotFound } from "../trouble.ts";
import { keyFrom, MOST } from "./groups.ts";
import { remembering } from "./remembering.ts";

/** What could not be accepted, by its reason, and by the schema that it names. */
export const quarantineOf = (desk: Desk): Quarantine => ({
  reading: desk.index.reading,
  groups: quarantineGroups(desk),
});

const quarantineGroups: (desk: Desk) => readonly GroupOfQuarantined[] = remembering((desk) => {
  const groups = [...byKey(desk)].flatMap(([key, inside]) => {
    const latest = inside.toSorted(latestFirst).slice(0, MOST);
    const events = latest.map(({ id, arrived }) => ({ id, arrived }));
    return groupQuarantine(inside).map((group) => ({ ...group, key, events }));
  });
  return groups.sort((one, other) => other.count - one.count);
});

/** Whether there is a group of this key. */
export const isQuarantined = (desk: Desk, key: string): boolean => byKey(desk).has(key);

const byKey: (desk: Desk) => ReadonlyMap<string, readonly OpenEvent[]> = remembering(({ index }) => {
  const groups = Map.groupBy(index.quarantine(), causeOf);
  return new Map([...groups].map(([cause, inside]) => [keyFrom(cause), inside]));
});

/** The key of the group that an event is in. */
export const quarantineKey = (event: OpenEvent): string => keyFrom(causeOf(event));

const latestFirst = (one: OpenEvent, other: OpenEvent): number =>
  one.arrived < other.arrived ? 1 : one.arrived > other.arrived ? -1 : one.id < other.id ? -1 : 1;

/**
 * An event that could not be accepted, whole. One that is in quarantine is read out of its object alone; where it was
 * taken in or moved since, it is looked for in all of quarantine. Throws NotFound.
 */
export const quarantinedOf = async (desk: Desk, id: string): Promise<QuarantinedDetail> => {
  const open = openEvents(desk).get(id);
  const record = open && (await recordAt(desk, open));
  if (open !== undefined && record !== undefined) return detailOf(record, open.stays);
  const site = await loadSiteForQuarantine(desk.site().files);
  const found = await readShown(desk.held.stage.bucket, site, id, { onTrouble: () => undefined });
  const last = found.at(-1);
  if (last === undefined) throw new NotFound("There is no such event in quarantine, and there was none.");
  const { judged, note } = last;
  return detailOf(last.record, "stays" in judged ? judged.stays : undefined, note);
};

const openEvents: (desk: Desk) => ReadonlyMap<string, OpenEvent> = remembering(
  ({ index }) => new Map(index.quarantine().map((event) => [event.id, event])),
);

/** The record of an event; undefined where its object has moved, or another line has its place by now. */
const recordAt = async (
  { held }: Desk,
  { key, at, id }: OpenEvent,
): Promise<QuarantineRecord | undefined> => {
  const { records } = await readQuarantineObject(held.stage.bucket, key);
  const record = records?.[at];
  return record?.id === id ? record : undefined;
};

const detailOf = (record: QuarantineRecord, stays: OpenEvent["stays"], note?: string): QuarantinedDetail => {
  const { id, arrived, reason, detail, text } = record;
  return {
    id,
    arrived,
    reason,
    detail,
    advice: adviceOf(reason),
    text,
    now:
      stays === undefined
        ? "The files of this folder accept it."
        : `The files of this folder do not accept it (${stays.why}): ${stays.detail}`,
    ...(note !== undefined && { note }),
  };
};
