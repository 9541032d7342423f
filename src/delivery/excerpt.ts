import { isObject, parseJson } from "../event/json.ts";

/** Stands where something was taken out. */
const GONE = "…";

/** An endpoint's text without what could be a secret: what was sent to it as one, and what has the form of one. */
export const withoutSecrets = (text: string, sent: readonly string[]): string =>
  without(
    text,
    sent.flatMap((value) => [value, ...value.split(" "), ...userAndPassword(value)]),
  )
    .slice(0, LOOKED_AT)
    .replace(/\beyJ[\w-]{1,2000}\.[\w-]{1,2000}\.[\w-]*/g, GONE)
    .replace(/\b(Basic|Bearer)\s+[\w+/.~-]+=*/gi, `$1 ${GONE}`)
    .replace(/[\w.+-]{1,64}@[\w-]{1,63}(\.[\w-]{1,63}){1,9}/g, GONE);

/** What a header for basic authentication holds: an answer may quote the user or the password alone. */
const userAndPassword = (value: string): readonly string[] => {
  const [, encoded] = /^Basic (.+)$/.exec(value) ?? [];
  if (encoded === undefined) return [];
  const plain = Buffer.from(encoded, "base64").toString("utf8");
  const at = plain.indexOf(":");
  return [plain, plain.slice(0, at), plain.slice(at + 1)];
};

/** How much of an answer is looked at, and how much is kept, in characters. */
const LOOKED_AT = 4096;
const KEPT = 500;

/**
 * What is kept of an endpoint's text: its beginning, without what statements say of the learner and of what was done: an answer often quotes what it
 * refuses. What the standards name (verbs, types, actions) stays, as it tells what is wrong.
 */
export const excerptOf = (text: string, statements: readonly string[]): string => {
  if (text === "") return text;
  const values = new Set<string>();
  for (const statement of statements) {
    const read = parseJson(statement);
    if ("value" in read) collect(read.value, values);
  }
  const cleaned = without(text.slice(0, LOOKED_AT), [...values]);
  // What was cut off in the middle is not recognised.
  const whole = text.length < LOOKED_AT ? cleaned : cleaned.slice(0, -LONGEST_CUT);
  return whole.slice(0, KEPT);
};

/** How much of a value may be left over at the end of what was looked at. */
const LONGEST_CUT = 300;

/** Names below which a statement speaks the standard's language, and not of a person. */
const VOCABULARY: ReadonlySet<string> = new Set([
  "@context",
  "type",
  "objectType",
  "verb",
  "action",
  "profile",
  "version",
  "display",
]);

const collect = (value: unknown, into: Set<string>): void => {
  if (typeof value === "string") {
    into.add(value);
    // An answer may quote only the file of a path, or a name at the end of an address.
    for (const part of value.split(/[/#?&=:@]/)) into.add(part);
  } else if (Array.isArray(value)) for (const each of value) collect(each, into);
  else if (isObject(value)) {
    for (const [key, each] of Object.entries(value)) if (!VOCABULARY.has(key)) collect(each, into);
  }
};

/** Shorter ones would take letters out of words. */
const SHORTEST = 4;

const without = (text: string, values: readonly string[]): string => {
  // The longest first, or a part would break up the whole.
  const all = values
    .flatMap((value) => [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed())])
    .filter((value) => value.length >= SHORTEST && !WORDS.has(value.toLowerCase()))
    .sort((one, other) => other.length - one.length);
  let cleaned = text;
  for (const value of new Set(all)) cleaned = cleaned.split(value).join(GONE);
  return cleaned;
};

/** Parts of addresses and names of schemes, which tell nothing. */
const WORDS: ReadonlySet<string> = new Set([
  "https",
  "http",
  "basic",
  "bearer",
  "urn",
  "uuid",
  "www",
  "learner",
]);
