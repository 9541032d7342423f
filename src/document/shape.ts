import { Ajv, type ErrorObject, type SchemaObject } from "ajv";
import type { Document, Path } from "./document.ts";
import { didYouMean, type Problem } from "./problem.ts";

/**
 * Checks a document against the JSON Schema of its kind and gives every problem with its place. The same schema
 * helps people's editors.
 */
export const checkShape = (document: Document, schema: SchemaObject): readonly Problem[] => {
  if (document.problems.length > 0) return document.problems;
  const validate = compiled(schema);
  if (validate(document.value)) return [];
  return (validate.errors ?? []).filter(tellsSomething).map((error) => {
    const path = pathOf(error.instancePath, document.value);
    return document.problem(placeOf(error, path), describe(error, path));
  });
};

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, verbose: true });
ajv.addVocabulary(["x-message"]);
ajv.addFormat("https-url", (text: string) => URL.canParse(text) && isSafe(new URL(text)));

/** Plain http would show records about students to the network; on the machine itself there is none. */
const isSafe = ({ protocol, hostname }: URL): boolean =>
  protocol === "https:" ||
  (protocol === "http:" &&
    (hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname)));

const validators = new WeakMap<SchemaObject, ReturnType<Ajv["compile"]>>();

const compiled = (schema: SchemaObject): ReturnType<Ajv["compile"]> => {
  const known = validators.get(schema) ?? ajv.compile(schema);
  validators.set(schema, known);
  return known;
};

/** `anyOf` and `oneOf` only repeat what their branches said. */
const tellsSomething = (error: ErrorObject): boolean => error.keyword !== "anyOf" && error.keyword !== "if";

const pathOf = (pointer: string, value: unknown): Path => {
  let at = value;
  return pointer
    .split("/")
    .slice(1)
    .map((part) => {
      const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
      const step = Array.isArray(at) ? Number(key) : key;
      at = at === null || typeof at !== "object" ? undefined : (at as Record<string | number, unknown>)[step];
      return step;
    });
};

const placeOf = (error: ErrorObject, path: Path): Path =>
  error.keyword === "additionalProperties" ? [...path, error.params.additionalProperty] : path;

const describe = (error: ErrorObject, path: Path): string => {
  const name = path.length === 0 ? "the file" : `"${path.join(".")}"`;
  switch (error.keyword) {
    case "additionalProperties": {
      const key: string = error.params.additionalProperty;
      return `There is no key "${key}" in ${name}${didYouMean(key, Object.keys(error.parentSchema?.properties ?? {}))}`;
    }
    case "required":
      return `${name} lacks "${error.params.missingProperty}".`;
    case "enum": {
      const allowed: readonly string[] = error.params.allowedValues;
      const hint = didYouMean(String(error.data), allowed.map(String));
      return `${name} must be one of ${allowed.join(", ")}${hint === "" ? "." : hint}`;
    }
    case "pattern":
      return `${name} ${error.parentSchema?.["x-message"] ?? `must match ${error.params.pattern}`}.`;
    case "format":
      return `${name} must be an https address (http only for this machine itself).`;
    default:
      return `${name} ${error.message ?? error.keyword}.`;
  }
};
