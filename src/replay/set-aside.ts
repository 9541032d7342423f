import type { OnTrouble } from "../archive/damaged.ts";
import { type Bucket, prefixOf } from "../archive/layout.ts";
import { readDated } from "../archive/read.ts";
import type { FailedRecord } from "../archive/records.ts";
import { isLater } from "../ledger/failures.ts";
import type { Events } from "./events.ts";

/** What was set aside for an endpoint, as it was last: it may have been sent again since. Without what it holds. */
export type SetAside = Omit<FailedRecord, "statement" | "answer">;

/** Reads what was set aside of these events: the last record of each id, by the event. */
export const readSetAside = async (
  bucket: Bucket,
  endpoint: string,
  events: Events,
  options: {
    readonly onObject?: (() => void) | undefined;
    readonly onTrouble?: OnTrouble | undefined;
  },
): Promise<ReadonlyMap<string, readonly SetAside[]>> => {
  const last = new Map<string, SetAside>();
  const texts = new Map<string, string>();
  for await (const { line } of readDated(bucket, prefixOf("failed", endpoint), options)) {
    const { statement: _, answer: __, ...record } = line as FailedRecord;
    if (events.find(record.event) >= 0 && isLater(record, last.get(record.id)))
      last.set(record.id, withOwnTexts(record, texts));
  }
  return Map.groupBy(last.values(), ({ event }) => event);
};

/** Most of what a record says, many others say as well: each such text is remembered once. */
const withOwnTexts = (record: SetAside, texts: Map<string, string>): SetAside => {
  const once = <T extends string>(text: T): T => {
    const known = texts.get(text);
    if (known !== undefined) return known as T;
    if (texts.size < TEXTS) texts.set(text, text);
    return text;
  };
  const { endpoint, mapping, mappingHash, translation, reason, detail, learner, to } = record;
  return {
    ...record,
    class: once(record.class),
    endpoint: once(endpoint),
    mapping: once(mapping),
    mappingHash: once(mappingHash),
    reason: once(reason),
    detail: once(detail),
    ...(translation !== undefined && { translation: once(translation) }),
    ...(learner !== undefined && { learner: once(learner) }),
    ...(to !== undefined && { to: once(to) }),
  };
};

const TEXTS = 50_000;
