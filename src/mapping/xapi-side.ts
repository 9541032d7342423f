import type { Path } from "../document/document.ts";
import { didYouMean } from "../document/problem.ts";
import { activityTypes, verbs } from "../xapi/vocabulary.ts";
import type { Application } from "./caliper-side.ts";
import { constant, constantText, frame, type Member, memberOf, objectOf, type Tree } from "./tree.ts";

const OWN = ["verb", "object", "result", "context"] as const;

const isIri = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\S+$/i.test(text);

/** Finds what xAPI would not allow in a mapping's `xapi` side. */
export const xapiProblems = (side: Tree, complain: (path: Path, message: string) => void): void => {
  if (side.kind !== "object") return;
  for (const { key } of side.members) {
    if (!(OWN as readonly string[]).includes(key)) {
      complain(
        [key],
        `A mapping says nothing of "${key}"; it may say ${OWN.join(", ")}${didYouMean(key, OWN)}`,
      );
    }
  }
  const verb = constantText(memberOf(side, "verb"));
  if (verb === undefined || !Object.hasOwn(verbs, verb)) {
    complain(["verb"], `There is no verb of this name${didYouMean(verb ?? "", Object.keys(verbs)) || "."}`);
  }
  const object = memberOf(side, "object");
  if (memberOf(object, "id") === undefined) complain(["object"], "The object needs an id.");
  const type = memberOf(memberOf(object, "definition"), "type");
  const typeName = constantText(type);
  if (
    type !== undefined &&
    (typeName === undefined || !(Object.hasOwn(activityTypes, typeName) || isIri(typeName)))
  ) {
    const hint = didYouMean(typeName ?? "", Object.keys(activityTypes)) || ".";
    complain(["object", "definition", "type"], `This is neither a known activity type nor an IRI${hint}`);
  }
  for (const path of [
    ["result", "extensions"],
    ["context", "extensions"],
    ["object", "definition", "extensions"],
  ]) {
    const extensions = path.reduce<Tree | undefined>(memberOf, side);
    if (extensions?.kind !== "object") continue;
    for (const { key } of extensions.members) {
      if (!isIri(key)) complain([...path, key], "The key of an extension must be an IRI.");
    }
  }
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
