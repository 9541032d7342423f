import type { Path } from "../document/document.ts";
import { isLanguageTag } from "../xapi/language.ts";
import { free, guarded, guardedAll } from "./guarded.ts";
import { isUuid } from "./guards.ts";
import {
  type Check,
  extensionProblems,
  formProblems,
  keyProblems,
  kindProblems,
  nameOf,
  objectProblems,
} from "./side.ts";
import { constant, constantText, extended, type Member, memberOf, type Tree } from "./tree.ts";
import { activityProblems, activityTree, membersOf } from "./xapi-activity.ts";

/** What a mapping says of a context; the rest is the translator's to say (xAPI 1.0.3 Part Two, 2.4.6). */
const CONTEXT = [
  "registration",
  "revision",
  "language",
  "statement",
  "contextActivities",
  "extensions",
] as const;
const ACTIVITIES = ["parent", "category", "other"] as const;
const ACTIVITY = ["objectType", "id", "definition"] as const;
const REFERENCE = ["objectType", "id"] as const;

const UUID = { holds: isUuid, what: "a UUID, such as 6f0c8a3e-5d1c-4b7e-9c55-0a4b8c3b1f2d" };
const LANGUAGE = { holds: isLanguageTag, what: "the tag of a language, such as en or pt-BR" };

/** Finds what xAPI would not allow in a context. */
export const contextProblems = (context: Tree | undefined, check: Check): void => {
  objectProblems(context, ["context"], check.complain);
  keyProblems(context, ["context"], CONTEXT, check.complain);
  for (const { key, value } of membersOf(context)) {
    const path = ["context", key];
    if (key === "registration") formProblems(value, UUID, path, check);
    else if (key === "language") formProblems(value, LANGUAGE, path, check);
    else if (key === "revision") kindProblems(value, "string", path, check);
    else if (key === "statement") referenceProblems(value, path, check);
    else if (key === "contextActivities") activitiesProblems(value, path, check);
    else if (key === "extensions") extensionProblems(value, path, check.complain);
  }
};

const referenceProblems = (tree: Tree, path: Path, check: Check): void => {
  objectProblems(tree, path, check.complain);
  keyProblems(tree, path, REFERENCE, check.complain);
  if (tree.kind !== "object") return;
  const id = memberOf(tree, "id");
  if (id === undefined) check.complain(path, "A statement is named by its id.");
  else formProblems(id, UUID, [...path, "id"], check);
  const type = memberOf(tree, "objectType");
  if (type !== undefined && constantText(type) !== "StatementRef")
    check.complain([...path, "objectType"], "The objectType here is StatementRef.");
};

const activitiesProblems = (tree: Tree, path: Path, check: Check): void => {
  objectProblems(tree, path, check.complain);
  keyProblems(tree, path, ACTIVITIES, check.complain);
  for (const { key, value } of membersOf(tree)) {
    const here = [...path, key];
    if (value.kind !== "array") {
      check.complain(here, `"${key}" is a list of activities, even of one.`);
      continue;
    }
    for (const [at, item] of value.items.entries()) {
      const there = [...here, at];
      if (item.kind !== "object") {
        check.complain(there, `"${nameOf(there)}" must be a mapping of keys.`);
        continue;
      }
      activityProblems(item, there, ["An activity", ACTIVITY], check);
      const type = memberOf(item, "objectType");
      if (type !== undefined && constantText(type) !== "Activity")
        check.complain([...there, "objectType"], "The objectType here is Activity.");
    }
  }
};

/** A context around what a mapping says of it, with the translator's own activities and extensions. */
export const contextTree = (context: Tree | undefined, platform: string): Tree => {
  const activities = memberOf(context, "contextActivities");
  const extensions = memberOf(context, "extensions");
  return {
    kind: "object",
    members: [
      { key: "platform", value: constant(platform) },
      ...membersOf(context).map(({ key, value }): Member => ({ key, value: valueTree(key, value) })),
    ],
    more: [
      ...(memberOf(context, "registration") === undefined ? ["s.registration"] : []),
      ...(activities === undefined ? ["s.activities"] : []),
      ...(extensions === undefined ? ["s.extensions"] : []),
    ],
  };
};

const valueTree = (key: string, value: Tree): Tree => {
  switch (key) {
    case "registration":
      return guarded(value, "asUuid");
    case "language":
      return guarded(value, "asLanguage");
    case "statement":
      return referenceTree(memberOf(value, "id"));
    case "contextActivities":
      return extended(
        {
          kind: "object",
          members: membersOf(value).map(({ key: which, value: list }) => ({
            key: which,
            value: list.kind === "array" ? { ...list, items: list.items.map(activityTree) } : list,
          })),
        },
        "s.grouping",
      );
    case "extensions":
      return extended(free(value), "s.marks");
    default:
      return guarded(value, "asText");
  }
};

/** A reference to a statement whose id is no UUID is none. */
const referenceTree = (id: Tree | undefined): Tree =>
  id?.kind === "constant"
    ? constant({ objectType: "StatementRef", id: id.json })
    : guardedAll([id], "asReference");
