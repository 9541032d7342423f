import { gunzipSync } from "node:zlib";
import { isOneObject, parseJson, splitArray } from "./json.ts";
import { type Refusal, refuse } from "./reason.ts";

/** One event's text as it was received, with its JSON value or the reason why it has none. */
export interface ReceivedText {
  readonly text: string;
  readonly read: { readonly value: unknown } | Refusal;
}

/** The largest event, in UTF-16 code units, whose statement still fits an SQS message (1 MiB) with its envelope. */
export const EVENT_LIMIT = 256 * 1024;

/**
 * The most events of one message: 1 MiB of the shortest real events holds fewer. A message of twenty kilobytes could
 * otherwise unpack to millions of elements, fill the function's memory and take the rest of its batch along.
 */
export const EVENTS_LIMIT = 10_000;

/** The most that a compressed body may unpack to, in bytes: a body of 1 MiB could otherwise unpack to a gigabyte. */
const UNPACKED_LIMIT = 16 * 1024 * 1024;

/**
 * Reads a message's body: one event, a JSON array of events, or NDJSON; plain, or gzip in base64 where the
 * `content-encoding` attribute says so. Never throws; what cannot be read comes back with its reason, which is that it is
 * too large wherever its text is longer than an event may be.
 */
export const readBody = (body: string, encoding?: string): readonly ReceivedText[] =>
  textsIn(body, encoding).map((each) => withinLimit(each, body));

const textsIn = (body: string, encoding: string | undefined): readonly ReceivedText[] => {
  const unpacked = unpack(body, encoding);
  if (typeof unpacked !== "string") return [{ text: body, read: unpacked }];
  const text = unpacked.trim();
  if (text === "") return [{ text: "", read: refuse("body.empty", "The body is empty.") }];
  if (text.startsWith("[")) return readArray(text, body);
  const first = firstLine(text);
  if (first !== undefined) return readLines(linesOf(text), body, first);
  if (text.length <= EVENT_LIMIT) {
    const read = parseJson(text);
    if ("value" in read || !text.includes("\n")) return [{ text, read }];
  } else if (isOneObject(text)) return [readOne(text)];
  const lines = linesOf(text);
  return isOneEvent(lines) ? [readOne(text)] : readLines(lines, body);
};

/** The first of several lines, where it is an event by itself: then the text is no single JSON value. */
const firstLine = (text: string): ReceivedText | undefined => {
  const end = text.indexOf("\n");
  if (end < 0 || end > EVENT_LIMIT) return undefined;
  const line = text.slice(0, end).trim();
  if (!line.startsWith("{") || !line.endsWith("}")) return undefined;
  const read = parseJson(line);
  return "value" in read ? { text: line, read } : undefined;
};

/** The events of lines, of which the first may have been read. */
const readLines = (lines: readonly string[], body: string, first?: ReceivedText): readonly ReceivedText[] => {
  if (lines.length > EVENTS_LIMIT) return tooMany(body);
  return first === undefined ? lines.map(readOne) : [first, ...lines.slice(1).map(readOne)];
};

/** The lines that are not empty, until there are more of them than may be. */
const linesOf = (text: string): readonly string[] => {
  const lines: string[] = [];
  for (let start = 0, end = 0; end < text.length && lines.length <= EVENTS_LIMIT; start = end + 1) {
    const found = text.indexOf("\n", start);
    end = found < 0 ? text.length : found;
    const line = text.slice(start, end).trim();
    if (line !== "") lines.push(line);
  }
  return lines;
};

const tooMany = (body: string): readonly ReceivedText[] => [
  { text: body, read: tooLong(`The message holds more than ${EVENTS_LIMIT} events`, body) },
];

/** The text of what was not read is not kept, so the refusal says how long it was. */
const tooLong = (what: string, text: string): Refusal =>
  refuse("size.exceeded", `${what}; it came as ${text.length} characters, which are not kept.`);

/** Twenty kilobytes can unpack to an array without an end of sixteen megabytes, which quarantine would keep. */
const withinLimit = (received: ReceivedText, body: string): ReceivedText => {
  const { text, read } = received;
  return "reason" in read && read.reason !== "size.exceeded" && text.length > EVENT_LIMIT
    ? { text: body, read: tooLong(`${read.detail} It is also longer than ${EVENT_LIMIT} characters`, body) }
    : received;
};

/** Whether lines are one pretty-printed event that is malformed or too large, and not an event each. */
const isOneEvent = (lines: readonly string[]): boolean =>
  lines[0]?.startsWith("{") === true && !lines.some((line) => line.startsWith("{") && line.endsWith("}"));

const unpack = (body: string, encoding: string | undefined): string | Refusal => {
  if (encoding === undefined || encoding === "identity") return body;
  if (encoding !== "gzip")
    return refuse("encoding.invalid", "The content-encoding is neither gzip nor identity.");
  try {
    const bytes = gunzipSync(Buffer.from(body, "base64"), { maxOutputLength: UNPACKED_LIMIT });
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    return error instanceof RangeError
      ? tooLong(`The body unpacks to more than ${UNPACKED_LIMIT} bytes`, body)
      : refuse("encoding.invalid", "The body is not UTF-8 text in gzip, in base64.");
  }
};

const readArray = (text: string, body: string): readonly ReceivedText[] => {
  const elements = splitArray(text, EVENTS_LIMIT);
  if (elements === undefined) {
    return [{ text, read: refuse("json.malformed", "The array's brackets do not match.") }];
  }
  if (elements.length > EVENTS_LIMIT) return tooMany(body);
  if (elements.length === 0) return [{ text, read: refuse("body.empty", "The array is empty.") }];
  return elements.map(readOne);
};

const readOne = (text: string): ReceivedText =>
  text.length > EVENT_LIMIT
    ? { text, read: tooLong(`The event is longer than ${EVENT_LIMIT} characters`, text) }
    : { text, read: parseJson(text) };
