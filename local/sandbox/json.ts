import type { Answer } from "./answer.ts";
import { Refusal } from "./refusal.ts";
import type { Call } from "./request.ts";
import { refuseTold, requireContentType, requireCredential, requireMethod } from "./request.ts";
import { into, isObject, parseText, requireObject, textOf } from "./shape.ts";

const JSON_TYPE = "application/json";
const LINE_TYPES = ["application/x-ndjson", "application/ndjson", "application/jsonl"];

/**
 * An endpoint for plain JSON, which no standard describes: POST takes records and answers how many. A body is an
 * array of records, an object around one (`{"batch": […]}`), NDJSON, or one record. Nor does a standard say how such
 * an endpoint is guarded: without a credential of its own, a store takes a request with any or with none.
 */
export const answerJson = (call: Call): Answer => {
  requireMethod(call, ["POST"]);
  requireCredential(call, ["Bearer"]);
  const type = requireContentType(call.headers, [JSON_TYPE, ...LINE_TYPES], 415);
  const text = textOf(call.body);
  const { items, pointerTo } = type !== JSON_TYPE || isLines(text) ? readLines(text) : readWhole(text);
  call.carries(items.length);
  const records = items.map((item, index) => requireObject(item, pointerTo(index), "A record"));
  refuseTold(call, items, pointerTo);
  call.store.keepRecords(records);
  return { status: 200, json: { accepted: records.length } };
};

/** What a body holds, and where in it each item is; an item of NDJSON is pointed to as if the lines were an array. */
interface Batch {
  readonly items: readonly unknown[];
  readonly pointerTo: (index: number) => string;
}

/** True where the first of several lines is an object by itself: as a whole, such a text is no JSON. */
const isLines = (text: string): boolean => {
  const lines = text.trim();
  const end = lines.indexOf("\n");
  if (end < 0 || !lines.startsWith("{")) return false;
  try {
    return isObject(JSON.parse(lines.slice(0, end)));
  } catch {
    return false;
  }
};

const readLines = (text: string): Batch => {
  const pointerTo = (index: number): string => into("", index);
  const lines = text
    .split("\n")
    .flatMap((line, index) => (line.trim() === "" ? [] : [[line, index] as const]));
  if (lines.length === 0) throw new Refusal(400, "The body is empty.");
  const items = lines.map(([line, index], nth) => parseText(line, `Line ${index + 1}`, pointerTo(nth)));
  return { items, pointerTo };
};

const readWhole = (text: string): Batch => {
  const value = parseText(text, "The body");
  const { at, items } = arrayIn(value) ?? { items: [value] };
  return { items, pointerTo: (index) => (at === undefined ? "" : into(at, index)) };
};

/** The array that a body is, or the one that is in the object around it. An object with an id is itself a record. */
const arrayIn = (body: unknown): { readonly at?: string; readonly items: readonly unknown[] } | undefined => {
  if (Array.isArray(body)) return { at: "", items: body };
  if (!isObject(body) || Object.hasOwn(body, "id")) return undefined;
  const arrays = Object.entries(body).flatMap(([key, items]) =>
    Array.isArray(items) ? [{ at: into("", key), items }] : [],
  );
  return arrays.length === 1 ? arrays[0] : undefined;
};
