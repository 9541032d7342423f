import { Ajv, type Options, type SchemaObject } from "ajv";
import standalone from "ajv/dist/standalone/index.js";
import addFormats from "ajv-formats";
import { type Document, readDocument } from "../document/document.ts";
import { didYouMean, type Problem } from "../document/problem.ts";
import { shapeProblems } from "../document/shape.ts";
import { isObject, type JsonObject } from "./json.ts";
import { marked, redactable, unheededMarks, withRedaction } from "./marks.ts";
import { DEEPEST, type Part, partsOf, REMARKS } from "./parts.ts";
import { safetyProblems } from "./safety.ts";

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
  /** Paths of the properties marked `path: true`, whose texts are files' paths. */
  readonly paths: readonly (readonly string[])[];
  /** Paths of the properties that may be null because their producer kept them back. */
  readonly redactable: readonly (readonly string[])[];
  /** Whether it is nobody's event (`anonymous: true`). */
  readonly anonymous: boolean;
}

/** Reads a schema (JSON Schema draft-07 as YAML or JSON, as jupyter_events publishes them). */
export const readSchema = (file: string, text: string): SchemaFile | readonly Problem[] => {
  // Whoever wrote so long a schema did not write it by hand, and each of its rules is tried on every event.
  if (text.length > LARGEST) {
    const message = `A schema is at most ${LARGEST / 1024} KB long; this one has ${Math.ceil(text.length / 1024)} KB.`;
    return [{ file, line: 1, column: 1, message }];
  }
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
  if (schema.anonymous === true && marked(schema, "learner").length > 0)
    problems.push(
      document.problem(["anonymous"], "An event is nobody's, or it names its learner: not both."),
    );
  problems.push(...ruleProblems(document, schema));
  if (problems.length > 0) return problems;
  return {
    document,
    id: String(id),
    version: String(version),
    schema,
    learner: marked(schema, "learner")[0]?.[0],
    neverStore: marked(schema, "never-store"),
    paths: marked(schema, "path"),
    redactable: redactable(schema),
    anonymous: schema.anonymous === true,
  };
};

/** JavaScript (CommonJS) with one validation function per schema, exported under the names given. */
export const validatorsCode = (schemas: ReadonlyMap<string, JsonObject>): string => {
  const ajv = newAjv();
  const names: Record<string, string> = {};
  for (const [name, schema] of schemas) {
    ajv.addSchema(unnamed(withRedaction(schema)), name);
    names[name] = name;
  }
  return standalone.default(ajv, names);
};

const newAjv = (options: Options = {}): Ajv => {
  const ajv = new Ajv({
    ...options,
    code: { source: true, esm: false },
    strictTypes: false,
    strictRequired: false,
    strictTuples: false,
  });
  addFormats.default(ajv);
  ajv.addVocabulary([...REMARKS]);
  return ajv;
};

/** Some ids are not URLs (`hub.jupyter.org/server-action`), which ajv would try to resolve. */
const unnamed = ({ $id: _, $schema: __, ...schema }: JsonObject): SchemaObject => schema;

/** The characters of the longest schema. */
const LARGEST = 256 * 1024;

/** What is wrong with the rules themselves; of several complaints about one place, the first says most. */
const ruleProblems = (document: Document, schema: JsonObject): readonly Problem[] => {
  const parts = partsOf(schema);
  const unsafe = safetyProblems(document, parts);
  if (parts.some(({ depth }) => depth > DEEPEST)) return unsafe;
  const found = [
    ...unsafe,
    ...unknownKeywords(document, parts),
    ...wrongKeywords(document, schema),
    ...unheededMarks(document, schema),
  ];
  if (found.length === 0) return compileErrors(document, parts, schema);
  return found.filter(
    ({ line, column }, at) =>
      at === found.findIndex((other) => other.line === line && other.column === column),
  );
};

/** Tells of all that is wrong with a schema, not only of the first. */
const critic = newAjv({ allErrors: true, verbose: true });

/** `id` is the name that $id had in older drafts. */
const KEYWORDS: ReadonlySet<string> = new Set(
  Object.keys(critic.RULES.keywords).filter((key) => key !== "id"),
);

const unknownKeywords = (document: Document, parts: readonly Part[]): readonly Problem[] =>
  parts
    .filter(({ remark }) => !remark)
    .flatMap(({ schema, path }) =>
      Object.keys(schema)
        .filter((key) => !KEYWORDS.has(key))
        .map((key) =>
          document.problem(
            [...path, key],
            `"${key}" is no keyword of JSON Schema, draft-07${didYouMean(key, KEYWORDS)}`,
            "key",
          ),
        ),
    );

/** Keywords with values that they cannot have, as the schema of schemas tells. */
const wrongKeywords = (document: Document, schema: JsonObject): readonly Problem[] => {
  if (critic.validateSchema(unnamed(schema)) === true) return [];
  const errors = critic.errors ?? [];
  // That one of several forms must match says less than what is said of a form.
  const telling = errors.filter(
    ({ keyword, instancePath }) =>
      keyword !== "anyOf" ||
      !errors.some((each) => each.instancePath === instancePath && each.keyword === "enum"),
  );
  return shapeProblems(document, telling);
};

/** What only compiling it shows; ajv puts the name that it is about in quotes. */
const compileErrors = (
  document: Document,
  parts: readonly Part[],
  schema: JsonObject,
): readonly Problem[] => {
  try {
    newAjv({ validateSchema: false }).compile(unnamed(schema));
    return [];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const [, key = ""] = /"([^"]+)"/.exec(message) ?? [];
    const part = parts.find((each) => !each.remark && Object.hasOwn(each.schema, key));
    const words = message.replace(/^strict mode: /, "").replace(/\.$/, "");
    return [
      document.problem(
        part === undefined ? [] : [...part.path, key],
        `This schema cannot be used: ${words}.`,
        "key",
      ),
    ];
  }
};
