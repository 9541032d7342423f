import type { Path } from "../../../src/document/document.ts";
import { isObject } from "../../../src/event/json.ts";
import { namesBefore, tokensOf } from "./cel.ts";
import { isExpression } from "./expressions.ts";
import { keysAt, type Slot, valueAt } from "./outline.ts";
import { scalarOf } from "./scalar.ts";
import { VARIABLES } from "./vocabulary.ts";

/** A name that expressions may say at a place, and what is known of its value: a JSON Schema for each version. */
export interface Known {
  readonly about: string;
  readonly schemas: readonly unknown[];
}

/** The names that an expression at a path may say, in a file as far as it is written. */
export const namesAt = (
  file: string,
  slots: readonly Slot[],
  path: Path,
  event: readonly unknown[],
): ReadonlyMap<string, Known> => {
  const names = new Map<string, Known>([
    ["event", { about: "What Jupyter says of the event.", schemas: event }],
  ]);
  for (const [name, schema] of Object.entries(VARIABLES))
    names.set(name, { about: schema.description, schemas: [schema] });
  const tables = keysAt(slots, ["lookup"]);
  if (tables.length > 0)
    names.set("lookup", { about: "The tables of this file.", schemas: [tablesOf(slots, tables)] });
  const previous = textAt(file, slots, ["previous", "as"]);
  if (previous !== undefined && path[0] !== "previous")
    names.set(previous, { about: "The event just before, where there is one.", schemas: event });
  if (path[0] === "previous") return names;
  for (const name of keysAt(slots, ["let"])) {
    if (path[0] === "let" && path[1] === name) return names;
    const written = textAt(file, slots, ["let", name]) ?? "";
    names.set(name, { about: written, schemas: meaningOf(inner(written), names) });
  }
  const list = path[0] === "translations" ? [...path.slice(0, 2), "forEach"] : [];
  for (const name of path[2] === "forEach" ? [] : keysAt(slots, list)) {
    const written = textAt(file, slots, [...list, name]) ?? "";
    const items = meaningOf(written, names).map((schema) => (isObject(schema) ? schema.items : undefined));
    names.set(name, { about: `Each of ${written}`, schemas: items });
  }
  return names;
};

/** What a path of names leads to. */
export const follow = (
  names: ReadonlyMap<string, Known>,
  [root = "", ...steps]: readonly string[],
): Known | undefined =>
  steps.reduce<Known | undefined>((at, step) => at && fieldsOf(at).get(step), names.get(root));

/** The fields of a value that every version of its schema has, in the order of the first. */
export const fieldsOf = ({ schemas }: Known): ReadonlyMap<string, Known> => {
  const all = schemas.map((schema) =>
    isObject(schema) && isObject(schema.properties) ? schema.properties : {},
  );
  const [first = {}] = all;
  return new Map(
    Object.keys(first)
      .filter((name) => all.every((properties) => Object.hasOwn(properties, name)))
      .filter((name) =>
        all.every(({ [name]: schema }) => !(isObject(schema) && schema["never-store"] === true)),
      )
      .map((name) => {
        const inner = all.map((properties) => properties[name]);
        return [name, { about: descriptionOf(inner), schemas: inner }];
      }),
  );
};

/** The words that a value can be, where its schema lists them. */
export const wordsOf = ({ schemas }: Known): readonly string[] => {
  const [first, ...others] = schemas.map((schema) =>
    isObject(schema) && Array.isArray(schema.enum) ? schema.enum.map(String) : [],
  );
  return (first ?? []).filter((word) => others.every((each) => each.includes(word)));
};

/** The kind of a value in a word: `text`, `object`; empty where nobody knows. */
export const kindOf = ({ schemas: [schema] }: Known): string => {
  if (!isObject(schema)) return "";
  const type = Array.isArray(schema.type) ? schema.type.find((each) => each !== "null") : schema.type;
  return KINDS[String(type ?? (Array.isArray(schema.enum) ? "string" : ""))] ?? "";
};

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  integer: "whole number",
  number: "number",
  boolean: "true or false",
  array: "list",
  object: "object",
};

const descriptionOf = (schemas: readonly unknown[]): string => {
  const described = schemas.find((schema) => isObject(schema) && typeof schema.description === "string");
  return isObject(described) ? String(described.description) : "";
};

/** What an expression that is only a path of names leads to. */
const meaningOf = (source: string, names: ReadonlyMap<string, Known>): readonly unknown[] => {
  const tokens = tokensOf(source);
  const last = tokens.at(-1);
  if (last === undefined || (last.kind !== "field" && last.kind !== "variable")) return [];
  const path = [...namesBefore(source, tokens, tokens.length - 1), source.slice(last.from, last.to)];
  return path.length * 2 - 1 === tokens.length ? (follow(names, path)?.schemas ?? []) : [];
};

/** The expression in a text that is nothing else. */
const inner = (text: string): string => /^\$\{(.*)\}$/s.exec(text.trim())?.[1] ?? "";

const textAt = (file: string, slots: readonly Slot[], path: Path): string | undefined => {
  const slot = valueAt(slots, path);
  return slot && (isExpression(path) || slot.style !== "flow") ? scalarOf(file, slot).text.trim() : undefined;
};

const tablesOf = (slots: readonly Slot[], tables: readonly string[]): unknown => ({
  type: "object",
  properties: Object.fromEntries(
    tables.map((table) => [
      table,
      {
        type: "object",
        description: "A table of this file: read it by lookup.table[key].",
        properties: Object.fromEntries(keysAt(slots, ["lookup", table]).map((key) => [key, {}])),
      },
    ]),
  ),
});
