import { isObject, type JsonObject, parseJson } from "../event/json.ts";
import type { ArchivePart } from "../settings.ts";

/** A learner whose records are looked for. */
export interface Who {
  /** The archive's own names of them, under the current key and the former one: see `learnerTags`. */
  readonly tags: readonly string[];
  readonly username: string;
}

/** How a record is a learner's: it is known for theirs, or nothing proves whose it is, and it names them. */
export type Whose = "theirs" | "named";

/**
 * Reads a line where it is a learner's. `events` are ids of events that are known to be theirs, by which records are
 * found that bear no tag. `read` parses the line.
 */
export const whoseLine = (
  part: ArchivePart,
  line: string,
  { tags, username }: Who,
  read: (line: string) => JsonObject,
  events?: ReadonlySet<string>,
): { readonly record: JsonObject; readonly whose: Whose } | undefined => {
  // Most lines are others', and need not be parsed to see it.
  const may =
    tags.some((tag) => line.includes(tag)) ||
    part === "quarantine" ||
    (part === "raw" && line.includes(JSON.stringify(username))) ||
    (events !== undefined && events.size > 0);
  if (!may) return undefined;
  const record = read(line);
  const { learner, event, text } = record;
  const tag = isObject(learner) ? learner.tag : learner;
  if (typeof tag === "string" && tags.includes(tag)) return { record, whose: "theirs" };
  if (part === "raw")
    return isObject(learner) && learner.username === username ? { record, whose: "theirs" } : undefined;
  if (part === "quarantine") {
    // What was proven to come from somebody is theirs only, unless they named another than themselves.
    const isProven = typeof tag === "string" && record.reason !== "identity.mismatch";
    // It was recovered since, and only then it was known whose it is. That it was is told by another line, which stays.
    if (tag === undefined && record.recovered === undefined && events?.has(String(record.id)) === true)
      return { record, whose: "theirs" };
    return !isProven && typeof text === "string" && names(text, username)
      ? { record, whose: "named" }
      : undefined;
  }
  const isTheirs = tag === undefined && typeof event === "string" && events?.has(event) === true;
  return isTheirs ? { record, whose: "theirs" } : undefined;
};

const WORDS = "user|user_?name|user_?id|hub_?user|learner|student|actor|subject|sub|owner|login";

/** Properties in which events name who they are about, whatever their schema. */
const NAMING = new RegExp(`^(?:${WORDS})$`, "i");

/** A name is that of whatever it stands in: only directly below one of those it is a learner's. */
const NAME = /^name$/i;
const NAME_BELOW = new RegExp(`"(?:${WORDS})"\\s*:\\s*\\{[^{}]*"name"\\s*:\\s*$`, "i");

/** So far back it is looked for what a name is that of, in an event that cannot be read. */
const BACK = 512;

/**
 * Whether the text of an event, whatever it is, names a learner in a property for that. A user may be called like
 * anything that stands elsewhere in an event, such as a kernel.
 */
const names = (text: string, username: string): boolean => {
  const quoted = JSON.stringify(username);
  const read = parseJson(text);
  if ("value" in read) return namesIn(read.value, username);
  for (let at = text.indexOf(quoted); at >= 0; at = text.indexOf(quoted, at + 1)) {
    const before = text.slice(Math.max(0, at - BACK), at);
    const key = /"([^"\\]*)"\s*:\s*$/.exec(before)?.[1];
    if (key !== undefined && (NAMING.test(key) || NAME_BELOW.test(before))) return true;
  }
  return false;
};

/** Without recursion: an event may be nested as deep as it likes. */
const namesIn = (value: unknown, username: string): boolean => {
  const open = [{ value, isBelow: false }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, isBelow } = next;
    if (Array.isArray(value)) for (const each of value) open.push({ value: each, isBelow });
    else if (isObject(value)) {
      for (const [key, inside] of Object.entries(value)) {
        const isNaming = NAMING.test(key);
        if (inside === username && (isNaming || (isBelow && NAME.test(key)))) return true;
        if (typeof inside === "object") open.push({ value: inside, isBelow: isNaming });
      }
    }
  }
  return false;
};
