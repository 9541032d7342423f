import { isObject, type JsonObject } from "./json.ts";
import { namedIn, type Personal, partsOfAny, personalAt } from "./personal.ts";
import type { SchemaFile } from "./schema.ts";

/**
 * Whether a field, or something inside of it, may have no pseudonym where it needs one, as it may be a number, true or
 * false in some version of the event's schema. `personal` is what is personal in any of them.
 */
export const mayBeNoText = (
  schemas: readonly Pick<SchemaFile, "schema">[],
  names: readonly string[],
  personal: Personal,
): boolean => {
  const at = personalAt(personal, names);
  return schemas.some(({ schema }) => loses(at, names.reduce<unknown>(inside, schema)));
};

/** The schema of a part of a value: true where it can be anything, false where it cannot be. */
const inside = (schema: unknown, step: string): unknown =>
  step === "*" ? elementOf(schema) : memberOf(schema, step);

const elementOf = (schema: unknown): unknown => {
  if (!isObject(schema)) return schema;
  return isObject(schema.items) ? schema.items : true;
};

const memberOf = (schema: unknown, name: string): unknown => {
  if (!isObject(schema)) return schema;
  const { properties } = schema;
  return isObject(properties) && Object.hasOwn(properties, name) ? properties[name] : restOf(schema);
};

/** The schema of what an object holds besides its properties. */
const restOf = ({ additionalProperties, patternProperties }: JsonObject): unknown =>
  patternProperties === undefined ? (additionalProperties ?? true) : true;

const loses = (personal: Personal, schema: unknown): boolean => {
  if (schema === false || personal === "free" || personal === "texts") return false;
  const parts = partsOfAny(personal);
  const { leaf, properties, others, items } = parts;
  const known = isObject(schema) ? schema : {};
  if (leaf !== "free" && leaf !== "texts" && canBe(known, ["integer", "number", "boolean"])) return true;
  if (canBe(known, ["array"]) && loses(items, elementOf(schema))) return true;
  if (!canBe(known, ["object"])) return false;
  const named = isObject(known.properties) ? Object.keys(known.properties) : [];
  return (
    loses(others, restOf(known)) ||
    [...named, ...Object.keys(properties)].some((name) => loses(namedIn(parts, name), memberOf(schema, name)))
  );
};

const canBe = ({ type, enum: values, const: only }: JsonObject, types: readonly string[]): boolean => {
  if (type !== undefined && ![type].flat().some((each) => types.includes(String(each)))) return false;
  const written = Array.isArray(values) ? values : only === undefined ? undefined : [only];
  return written === undefined || written.some((each) => types.includes(typeOfValue(each)));
};

const typeOfValue = (value: unknown): string => {
  if (value === null || typeof value !== "object") return value === null ? "null" : typeof value;
  return Array.isArray(value) ? "array" : "object";
};
