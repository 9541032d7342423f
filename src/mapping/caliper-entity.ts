import { entityTypes } from "../caliper/entities.ts";
import { isKindOf, propertiesOf, requiredOf } from "../caliper/kinds.ts";
import { nonNegative, type Structure, structures } from "../caliper/structures.ts";
import { identifierTypes, metrics, roleTerms, statusTerms, VOCABULARY } from "../caliper/vocabulary.ts";
import type { Path } from "../document/document.ts";
import { didYouMean } from "../document/problem.ts";
import { isAnonymous } from "./guards.ts";
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
import { constantText, memberOf, type ObjectTree, type Tree } from "./tree.ts";

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
  if (path.length > DEEPEST) {
    check.complain(path, `Entities are nested too deeply: at most ${DEEPEST} keys into one another.`);
    return;
  }
  if (!allowed.some((each) => isKindOf(type, each))) {
    check.complain(
      [...path, "type"],
      `The ${nameOf(path)} here is ${allowed.map(aOrAn).join(" or ")}; ${aOrAn(type)} is none.`,
    );
  }
  anonymousProblems(tree, type, path, check);
  const about = { properties: propertiesOf(type), required: requiredOf(type) };
  propertyProblems(tree, type, about, path, check);
};

const DEEPEST = 32;

/** An id that is the IRI of the type itself is nobody's in particular (Caliper 1.2, Anonymous Entities). */
const anonymousProblems = (tree: ObjectTree, type: string, path: Path, { complain }: Check): void => {
  const id = constantText(memberOf(tree, "id")) ?? "";
  const alone = tree.members.every(({ key }) => key === "id" || key === "type");
  if (!isAnonymous(id) || (alone && id === VOCABULARY + type)) return;
  complain(
    [...path, "id"],
    "This id stands for any entity of a type, of which nothing else can be said; take an IRI of its own.",
  );
};

const aOrAn = (type: string): string => `${/^[AEIOU]/.test(type) ? "an" : "a"} ${type}`;

const A = (type: string): string => aOrAn(type).replace(/^a/, "A");

const propertyProblems = (
  tree: ObjectTree,
  type: string,
  { properties: kinds, required }: Structure,
  path: Path,
  check: Check,
): void => {
  for (const { key, value } of tree.members) {
    const own = key === "type" || (key === "id" && Object.hasOwn(entityTypes, type));
    if (own) continue;
    const kind = Object.hasOwn(kinds, key) ? kinds[key] : undefined;
    if (kind === undefined) {
      const hint = didYouMean(key, Object.keys(kinds));
      check.complain([...path, key], `${A(type)} has no "${key}"${hint}`, "key");
    } else if (key === "extensions") extensionProblems(value, [...path, key], check.complain);
    else {
      valueProblems(value, nonNegative.has(key) ? "count" : kind, [...path, key], check);
      if (required.includes(key)) presenceProblems(value, [...path, key], key, check);
    }
  }
  for (const key of required) {
    if (memberOf(tree, key) === undefined) check.complain(path, `${A(type)} needs "${key}".`);
  }
};

/** A part that has a type but no id. */
const structureProblems = (tree: Tree, type: string, about: Structure, path: Path, check: Check): void => {
  objectProblems(tree, path, check.complain);
  if (tree.kind !== "object") return;
  if (constantText(memberOf(tree, "type")) !== type)
    check.complain(
      memberOf(tree, "type") === undefined ? path : [...path, "type"],
      `The type here is ${type}.`,
    );
  propertyProblems(tree, type, about, path, check);
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
  const structure = Object.hasOwn(structures, kind) ? structures[kind] : undefined;
  if (words !== undefined) wordProblems(tree, words, path, check);
  else if (structure !== undefined) structureProblems(tree, kind, structure, path, check);
  else if (kind === "object") objectProblems(tree, path, check.complain);
  else if (kind.split("|").every((each) => Object.hasOwn(entityTypes, each)))
    entityProblems(tree, kind.split("|"), path, check);
  else kindProblems(tree, kind, path, check);
};

/** A word of Caliper's is written out: which of them it is must not hang on an event. */
const wordProblems = (tree: Tree, words: ReadonlySet<string>, path: Path, { complain }: Check): void => {
  const text = constantText(tree) ?? "";
  if (words.has(text)) return;
  const all = [...words];
  // A role that is part of another is written after it; to list them all would be a page.
  const listed = all.length > 20 ? all.filter((each) => !each.includes("#")) : all;
  const meant = didYouMean(text, all);
  const more = all.find((each) => each.endsWith(`#${text}`));
  const hint = more === undefined ? meant : `; did you mean "${more}"?`;
  complain(path, `"${nameOf(path)}" is one of ${listed.join(", ")}${hint}`);
};

const WORDS: Readonly<Record<string, ReadonlySet<string>>> = {
  role: roleTerms,
  status: statusTerms,
  metric: metrics,
  identifierType: identifierTypes,
};
