import type { ASTNode } from "@marcbachmann/cel-js";
import { isObject, type JsonObject } from "../event/json.ts";
import { type Constants, constantOf } from "./emit.ts";
import type { Lookup } from "./environment.ts";
import type { Expression } from "./expression.ts";
import { givesIri, givesPlainText } from "./iri.ts";
import { absences, type KnownPaths, notNull, type Path, presentWhen, scalar } from "./presence.ts";
import { sortsOfSchema } from "./sort.ts";
import { expressionsIn, type Tree } from "./tree.ts";

/** What can be told of a translation's expressions without running them. */
export interface Knowledge {
  /** The fields by whose absence the expression would have no value; none where it always has one. */
  absences(expression: Expression): readonly Path[];
  /** What a path leads to, where it leads to something. */
  kindOf(path: Path): Kind;
  /** Whether the expression gives an IRI whenever it has a value. */
  givesIri(expression: Expression): boolean;
  /** Whether it gives a text that JSON writes as it is. */
  givesPlainText(expression: Expression): boolean;
}

/** What a translation's expressions can read. */
interface Readable {
  /** The event's schema. */
  readonly schema: JsonObject;
  /** The `let`s, by name. */
  readonly lets: ReadonlyMap<string, Tree>;
  readonly lookup: Lookup;
  /** The variable of the event before, which has the same fields where there is one. */
  readonly previous?: string | undefined;
  /** The variable of `forEach`, and the schema of an element. */
  readonly each?: { readonly name: string; readonly schema: unknown };
  readonly when: Expression | undefined;
  readonly constants: Constants;
}

export const knowledgeOf = ({
  schema,
  lets,
  lookup,
  previous,
  each,
  when,
  constants,
}: Readable): Knowledge => {
  const meaning = (name: string): ASTNode | undefined => {
    const tree = lets.get(name);
    return tree?.kind === "value" ? tree.expression.node : undefined;
  };
  const present = when === undefined ? new Set<Path>() : presentWhen(when.node, meaning);
  const kindOf = (path: Path): Kind => {
    const [root = "", ...names] = path.split(".");
    if (root === "event" || root === previous)
      return names.length === 0 ? "object" : kindOfSchema(fieldAt(schema, names));
    if (root === each?.name) return kindOfSchema(fieldAt(each.schema, names));
    if (root === "lookup")
      return names.length > 1 && Object.hasOwn(lookup, names[0] ?? "") ? "scalar" : "object";
    return names.length === 0 && root !== "time" ? (lets.has(root) ? "unknown" : "object") : "scalar";
  };
  /** Whether a path has a value, of its kind, once what it stands in has. */
  const isThere = (path: Path): boolean => {
    if (present.has(scalar(path))) return true;
    const kind = kindOf(path);
    if (kind === "unknown") return false;
    if (present.has(path)) return kind !== "nullable" || present.has(notNull(path));
    const [root = "", ...names] = path.split(".");
    if (root === "lookup") return hasEntry(lookup, names);
    if (ALWAYS.has(root)) return true;
    if (root === each?.name) return kind !== "nullable" && isRequired(each.schema, names);
    return root === "event" && kind !== "nullable" && isRequired(schema, names);
  };
  const paths: KnownPaths = {
    meaning,
    sortsOf: (path) => {
      const [root, ...names] = path.split(".");
      if (root === "event" || root === previous) return sortsOfSchema(fieldAt(schema, names));
      return root === each?.name ? sortsOfSchema(fieldAt(each?.schema, names)) : [];
    },
    isScalar: (path) => present.has(scalar(path)) || ["scalar", "nullable"].includes(kindOf(path)),
    absences: (path) => {
      const known = lets.get(path);
      if (known !== undefined) {
        return present.has(scalar(path))
          ? []
          : expressionsIn(known).flatMap(({ node }) => absences(node, paths));
      }
      const names = path.split(".");
      const upTo = (count: number): Path => names.slice(0, count).join(".");
      // What has a field that is there, is an object.
      const isSure = (count: number): boolean => present.has(upTo(count + 1)) || isThere(upTo(count));
      return names.every((_, at) => (at + 1 < names.length ? isSure(at + 1) : isThere(path))) ? [] : [path];
    },
  };
  const constant = (path: Path): string | undefined => {
    const [root = "", name = ""] = path.split(".");
    return constantOf(constants, root, name);
  };
  const isIriField = (path: Path): boolean => {
    const [root, ...names] = path.split(".");
    const of =
      root === "event" ? schema : root !== undefined && root === each?.name ? each.schema : undefined;
    const field = fieldAt(of, names);
    return isObject(field) && (field.format === "uri" || field.format === "iri");
  };
  return {
    absences: ({ node }) => [...new Set(absences(node, paths))],
    givesIri: ({ node }) => givesIri(node, { isIriField, meaning }),
    givesPlainText: ({ node }) => givesPlainText(node, { meaning, constant }),
    kindOf,
  };
};

/** Variables that have a value for every event, and so have their fields. */
const ALWAYS: ReadonlySet<string> = new Set(["hub", "learner", "time"]);

/** What a value is when it is there; the kind of `nullable` is scalar unless it is null. */
type Kind = "scalar" | "nullable" | "object" | "unknown";

const kindOfSchema = (schema: unknown): Kind => {
  if (!isObject(schema)) return "unknown";
  const { type } = schema;
  if (Array.isArray(type)) {
    return type.every((each) => SCALARS.has(each) || each === "null")
      ? type.includes("null")
        ? "nullable"
        : "scalar"
      : "unknown";
  }
  if (type === "array" || type === "object") return "object";
  return SCALARS.has(type) || (type === undefined && isEnumOfTexts(schema)) ? "scalar" : "unknown";
};

const SCALARS: ReadonlySet<unknown> = new Set(["string", "integer", "number", "boolean"]);

/** Whether a schema requires a field, once it has the object around it. */
const isRequired = (schema: unknown, names: readonly string[]): boolean => {
  const parent = fieldAt(schema, names.slice(0, -1));
  return (
    names.length === 0 ||
    (isObject(parent) && Array.isArray(parent.required) && parent.required.includes(names.at(-1)))
  );
};

const hasEntry = (lookup: Lookup, [table, key]: readonly string[]): boolean =>
  table === undefined || key === undefined || Object.hasOwn(lookup[table] ?? {}, key);

const isEnumOfTexts = ({ enum: allowed }: JsonObject): boolean =>
  Array.isArray(allowed) && allowed.every((each) => typeof each === "string");

/** The schema of a field, by its names. */
export const fieldAt = (schema: unknown, names: readonly string[]): unknown =>
  names.reduce<unknown>(
    (at, name) =>
      isObject(at) && isObject(at.properties) && Object.hasOwn(at.properties, name)
        ? at.properties[name]
        : undefined,
    schema,
  );
