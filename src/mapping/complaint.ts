import type { ASTNode, TypeError as CelTypeError, Environment, ParseError } from "@marcbachmann/cel-js";
import { didYouMean } from "../document/problem.ts";
import { callable, fieldsOf, LIMITS } from "./environment.ts";

/** Why an expression was not understood, and where: characters from its beginning. */
export interface Misunderstood {
  readonly message: string;
  readonly offset: number;
}

/** A complaint of CEL's checker in plain words. */
export const explain = (
  error: ParseError | CelTypeError | undefined,
  environment: Environment,
): Misunderstood => {
  const summary = error?.summary ?? "This is not an expression";
  const offset = error?.range?.start ?? 0;
  const said = (pattern: RegExp): string | undefined => pattern.exec(summary)?.[1];
  const unknown = said(/^Unknown variable: (.+)$/);
  if (unknown !== undefined) {
    const known = environment.getDefinitions().variables.filter(({ type }) => type !== "type");
    const names = known.map(({ name }) => name);
    return { message: `There is no variable "${unknown}"${didYouMean(unknown, names)}`, offset };
  }
  const missing = said(/^No such key: (.+)$/s);
  if (missing !== undefined) return { message: noField(missing, error?.node, environment), offset };
  return { message: plain(summary), offset };
};

/** That there is no such field, with the one that was probably meant. */
export const noField = (name: string, access: object | undefined, environment: Environment): string => {
  const of =
    access !== undefined && "args" in access && Array.isArray(access.args) ? access.args[0] : undefined;
  return `There is no field "${name}" here${didYouMean(name, fieldsOf(environment, pathOf(of)) ?? [])}`;
};

/** The names that lead to a field: `event.a.b`. */
export const pathOf = (node: ASTNode | undefined): readonly string[] => {
  if (node?.op === "id") return [node.args];
  return node?.op === "." ? [...pathOf(node.args[0]), node.args[1]] : [];
};

const plain = (summary: string): string => {
  if (summary === "Unexpected token: EOF") return "The expression ends too early.";
  if (summary === "Unexpected character: $")
    return "Write the expression here without the dollar and its braces.";
  if (summary === "has() invalid argument") return '"has" takes a field, such as has(event.path).';
  if (summary.startsWith("Exceeded maxDepth"))
    return `The expression is nested too deeply: at most ${LIMITS.maxDepth} levels.`;
  if (summary.startsWith("Exceeded max"))
    return `The expression is too long: at most ${LIMITS.maxAstNodes} parts, ${LIMITS.maxListElements} elements in a list.`;
  const [, left, operator, right] = /^no such overload: (.+) (\S+) (.+)$/.exec(summary) ?? [];
  if (operator !== undefined)
    return `"${operator}" does not go with ${typeName(left)} and ${typeName(right)}.`;
  const [, sign, type] = /^no such overload: ([!-])(.+)$/.exec(summary) ?? [];
  if (sign !== undefined) return `"${sign}" does not go with ${typeName(type)}.`;
  const [, name = "", types = ""] = /^found no matching overload for '(.+?)\((.*)\)'$/.exec(summary) ?? [];
  if (name !== "") return wrongCall(name, types === "" ? [] : types.split(", "));
  const operand = /^Logical operator requires bool operands, got '(.+)'$/.exec(summary)?.[1];
  if (operand !== undefined)
    return `"&&" and "||" go with what is true or false, not with ${typeName(operand)}.`;
  return `${summary}.`;
};

/** `name` is that of a function, or with a type and a dot before it that of a method. */
const wrongCall = (name: string, types: readonly string[]): string => {
  const called = name.slice(name.lastIndexOf(".") + 1);
  const known = called === name ? callable.functions : callable.methods;
  if (!known.has(called)) return noFunction(called, known);
  const given = called === name ? types : [name.slice(0, name.lastIndexOf(".")), ...types];
  return `"${called}" does not go with ${given.map(typeName).join(", ") || "nothing"}.`;
};

export const noFunction = (name: string, known: Iterable<string>): string =>
  `Mappings have no function "${name}"${didYouMean(name, known)}`;

/** A type's name; that of an object with known fields is internal. */
export const typeName = (type = "dyn"): string => {
  if (type.startsWith("$")) return "an object";
  return (
    { string: "a text", int: "a whole number", double: "a number", bool: "true or false", dyn: "any value" }[
      type
    ] ?? type
  );
};
