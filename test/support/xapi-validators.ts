import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import learningLocker from "@learninglocker/xapi-validation";
import { Ajv } from "ajv";
import { isObject } from "../../src/event/json.ts";

const require = createRequire(import.meta.url);
const read = (path: string): unknown => JSON.parse(readFileSync(require.resolve(path), "utf8"));

/** Whether Learning Locker's validator of xAPI 1.0.3 refuses a statement. Where it fails over one, it refuses it. */
export const learningLockerRefuses = (statement: unknown): boolean => {
  try {
    return learningLocker.default(statement).length > 0;
  } catch {
    return true;
  }
};

const SCHEMA = "tin-can-json-schema/1.0.1.json";
const FORMATS = "tin-can-json-schema/formats.json";

/** The places of a schema's parts by their names, as draft 4 gives them: `"id": "#agent"`. */
const placesOf = (schema: unknown, place = "#"): readonly (readonly [string, string])[] => {
  if (typeof schema !== "object" || schema === null) return [];
  const own = "id" in schema && typeof schema.id === "string" ? [[schema.id, place] as const] : [];
  const inner = Object.entries(schema).flatMap(([key, value]) => placesOf(value, `${place}/${key}`));
  return [...own, ...inner];
};

/** The schema without draft 4's names, which ajv knows no more: each reference leads to the place itself. */
const withPlaces = (schema: unknown, places: ReadonlyMap<string, string>): unknown => {
  if (Array.isArray(schema)) return schema.map((each) => withPlaces(each, places));
  if (!isObject(schema)) return schema;
  const entries = Object.entries(schema).filter(
    ([key, value]) => key !== "$schema" && !(key === "id" && typeof value === "string"),
  );
  return Object.fromEntries(
    entries.map(([key, value]) =>
      key === "$ref" ? [key, places.get(String(value)) ?? value] : [key, withPlaces(value, places)],
    ),
  );
};

const compileTinCan = () => {
  const ajv = new Ajv({ strict: false, unicodeRegExp: false });
  for (const [name, pattern] of Object.entries(read(FORMATS) ?? {})) ajv.addFormat(name, new RegExp(pattern));
  const schema = read(SCHEMA);
  const placed = withPlaces(schema, new Map(placesOf(schema)));
  if (isObject(placed)) ajv.addSchema(placed, "tin-can");
  return ajv.compile({ $ref: "tin-can#/properties/statement" });
};

const isTinCan = compileTinCan();

/** Whether the JSON Schema of xAPI 1.0.1 by Rustici Software refuses a statement. */
export const tinCanRefuses = (statement: unknown): boolean => !isTinCan(statement);
