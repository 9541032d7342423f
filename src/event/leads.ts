import { isObject, type JsonObject } from "./json.ts";
import { isPersonal } from "./marks.ts";
import { NAMED, partsOf, VALUES } from "./parts.ts";

/**
 * Whether a `$ref`, or a keyword such as allOf, leads from a schema to a mark as personal data, beside its properties
 * and items: then nobody can tell part by part what of the value is meant. `root` is the schema as its file holds it.
 */
export const leadsToMark = (schema: JsonObject, root: JsonObject): boolean => {
  const seen = new Set<unknown>();
  const isMarked = (value: unknown): boolean => {
    if (seen.has(value)) return false;
    seen.add(value);
    return partsOf(value).some(
      ({ schema: each }) => isPersonal(each) || (typeof each.$ref === "string" && refers(each.$ref)),
    );
  };
  const refers = (reference: string): boolean => isMarked(referred(reference, root));
  return Object.entries(schema).some(([key, inner]) => {
    if (key === "$ref") return typeof inner === "string" && refers(inner);
    if (TOLD_APART.has(key) || VALUES.has(key)) return false;
    if (key === "items" && !Array.isArray(inner)) return false;
    const all = NAMED.has(key) && isObject(inner) ? Object.values(inner) : [inner].flat();
    return all.some(isMarked);
  });
};

/** Keywords whose schemas are not about the value itself, or about a part of it that has a name. */
const TOLD_APART: ReadonlySet<string> = new Set(["properties", "definitions", "$defs"]);

/** What a reference within the file leads to: `#/definitions/name`, or `#name` for what has that $id. */
const referred = (reference: string, root: JsonObject): unknown => {
  if (reference === "#" || reference === "#/") return root;
  if (!reference.startsWith("#/"))
    return partsOf(root).find(({ schema }) => schema.$id === reference)?.schema;
  return reference
    .slice(2)
    .split("/")
    .map((step) => decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>(
      (at, step) =>
        typeof at === "object" && at !== null
          ? Object.entries(at).find(([key]) => key === step)?.[1]
          : undefined,
      root,
    );
};
