import type { Problem } from "../document/problem.ts";
import { isObject, type JsonObject } from "./json.ts";
import { isPersonal, markOf } from "./marks.ts";
import { partsOf } from "./parts.ts";
import { type MarkPath, modeOf, rootMark, rootMode, type Whole } from "./personal.ts";
import type { SchemaFile } from "./schema.ts";

/** Finds the mark by which a field is personal, in the first of the versions where it is. */
export const markOn = (
  schemas: readonly Pick<SchemaFile, "schema" | "document">[],
  names: readonly string[],
): Problem | undefined => {
  const [first] = schemas.flatMap(({ schema, document }) => {
    const path = markIn(schema, names);
    return path === undefined ? [] : [document.problem(path, "", "key")];
  });
  return first;
};

const markIn = (schema: JsonObject, names: readonly string[]): MarkPath | undefined => {
  let mode: Whole = rootMode(schema);
  let mark = mode === "free" ? undefined : (rootMark(schema) ?? firstMark(schema, []));
  let at: unknown = schema;
  let path: MarkPath = [];
  for (const name of names) {
    const step: MarkPath = name === "*" ? ["items"] : ["properties", name];
    at = stepInto(at, step);
    path = [...path, ...step];
    const before = mode;
    mode = modeOf(at, mode, schema);
    if (isObject(at) && isPersonal(at)) mark = [...path, markOf(at)];
    else if (mode === "free" && before !== "free") mark = undefined;
    // Its schema leads to a mark elsewhere.
    else if (mode !== "free" && before === "free") mark = firstMark(schema, []);
  }
  // What is inside of an object may be marked where the object is not.
  return mark ?? firstMark(at, path);
};

const stepInto = (at: unknown, step: MarkPath): unknown =>
  step.reduce<unknown>(
    (inner, key) => (isObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    at,
  );

const firstMark = (schema: unknown, path: MarkPath): MarkPath | undefined => {
  const marked = partsOf(schema).find((part) => isPersonal(part.schema));
  return marked && [...path, ...marked.path, markOf(marked.schema)];
};
