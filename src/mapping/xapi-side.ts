import { didYouMean } from "../document/problem.ts";
import { verbs } from "../xapi/vocabulary.ts";
import type { Application } from "./caliper-side.ts";
import type { Knowledge } from "./knowledge.ts";
import { keyProblems } from "./side.ts";
import {
  type Complain,
  constant,
  constantText,
  frame,
  memberOf,
  objectOf,
  quoted,
  type Tree,
} from "./tree.ts";
import { activityProblems, activityTree } from "./xapi-activity.ts";
import { contextProblems, contextTree } from "./xapi-context.ts";
import { resultProblems, resultTree } from "./xapi-result.ts";

const OWN = ["verb", "object", "result", "context"] as const;

/** That it is an activity is the translator's to say. */
const OBJECT = ["id", "definition"] as const;

/** Finds what xAPI would not allow in a mapping's `xapi` side. */
export const xapiProblems = (side: Tree, knowledge: Knowledge, complain: Complain): void => {
  const check = { knowledge, complain };
  keyProblems(side, [], OWN, complain);
  const verb = constantText(memberOf(side, "verb"));
  if (verb === undefined || !Object.hasOwn(verbs, verb))
    complain(["verb"], `There is no verb of this name${didYouMean(verb ?? "", Object.keys(verbs))}`);
  activityProblems(memberOf(side, "object"), ["object"], ["The object", OBJECT], check);
  resultProblems(memberOf(side, "result"), check);
  contextProblems(memberOf(side, "context"), check);
};

/** The whole statement (xAPI 1.0.3 Part Two, 2.2) around a mapping's side. Its frames are read from the scope `s`. */
export const xapiStatement = (side: Tree, application: Application): Tree => {
  const verb = constantText(memberOf(side, "verb")) ?? "";
  const result = memberOf(side, "result");
  return objectOf({
    id: quoted("id"),
    actor: frame("s.actor"),
    verb: constant(verbs[verb]),
    object: activityTree(memberOf(side, "object")),
    result: result && resultTree(result),
    context: contextTree(memberOf(side, "context"), application.name),
    timestamp: quoted("time"),
  });
};
