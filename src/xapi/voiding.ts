import { memberOf } from "./check-shape.ts";
import { writeAgent } from "./frame.ts";

/** What a statement says that takes another back (xAPI 1.0.3 Part Two, 2.3.2; xAPI 2.0.0, 4.2.5). */
const VOIDED = "http://adlnet.gov/expapi/verbs/voided";

/** By which the voiding agent is known below its home page. */
const TRANSLATOR = "jupyter-lms-translator";

/**
 * A statement as JSON text by which the translator of a hub voids the statement `target`. It has no timestamp: then the
 * store takes the time at which it stored it, which is when it was voided, and the same statement is written every time.
 */
export const writeVoiding = (id: string, target: string, hub: string): string =>
  // A user of the hub may have the translator's name, so its home page is another than theirs.
  `{"id":"${id}","actor":${writeAgent(`${hub}/translator`, TRANSLATOR)},"verb":{"id":"${VOIDED}","display":{"en":"voided"}},"object":{"objectType":"StatementRef","id":"${target}"}}`;

/** Whether a statement voids another. */
export const isVoiding = (statement: unknown): boolean =>
  memberOf(memberOf(statement, "verb"), "id") === VOIDED;
