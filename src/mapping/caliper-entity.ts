import { entityTypes } from "../caliper/entities.ts";
import { isKindOf, propertiesOf, requiredOf } from "../caliper/kinds.ts";
import { roles, statuses } from "../caliper/vocabulary.ts";
import type { Path } from "../document/document.ts";
import { didYouMean } from "../document/problem.ts";
import {
  type Check,
  extensionProblems,
  idProblems,
  isSureIri,
  kindProblems,
  nameOf,
  objectProblems,
  presenceProblems,
} from "./side.ts";
import { constantText, memberOf, type Tree } from "./tree.ts";

/** Finds what Caliper would not allow in an entity, or in the IRI that stands for one. */
export const entityProblems = (
  tree: Tree,
  allowed: readonly string[],
  path: Path,
  check: Check,
  need: "required" | "optional" = "optional",
): void => {
  if (tree.kind !== "object") {
    if (!isSureIri(tree, check))
      check.complain(path, `"${nameOf(path)}" must be a mapping of keys, or an IRI.`);
    else if (need === "required") presenceProblems(tree, path, String(path.at(-1)), check);
    return;
  }
  idProblems(tree, path, "An entity", check);
  const type = constantText(memberOf(tree, "type"));
  if (type === undefined || !Object.hasOwn(entityTypes, type)) {
    const hint = didYouMean(type ?? "", Object.keys(entityTypes));
    check.complain([...path, "type"], `This is not a Caliper entity type${hint}`);
    return;
  }
  if (!allowed.some((each) => isKindOf(type, each))) {
    check.complain(
      [...path, "type"],
      `The ${nameOf(path)} here is ${allowed.map(aOrAn).join(" or ")}; ${aOrAn(type)} is none.`,
    );
  }
  propertyProblems(tree, type, path, check);
};

const aOrAn = (type: string): string => `${/^[AEIOU]/.test(type) ? "an" : "a"} ${type}`;

const propertyProblems = (tree: Tree, type: string, path: Path, check: Check): void => {
  if (tree.kind !== "object") return;
  const kinds = propertiesOf(type);
  for (const { key, value } of tree.members) {
    if (key === "id" || key === "type") continue;
    const kind = kinds[key];
    if (kind === undefined) {
      const hint = didYouMean(key, Object.keys(kinds));
      check.complain([...path, key], `${aOrAn(type).replace(/^a/, "A")} has no "${key}"${hint}`, "key");
    } else if (key === "extensions") extensionProblems(value, [...path, key], check.complain);
    else valueProblems(value, kind, [...path, key], check);
  }
  for (const key of requiredOf(type)) {
    if (memberOf(tree, key) === undefined)
      check.complain(path, `${aOrAn(type).replace(/^a/, "A")} needs "${key}".`);
  }
};

/** A property's value, by its kind (see the entity types). */
const valueProblems = (tree: Tree, kind: string, path: Path, check: Check): void => {
  if (kind.endsWith("[]")) {
    if (tree.kind !== "array") check.complain(path, `"${nameOf(path)}" is a list.`);
    else
      for (const [at, item] of tree.items.entries())
        valueProblems(item, kind.slice(0, -2), [...path, at], check);
    return;
  }
  const words = WORDS[kind];
  if (words !== undefined) {
    const text = constantText(tree) ?? "";
    if (!words.has(text))
      check.complain(path, `"${nameOf(path)}" is one of ${[...words].join(", ")}${didYouMean(text, words)}`);
  } else if (kind === "object") objectProblems(tree, path, check.complain);
  else if (kind.split("|").every((each) => Object.hasOwn(entityTypes, each))) {
    entityProblems(tree, kind.split("|"), path, check);
  } else kindProblems(tree, kind === "metric" ? "string" : kind, path, check);
};

const WORDS: Readonly<Record<string, ReadonlySet<string>>> = { role: roles, status: statuses };
