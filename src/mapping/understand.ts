import type { Environment } from "@marcbachmann/cel-js";
import type { Path } from "../document/document.ts";
import type { Problem } from "../document/problem.ts";
import { isObject, type JsonObject } from "../event/json.ts";
import type { SchemaFile } from "../event/schema.ts";
import { caliperProblems } from "./caliper-side.ts";
import { pathOf, typeName } from "./complaint.ts";
import type { Constants } from "./emit.ts";
import { environmentFor, RESERVED, withElement } from "./environment.ts";
import type { Expression } from "./expression.ts";
import { jsonProblems } from "./json-side.ts";
import { fieldAt, knowledgeOf } from "./knowledge.ts";
import { type UnderstoodPrevious, understandPrevious } from "./previous.ts";
import type { Mapping, Translation } from "./read.ts";
import { type Reader, readerOf } from "./reader.ts";
import { typeOfExpression } from "./side.ts";
import { expressionsIn, mapValues, type Tree } from "./tree.ts";
import { inAllVersions } from "./versions.ts";
import { xapiProblems } from "./xapi-side.ts";

/** A mapping whose every expression was checked against the event's schema. */
export interface UnderstoodMapping {
  readonly source: string;
  /** In the order of the file: each may read those before it. */
  readonly lets: readonly Let[];
  /** The file's tables, by name. */
  readonly lookup: Mapping["lookup"];
  readonly previous: UnderstoodPrevious | undefined;
  readonly translations: readonly UnderstoodTranslation[];
}

export interface Let {
  readonly name: string;
  readonly tree: Tree;
}

export interface UnderstoodTranslation {
  /** With its mapping: `jupyter-server/contents:saved`. */
  readonly name: string;
  readonly optional: boolean;
  readonly place: string;
  /** The list of which each element makes a statement, and the name of the element. */
  readonly each: { readonly name: string; readonly list: Expression } | undefined;
  readonly when: Expression | undefined;
  readonly time: Expression | undefined;
  /** In milliseconds: repeats of the act within it are told once. */
  readonly within: number | undefined;
  readonly sides: Readonly<Partial<Record<Side, Tree>>>;
}

/** What a translation may speak. */
export type Side = "caliper" | "xapi" | "json";

export const SIDES: readonly Side[] = ["caliper", "xapi", "json"];

/** Checks a mapping's expressions and what it says to each standard; gives every problem, or what it means. */
export const understand = (
  mapping: Mapping,
  schemas: readonly Pick<SchemaFile, "schema" | "version">[],
  constants: Constants,
): UnderstoodMapping | readonly Problem[] => {
  // Every version of the schema must have what the mapping reads; the code is the same for all.
  const all = schemas.map((schema) => understandFor(mapping, schema.schema, constants));
  const understood = inAllVersions(all.map((each) => each.understood));
  if (understood === undefined) {
    return [mapping.document.problem(["event"], "Its folder has no schema, such as schema.v1.yml.")];
  }
  const problems: Problem[] = [];
  for (const [at, { reader }] of all.entries()) {
    for (const problem of reader.problems) {
      const isKnown = problems.some(
        (known) =>
          known.line === problem.line && known.column === problem.column && known.message === problem.message,
      );
      if (isKnown) continue;
      const where = at === 0 ? "" : `In version ${schemas[at]?.version} of the schema: `;
      problems.push({ ...problem, message: `${where}${problem.message}` });
    }
  }
  return problems.length > 0 ? problems : understood;
};

interface Understanding {
  readonly understood: UnderstoodMapping;
  readonly reader: Reader;
}

const understandFor = (mapping: Mapping, schema: JsonObject, constants: Constants): Understanding => {
  const reader = readerOf(mapping.document, constants);
  const alone = environmentFor(schema, mapping.lookup);
  const previous = mapping.previous && understandPrevious(mapping.previous, alone, reader);
  const environment =
    previous === undefined ? alone : withElement(alone, previous.name, { ...schema, type: "object" });
  const lets = Object.entries(mapping.let).map(([name, value]) =>
    understandLet(name, value, environment, reader),
  );
  const about = {
    schema,
    lets: new Map(lets.map(({ name, tree }) => [name, tree])),
    lookup: mapping.lookup,
    previous: previous?.name,
    environment,
    constants,
    reader,
  };
  const translations = mapping.translations.map((each, at) =>
    understandTranslation(mapping.source, each, ["translations", at], about),
  );
  const { source, lookup } = mapping;
  return { reader, understood: { source, lets, lookup, previous, translations } };
};

const understandLet = (name: string, value: unknown, environment: Environment, reader: Reader): Let => {
  const path = ["let", name];
  const taken = environment.hasVariable(name) || RESERVED.has(name);
  if (taken) reader.complain(path, `"${name}" has a meaning already; take another name.`, "key");
  const tree = reader.tree(value, path, environment);
  if (!taken) environment.registerVariable(name, typeOf(tree));
  return { name, tree };
};

/** The type of a `let`, so that what reads it is checked as well. */
const typeOf = (tree: Tree): string => {
  if (tree.kind === "text") return "string";
  if (tree.kind === "value") return tree.expression.type;
  return tree.kind === "constant" && typeof tree.json === "string" ? "string" : "dyn";
};

interface About {
  readonly schema: JsonObject;
  readonly lets: ReadonlyMap<string, Tree>;
  readonly lookup: Mapping["lookup"];
  readonly previous: string | undefined;
  readonly environment: Environment;
  readonly constants: Constants;
  readonly reader: Reader;
}

const understandTranslation = (
  source: string,
  translation: Translation,
  path: Path,
  { schema, lets, lookup, previous, environment: outer, constants, reader }: About,
): UnderstoodTranslation => {
  const each = understandEach(translation.forEach, [...path, "forEach"], outer, reader);
  const element =
    each === undefined ? undefined : { name: each.name, schema: elementSchema(schema, each.list, lets) };
  const environment = element === undefined ? outer : withElement(outer, element.name, element.schema);
  const when = translation.when && reader.condition(translation.when, [...path, "when"], environment);
  const time = translation.time && reader.expression(translation.time, [...path, "time"], environment);
  if (time && typeOfExpression(time) !== "time")
    reader.complain([...path, "time"], '"time" is a time, as utc(…) gives it.');
  const knowledge = knowledgeOf({
    schema,
    lets,
    lookup,
    previous,
    when: when || undefined,
    constants,
    ...(element && { each: element }),
  });
  const sides: Partial<Record<Side, Tree>> = {};
  for (const side of SIDES) {
    const written = translation[side];
    if (written === undefined) continue;
    const tree = reader.tree(written, [...path, side], environment);
    sides[side] = mapValues(tree, (value) => ({
      ...value,
      sure: knowledge.absences(value.expression).length === 0,
      plain: knowledge.givesPlainText(value.expression),
    }));
    CHECKS[side](tree, knowledge, (at, message, where) =>
      reader.complain([...path, side, ...at], message, where),
    );
  }
  return {
    name: `${source}:${translation.name}`,
    optional: translation.optional,
    place: reader.place(path),
    each,
    when: when || undefined,
    time: time || undefined,
    within: translation.within,
    sides,
  };
};

const CHECKS = { caliper: caliperProblems, xapi: xapiProblems, json: jsonProblems };

const understandEach = (
  written: Translation["forEach"],
  path: Path,
  environment: Environment,
  reader: Reader,
): UnderstoodTranslation["each"] => {
  const [entry] = Object.entries(written ?? {});
  if (entry === undefined) return undefined;
  const [name, source] = entry;
  if (environment.hasVariable(name) || RESERVED.has(name)) {
    reader.complain([...path, name], `"${name}" has a meaning already; take another name.`, "key");
    return undefined;
  }
  const list = reader.expression(source, [...path, name], environment);
  if (list === undefined) return undefined;
  if (!/^(list|dyn)/.test(list.type)) {
    reader.complain([...path, name], `"forEach" needs a list, but this is ${typeName(list.type)}.`);
  }
  return { name, list };
};

/** The schema of a list's elements, where the list is a field of the event or a `let` that is one. */
const elementSchema = (schema: JsonObject, { node }: Expression, lets: About["lets"]): unknown => {
  const known = node.op === "id" ? lets.get(node.args) : undefined;
  if (known?.kind === "value") return elementSchema(schema, known.expression, lets);
  const [root, ...names] = pathOf(node);
  const field = root === "event" ? fieldAt(schema, names) : undefined;
  return isObject(field) ? field.items : undefined;
};

/** The variables that a translation's sides read. */
export const readsOf = (trees: readonly Tree[]): ReadonlySet<string> =>
  new Set(trees.flatMap(expressionsIn).flatMap(({ reads }) => [...reads]));
