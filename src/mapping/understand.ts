import type { Environment } from "@marcbachmann/cel-js";
import type { Path } from "../document/document.ts";
import { formatProblem, type Problem } from "../document/problem.ts";
import type { SchemaFile } from "../event/schema.ts";
import { caliperProblems } from "./caliper-side.ts";
import { typeName } from "./complaint.ts";
import { environmentFor } from "./environment.ts";
import { type Constants, compileExpression } from "./expression.ts";
import type { Mapping, Translation } from "./read.ts";
import { splitTemplate } from "./template.ts";
import type { Complain, Member, Tree } from "./tree.ts";
import { xapiProblems } from "./xapi-side.ts";

/** A mapping whose every expression was checked against the event's schema. */
export interface UnderstoodMapping {
  readonly source: string;
  /** In the order of the file: each may read those before it. */
  readonly lets: readonly Let[];
  readonly translations: readonly UnderstoodTranslation[];
}

export interface Let {
  readonly name: string;
  readonly code: string;
  readonly reads: ReadonlySet<string>;
}

export interface UnderstoodTranslation {
  /** With its mapping: `jupyter-server/contents:saved`. */
  readonly name: string;
  readonly optional: boolean;
  readonly place: string;
  /** JavaScript that gives true where the translation applies. */
  readonly when: { readonly code: string; readonly reads: ReadonlySet<string> } | undefined;
  readonly caliper: Tree | undefined;
  readonly xapi: Tree | undefined;
  /** What the two sides read. */
  readonly reads: ReadonlySet<string>;
}

/** Checks a mapping's expressions and what it says to Caliper and xAPI; gives every problem, or what it means. */
export const understand = (
  mapping: Mapping,
  schemas: readonly SchemaFile[],
  constants: Constants,
): UnderstoodMapping | readonly Problem[] => {
  const problems: Problem[] = [];
  // Every version of the schema must have what the mapping reads; the code is the same for all.
  const readers = schemas.map(({ schema }) => new Reader(mapping, environmentFor(schema), constants));
  const [first] = readers;
  if (first === undefined)
    return [mapping.document.problem(["event"], "Its folder has no schema, such as schema.v1.yml.")];
  const understood = readers.map((reader) => reader.read());
  for (const [at, reader] of readers.entries()) {
    for (const problem of reader.problems) {
      const common = readers.every((each) =>
        each.problems.some((other) => formatProblem(other) === formatProblem(problem)),
      );
      const version = `In version ${schemas[at]?.version} of the schema: `;
      if (!common) problems.push({ ...problem, message: version + problem.message });
      else if (at === 0) problems.push(problem);
    }
  }
  return problems.length > 0 ? problems : (understood[0] ?? []);
};

class Reader {
  readonly problems: Problem[] = [];
  readonly #mapping: Mapping;
  readonly #environment: Environment;
  readonly #constants: Constants;
  #reads = new Set<string>();

  constructor(mapping: Mapping, environment: Environment, constants: Constants) {
    this.#mapping = mapping;
    this.#environment = environment;
    this.#constants = constants;
  }

  read(): UnderstoodMapping {
    const lets = Object.entries(this.#mapping.let).map(([name, value]) => this.#let(name, value));
    const translations = this.#mapping.translations.map((each, at) =>
      this.#translation(each, ["translations", at]),
    );
    return { source: this.#mapping.source, lets, translations };
  }

  #let(name: string, value: unknown): Let {
    this.#reads = new Set();
    const path = ["let", name];
    const taken = this.#environment.hasVariable(name) || RESERVED.has(name);
    if (taken) this.#complain(path, `"${name}" has a meaning already; take another name.`, "key");
    const tree = this.#tree(value, path);
    const type = this.#typeOf(tree);
    if (!taken) this.#environment.registerVariable(name, type);
    return { name, code: codeOf(tree), reads: this.#reads };
  }

  /** The type of a `let`, so that what reads it is checked as well. */
  #typeOf(tree: Tree): string {
    if (tree.kind === "text") return "string";
    if (tree.kind === "value") return tree.type;
    return tree.kind === "constant" && typeof tree.json === "string" ? "string" : "dyn";
  }

  #translation(translation: Translation, path: Path): UnderstoodTranslation {
    const when =
      translation.when === undefined ? undefined : this.#condition(translation.when, [...path, "when"]);
    this.#reads = new Set();
    const caliper = translation.caliper && this.#tree(translation.caliper, [...path, "caliper"]);
    const xapi = translation.xapi && this.#tree(translation.xapi, [...path, "xapi"]);
    const complain =
      (side: string): Complain =>
      (at, message, where) =>
        this.#complain([...path, side, ...at], message, where);
    if (caliper !== undefined) caliperProblems(caliper, complain("caliper"));
    if (xapi !== undefined) xapiProblems(xapi, complain("xapi"));
    return {
      name: `${this.#mapping.source}:${translation.name}`,
      optional: translation.optional,
      place: this.#place(path),
      when,
      caliper,
      xapi,
      reads: this.#reads,
    };
  }

  #condition(source: string, path: Path): NonNullable<UnderstoodTranslation["when"]> {
    this.#reads = new Set();
    const compiled = this.#expression(source, path, 0);
    if (!["bool", "dyn"].includes(compiled.type)) {
      this.#complain(path, `"when" must be true or false, but this is ${typeName(compiled.type)}.`);
    }
    return { code: compiled.code, reads: this.#reads };
  }

  #tree(value: unknown, path: Path): Tree {
    if (typeof value === "string") return this.#string(value, path);
    if (Array.isArray(value)) {
      return { kind: "array", items: value.map((each, at) => this.#tree(each, [...path, at])) };
    }
    if (typeof value !== "object" || value === null) return { kind: "constant", json: value };
    const members = Object.entries(value).map(
      // An entity, activity or statement without its id would be about nothing.
      ([key, inner]): Member => ({ key, value: this.#tree(inner, [...path, key]), required: key === "id" }),
    );
    return { kind: "object", members };
  }

  #string(text: string, path: Path): Tree {
    const parts = splitTemplate(text);
    if ("unclosed" in parts) {
      this.#complain(path, `This "\${" has no closing "}".`, parts.unclosed);
      return { kind: "constant", json: text };
    }
    const [only] = parts;
    const place = this.#place(path);
    if (parts.length === 1 && only !== undefined) {
      if ("text" in only) return { kind: "constant", json: only.text };
      const { code, type } = this.#expression(only.expression, path, only.offset);
      return isLiteral(code)
        ? { kind: "constant", json: JSON.parse(code) }
        : { kind: "value", code, type, place };
    }
    return {
      kind: "text",
      place,
      parts: parts.map((part) =>
        "text" in part ? part.text : { code: this.#expression(part.expression, path, part.offset).code },
      ),
    };
  }

  #expression(source: string, path: Path, offset: number): { readonly code: string; readonly type: string } {
    const compiled = compileExpression(source, this.#environment, this.#constants);
    if ("message" in compiled) {
      this.#complain(path, compiled.message, offset + compiled.offset);
      return { code: "undefined", type: "dyn" };
    }
    for (const name of compiled.reads) this.#reads.add(name);
    return compiled;
  }

  #complain(path: Path, message: string, at?: number | "key"): void {
    this.problems.push(this.#mapping.document.problem(path, message, at));
  }

  #place(path: Path): string {
    const { file, line, column } = this.#mapping.document.problem(path, "");
    return `${file}:${line}:${column}`;
  }
}

/** Words of CEL, which cannot be names of variables. */
const RESERVED: ReadonlySet<string> = new Set(
  "as break const continue else false for function if import in let loop namespace null package prototype return true var void while".split(
    " ",
  ),
);

/** Whether code is a text literal, as a constant of the site such as `hub.name` becomes. */
const isLiteral = (code: string): boolean => /^"(?:[^"\\]|\\.)*"$/.test(code);

/** The JavaScript of a `let`'s value. */
const codeOf = (tree: Tree): string => {
  if (tree.kind === "constant") return JSON.stringify(tree.json);
  if (tree.kind === "value") return tree.code;
  if (tree.kind !== "text") return "undefined";
  return `r.concat(${tree.parts.map((part) => (typeof part === "string" ? JSON.stringify(part) : part.code)).join(", ")})`;
};
