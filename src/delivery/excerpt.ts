import { isObject, parseJson } from "../event/json.ts";

/** Stands where something was taken out. */
const GONE = "…";

/** An endpoint's text without what could be a secret: what was sent to it as one, and what has the form of one. */
export const withoutSecrets = (text: string, sent: readonly string[]): string =>
  without(
    text,
    sent.flatMap((value) => [value, ...value.split(" "), ...userAndPassword(value)]).flatMap(formsOf),
  )
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
 * What is kept of an endpoint's text: its beginning, without what statements say of the learner and of what was done,
 * as an answer often quotes what it refuses. What the standards name (verbs, types, actions) stays: it tells what is
 * wrong.
 */
export const excerptOf = (text: string, statements: readonly string[]): string => {
  if (text === "") return text;
  const values = new Set<string>();
  for (const statement of statements) {
    const read = parseJson(statement);
    if (!("value" in read)) continue;
    // Its own id tells nothing of anybody, and which statement is meant.
    const { id: _, ...about } = isObject(read.value) ? read.value : { all: read.value };
    collect(about, values);
  }
  const forms = [...values].flatMap(formsOf);
  const cleaned = without(text.slice(0, LOOKED_AT), forms);
  // What was cut off in the middle is not recognised.
  const cut = text.length > LOOKED_AT ? forms.reduce((most, { length }) => Math.max(most, length), 0) : 0;
  return cleaned.slice(0, Math.max(0, cleaned.length - cut)).slice(0, KEPT);
};

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
  if (typeof value === "number") into.add(String(value));
  else if (typeof value === "string") {
    into.add(value);
    // An answer may quote only the file of a path, or a name at the end of an address.
    for (const part of value.split(/[/#?&=:@]/)) into.add(part);
  } else if (Array.isArray(value)) for (const each of value) collect(each, into);
  else if (isObject(value)) {
    for (const [key, each] of Object.entries(value)) if (!VOCABULARY.has(key)) collect(each, into);
  }
};

/** The ways in which an answer may write a text: as it is, in JSON, in HTML, in an address. */
const formsOf = (value: string): readonly string[] => {
  const json = JSON.stringify(value).slice(1, -1);
  const ascii = json.replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return [
    value,
    json,
    ascii,
    json.replaceAll("/", "\\/"),
    ascii.replaceAll("/", "\\/"),
    inHtml(value, "&#39;"),
    inHtml(value, "&#x27;"),
    encodeURIComponent(value.toWellFormed()),
  ];
};

const inHtml = (text: string, quote: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", quote);

/** Shorter ones are taken out only where they are a word of their own, and single letters not at all. */
const LONG = 4;
const SHORT = 2;

const without = (text: string, forms: readonly string[]): string => {
  const all = [...new Set(forms)]
    .filter((form) => form.length >= SHORT && !WORDS.has(form.toLowerCase()))
    // The longest first, or a part would break up the whole.
    .sort((one, other) => other.length - one.length);
  let cleaned = text;
  for (const form of all) if (form.length >= LONG) cleaned = cleaned.split(form).join(GONE);
  const short = all.filter((form) => form.length < LONG).map(literal);
  if (short.length === 0) return cleaned;
  const words = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${short.join("|")})(?![\\p{L}\\p{N}_])`, "gu");
  return cleaned.replace(words, GONE);
};

/** A text as a part of a regular expression. */
const literal = (text: string): string =>
  [...text].map((char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`).join("");

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
