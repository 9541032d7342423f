import { Ajv, type ErrorObject, type SchemaObject } from "ajv";
import type { Document, Path } from "./document.ts";
import { didYouMean, type Problem } from "./problem.ts";
import { isThisMachine } from "./this-machine.ts";

/**
 * Checks a document against the JSON Schema of its kind and gives every problem with its place. The same schema
 * helps people's editors.
 */
export const checkShape = (document: Document, schema: SchemaObject): readonly Problem[] => {
  if (document.problems.length > 0) return document.problems;
  const validate = compiled(schema);
  return validate(document.value) ? [] : shapeProblems(document, validate.errors ?? []);
};

/** What ajv found in a document (under `allErrors` and `verbose`), in plain words and at its place. */
export const shapeProblems = (document: Document, errors: readonly ErrorObject[]): readonly Problem[] =>
  errors.filter(tellsSomething).map((error) => {
    const path = pathOf(error.instancePath, document.value);
    const key = keyOf(error);
    return key === undefined
      ? document.problem(path, describe(error, path))
      : document.problem([...path, key], describe(error, path), "key");
  });

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, verbose: true });
// What editors show beside the words of an enum.
ajv.addVocabulary(["x-message", "enumDescriptions"]);
ajv.addFormat("https-url", (text: string) => URL.canParse(text) && isSafe(new URL(text)));

/** Plain http would show records about students to the network; on the machine itself there is none. */
const isSafe = ({ protocol, hostname, username, password }: URL): boolean =>
  username === "" &&
  password === "" &&
  (protocol === "https:" || (protocol === "http:" && isThisMachine(hostname)));

const validators = new WeakMap<SchemaObject, ReturnType<Ajv["compile"]>>();

const compiled = (schema: SchemaObject): ReturnType<Ajv["compile"]> => {
  const known = validators.get(schema) ?? ajv.compile(schema);
  validators.set(schema, known);
  return known;
};

/** `if` and `propertyNames` only repeat what was said inside of them; of `anyOf`, its own message is enough. */
const tellsSomething = ({ keyword, schemaPath }: ErrorObject): boolean =>
  keyword !== "if" && keyword !== "propertyNames" && !/\/anyOf\/\d/.test(schemaPath);

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

/** The key that is wrong, where the problem is no value. */
const keyOf = ({ keyword, params, propertyName }: ErrorObject): string | undefined =>
  keyword === "additionalProperties" ? params.additionalProperty : propertyName;

const describe = (error: ErrorObject, path: Path): string => {
  const name = path.length === 0 ? "The file" : `"${path.join(".")}"`;
  switch (error.keyword) {
    case "additionalProperties": {
      const key: string = error.params.additionalProperty;
      return `There is no key "${key}" in ${name.replace("The", "the")}${didYouMean(key, Object.keys(error.parentSchema?.properties ?? {}))}`;
    }
    case "required":
      return `${name} lacks "${error.params.missingProperty}".`;
    case "enum": {
      if (error.propertyName !== undefined)
        return `The name "${error.propertyName}" ${error.parentSchema?.["x-message"]}.`;
      const allowed: readonly string[] = error.params.allowedValues;
      const hint = didYouMean(String(error.data), allowed.map(String));
      return `${name} must be one of ${allowed.join(", ")}${hint}`;
    }
    case "anyOf":
    case "pattern": {
      const subject = error.propertyName === undefined ? name : `The name "${error.propertyName}"`;
      return `${subject} ${error.parentSchema?.["x-message"] ?? `must match ${error.params.pattern}`}.`;
    }
    case "minProperties":
    case "maxProperties": {
      const least = error.keyword === "minProperties" ? "at least" : "at most";
      return `${name} has ${least} ${error.params.limit} ${error.params.limit === 1 ? "key" : "keys"}.`;
    }
    case "format":
      return `${name} must be an https address without a password in it (http only for this machine itself).`;
    case "type":
      if (error.parentSchema?.["x-message"] !== undefined)
        return `${name} ${error.parentSchema["x-message"]}.`;
      return `${name} must be ${[error.params.type].flat().map(typeName).join(" or ")}.`;
    case "minimum":
    case "maximum":
      return `${name} must be at ${error.keyword === "minimum" ? "least" : "most"} ${error.params.limit}.`;
    case "exclusiveMinimum":
      return `${name} must be more than ${error.params.limit}.`;
    case "minLength":
    case "minItems":
      return `${name} must not be empty.`;
    default:
      return `${name} ${error.message ?? error.keyword}.`;
  }
};

const typeName = (type: string): string =>
  ({ object: "a mapping of keys", array: "a list", string: "a text", integer: "a whole number" })[type] ??
  `a ${type}`;
