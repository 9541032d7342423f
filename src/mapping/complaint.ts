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
  source: string,
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
  if (/^Unexpected (?:character|token)/.test(summary) && summary !== "Unexpected token: EOF")
    return { message: unexpected(/^(?:\w+|\S)/.exec(source.slice(offset))?.[0] ?? ""), offset };
  return { message: plain(summary), offset };
};

/** Signs of other languages, with CEL's. */
const SIGNS: Readonly<Record<string, string>> = {
  and: "&&",
  "&": "&&",
  or: "||",
  "|": "||",
  not: "!",
  "=": "==",
};

const unexpected = (word: string): string => {
  if (word === "$") return "Write the expression here without the dollar and its braces.";
  const sign = Object.hasOwn(SIGNS, word) ? SIGNS[word] : undefined;
  return `This cannot stand here: ${word}${sign === undefined ? "." : `; did you mean ${sign}?`}`;
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
  if (summary === "has() invalid argument") return '"has" takes a field, such as has(event.path).';
  if (summary.startsWith("Exceeded maxDepth"))
    return `The expression is nested too deeply: at most ${LIMITS.maxDepth} levels.`;
  if (summary.startsWith("Exceeded max"))
    return `The expression is too long: at most ${LIMITS.maxAstNodes} parts, ${LIMITS.maxListElements} elements in a list.`;
  const [, left, operator, right] = /^no such overload: (.+) (\S+) (.+)$/.exec(summary) ?? [];
  if (operator !== undefined) {
    const hint = [left, right].sort().join() === "double,int" ? "; write 1.0 instead of 1." : ".";
    return `"${operator}" does not go with ${typeName(left)} and ${typeName(right)}${hint}`;
  }
  const [, sign, type] = /^no such overload: ([!-])(.+)$/.exec(summary) ?? [];
  if (sign !== undefined) return `"${sign}" does not go with ${typeName(type)}.`;
  const [, name = "", types = ""] = /^found no matching overload for '(.+?)\((.*)\)'$/.exec(summary) ?? [];
  if (name !== "") return wrongCall(name, types === "" ? [] : types.split(", "));
  const operand = /^Logical operator requires bool operands, got '(.+)'$/.exec(summary)?.[1];
  if (operand !== undefined)
    return `"&&" and "||" go with what is true or false, not with ${typeName(operand)}.`;
  const condition = /^Ternary condition must be bool, got '(.+)'$/.exec(summary)?.[1];
  if (condition !== undefined)
    return `What stands before "?" must be true or false, but this is ${typeName(condition)}.`;
  const [, yes, no] = /^Ternary branches must have the same type, got '(.+)' and '(.+)'$/.exec(summary) ?? [];
  if (yes !== undefined)
    return `The values of "? :" must be of one kind, not ${typeName(yes)} and ${typeName(no)}.`;
  const indexed = /^Cannot index type '(.+)'$/.exec(summary)?.[1];
  if (indexed !== undefined) return `There is nothing to read inside of ${typeName(indexed)}.`;
  const index = /^List index must be int, got '(.+)'$/.exec(summary)?.[1];
  if (index !== undefined) return `A position in a list is a whole number, not ${typeName(index)}.`;
  return `${summary}.`;
};

/** `name` is that of a function, or with a type and a dot before it that of a method. */
export const wrongCall = (name: string, types: readonly string[]): string => {
  const called = name.slice(name.lastIndexOf(".") + 1);
  const known = called === name ? callable.functions : callable.methods;
  if (!known.has(called)) return noFunction(called, known);
  const given = called === name ? types : [name.slice(0, name.lastIndexOf(".")), ...types];
  const use = USES[called] === undefined ? "." : `; it is used as ${USES[called]}.`;
  return `"${called}" does not go with ${given.map(typeName).join(", ") || "nothing"}${use}`;
};

const USES: Readonly<Record<string, string>> = {
  iri: "iri(base, part, …) with texts or numbers",
  basename: "basename(path)",
  dirname: "dirname(path)",
  extension: "extension(path)",
  lower: "lower(text)",
  duration: "duration(seconds) or duration(from, to)",
  seconds: "seconds(from, to)",
  utc: "utc(time)",
  pseudonym: "pseudonym(text)",
  has: "has(event.path)",
  startsWith: "text.startsWith(text)",
  endsWith: "text.endsWith(text)",
  contains: "text.contains(text)",
  orElse: "value.orElse(value) with two values of one kind",
};

export const noFunction = (name: string, known: ReadonlySet<string>): string => {
  if (name === "matches")
    return "Mappings have no regular expressions; use startsWith, endsWith, contains or extension.";
  if (LOOPS.has(name))
    return `Mappings have no loops such as "${name}"; "forEach" makes a statement of each element.`;
  if (known === callable.methods && callable.functions.has(name))
    return `"${name}" stands before what it takes: ${USES[name] ?? `${name}(value)`}.`;
  if (known === callable.functions && callable.methods.has(name))
    return `"${name}" stands behind what it asks: ${USES[name] ?? `value.${name}()`}.`;
  return `Mappings have no function "${name}"${didYouMean(name, known)}`;
};

const LOOPS: ReadonlySet<string> = new Set(["map", "filter", "all", "exists", "exists_one"]);

/** A type's name; that of an object with known fields is internal. */
export const typeName = (type = "dyn"): string => {
  if (type.startsWith("$") || type.startsWith("map")) return "an object";
  if (type.startsWith("list")) return "a list";
  return (
    {
      string: "a text",
      int: "a whole number",
      double: "a number",
      bool: "true or false",
      dyn: "any value",
      null: "null",
      "google.protobuf.Duration": "a duration",
    }[type] ?? type
  );
};
