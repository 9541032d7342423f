import { formatNames } from "ajv-formats/dist/formats.js";
import type { Document, Path } from "../document/document.ts";
import { didYouMean, type Problem } from "../document/problem.ts";
import { effortOf } from "./effort.ts";
import { isObject, type JsonObject } from "./json.ts";
import { DEEPEST, type Part } from "./parts.ts";
import { referenceProblems } from "./references.ts";

/**
 * What in an event's schema would let an event hold the translator up, or let every event pass: each schema is code
 * that runs on what learners' servers send. (ajv's own json-schema-secure.json asks for much the same.)
 */
export const safetyProblems = (document: Document, parts: readonly Part[]): readonly Problem[] => {
  const deep = parts.find(({ depth }) => depth > DEEPEST);
  if (deep !== undefined)
    return [
      document.problem(deep.path, `Schemas may be inside of one another ${DEEPEST} levels deep at most.`),
    ];
  const problems: Problem[] = [];
  for (const { schema, path } of parts) {
    const complain: Complain = (keys, message, at) => {
      problems.push(document.problem([...path, ...keys], message, at));
    };
    patternProblems(schema, complain);
    namePatternProblems(schema, complain);
    listProblems(schema, complain);
    keywordProblems(schema, complain);
  }
  return [...problems, ...referenceProblems(document, parts)];
};

type Complain = (keys: Path, message: string, at?: number | "key") => void;

/** The longest text that a pattern is tried on: what takes the square of it still takes less than a second. */
const LONGEST = 1024;

/** The square of it is the number of comparisons that a list without repetitions may take. */
const MOST_ITEMS = 1000;

const isAtMost = (value: unknown, most: number): boolean => typeof value === "number" && value <= most;

/** ajv looks at maxLength before it tries the pattern beside it. */
const patternProblems = ({ pattern, maxLength }: JsonObject, complain: Complain): void => {
  if (typeof pattern !== "string") return;
  const effort = effortOf(pattern);
  if (effort.effort === "without bound") complain(["pattern"], effort.message, effort.at);
  else if (effort.effort === "by length" && !isAtMost(maxLength, LONGEST))
    complain(
      ["pattern"],
      `On a long text this pattern would take long. Say beside it how long the text may be, such as maxLength: 200 (${LONGEST} at most).`,
    );
};

/** ajv looks at propertyNames before it tries the patterns on a name. */
const namePatternProblems = ({ patternProperties, propertyNames }: JsonObject, complain: Complain): void => {
  if (!isObject(patternProperties)) return;
  const bounded = isObject(propertyNames) && isAtMost(propertyNames.maxLength, LONGEST);
  for (const pattern of Object.keys(patternProperties)) {
    const effort = effortOf(pattern);
    if (effort.effort === "without bound")
      complain(["patternProperties", pattern], `${effort.message} (In "${pattern}".)`, "key");
    else if (effort.effort === "by length" && !bounded)
      complain(
        ["patternProperties", pattern],
        `On a long name this pattern would take long. Say beside patternProperties how long a name may be, such as propertyNames: { maxLength: 200 } (${LONGEST} at most).`,
        "key",
      );
  }
};

/** ajv counts the items before it compares each with each. */
const listProblems = ({ uniqueItems, maxItems }: JsonObject, complain: Complain): void => {
  if (uniqueItems === true && !isAtMost(maxItems, MOST_ITEMS))
    complain(
      ["uniqueItems"],
      `In a long list, comparing each item with each would take long. Say beside it how many there may be, such as maxItems: 100 (${MOST_ITEMS} at most).`,
    );
};

/** ajv-formats tests it by a regular expression that takes the square of the length: 40 minutes for a megabyte. */
const SLOW_FORMAT = "url";

const keywordProblems = (schema: JsonObject, complain: Complain): void => {
  const { format, maxLength } = schema;
  if (format === SLOW_FORMAT && !isAtMost(maxLength, LONGEST))
    complain(
      ["format"],
      `On a long text the format url would take long: take uri in its place, or say beside it how long the text may be, such as maxLength: 200 (${LONGEST} at most).`,
    );
  if (Object.hasOwn(schema, "$async") && schema.$async !== false)
    complain(["$async"], "Under $async every event would be taken for valid: leave it out.", "key");
  if (typeof format === "string" && !FORMATS.includes(format))
    complain(
      ["format"],
      `There is no format "${format}", so nothing would be checked: take one of ${FORMATS.join(", ")}, or leave it out${didYouMean(format, FORMATS)}`,
    );
};

const FORMATS: readonly string[] = formatNames;
