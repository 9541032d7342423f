import { type Application, caliperEvent } from "./caliper-side.ts";
import { variable } from "./emit.ts";
import { jsonRecord } from "./json-side.ts";
import type { UnderstoodPrevious } from "./previous.ts";
import { expressionsIn, memberOf, type Tree } from "./tree.ts";
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
interface Target {
  readonly protocol: Side;
  /** Of the protocol: Caliper 1.1 says some things otherwise than 1.2. */
  readonly version: string;
  readonly application: Application;
  /** Whether the endpoint takes a translation. */
  readonly takes: (translation: UnderstoodTranslation) => boolean;
}

/** The whole that a side becomes: an event, a statement or a record. */
const wholeOf = (side: Tree, { protocol, version, application }: Omit<Target, "takes">): Tree => {
  if (protocol === "caliper") return caliperEvent(side, application, version === "1.1" ? "1.1" : "1.2");
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
  const previous = mapping.previous === undefined ? "" : `, ${variable(mapping.previous.name)} = s.previous`;
  const room = mapping.translations.some(({ each }) => each !== undefined) ? "let room = r.ROOM; " : "";
  const variables = `${room}const out = [], $learner = s.learner, $course = s.course, $sender = s.sender, $time = s.time${previous};`;
  const translate = `($event, s) => {\n  ${variables}\n${blocks.join("\n")}\n  return out;\n}`;
  // As an object literal, a table would lose the key __proto__.
  return Object.keys(mapping.lookup).length === 0
    ? translate
    : `(() => { const $lookup = JSON.parse(${JSON.stringify(JSON.stringify(mapping.lookup))}); return ${translate}; })()`;
};

/** The code of one translation: for each element, where the condition holds, a statement. */
const block = (
  { lets }: UnderstoodMapping,
  { name, place, each, when, time, within, sides }: UnderstoodTranslation,
  whole: Tree,
): string => {
  const act = within === undefined ? undefined : actOf(sides);
  const all = [whole, ...(act?.objects ?? [])];
  const first = neededLets(lets, new Set([...(each?.list.reads ?? []), ...(when?.reads ?? [])]));
  const read = new Set([...readsOf(all), ...(time?.reads ?? [])]);
  const then = neededLets(lets, read).filter((one) => !first.includes(one));
  const open = [
    declare(first),
    each === undefined
      ? "const position = 0; {"
      : `for (const [position, ${variable(each.name)}] of r.elements(${each.list.code})) {`,
    when === undefined ? "" : ` if (${when.test})`,
  ].join("");
  const more = [
    ...(act === undefined ? [] : [`within: ${within}`, `act: ${act.code}`]),
    ...(act === undefined || time === undefined ? [] : ["time"]),
  ];
  return [
    `  { ${open} {`,
    `    const translation = ${JSON.stringify(name)}, id = s.id(translation, position); ${declare(then)}`,
    `    const time = ${time === undefined ? "s.time" : `r.earlier(${time.code}, s.time)`};`,
    `    const text = ${writeTree(whole, place)};`,
    // A list in an event can be long, and each of its elements repeat what is long in the event.
    ...(each === undefined ? [] : [`    room = r.spend(room, text, ${JSON.stringify(place)});`]),
    `    out.push({ ${["translation", "id", "text", ...more].join(", ")} });`,
    "  } } }",
  ].join("\n");
};

/** What the act is about: the objects of all sides, as one may know only the hub where another knows the cell. */
const actOf = (sides: UnderstoodTranslation["sides"]): Act | undefined => {
  const objects = Object.values(sides).flatMap((side) => objectOf(side) ?? []);
  if (objects.length === 0) return undefined;
  const codes = [...new Set(objects.map(actCode))];
  return { objects, code: codes.length === 1 ? String(codes[0]) : `r.key(${codes.join(", ")})` };
};

interface Act {
  readonly objects: readonly Tree[];
  /** JavaScript that gives something to compare with other acts. */
  readonly code: string;
}

/** To compare values, they need not be written as JSON. */
const actCode = (tree: Tree): string => (tree.kind === "value" ? tree.expression.code : writeTree(tree, ""));

/** The id of a side's object. */
const objectOf = (side: Tree | undefined): Tree | undefined => {
  const object = memberOf(side, "object");
  return object?.kind === "object" ? memberOf(object, "id") : object;
};

/**
 * Compiles what a mapping declares about several events into the text of a JavaScript object (see `BatchRules`), or
 * gives undefined where it declares nothing.
 */
export const compileRules = ({ previous }: UnderstoodMapping): string | undefined =>
  previous === undefined ? undefined : `{ previous: ${previousCode(previous)} }`;

const previousCode = ({ same, when }: UnderstoodPrevious): string =>
  `{ same: ($event) => r.key(${same.map(({ code }) => code).join(", ")}), when: ($event) => ${when?.test ?? "true"} }`;

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
