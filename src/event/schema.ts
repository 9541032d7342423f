import { Ajv, type SchemaObject } from "ajv";
import standalone from "ajv/dist/standalone/index.js";
import addFormats from "ajv-formats";
import { type Document, readDocument } from "../document/document.ts";
import type { Problem } from "../document/problem.ts";
import { isObject, type JsonObject } from "./json.ts";
import { marked, unheededMarks } from "./marks.ts";

/** An event's schema as a file under mappings/ holds it. Used when a site is built, never in a function. */
export interface SchemaFile {
  readonly document: Document;
  readonly id: string;
  readonly version: string;
  readonly schema: JsonObject;
  /** The property marked `learner: true`. */
  readonly learner: string | undefined;
  /** Paths of the properties marked `never-store: true`; `*` stands for every element of an array. */
  readonly neverStore: readonly (readonly string[])[];
}

/** Keywords that Jupyter's schemas and ours add to JSON Schema; validation takes no notice of them. */
const VOCABULARY = ["version", "personal-data", "categories", "redactionPolicies", "never-store", "learner"];

/** Reads a schema (JSON Schema draft-07 as YAML or JSON, as jupyter_events publishes them). */
export const readSchema = (file: string, text: string): SchemaFile | readonly Problem[] => {
  const document = readDocument(file, text);
  if (document.problems.length > 0) return document.problems;
  const schema = document.value;
  if (!isObject(schema))
    return [document.problem([], "A schema is a mapping of keys, such as $id and properties.")];
  const problems: Problem[] = [];
  const { $id: id, version } = schema;
  if (typeof id !== "string") problems.push(document.problem(["$id"], "The schema lacks $id, a text."));
  if (typeof version !== "string" && typeof version !== "number") {
    problems.push(document.problem(["version"], 'The schema lacks version, such as "1".'));
  }
  problems.push(...compileErrors(document, schema), ...unheededMarks(document, schema));
  if (problems.length > 0) return problems;
  return {
    document,
    id: String(id),
    version: String(version),
    schema,
    learner: marked(schema, "learner")[0]?.[0],
    neverStore: marked(schema, "never-store"),
  };
};

/** JavaScript (CommonJS) with one validation function per schema, exported under the names given. */
export const validatorsCode = (schemas: ReadonlyMap<string, JsonObject>): string => {
  const ajv = newAjv();
  const names: Record<string, string> = {};
  for (const [name, schema] of schemas) {
    ajv.addSchema(anonymous(schema), name);
    names[name] = name;
  }
  return standalone.default(ajv, names);
};

const newAjv = (): Ajv => {
  const ajv = new Ajv({
    code: { source: true, esm: false },
    strictTypes: false,
    strictRequired: false,
    strictTuples: false,
  });
  addFormats.default(ajv);
  ajv.addVocabulary(VOCABULARY);
  return ajv;
};

/** Some ids are not URLs (`hub.jupyter.org/server-action`), which ajv would try to resolve. */
const anonymous = ({ $id: _, $schema: __, ...schema }: JsonObject): SchemaObject => schema;

const compileErrors = (document: Document, schema: JsonObject): readonly Problem[] => {
  try {
    newAjv().compile(anonymous(schema));
    return [];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [document.problem([], `This is not a JSON Schema that can be compiled: ${message}.`)];
  }
};
