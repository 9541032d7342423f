import { didYouMean } from "../document/problem.ts";
import { activityTypes, verbs } from "../xapi/vocabulary.ts";
import type { Application } from "./caliper-side.ts";
import { constantIri, extensionProblems, idProblems, keyProblems, objectProblems } from "./side.ts";
import {
  type Complain,
  constant,
  constantText,
  frame,
  type Member,
  memberOf,
  objectOf,
  type Tree,
} from "./tree.ts";

const OWN = ["verb", "object", "result", "context"] as const;

/** What xAPI gives an activity's place and a statement's context; the rest is the translator's to say. */
const OBJECT = ["id", "definition"] as const;
const CONTEXT = [
  "registration",
  "revision",
  "language",
  "statement",
  "contextActivities",
  "extensions",
] as const;
const ACTIVITIES = ["parent", "category", "other"] as const;

/** Finds what xAPI would not allow in a mapping's `xapi` side. */
export const xapiProblems = (side: Tree, complain: Complain): void => {
  const at = (...path: readonly string[]): Tree | undefined => path.reduce<Tree | undefined>(memberOf, side);
  keyProblems(side, [], OWN, complain);
  const verb = constantText(at("verb"));
  if (verb === undefined || !Object.hasOwn(verbs, verb))
    complain(["verb"], `There is no verb of this name${didYouMean(verb ?? "", Object.keys(verbs))}`);
  idProblems(at("object"), ["object"], "The object", complain);
  keyProblems(at("object"), ["object"], OBJECT, complain);
  keyProblems(at("context"), ["context"], CONTEXT, complain);
  const activities = ["context", "contextActivities"];
  keyProblems(at(...activities), activities, ACTIVITIES, complain);
  for (const path of [["object", "definition"], ["result"], ["context"], activities])
    objectProblems(at(...path), path, complain);
  const type = at("object", "definition", "type");
  const name = constantText(type) ?? "";
  if (type !== undefined && !Object.hasOwn(activityTypes, name) && constantIri(type) === undefined) {
    const hint = didYouMean(name, Object.keys(activityTypes));
    complain(["object", "definition", "type"], `This is neither a known activity type nor an IRI${hint}`);
  }
  for (const path of [["result"], ["context"], ["object", "definition"]])
    extensionProblems(at(...path, "extensions"), [...path, "extensions"], complain);
};

/** The whole statement (xAPI 1.0.3 Part Two, 2.2) around a mapping's side. Its frames are read from the scope `s`. */
export const xapiStatement = (side: Tree, application: Application): Tree => {
  const verb = constantText(memberOf(side, "verb")) ?? "";
  const context = memberOf(side, "context");
  return objectOf({
    id: frame(`'"' + id + '"'`),
    actor: frame("s.actor"),
    verb: constant(verbs[verb]),
    object: activity(memberOf(side, "object")),
    result: memberOf(side, "result"),
    context: {
      kind: "object",
      members: [
        { key: "platform", value: constant(application.name) },
        ...membersOf(context).filter(({ key }) => key !== "contextActivities" && key !== "extensions"),
        { key: "contextActivities", value: extended(memberOf(context, "contextActivities"), "s.grouping") },
        { key: "extensions", value: extended(memberOf(context, "extensions"), "s.marks") },
      ],
    },
    timestamp: frame(`'"' + s.time + '"'`),
  });
};

const membersOf = (tree: Tree | undefined): readonly Member[] =>
  tree?.kind === "object" ? tree.members : [];

const extended = (tree: Tree | undefined, more: string): Tree => ({
  kind: "object",
  members: membersOf(tree),
  more: [more],
});

/** An activity in which the type may be a short word, and the name a text instead of a language map. */
const activity = (tree: Tree | undefined): Tree => {
  const definition = membersOf(memberOf(tree, "definition")).map((each) => {
    if (each.key === "type")
      return { ...each, value: constant(activityType(constantText(each.value) ?? "")) };
    const isText = each.value.kind !== "object";
    return (each.key === "name" || each.key === "description") && isText
      ? { ...each, value: objectOf({ en: each.value }) }
      : each;
  });
  return {
    kind: "object",
    members: [
      { key: "objectType", value: constant("Activity") },
      ...membersOf(tree).map((each) =>
        each.key === "definition"
          ? { ...each, value: { kind: "object" as const, members: definition } }
          : each,
      ),
    ],
  };
};

const activityType = (name: string): string => activityTypes[name] ?? name;
