import { didYouMean } from "../document/problem.ts";
import { activityTypes, verbs } from "../xapi/vocabulary.ts";
import type { Application } from "./caliper-side.ts";
import type { Knowledge } from "./knowledge.ts";
import {
  type Check,
  constantIri,
  extensionProblems,
  idProblems,
  keyProblems,
  kindProblems,
  objectProblems,
} from "./side.ts";
import {
  type Complain,
  constant,
  constantText,
  extended,
  frame,
  type Member,
  memberOf,
  objectOf,
  quoted,
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
const DEFINITION = ["type", "name", "description", "moreInfo", "extensions"] as const;

/** What a result says, and the kinds of its values (xAPI 1.0.3 Part Two, 2.4.5). */
const RESULT: Readonly<Record<string, string>> = {
  success: "boolean",
  completion: "boolean",
  response: "string",
  duration: "duration",
  score: "object",
  extensions: "object",
};
const SCORE: readonly string[] = ["scaled", "raw", "min", "max"];

/** Finds what xAPI would not allow in a mapping's `xapi` side. */
export const xapiProblems = (side: Tree, knowledge: Knowledge, complain: Complain): void => {
  const at = (...path: readonly string[]): Tree | undefined => path.reduce<Tree | undefined>(memberOf, side);
  keyProblems(side, [], OWN, complain);
  const verb = constantText(at("verb"));
  if (verb === undefined || !Object.hasOwn(verbs, verb))
    complain(["verb"], `There is no verb of this name${didYouMean(verb ?? "", Object.keys(verbs))}`);
  idProblems(at("object"), ["object"], "The object", { knowledge, complain });
  keyProblems(at("object"), ["object"], OBJECT, complain);
  keyProblems(at("context"), ["context"], CONTEXT, complain);
  const activities = ["context", "contextActivities"];
  keyProblems(at(...activities), activities, ACTIVITIES, complain);
  for (const path of [["object", "definition"], ["result"], ["context"], activities])
    objectProblems(at(...path), path, complain);
  keyProblems(at("object", "definition"), ["object", "definition"], DEFINITION, complain);
  resultProblems(at("result"), { knowledge, complain });
  const type = at("object", "definition", "type");
  const name = constantText(type) ?? "";
  if (type !== undefined && !Object.hasOwn(activityTypes, name) && constantIri(type) === undefined) {
    const hint = didYouMean(name, Object.keys(activityTypes));
    complain(["object", "definition", "type"], `This is neither a known activity type nor an IRI${hint}`);
  }
  for (const path of [["result"], ["context"], ["object", "definition"]])
    extensionProblems(at(...path, "extensions"), [...path, "extensions"], complain);
};

const resultProblems = (result: Tree | undefined, check: Check): void => {
  keyProblems(result, ["result"], Object.keys(RESULT), check.complain);
  for (const { key, value } of membersOf(result))
    kindProblems(value, RESULT[key] ?? "", ["result", key], check);
  const score = memberOf(result, "score");
  const path = ["result", "score"];
  objectProblems(score, path, check.complain);
  keyProblems(score, path, SCORE, check.complain);
  for (const { key, value } of membersOf(score)) kindProblems(value, "number", [...path, key], check);
};

/** The whole statement (xAPI 1.0.3 Part Two, 2.2) around a mapping's side. Its frames are read from the scope `s`. */
export const xapiStatement = (side: Tree, application: Application): Tree => {
  const verb = constantText(memberOf(side, "verb")) ?? "";
  const context = memberOf(side, "context");
  const activities = memberOf(context, "contextActivities");
  const extensions = memberOf(context, "extensions");
  return objectOf({
    id: quoted("id"),
    actor: frame("s.actor"),
    verb: constant(verbs[verb]),
    object: activity(memberOf(side, "object")),
    result: memberOf(side, "result"),
    context: {
      kind: "object",
      members: [
        { key: "platform", value: constant(application.name) },
        ...membersOf(context).filter(({ key }) => key !== "contextActivities" && key !== "extensions"),
        ...optional("contextActivities", activities && extended(activities, "s.grouping")),
        ...optional("extensions", extensions && extended(extensions, "s.marks")),
      ],
      more: [
        ...(activities === undefined ? ["s.activities"] : []),
        ...(extensions === undefined ? ["s.extensions"] : []),
      ],
    },
    timestamp: quoted("s.time"),
  });
};

const membersOf = (tree: Tree | undefined): readonly Member[] =>
  tree?.kind === "object" ? tree.members : [];

const optional = (key: string, value: Tree | undefined): readonly Member[] =>
  value === undefined ? [] : [{ key, value }];

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
