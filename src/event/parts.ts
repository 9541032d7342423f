import type { Path } from "../document/document.ts";
import { isObject, type JsonObject } from "./json.ts";

/** A schema inside of a schema, and where it stands. */
export interface Part {
  readonly schema: JsonObject;
  readonly path: Path;
  /** How many schemas it is inside of. */
  readonly depth: number;
  /** Whether it is below a keyword that is only a remark: no event is checked against it, unless a $ref leads here. */
  readonly remark: boolean;
}

/** Keywords that Jupyter's schemas and ours add to JSON Schema; validation takes no notice of them. */
export const REMARKS: readonly string[] = [
  "version",
  "personal-data",
  "categories",
  "redactionPolicies",
  "never-store",
  "learner",
  "anonymous",
  "path",
  // Remarks of the prototypes of 2019.
  "pii",
  "comment",
];

/** Keywords below which each key is a name that the schema's author chose. */
export const NAMED: ReadonlySet<string> = new Set([
  "properties",
  "patternProperties",
  "definitions",
  "$defs",
  "dependencies",
]);

/** Keywords that hold values, not schemas. */
export const VALUES: ReadonlySet<string> = new Set(["enum", "const", "default", "examples"]);

/** How deeply schemas may be inside of one another. */
export const DEEPEST = 32;

/** A schema and every schema inside of it, down to one level more than is allowed. */
export const partsOf = (schema: unknown): readonly Part[] => {
  const parts: Part[] = [];
  const add = (value: unknown, path: Path, depth: number, remark: boolean): void => {
    if (!isObject(value) || depth > DEEPEST + 1) return;
    parts.push({ schema: value, path, depth, remark });
    for (const [key, inner] of Object.entries(value)) {
      if (VALUES.has(key)) continue;
      const below = remark || REMARKS.includes(key);
      if (Array.isArray(inner)) {
        for (const [at, each] of inner.entries()) add(each, [...path, key, at], depth + 1, below);
      } else if (NAMED.has(key) && isObject(inner)) {
        for (const [name, each] of Object.entries(inner)) add(each, [...path, key, name], depth + 1, below);
      } else add(inner, [...path, key], depth + 1, below);
    }
  };
  add(schema, [], 0, false);
  return parts;
};
