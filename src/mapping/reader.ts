import type { Environment } from "@marcbachmann/cel-js";
import type { Document, Path } from "../document/document.ts";
import type { Problem } from "../document/problem.ts";
import { typeName } from "./complaint.ts";
import type { Constants } from "./emit.ts";
import { compileExpression, type Expression } from "./expression.ts";
import { splitTemplate } from "./template.ts";
import { frame, type Member, type Tree } from "./tree.ts";

/** Reads the values of a mapping file as trees and expressions, and gathers what is wrong with them. */
export interface Reader {
  readonly problems: readonly Problem[];
  /** A value in which texts may hold expressions. */
  tree(value: unknown, path: Path, environment: Environment): Tree;
  /** A text that is an expression as a whole, such as `when`. */
  expression(source: string, path: Path, environment: Environment, offset?: number): Expression | undefined;
  condition(source: string, path: Path, environment: Environment): Expression | undefined;
  complain(path: Path, message: string, at?: number | "key"): void;
  /** `mappings/…/mapping.yml:12:7` */
  place(path: Path): string;
}

export const readerOf = (document: Document, constants: Constants): Reader => {
  const problems: Problem[] = [];

  const complain: Reader["complain"] = (path, message, at) => {
    problems.push(document.problem(path, message, at));
  };

  const place: Reader["place"] = (path) => {
    const { file, line, column } = document.problem(path, "");
    return `${file}:${line}:${column}`;
  };

  const expression: Reader["expression"] = (source, path, environment, offset = 0) => {
    const compiled = compileExpression(source, environment, constants);
    if (!("message" in compiled)) return compiled;
    complain(path, compiled.message, offset + compiled.offset);
    return undefined;
  };

  const condition: Reader["condition"] = (source, path, environment) => {
    const compiled = expression(source, path, environment);
    if (compiled === undefined || compiled.type === "bool" || compiled.type === "dyn") return compiled;
    complain(path, `"${path.at(-1)}" must be true or false, but this is ${typeName(compiled.type)}.`);
    return undefined;
  };

  const text = (value: string, path: Path, environment: Environment): Tree => {
    const parts = splitTemplate(value);
    if ("unclosed" in parts) {
      complain(path, `This "\${" has no closing "}".`, parts.unclosed);
      return { kind: "constant", json: value };
    }
    const read = parts.map((part) =>
      "text" in part ? part.text : expression(part.expression, path, environment, part.offset),
    );
    const [only] = read;
    if (read.length === 1 && typeof only === "string") return { kind: "constant", json: only };
    // What is wrong with them has been said; an empty text keeps the rest of the file readable.
    if (parts.length > 1)
      for (const [at, part] of parts.entries()) {
        const expression = read[at];
        if (!("expression" in part) || typeof expression !== "object" || WITHIN_TEXT.has(expression.type))
          continue;
        complain(
          path,
          `${typeName(expression.type).replace(/^a/, "A")} cannot stand within a text.`,
          part.offset,
        );
      }
    if (!read.every((part) => part !== undefined)) return frame('""');
    if (read.length > 1 || typeof only !== "object") return { kind: "text", parts: read, place: place(path) };
    return isLiteral(only.code)
      ? { kind: "constant", json: JSON.parse(only.code) }
      : { kind: "value", expression: only, place: place(path) };
  };

  const tree: Reader["tree"] = (value, path, environment) => {
    if (typeof value === "string") return text(value, path, environment);
    if (Array.isArray(value)) {
      return { kind: "array", items: value.map((each, at) => tree(each, [...path, at], environment)) };
    }
    if (typeof value !== "object" || value === null) return { kind: "constant", json: value };
    const members = Object.entries(value).map(
      // An entity, activity or statement without its id would be about nothing.
      ([key, inner]): Member => ({
        key,
        value: tree(inner, [...path, key], environment),
        required: key === "id",
      }),
    );
    return { kind: "object", members };
  };

  return { problems, tree, expression, condition, complain, place };
};

/** CEL's types that can be part of a text. */
const WITHIN_TEXT: ReadonlySet<string> = new Set(["string", "int", "double", "bool", "dyn"]);

/** Whether code is a text literal, as a constant of the site such as `hub.name` becomes. */
const isLiteral = (code: string): boolean => /^"(?:[^"\\]|\\.)*"$/.test(code);
