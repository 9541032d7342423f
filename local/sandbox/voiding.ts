import { Refusal } from "./refusal.ts";
import type { JsonObject } from "./shape.ts";
import { into, isObject } from "./shape.ts";

const VOIDED = "http://adlnet.gov/expapi/verbs/voided";

/** The id, in lower case, of the statement that this one is about, where its object is a StatementRef. */
export const targetOf = ({ object }: JsonObject): string | undefined =>
  isObject(object) && object.objectType === "StatementRef" && typeof object.id === "string"
    ? object.id.toLowerCase()
    : undefined;

/** True of a statement that voids another, and so cannot be voided itself (xAPI 1.0.3 Part Two §2.3.2). */
export const isVoiding = (statement: JsonObject): boolean =>
  saysVoided(statement) && targetOf(statement) !== undefined;

/** Refuses (400) a statement that would void but names no other by a StatementRef (Part Two §2.3.2). */
export const checkVoiding = (statement: JsonObject, at: string): void => {
  if (!saysVoided(statement) || isVoiding(statement)) return;
  throw new Refusal(400, "The object of a statement that voids must be a StatementRef.", into(at, "object"));
};

const saysVoided = ({ verb }: JsonObject): boolean => isObject(verb) && verb.id === VOIDED;
