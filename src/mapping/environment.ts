import { Environment } from "@marcbachmann/cel-js";
import { isObject, type JsonObject } from "../event/json.ts";
import * as functions from "./functions.ts";

/** CEL's own functions and macros that mappings may use; `matches` could hang on a regular expression. */
const METHODS = ["startsWith", "endsWith", "contains", "size", "orElse"] as const;
const FUNCTIONS = [
  "iri",
  "basename",
  "dirname",
  "extension",
  "lower",
  "duration",
  "seconds",
  "utc",
  "pseudonym",
  "string",
  "size",
  "has",
] as const;

/** Names that an expression may call, as functions and as methods. */
export const callable: { readonly functions: ReadonlySet<string>; readonly methods: ReadonlySet<string> } = {
  functions: new Set(FUNCTIONS),
  methods: new Set(METHODS),
};

/** The most parts that `iri` takes after its base. */
const IRI_PARTS = 6;

/** An expression's size and depth are bounded, so that none can run long. */
export const LIMITS = {
  maxAstNodes: 200,
  maxDepth: 24,
  maxListElements: 100,
  maxMapEntries: 100,
  maxCallArguments: 8,
};

/** The variables of every mapping, apart from `event`: what the translator knows without it. */
const VARIABLES: Readonly<Record<string, Shape>> = {
  learner: { id: "string" },
  course: { id: "string", label: "string", title: "string" },
  session: { id: "string", started: "string" },
  hub: { id: "string", name: "string", files: "string" },
  sender: { role: "string", initiator: "string" },
};

type Shape = { readonly [field: string]: string | Shape };

/** The variables of an environment with their fields, for complaints about names. */
const shapes = new WeakMap<Environment, Shape>();

/** The fields of what a path of names leads to, or undefined where they are not known. */
export const fieldsOf = (
  environment: Environment,
  path: readonly string[],
): readonly string[] | undefined => {
  const shape = path.reduce<string | Shape | undefined>(
    (at, name) => (typeof at === "object" && Object.hasOwn(at, name) ? at[name] : undefined),
    shapes.get(environment),
  );
  return typeof shape === "object" ? Object.keys(shape) : undefined;
};

/** Words of CEL, which cannot be names of variables. */
export const RESERVED: ReadonlySet<string> = new Set(
  "as break const continue else false for function if import in let loop namespace null package prototype return true var void while".split(
    " ",
  ),
);

/** Tables of a mapping file: by the table's name, a value for each key. */
export type Lookup = Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;

/**
 * A CEL environment in which `event` has the fields and types of its schema, and `lookup` the tables of the mapping.
 * Without a schema, there is no event.
 */
export const environmentFor = (schema: JsonObject | undefined, lookup: Lookup = {}): Environment => {
  const environment = new Environment({
    unlistedVariablesAreDyn: false,
    homogeneousAggregateLiterals: false,
    limits: LIMITS,
  });
  environment.registerVariable("time", "string");
  for (const [name, shape] of Object.entries(VARIABLES))
    environment.registerVariable({ name, schema: shape });
  const event = schema === undefined ? undefined : typeOf({ ...schema, type: "object" });
  const tables = Object.fromEntries(Object.entries(lookup).map(([name, table]) => [name, tableType(table)]));
  const entries = Object.fromEntries(
    Object.entries(lookup).map(([name, table]) => [
      name,
      Object.fromEntries(Object.keys(table).map((key) => [key, "dyn"])),
    ]),
  );
  shapes.set(environment, { ...VARIABLES, lookup: entries, ...(event !== undefined && { event }) });
  if (Object.keys(tables).length > 0) environment.registerVariable({ name: "lookup", schema: tables });
  if (event !== undefined) {
    environment.registerVariable(
      typeof event === "string" ? { name: "event", type: event } : { name: "event", schema: event },
    );
  }
  for (let parts = 1; parts <= IRI_PARTS; parts++) {
    environment.registerFunction(
      `iri(${["string", ...Array(parts).fill("dyn")].join(", ")}): string`,
      functions.iri,
    );
  }
  environment.registerFunction("basename(string): string", (path: string) => functions.basename(path));
  environment.registerFunction("dirname(string): string", (path: string) => functions.dirname(path));
  environment.registerFunction("extension(string): string", (path: string) => functions.extension(path));
  environment.registerFunction("lower(string): string", (text: string) => functions.lower(text));
  environment.registerFunction("duration(double): string", functions.duration);
  environment.registerFunction("duration(int): string", functions.duration);
  environment.registerFunction("duration(string, string): string", functions.duration);
  environment.registerFunction("seconds(string, string): double", functions.seconds);
  environment.registerFunction("utc(string): string", functions.utc);
  environment.registerFunction("pseudonym(string): string", (text: string) => text);
  for (const type of ["string", "int", "double", "bool"]) {
    environment.registerFunction(`${type}.orElse(${type}): ${type}`, functions.orElse);
  }
  return environment;
};

/** The environment with a variable more: an element of a list, with the fields of its schema where that is known. */
export const withElement = (outer: Environment, name: string, schema: unknown): Environment => {
  const environment = outer.clone();
  const type = typeOf(schema);
  shapes.set(environment, { ...shapes.get(outer), [name]: type });
  environment.registerVariable(typeof type === "string" ? { name, type } : { name, schema: type });
  return environment;
};

/** A table whose values are all of one kind gives values of that kind. */
const tableType = (table: Lookup[string]): string => {
  const kinds = new Set(
    Object.values(table).map((value) =>
      typeof value === "number" && !Number.isInteger(value) ? "double" : typeof value,
    ),
  );
  const [kind] = kinds;
  const type = { string: "string", boolean: "bool", number: "int", double: "double" }[String(kind)];
  return `map<string, ${kinds.size === 1 && type !== undefined ? type : "dyn"}>`;
};

const typeOf = (schema: unknown): string | Shape => {
  if (!isObject(schema)) return "dyn";
  switch (schema.type) {
    case "string":
    case "integer":
    case "number":
    case "boolean":
      return { string: "string", integer: "int", number: "double", boolean: "bool" }[schema.type];
    case "array": {
      const element = typeOf(schema.items);
      return typeof element === "string" ? `list<${element}>` : "list";
    }
    case "object": {
      if (!isObject(schema.properties)) return "map";
      return Object.fromEntries(
        Object.entries(schema.properties).map(([name, inner]) => {
          const type = typeOf(inner);
          // CEL names the type of an object after its field, which must then be a word.
          return [name, typeof type === "string" || /^[A-Za-z_]\w*$/.test(name) ? type : "map"];
        }),
      );
    }
    default:
      return Array.isArray(schema.enum) && schema.enum.every((each) => typeof each === "string")
        ? "string"
        : "dyn";
  }
};
