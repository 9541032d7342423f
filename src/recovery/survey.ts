import type { OnTrouble } from "../archive/damaged.ts";
import { type Days, dayIn } from "../archive/days.ts";
import { type EditableBucket, prefixOf } from "../archive/layout.ts";
import { inOrder, keysOf } from "../archive/read.ts";
import type { QuarantineRecord } from "../archive/records.ts";
import type { Reason } from "../event/reason.ts";
import type { Judged, Stays, TakeAgain } from "./again.ts";
import { readQuarantineObject } from "./read.ts";

/** An event in quarantine, without its text, and what becomes of it by the files of today. */
export interface OpenEvent {
  readonly id: string;
  readonly arrived: string;
  readonly reason: Reason;
  /** The schema that it names, where it can be read so far. It is whatever somebody sent. */
  readonly schema?: string;
  /** Absent where it is accepted now. */
  readonly stays?: Stays;
  /** The object that it is in, and which of its records it is. */
  readonly key: string;
  readonly at: number;
  /** The characters of its text. */
  readonly size: number;
  /** Whose it is known to be, by the archive's own name of them. */
  readonly learner?: string;
  /** Where else it is, as it came several times. */
  readonly elsewhere?: readonly Elsewhere[];
  /** The id under which it is taken in, where that is another. */
  readonly takenAs?: string;
}

/** Another day on which an event came, or another whose it was known to be then. */
export interface Elsewhere {
  readonly arrived: string;
  readonly learner?: string | undefined;
}

export interface SurveyOptions {
  /** Only what arrived on these days, whenever else it came as well; all, where absent. */
  readonly days?: Days | undefined;
  /** Events that are of interest although they were taken in since. */
  readonly also?: ReadonlySet<string> | undefined;
  readonly onObject?: (() => void) | undefined;
  /** Told of each object that cannot be read, and is passed over; where absent, the first one throws. */
  readonly onTrouble?: OnTrouble | undefined;
}

/** Objects under way at once: each may unpack to some sixteen megabytes. */
const AT_ONCE = 4;

/**
 * Reads what is in quarantine, and was not taken in since, each event once, in the order of arrival. Holds no texts.
 * What came on other days than those that are asked for is read as well, for it may be the same events; of these others
 * nothing is held. Where objects are gone since they were listed, as an erasure has put others' lines elsewhere, it is
 * read once more.
 */
export const surveyQuarantine = async (
  bucket: EditableBucket,
  takeAgain: TakeAgain,
  options: SurveyOptions = {},
): Promise<readonly OpenEvent[]> => {
  const { days, also, onObject, onTrouble } = options;
  const read = new Set<string>();
  const found = new Map<string, OpenEvent>();
  const recovered = new Set<string>();
  const shared = sharing();
  const readDays = async (some: Days | undefined, isWanted: (id: string) => boolean): Promise<void> => {
    for (let isComplete = false; !isComplete; ) {
      isComplete = true;
      const keys = unread(keysOf(bucket, prefixOf("quarantine"), some, onTrouble), read);
      const readOne = (key: string) => readQuarantineObject(bucket, key);
      for await (const { key, records } of inOrder(keys, readOne, onObject, onTrouble, AT_ONCE)) {
        if (records === undefined) {
          read.delete(key);
          isComplete = false;
        }
        for (const [at, record] of (records ?? []).entries()) {
          if (!isWanted(record.id)) continue;
          if (record.recovered !== undefined) recovered.add(record.id);
          else keepBetter(found, openEvent(record, shared(takeAgain(record, 0)), key, at));
        }
      }
    }
  };
  await readDays(days, () => true);
  if (days !== undefined && found.size > 0) await readDays(undefined, (id) => found.has(id));
  for (const id of recovered) if (also?.has(id) !== true) found.delete(id);
  return [...found.values()].sort(
    (one, other) => compare(one.arrived, other.arrived) || compare(one.key, other.key) || one.at - other.at,
  );
};

/** Keys that were not read before, each once; those that are given count as read. */
async function* unread(keys: AsyncIterable<string>, read: Set<string>): AsyncGenerator<string> {
  for await (const key of keys) {
    if (read.has(key)) continue;
    read.add(key);
    yield key;
  }
}

const openEvent = (
  { id, arrived, reason, learner, text }: QuarantineRecord,
  judged: Judged,
  key: string,
  at: number,
): OpenEvent => ({
  id,
  arrived,
  reason,
  ...(judged.schema !== undefined && { schema: judged.schema }),
  ...("stays" in judged && { stays: judged.stays }),
  key,
  at,
  size: text.length,
  ...(learner !== undefined && { learner }),
  ...("event" in judged && judged.event.id !== id && { takenAs: judged.event.id }),
});

/** An event may have come several times, before and after a deployment: the record that gets furthest stands for it. */
const keepBetter = (found: Map<string, OpenEvent>, event: OpenEvent): void => {
  const known = found.get(event.id);
  const isBetter =
    known === undefined ||
    rankOf(event) < rankOf(known) ||
    (rankOf(event) === rankOf(known) && compareRecords(event, known) < 0);
  const [better, other] = known === undefined || isBetter ? [event, known] : [known, event];
  found.set(event.id, other === undefined ? better : withOther(better, other));
};

/** What is remembered of an event that came twice: every place, once. */
const withOther = (better: OpenEvent, other: OpenEvent): OpenEvent => {
  const places = new Map<string, Elsewhere>();
  const all = [other, ...(better.elsewhere ?? []), ...(other.elsewhere ?? [])];
  for (const { arrived, learner } of all.sort((one, next) => compare(one.arrived, next.arrived))) {
    const place = placeOf({ arrived, learner });
    if (!places.has(place)) places.set(place, { arrived, ...(learner !== undefined && { learner }) });
  }
  places.delete(placeOf(better));
  return places.size === 0 ? better : { ...better, elsewhere: [...places.values()] };
};

const placeOf = ({
  arrived,
  learner = "",
}: {
  readonly arrived: string;
  readonly learner?: string | undefined;
}) => `${arrived.slice(0, 10)} ${learner}`;

const rankOf = ({ stays }: OpenEvent): number => {
  if (stays === undefined) return 0;
  return stays.why === "text.gone" || stays.why === "sender.unknown" ? 2 : 1;
};

const compareRecords = (one: OpenEvent, other: OpenEvent): number =>
  compare(one.arrived, other.arrived) || compare(one.key, other.key);

/** So many characters of a schema's id are looked at: it may be as long as an event. */
const TELLING = 500;

/** A million events say much the same: what they have in common is held once. */
const sharing = (): ((judged: Judged) => Judged) => {
  const schemas = new Map<string, string>();
  const stays = new Map<string, Stays>();
  return (judged) => {
    const schema = judged.schema?.slice(0, TELLING);
    // What was cut from a text would hold the whole of it.
    const copy = schema === undefined ? "" : Buffer.from(schema).toString();
    const about = schema === undefined ? {} : { schema: known(schemas, copy, copy) };
    if (!("stays" in judged)) return { ...about, event: judged.event };
    const { why, detail } = judged.stays;
    return { ...about, stays: known(stays, `${why} ${detail}`, judged.stays) };
  };
};

const known = <T>(all: Map<string, T>, key: string, value: T): T => {
  const before = all.get(key);
  if (before === undefined) all.set(key, value);
  return before ?? value;
};

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** The days on which events arrived, from the first to the last. */
export const daysOf = (events: readonly Pick<OpenEvent, "key">[]): Days => {
  const days = events.map(({ key }) => dayIn(key) ?? "").sort();
  return { from: days[0] ?? "", to: days.at(-1) ?? "" };
};
