import type { Tree } from "../mapping/tree.ts";
import { SIDES, type UnderstoodTranslation } from "../mapping/understand.ts";
import { fieldName, type Step } from "./fields.ts";

/** A field's name in a report, given the protocol and the translation of the statement that it is in. */
export type NameField = (protocols: readonly string[], translation: string, path: readonly Step[]) => string;

/**
 * Names fields as deep as mappings name them. Where a mapping puts in a value whole, what is inside of it is the event's:
 * its names may be a learner's, and without an end. It counts as a change of the field that holds it.
 */
export const fieldNamer = (translations: readonly UnderstoodTranslation[]): NameField => {
  const opaque = new Map<string, Set<string>>();
  for (const { name, sides } of translations)
    for (const side of SIDES) {
      const tree = sides[side];
      if (tree === undefined) continue;
      const key = `${side} ${name}`;
      const known = opaque.get(key) ?? new Set();
      for (const path of wholeValues(tree)) known.add(fieldName(path));
      opaque.set(key, known);
    }
  return (protocols, translation, path) => {
    const known = protocols.map((protocol) => opaque.get(`${protocol} ${translation}`));
    for (let length = 1; length < path.length; length++) {
      const name = fieldName(path.slice(0, length));
      if (known.some((names) => names?.has(name) === true)) return name;
    }
    return fieldName(path);
  };
};

/** Where a tree puts in a value as it is. */
function* wholeValues(tree: Tree, path: readonly Step[] = []): Generator<readonly Step[]> {
  if (tree.kind === "value") yield path;
  else if (tree.kind === "array") for (const item of tree.items) yield* wholeValues(item, [...path, 0]);
  else if (tree.kind === "object")
    for (const { key, value } of tree.members) yield* wholeValues(value, [...path, key]);
}
