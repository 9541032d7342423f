import { isObject, type JsonObject } from "../json.ts";
import { type Path, textAt } from "./envelope.ts";
import { looksLikePioneer } from "./pioneer.ts";

/**
 * Paths of what is not kept of an event whose form or schema nobody knows, by what it looks like: a producer may have
 * changed its form, or a site's own sender put something around it, and the secrets still are where they were.
 */
export const suspects = (event: unknown): readonly Path[] =>
  isObject(event) ? [...pioneers(event), ...segments(event), ...contexts(event)] : [];

/**
 * Whether a text that is no JSON looks like an event of those: cut off in the middle, it would still hold what is never
 * stored.
 */
export const isSuspectText = (text: string): boolean => SUSPECT.test(text);

const SUSPECT = /"(?:eventDetail|notebookState|notebookContent|environ)"|LMS_LEARNER_CONTEXT/;

/** jupyterlab-pioneer's events carry the server's environment, and what learners write. */
const pioneers = (event: JsonObject): readonly Path[] => {
  const around = WRAPPERS.filter((key) => holdsPioneers(event[key]));
  const isRemote = Object.hasOwn(event, "env") && isPacked(event.data);
  return looksLikePioneer(event) || around.length > 0 || isRemote
    ? [...PIONEER, ...around.map((key) => [key])]
    : [];
};

const PIONEER: readonly Path[] = [["data"], ["eventDetail"], ["notebookState"], ["env"], ["params"]];

/** Where the known forms have an event's data, if not beside their own keys. */
const WRAPPERS = ["data", "event", "body"];

const holdsPioneers = (value: unknown): boolean =>
  [value].flat().some((each) => isObject(each) && looksLikePioneer(each));

const isPacked = (data: unknown): boolean => Array.isArray(data) || typeof data === "string";

/** Calls of Segment's libraries tell who and where somebody is. */
const segments = (event: JsonObject): readonly Path[] =>
  CALLS.has(textAt(event, "type") ?? "") && TOGETHER.some((key) => Object.hasOwn(event, key)) ? SEGMENT : [];

const CALLS: ReadonlySet<string> = new Set(["identify", "track", "page", "screen", "group", "alias"]);

const TOGETHER = ["userId", "anonymousId", "messageId", "context"];

/** An alias call has the name that its learner had before as well, a page's the address that was looked at. */
const SEGMENT: readonly Path[] = [
  ...["userId", "anonymousId", "previousId", "traits", "context", "writeKey"].map((key) => [key]),
  ...["url", "search", "referrer"].map((key) => ["properties", key]),
];

/** The variable of a learner's server that speaks for its learner to whoever has it. */
const CONTEXT = "LMS_LEARNER_CONTEXT";

/** More places than this, nobody has it in who did not put it there for that. */
const MOST_PLACES = 16;

/** Where a learner context is: what holds it, however deep, goes; of what the known forms have their data in, a part. */
const contexts = (event: JsonObject): readonly Path[] =>
  Object.keys(event)
    .filter((key) => holdsContext(event, key))
    .flatMap((key): readonly Path[] => {
      const inner = WRAPPERS.includes(key) ? event[key] : undefined;
      if (!isObject(inner)) return [[key]];
      return Object.keys(inner)
        .filter((each) => holdsContext(inner, each))
        .map((each) => [key, each]);
    })
    .slice(0, MOST_PLACES);

/** A producer may write JSON, or `NAME=value`, into a text. */
const holdsContext = (event: JsonObject, key: string): boolean => {
  if (key === CONTEXT) return true;
  const open = [event[key]];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === "string" && next.includes(CONTEXT)) return true;
    if (typeof next !== "object" || next === null) continue;
    if (!Array.isArray(next) && Object.hasOwn(next, CONTEXT)) return true;
    for (const each of Object.values(next)) open.push(each);
  }
  return false;
};
