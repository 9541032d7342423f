import { Refusal } from "./refusal.ts";
import type { JsonObject } from "./shape.ts";
import { into, requireObject } from "./shape.ts";

/** What a setting may be, and the words that say so to the person who set something else. */
export interface Rule {
  readonly holds: (value: unknown) => boolean;
  readonly must: string;
}

export const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

const TEN_MINUTES = 600_000;

export const FLAG: Rule = { holds: (value) => typeof value === "boolean", must: "true or false" };
export const STATUS: Rule = {
  holds: (value) => isCount(value) && Number(value) >= 200 && Number(value) <= 599,
  must: "a status from 200 to 599",
};
export const DELAY: Rule = {
  holds: (value) => isCount(value) && Number(value) <= TEN_MINUTES,
  must: `a whole number up to ${TEN_MINUTES}`,
};
export const ABOVE_ZERO: Rule = {
  holds: (value) => Number.isFinite(value) && Number(value) > 0,
  must: "a number above 0",
};

export const PROBABILITY: Rule = {
  holds: (value) => typeof value === "number" && value >= 0 && value <= 1,
  must: "a probability from 0 to 1",
};

/** Reads an object of settings. Refuses (400) a name that it does not know and a value that makes no sense. */
export const readSettings = (
  value: unknown,
  rules: Readonly<Record<string, Rule>>,
  at: string,
  what: string,
): JsonObject => {
  const given = requireObject(value, at, what);
  for (const [key, setting] of Object.entries(given)) {
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (rule === undefined) {
      throw new Refusal(
        400,
        `${what} has no such part. Known: ${Object.keys(rules).join(", ")}.`,
        into(at, key),
      );
    }
    if (!rule.holds(setting)) throw new Refusal(400, `${key} must be ${rule.must}.`, into(at, key));
  }
  return given;
};
