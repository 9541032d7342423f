import { type Check, complain, type Place, within } from "./problem.ts";
import type { Topic } from "./sections.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A member of an object, as JSON has it: what JSON would leave out is absent. */
export const memberOf = (value: unknown, key: string): unknown =>
  isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;

interface Shape {
  readonly topic: Topic;
  /** What it is, at the start of a sentence: "An agent". */
  readonly what: string;
  readonly required?: readonly string[];
  /** Each property that it may have, with the check of its value. */
  readonly members: Readonly<Record<string, Check>>;
}

/**
 * Checks that a value is an object of known properties only, with those that are required and none that is null
 * (xAPI 1.0.3 Part Two, 2.2), and each property's value. Gives the object, for what its properties say together.
 */
export const checkShape = (value: unknown, place: Place, shape: Shape): JsonObject | undefined => {
  const { topic, what, required = [], members } = shape;
  if (!isObject(value)) {
    complain(place, "wrong-kind", topic, `${what} is a JSON object here.`);
    return undefined;
  }
  for (const key of required)
    if (memberOf(value, key) === undefined)
      complain(place, "missing-property", topic, `${what} needs the property "${key}".`);
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const check = Object.hasOwn(members, key) ? members[key] : undefined;
    const there = within(place, key);
    if (check === undefined)
      complain(there, "unknown-property", topic, `${what} has no property of this name. Leave it out.`);
    else checkPresent(member, there, check);
  }
  return value;
};

/** Nothing in a statement is null, except inside extensions (xAPI 1.0.3 Part Two, 2.2). */
const checkPresent = (value: unknown, place: Place, check: Check): void => {
  if (value === null)
    complain(place, "null-value", "format", "JSON's null is not allowed here. Leave the property out.");
  else check(value, place);
};

/** A list of items of one kind. */
export const arrayOf =
  (topic: Topic, check: Check): Check =>
  (value, place) => {
    if (!Array.isArray(value)) return complain(place, "wrong-kind", topic, "This must be a JSON array.");
    // A hole in an array is null in JSON.
    for (const [index, item] of value.entries()) checkPresent(item ?? null, within(place, index), check);
  };

/** A text that can be sent as UTF-8 (xAPI 1.0.3 Part Three, 1.4). */
export const checkText: Check = (value, place) => {
  if (typeof value !== "string") complain(place, "text", "format", "This must be a string.");
  else if (!value.isWellFormed())
    complain(place, "text", "encoding", "This text has half of a character in it, which UTF-8 cannot say.");
};

export const checkBoolean: Check = (value, place) => {
  if (typeof value !== "boolean")
    complain(place, "wrong-kind", "format", "This is true or false, no string.");
};

/** A number that JSON can say. */
export const isNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value);

export const checkNumber: Check = (value, place) => {
  if (!isNumber(value)) complain(place, "number", "format", "This must be a number, no string.");
};

/** One of the texts that are allowed, in this very spelling (xAPI 1.0.3 Part Two, 2.2). */
export const oneOf =
  (topic: Topic, rule: "object-type" | "interaction-type", texts: readonly string[]): Check =>
  (value, place) => {
    if (typeof value !== "string" || !texts.includes(value))
      complain(place, rule, topic, `This must be one of: ${texts.join(", ")}.`);
  };
