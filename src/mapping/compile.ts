import type { Personal } from "../event/personal.ts";
import { type Application, caliperEvent } from "./caliper-side.ts";
import { shownName, variable } from "./emit.ts";
import { jsonRecord } from "./json-side.ts";
import type { UnderstoodPrevious } from "./previous.ts";
import { firstReadings, type ShownMapping, shownExpression, shownMapping, shownSide } from "./shown.ts";
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
  /** What of the event goes out as pseudonyms only. */
  readonly personal: Personal;
}

/** A translation that is taken, with the side that is. */
type Taken = UnderstoodTranslation & { readonly side: Tree };

/** The whole that a side becomes: an event, a statement or a record. */
const wholeOf = (side: Tree, { protocol, version, application }: Target): Tree => {
  if (protocol === "caliper") return caliperEvent(side, application, version === "1.1" ? "1.1" : "1.2");
  return protocol === "xapi" ? xapiStatement(side, application) : jsonRecord(side);
};

/**
 * Compiles a mapping for an endpoint into the text of a JavaScript function `($event, s) => WrittenStatement[]` (see
 * `Translate`). Gives undefined where the endpoint takes nothing of the mapping.
 */
export const compileMapping = (mapping: UnderstoodMapping, target: Target): string | undefined => {
  const taken = mapping.translations.flatMap((translation): readonly Taken[] => {
    const side = target.takes(translation) ? translation.sides[target.protocol] : undefined;
    return side === undefined ? [] : [{ ...translation, side }];
  });
  if (taken.length === 0) return undefined;
  const shown = shownMapping(mapping, taken, target.personal);
  const blocks = taken.map((translation) =>
    block(
      mapping,
      { ...translation, side: shown ? shownSide(mapping, translation, target.personal) : translation.side },
      target,
      shown,
    ),
  );
  const previous = mapping.previous === undefined ? "" : `, ${variable(mapping.previous.name)} = s.previous`;
  const room = mapping.translations.some(({ each }) => each !== undefined) ? "let room = r.ROOM; " : "";
  const variables = `${room}const out = [], $learner = s.learner, $course = s.course, $session = s.session, $sender = s.sender, $time = s.time${previous};`;
  const views =
    shown === undefined ? "" : ` let ${["event", mapping.previous?.name].flatMap(secondName).join(", ")};`;
  const translate = `($event, s) => {\n  ${variables}${views}\n${blocks.join("\n")}\n  return out;\n}`;
  // As object literals, these would lose the key __proto__.
  const constants = [
    ...(Object.keys(mapping.lookup).length === 0 ? [] : [`$lookup = ${parsed(mapping.lookup)}`]),
    ...(shown === undefined ? [] : [`personal = ${parsed(shown.plan)}`]),
  ];
  return constants.length === 0
    ? translate
    : `(() => { const ${constants.join(", ")}; return ${translate}; })()`;
};

const parsed = (value: unknown): string => `JSON.parse(${JSON.stringify(JSON.stringify(value))})`;

const secondName = (name: string | undefined): readonly string[] =>
  name === undefined ? [] : [variable(shownName(name))];

/** The code of one translation: for each element, where the condition holds, a statement. */
const block = (
  mapping: UnderstoodMapping,
  { name, place, each, when, time: written, within, sides, side }: Taken,
  target: Target,
  shown: ShownMapping | undefined,
): string => {
  const act = within === undefined ? undefined : actOf(sides);
  const all = [side, ...(act?.objects ?? [])];
  const lets = shown?.lets ?? mapping.lets;
  const time = written && (shown ? shownExpression(written) : written);
  const first = neededNames(lets, [...(each?.list.reads ?? []), ...(when?.reads ?? [])]);
  const read = new Set([...readsOf(all), ...(time?.reads ?? [])]);
  const element = each && shown && read.has(shownName(each.name)) ? elementOf(each) : undefined;
  const needed = neededNames(lets, [...read, ...(element?.reads ?? [])]);
  const open = [
    declare(lets.filter((one) => first.has(one.name))),
    element === undefined ? "" : "let shownList; ",
    each === undefined
      ? "const position = 0; {"
      : `for (const [position, ${variable(each.name)}] of r.elements(${each.list.code})) {`,
    when === undefined ? "" : ` if (${when.test})`,
  ].join("");
  const then = [
    shown === undefined ? "" : firstReadings(mapping, needed),
    declare(lets.filter((one) => needed.has(one.name) && !first.has(one.name))),
    element?.code ?? "",
  ].join("");
  const more = [
    ...(act === undefined ? [] : [`within: ${within}`, `act: ${act.code}`]),
    ...(act === undefined || time === undefined ? [] : ["time"]),
  ];
  return [
    `  { ${open} {`,
    `    const translation = ${JSON.stringify(name)}, id = s.id(translation, position); ${then}`,
    `    const time = ${time === undefined ? "s.time" : `r.earlier(${time.code}, s.time)`};`,
    `    const text = ${writeTree(wholeOf(side, target), place)};`,
    // A list in an event can be long, and each of its elements repeat what is long in the event.
    ...(each === undefined ? [] : [`    room = r.spend(room, text, ${JSON.stringify(place)});`]),
    `    out.push({ ${["translation", "id", "text", ...more].join(", ")} });`,
    "  } } }",
  ].join("\n");
};

/** The second reading of an element: that of the list at its place. */
const elementOf = ({ name, list }: NonNullable<UnderstoodTranslation["each"]>) => ({
  reads: list.shown.reads,
  code: `shownList ??= ${list.shown.code}; const ${variable(shownName(name))} = r.get(shownList, position); `,
});

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

/** The names that are read, and those which the lets among them read. */
const neededNames = (lets: readonly Let[], reads: readonly string[]): ReadonlySet<string> => {
  const needed = new Set(reads);
  for (const { name, tree } of [...lets].reverse())
    if (needed.has(name))
      for (const { reads: inner } of expressionsIn(tree)) for (const each of inner) needed.add(each);
  return needed;
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
