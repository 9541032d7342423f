import { entityTypes } from "../caliper/entities.ts";
import { propertiesOf, requiredOf } from "../caliper/kinds.ts";
import { nonNegative, structures } from "../caliper/structures.ts";
import { free, type Guard, guarded } from "./guarded.ts";
import { constantText, memberOf, type ObjectTree, type Tree } from "./tree.ts";

/** An entity, or the IRI of one, whose every value is of its kind or left out, or fails where it must be there. */
export const guardEntity = (tree: Tree): Tree => {
  if (tree.kind !== "object") return guarded(tree, "asIri");
  const type = constantText(memberOf(tree, "type")) ?? "";
  const alone = tree.members.every(({ key }) => key === "id" || key === "type");
  const whole = guardProperties(tree, propertiesOf(type), requiredOf(type));
  const members = whole.members.map((each) =>
    each.key === "id" ? { ...each, value: guarded(each.value, "asEntityId", type, alone) } : each,
  );
  return { ...whole, members };
};

const guardProperties = (
  tree: ObjectTree,
  kinds: Readonly<Record<string, string>>,
  needed: readonly string[],
): ObjectTree => ({
  ...tree,
  members: tree.members.map(({ key, value, required }) => ({
    key,
    value: guardValue(value, kinds[key] ?? "", key),
    required: required === true || needed.includes(key),
  })),
});

const guardValue = (tree: Tree, kind: string, key: string): Tree => {
  if (kind.endsWith("[]")) {
    if (tree.kind !== "array") return tree;
    return { ...tree, items: tree.items.map((item) => guardValue(item, kind.slice(0, -2), key)) };
  }
  if (kind === "object") return free(tree);
  const structure = Object.hasOwn(structures, kind) ? structures[kind] : undefined;
  if (structure !== undefined)
    return tree.kind === "object" ? guardProperties(tree, structure.properties, structure.required) : tree;
  if (kind !== "" && kind.split("|").every((each) => Object.hasOwn(entityTypes, each)))
    return guardEntity(tree);
  const guard = nonNegative.has(key) ? "asCount" : GUARDS[kind];
  return guard === undefined ? tree : guarded(tree, guard);
};

/** Times and durations need none: the functions that give them give nothing else. */
const GUARDS: Readonly<Record<string, Guard>> = {
  string: "asText",
  boolean: "asBoolean",
  integer: "asWhole",
  number: "asNumber",
};
