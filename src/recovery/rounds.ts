import type { OnTrouble } from "../archive/damaged.ts";
import { type EditableBucket, prefixOf } from "../archive/layout.ts";
import { writeLines } from "../archive/lines.ts";
import { inOrder } from "../archive/read.ts";
import { type QuarantineRecord, quarantineLine } from "../archive/records.ts";
import type { Collecting, Plan } from "../collect.ts";
import { type AcceptedEvent, BATCH_LIMIT } from "../intake.ts";
import type { TakeAgain } from "./again.ts";
import type { Meanwhile } from "./meanwhile.ts";
import { readQuarantineObject } from "./read.ts";
import type { Elsewhere, OpenEvent } from "./survey.ts";

/** Events that are taken in together, as a batch is: what a mapping says of one may depend on the others. */
export interface Round {
  readonly input: readonly OpenEvent[];
  readonly plan: Plan;
  /** What is marked when it is carried out. */
  readonly done: readonly Done[];
  /** For which there was no room: they come in the next round. */
  readonly late: readonly OpenEvent[];
  /** Nobody can tell what their learners have chosen. */
  readonly unreadable: readonly OpenEvent[];
  /** Which others have moved meanwhile, or taken away. */
  readonly gone: readonly OpenEvent[];
}

interface Done {
  readonly open: OpenEvent;
  readonly event: AcceptedEvent;
  readonly record: QuarantineRecord;
  /**
   * It is taken in; or not, as its learner does not want it, or was erased since; or it was accepted when it came again.
   */
  readonly how: "taken" | "withheld" | "known";
}

export interface RoundParts {
  readonly bucket: EditableBucket;
  readonly takeAgain: TakeAgain;
  readonly collecting: Collecting;
  readonly meanwhile: Meanwhile;
  readonly onTrouble?: OnTrouble | undefined;
  /** The most events of a round: their ids are noted before it is carried out. */
  readonly most?: number | undefined;
}

const MOST = 5000;

/** Objects under way at once: each may unpack to some sixteen megabytes. */
const AT_ONCE = 4;

/** Makes rounds of events, in their order, each of what there is room for. */
export async function* roundsOf(events: readonly OpenEvent[], parts: RoundParts): AsyncGenerator<Round> {
  const { most = MOST } = parts;
  let late: readonly OpenEvent[] = [];
  for (let next = 0; late.length > 0 || next < events.length; ) {
    const input = [...late];
    let size = late.reduce((sum, event) => sum + event.size, 0);
    for (; next < events.length && input.length < most; next++) {
      const event = events[next];
      if (event === undefined || (input.length > 0 && size + event.size > BATCH_LIMIT)) break;
      input.push(event);
      size += event.size;
    }
    const round = await roundOf(input, parts);
    yield round;
    late = round.late;
  }
}

/** Reads the texts of some events, and plans what is to become of them; changes nothing. */
export const roundOf = async (
  input: readonly OpenEvent[],
  { bucket, takeAgain, collecting, meanwhile, onTrouble }: RoundParts,
): Promise<Round> => {
  const records = await recordsOf(input, bucket, onTrouble);
  const taken: Omit<Done, "how">[] = [];
  const settled: Done[] = [];
  const gone: OpenEvent[] = [];
  for (const open of input) {
    const record = records.get(open);
    const judged = record && takeAgain(record, taken.length);
    if (record === undefined) gone.push(open);
    if (record === undefined || judged === undefined || !("event" in judged)) continue;
    const { event } = judged;
    if (meanwhile.isAccepted(event)) settled.push({ open, record, event, how: "known" });
    else if (meanwhile.isErased(event)) settled.push({ open, record, event, how: "withheld" });
    else taken.push({ open, record, event });
  }
  const plan = await collecting.plan(taken.map(({ event }) => ({ accepted: [event], quarantined: [] })));
  const told = new Set<string>(plan.accepted.map(({ id }) => id));
  const withheld = new Set(plan.withheld.map(({ id }) => id));
  const isDone = ({ event: { id } }: Pick<Done, "event">): boolean => told.has(id) || withheld.has(id);
  return {
    input,
    plan,
    done: [
      ...settled,
      ...taken
        .filter(isDone)
        .map((each) => ({ ...each, how: withheld.has(each.event.id) ? "withheld" : "taken" }) as const),
    ],
    late: taken.flatMap((each, at) => (isDone(each) || plan.again.has(at) ? [] : [each.open])),
    unreadable: taken.flatMap(({ open }, at) => (plan.again.has(at) ? [open] : [])),
    gone,
  };
};

const recordsOf = async (
  input: readonly OpenEvent[],
  bucket: EditableBucket,
  onTrouble: OnTrouble | undefined,
): Promise<ReadonlyMap<OpenEvent, QuarantineRecord>> => {
  const found = new Map<OpenEvent, QuarantineRecord>();
  const inside = Map.groupBy(input, ({ key }) => key);
  const readOne = (key: string) => readQuarantineObject(bucket, key);
  for await (const { key, records } of inOrder(inside.keys(), readOne, undefined, onTrouble, AT_ONCE)) {
    for (const event of inside.get(key) ?? []) {
      const record = records?.[event.at];
      if (record?.id === event.id) found.set(event, record);
    }
  }
  return found;
};

/**
 * Carries a round out: archives its events, books and sends what endpoints are told, and then marks them, so that they
 * do not count as being in quarantine any more. Gives how many were not sent, as a queue did not take them: then none is
 * marked. `at` is in ISO 8601. With the same round and time, it may be repeated, and writes and sends the same.
 */
export const carryOut = async (
  { plan, done }: Round,
  { bucket, collecting }: Pick<RoundParts, "bucket" | "collecting">,
  at: string,
): Promise<number> => {
  await collecting.archive(plan);
  await collecting.account(plan, at);
  const unsent = await collecting.send(plan);
  if (unsent.size > 0) return unsent.size;
  await writeLines(
    bucket,
    prefixOf("quarantine"),
    done.flatMap((each) => marksOf(each, at).map(quarantineLine)),
  );
  return 0;
};

/**
 * The lines that say that an event was taken in: one for each day on which it came. Each is whose its record is, so that
 * an erasure that takes it away takes that as well, and never leaves what could be taken in again.
 */
const marksOf = (done: Done, at: string): readonly QuarantineRecord[] => {
  const { open, record } = done;
  return [record, ...(open.elsewhere ?? [])].map((place) => markOf(done, place, at));
};

const markOf = ({ record, how }: Done, { arrived, learner }: Elsewhere, at: string): QuarantineRecord => ({
  id: record.id,
  ...(learner !== undefined && { learner }),
  arrived,
  reason: record.reason,
  detail: record.detail,
  recovered: at,
  ...(how === "withheld" && { withheld: true }),
  text: "",
});
