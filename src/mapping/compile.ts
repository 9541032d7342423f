import { type Application, caliperEvent } from "./caliper-side.ts";
import { variable } from "./expression.ts";
import type { Let, UnderstoodMapping, UnderstoodTranslation } from "./understand.ts";
import { writeTree } from "./write.ts";
import { xapiStatement } from "./xapi-side.ts";

/** For whom a mapping is compiled. */
export interface Target {
  readonly protocol: "caliper" | "xapi";
  readonly application: Application;
  /** Whether the endpoint takes a translation. */
  readonly takes: (translation: UnderstoodTranslation) => boolean;
}

/**
 * Compiles a mapping for an endpoint into the text of a JavaScript function `($event, s) => Written[]` (see
 * `Translate`). Gives undefined where the endpoint takes nothing of the mapping.
 */
export const compileMapping = (mapping: UnderstoodMapping, target: Target): string | undefined => {
  const blocks = mapping.translations.flatMap((translation) => {
    const side = target.takes(translation) ? translation[target.protocol] : undefined;
    if (side === undefined) return [];
    const whole = (target.protocol === "caliper" ? caliperEvent : xapiStatement)(side, target.application);
    const name = JSON.stringify(translation.name);
    const text = writeTree(whole, translation.place);
    const first = neededLets(mapping.lets, translation.when?.reads ?? new Set());
    const then = neededLets(mapping.lets, translation.reads).filter((each) => !first.includes(each));
    const condition = translation.when === undefined ? "" : `if (${translation.when.code} === true) `;
    return [
      `  { ${declare(first)}${condition}{`,
      `    ${declare(then)}const id = s.id(${name}, 0);`,
      `    out.push({ translation: ${name}, id, text: ${text} });`,
      "  } }",
    ];
  });
  if (blocks.length === 0) return undefined;
  const variables = "const $learner = s.learner, $course = s.course, $time = s.time;";
  return `($event, s) => {\n  const out = []; ${variables}\n${blocks.join("\n")}\n  return out;\n}`;
};

/** The lets that a translation reads, and those that they read, in the order of the file. */
const neededLets = (lets: readonly Let[], reads: ReadonlySet<string>): readonly Let[] => {
  const needed = new Set(reads);
  for (const each of [...lets].reverse())
    if (needed.has(each.name)) for (const name of each.reads) needed.add(name);
  return lets.filter(({ name }) => needed.has(name));
};

const declare = (lets: readonly Let[]): string =>
  lets.map(({ name, code }) => `const ${variable(name)} = ${code}; `).join("");
