import { isObject, memberOf } from "./check-shape.ts";
import { checkStatementAt } from "./check-statement.ts";
import { complain, type Place, start, within, type XapiProblem, type XapiVersion } from "./problem.ts";

export { checkHeaders } from "./check-headers.ts";
export type { XapiProblem, XapiRule, XapiVersion } from "./problem.ts";

/**
 * Checks what is sent to a store: a statement, or an array of statements (xAPI 1.0.3 Part Three, 2.1.2). Gives every
 * problem, in the order of the value; none means well-formed. Never throws for a JSON value. An empty array passes:
 * no rule wants a batch to have a statement in it.
 */
export const checkXapi = (value: unknown, version: XapiVersion): readonly XapiProblem[] => {
  if (!Array.isArray(value)) return checkStatement(value, version);
  const place = start(version);
  for (const [index, statement] of value.entries()) checkStatementAt(statement, within(place, index));
  checkDistinct(value, place);
  return place.found;
};

/**
 * Checks one statement by the rules for those who send it (xAPI 1.0.3 Part Two, 2.2 to 2.4 and 4; xAPI 2.0.0, 4.2).
 * Not checked, as no statement alone tells it: whether its timestamp is in the future, whether a property is twice in
 * its JSON text, and whether an attachment without a fileUrl is sent along.
 */
export const checkStatement = (value: unknown, version: XapiVersion): readonly XapiProblem[] => {
  const place = start(version);
  if (isObject(value)) checkStatementAt(value, place);
  else complain(place, "wrong-kind", "statement", "This must be a statement, or an array of statements.");
  return place.found;
};

/** No two statements of a batch have one id, in whatever case its letters are (xAPI 1.0.3 Part Three, 2.1.2). */
const checkDistinct = (statements: readonly unknown[], place: Place): void => {
  const seen = new Set<string>();
  for (const [index, statement] of statements.entries()) {
    const id = memberOf(statement, "id");
    if (typeof id !== "string") continue;
    const there = within(within(place, index), "id");
    if (seen.has(id.toLowerCase()))
      complain(there, "duplicate-id", "batch", "Another statement of this batch has this id.");
    seen.add(id.toLowerCase());
  }
};
