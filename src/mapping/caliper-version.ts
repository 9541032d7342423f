import { entityTypes } from "../caliper/entities.ts";
import { isKindOf } from "../caliper/kinds.ts";
import { lacking } from "../caliper/v1p1.ts";
import { constantText, memberOf, type Tree } from "./tree.ts";

/** The words of Caliper's vocabulary in what a mapping says: types of the event and of its entities, and the action. */
export const wordsIn = (side: Tree): readonly string[] => {
  if (side.kind === "array") return side.items.flatMap(wordsIn);
  if (side.kind !== "object") return [];
  return side.members.flatMap(({ key, value }) => {
    const word = key === "type" || key === "action" ? constantText(value) : undefined;
    return word === undefined ? wordsIn(value) : [word];
  });
};

/** What a mapping says, without the properties that Caliper 1.1 has not. */
export const asV1p1 = (tree: Tree): Tree => {
  if (tree.kind === "array") return { ...tree, items: tree.items.map(asV1p1) };
  if (tree.kind !== "object") return tree;
  const type = constantText(memberOf(tree, "type"));
  const known = type !== undefined && Object.hasOwn(entityTypes, type);
  const isLacking = (key: string): boolean =>
    known
      ? Object.entries(lacking.entities).some(([of, keys]) => isKindOf(type, of) && keys.has(key))
      : lacking.event.has(key);
  return {
    ...tree,
    members: tree.members
      .filter(({ key }) => !isLacking(key))
      .map((each) => (FREE.has(each.key) ? each : { ...each, value: asV1p1(each.value) })),
  };
};

/** Properties whose keys are no words of Caliper. */
const FREE: ReadonlySet<string> = new Set(["extensions", "messageParameters"]);
