import type { JsonObject } from "../src/event/json.ts";

/**
 * A schema without what it says to people: a validator carries its schema along, and every cold start reads all of it. A
 * property that is called `title` or `description` stays, as what says how it must be is no text.
 */
export const rulesOnly = (schema: JsonObject): JsonObject => within(schema) as JsonObject;

const within = (part: unknown): unknown => {
  if (Array.isArray(part)) return part.map(within);
  if (typeof part !== "object" || part === null) return part;
  return Object.fromEntries(
    Object.entries(part)
      .filter(([key, value]) => !(SAID.has(key) && typeof value === "string"))
      .map(([key, value]) => [key, VALUES.has(key) ? value : within(value)]),
  );
};

const SAID: ReadonlySet<string> = new Set(["title", "description", "$comment"]);

/** Here are values that an event may have, and not schemas. */
const VALUES: ReadonlySet<string> = new Set(["const", "default", "enum", "examples"]);
