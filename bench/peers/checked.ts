import { checkEvent } from "../../src/caliper/check.ts";
import { checkStatement } from "../../src/xapi/check.ts";
import { SHOWN, type Subject } from "./subject.ts";

/** A standard that statements are written in. */
export type Standard = "xAPI" | "Caliper";

/** What this project's checks of the standards find in the first statements that each has made: a sentence each. */
export const remarks = (all: readonly (readonly [Standard, Subject])[]): readonly string[] => {
  const found = all.map(([standard, { name, shown }]) => ({
    name: `${name}, ${standard}`,
    rules: shown.flatMap((text) => brokenRules(text, standard)),
  }));
  const clean = found.filter(({ rules }) => rules.length === 0).map(({ name }) => name);
  return [
    ...(clean.length === 0
      ? []
      : [
          `This project's own checks of the standards find nothing wrong in the first ${SHOWN} statements of: ${clean.join("; ")}.`,
        ]),
    ...found
      .filter(({ rules }) => rules.length > 0)
      .map(
        ({ name, rules }) =>
          `In the first ${SHOWN} of ${name}, they find ${rules.length} places against ${[...new Set(rules)].join(", ")}; stores may well take them.`,
      ),
  ];
};

/** The rules that a statement breaks, one for each place. */
const brokenRules = (text: string, standard: Standard): readonly string[] => {
  const statement: unknown = JSON.parse(text);
  const problems = standard === "xAPI" ? checkStatement(statement, "1.0.3") : checkEvent(statement, "1.2");
  return problems.map(({ rule }) => `the rule ${rule}`);
};
