import { type Application, caliperEvent } from "./caliper-side.ts";
import { variable } from "./emit.ts";
import { jsonRecord } from "./json-side.ts";
import { expressionsIn, type Tree } from "./tree.ts";
import {
  type Let,
  readsOf,
  type Side,
  type UnderstoodMapping,
  type UnderstoodTranslation,
} from "./understand.ts";
import { writeTree } from "./write.ts";
import { xapiStatement } from "./xapi-side.ts";

/** For whom a mapping is compiled. */
export interface Target {
  readonly protocol: Side;
  readonly application: Application;
  /** Whether the endpoint takes a translation. */
  readonly takes: (translation: UnderstoodTranslation) => boolean;
}

/** The whole that a side becomes: an event, a statement or a record. */
export const wholeOf = (side: Tree, { protocol, application }: Omit<Target, "takes">): Tree => {
  if (protocol === "caliper") return caliperEvent(side, application);
  return protocol === "xapi" ? xapiStatement(side, application) : jsonRecord(side);
};

/**
 * Compiles a mapping for an endpoint into the text of a JavaScript function `($event, s) => WrittenStatement[]` (see
 * `Translate`). Gives undefined where the endpoint takes nothing of the mapping.
 */
export const compileMapping = (mapping: UnderstoodMapping, target: Target): string | undefined => {
  const blocks = mapping.translations.flatMap((translation) => {
    const side = target.takes(translation) ? translation.sides[target.protocol] : undefined;
    return side === undefined ? [] : [block(mapping, translation, wholeOf(side, target))];
  });
  if (blocks.length === 0) return undefined;
  const variables = "const out = [], $learner = s.learner, $course = s.course, $time = s.time;";
  const translate = `($event, s) => {\n  ${variables}\n${blocks.join("\n")}\n  return out;\n}`;
  // As an object literal, a table would lose the key __proto__.
  return Object.keys(mapping.lookup).length === 0
    ? translate
    : `(() => { const $lookup = JSON.parse(${JSON.stringify(JSON.stringify(mapping.lookup))}); return ${translate}; })()`;
};

/** The code of one translation: for each element, where the condition holds, a statement. */
const block = (
  { lets }: UnderstoodMapping,
  { name, place, each, when }: UnderstoodTranslation,
  whole: Tree,
): string => {
  const first = neededLets(lets, new Set([...(each?.list.reads ?? []), ...(when?.reads ?? [])]));
  const then = neededLets(lets, readsOf([whole])).filter((one) => !first.includes(one));
  const open = [
    declare(first),
    each === undefined
      ? "const position = 0; {"
      : `for (const [position, ${variable(each.name)}] of r.elements(${each.list.code})) {`,
    when === undefined ? "" : ` if (${when.test})`,
  ].join("");
  return [
    `  { ${open} {`,
    `    const translation = ${JSON.stringify(name)}, id = s.id(translation, position); ${declare(then)}`,
    `    out.push({ translation, id, text: ${writeTree(whole, place)} });`,
    "  } } }",
  ].join("\n");
};

/** The lets that are read, and those that they read, in the order of the file. */
const neededLets = (lets: readonly Let[], reads: ReadonlySet<string>): readonly Let[] => {
  const needed = new Set(reads);
  for (const { name, tree } of [...lets].reverse())
    if (needed.has(name))
      for (const { reads: inner } of expressionsIn(tree)) for (const each of inner) needed.add(each);
  return lets.filter(({ name }) => needed.has(name));
};

const declare = (lets: readonly Let[]): string =>
  lets.map(({ name, tree }) => `const ${variable(name)} = ${codeOf(tree)}; `).join("");

/** The JavaScript of a `let`'s value. */
const codeOf = (tree: Tree): string => {
  if (tree.kind === "constant") return JSON.stringify(tree.json);
  if (tree.kind === "value") return tree.expression.code;
  if (tree.kind !== "text") return "undefined";
  return `r.concat(${tree.parts.map((part) => (typeof part === "string" ? JSON.stringify(part) : part.code)).join(", ")})`;
};
