import { free, type Guard, guarded, guardedAll } from "./guarded.ts";
import { type Check, extensionProblems, keyProblems, kindProblems, objectProblems } from "./side.ts";
import { memberOf, type Tree } from "./tree.ts";
import { membersOf } from "./xapi-activity.ts";

/** What a result says, and the kinds of its values (xAPI 1.0.3 Part Two, 2.4.5). */
const RESULT: Readonly<Record<string, string>> = {
  success: "boolean",
  completion: "boolean",
  response: "string",
  duration: "duration",
  score: "object",
  extensions: "object",
};

const GUARDS: Readonly<Record<string, Guard>> = { boolean: "asBoolean", string: "asText" };

/** In the order in which the guard takes them. */
const SCORE = ["scaled", "raw", "min", "max"] as const;

/** Finds what xAPI would not allow in a result. */
export const resultProblems = (result: Tree | undefined, check: Check): void => {
  objectProblems(result, ["result"], check.complain);
  keyProblems(result, ["result"], Object.keys(RESULT), check.complain);
  for (const { key, value } of membersOf(result))
    kindProblems(value, RESULT[key] ?? "", ["result", key], check);
  scoreProblems(memberOf(result, "score"), check);
  extensionProblems(memberOf(result, "extensions"), ["result", "extensions"], check.complain);
};

const scoreProblems = (score: Tree | undefined, check: Check): void => {
  const path = ["result", "score"];
  objectProblems(score, path, check.complain);
  keyProblems(score, path, SCORE, check.complain);
  for (const { key, value } of membersOf(score)) kindProblems(value, "number", [...path, key], check);
  // Those that are written out; the others are looked at when the mapping runs.
  const [scaled, raw, min, max] = SCORE.map((key) => constantNumber(memberOf(score, key)));
  const wrong = (key: string, rule: string): void =>
    check.complain([...path, key], `A score's ${key} is ${rule}.`);
  if (scaled !== undefined && Math.abs(scaled) > 1) wrong("scaled", "from -1 to 1");
  if (min !== undefined && max !== undefined && min >= max) wrong("min", "less than its max");
  if (raw !== undefined && min !== undefined && raw < min) wrong("raw", "not less than its min");
  if (raw !== undefined && max !== undefined && raw > max) wrong("raw", "not more than its max");
};

const constantNumber = (tree: Tree | undefined): number | undefined =>
  tree?.kind === "constant" && typeof tree.json === "number" ? tree.json : undefined;

/** A result whose every value is of its kind, or left out. */
export const resultTree = (result: Tree): Tree => ({
  kind: "object",
  members: membersOf(result).map(({ key, value }) => {
    if (key === "score") return { key, value: scoreTree(value) };
    if (key === "extensions") return { key, value: free(value) };
    const guard = GUARDS[RESULT[key] ?? ""];
    return { key, value: guard === undefined ? value : guarded(value, guard) };
  }),
});

const scoreTree = (score: Tree): Tree =>
  membersOf(score).every(({ value }) => value.kind === "constant")
    ? score
    : guardedAll(
        SCORE.map((key) => memberOf(score, key)),
        "asScore",
      );
