import type { Path } from "../document/document.ts";
import { didYouMean } from "../document/problem.ts";
import { isLanguageTag } from "../xapi/language.ts";
import { activityTypes } from "../xapi/vocabulary.ts";
import { free, guarded } from "./guarded.ts";
import {
  type Check,
  constantIri,
  extensionProblems,
  idProblems,
  isSureIri,
  keyProblems,
  kindProblems,
  objectProblems,
} from "./side.ts";
import { constant, constantText, type Member, memberOf, type Tree } from "./tree.ts";

/** What a mapping may say of an activity, besides its id (xAPI 1.0.3 Part Two, 2.4.4.1). */
const DEFINITION = ["type", "name", "description", "moreInfo", "extensions"] as const;

/** Finds what xAPI would not allow in an activity; `keys` are those that it may have. */
export const activityProblems = (
  tree: Tree | undefined,
  path: Path,
  [what, keys]: readonly [what: string, keys: readonly string[]],
  check: Check,
): void => {
  idProblems(tree, path, what, check);
  keyProblems(tree, path, keys, check.complain);
  const definition = memberOf(tree, "definition");
  const at = [...path, "definition"];
  objectProblems(definition, at, check.complain);
  keyProblems(definition, at, DEFINITION, check.complain);
  for (const { key, value } of membersOf(definition)) {
    const here = [...at, key];
    if (key === "type") typeProblems(value, here, check);
    else if (key === "name" || key === "description") languageProblems(value, here, check);
    else if (key === "extensions") extensionProblems(value, here, check.complain);
    else if (key === "moreInfo" && !isSureIri(value, check))
      check.complain(here, '"moreInfo" is an IRI, such as https://www.example.edu/about.');
  }
};

const typeProblems = (type: Tree, path: Path, { complain }: Check): void => {
  const name = constantText(type) ?? "";
  if (Object.hasOwn(activityTypes, name) || constantIri(type) !== undefined) return;
  const hint = didYouMean(name, Object.keys(activityTypes));
  complain(path, `This is neither a known activity type nor an IRI${hint}`);
};

/** A text, or texts by their languages (xAPI 1.0.3 Part Two, 4.2). */
const languageProblems = (tree: Tree, path: Path, check: Check): void => {
  if (tree.kind !== "object") kindProblems(tree, "string", path, check);
  for (const { key, value } of membersOf(tree)) {
    if (!isLanguageTag(key))
      check.complain([...path, key], "A language is named by its tag, such as en or pt-BR.", "key");
    kindProblems(value, "string", [...path, key], check);
  }
};

/** An activity in which the type may be a short word, and the name a text instead of a language map. */
export const activityTree = (tree: Tree | undefined): Tree => {
  const members = membersOf(tree).filter(({ key }) => key !== "objectType");
  return {
    kind: "object",
    members: [
      { key: "objectType", value: constant("Activity") },
      ...members.map((each) => {
        if (each.key === "id") return { ...each, value: guarded(each.value, "asIri") };
        return each.key === "definition" ? { ...each, value: definitionTree(each.value) } : each;
      }),
    ],
  };
};

const definitionTree = (tree: Tree): Tree => ({
  kind: "object",
  members: membersOf(tree).map(({ key, value }): Member => {
    if (key === "type") return { key, value: constant(activityType(constantText(value) ?? "")) };
    if (key === "name" || key === "description") return { key, value: languageTree(value) };
    if (key === "moreInfo") return { key, value: guarded(value, "asIri") };
    return { key, value: free(value) };
  }),
});

const languageTree = (tree: Tree): Tree => {
  const texts = tree.kind === "object" ? tree.members : [{ key: "en", value: tree }];
  return {
    kind: "object",
    members: texts.map(({ key, value }) => ({ key, value: guarded(value, "asText") })),
  };
};

const activityType = (name: string): string =>
  Object.hasOwn(activityTypes, name) ? (activityTypes[name] ?? name) : name;

export const membersOf = (tree: Tree | undefined): readonly Member[] =>
  tree?.kind === "object" ? tree.members : [];
