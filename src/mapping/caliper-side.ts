import { CONTEXT, entityTypes, eventTypes } from "../caliper/vocabulary.ts";
import { didYouMean } from "../document/problem.ts";
import { extensionProblems, idProblems, keyProblems, referenceProblems } from "./side.ts";
import {
  type Complain,
  constant,
  constantText,
  frame,
  memberOf,
  type ObjectTree,
  objectOf,
  type Tree,
} from "./tree.ts";

/** What a mapping says of an event; the translator itself fills in the rest. */
const OWN = ["type", "profile", "action", "object", "generated", "target", "referrer", "extensions"] as const;

/** Finds what Caliper would not allow in a mapping's `caliper` side. */
export const caliperProblems = (side: Tree, complain: Complain): void => {
  if (side.kind !== "object") return;
  keyProblems(side, [], OWN, complain);
  extensionProblems(memberOf(side, "extensions"), ["extensions"], complain);
  eventProblems(side, complain);
  for (const key of ["object", "generated", "target", "referrer"]) {
    const entity = memberOf(side, key);
    if (entity === undefined) continue;
    if (entity.kind !== "object") {
      referenceProblems(entity, [key], complain);
      continue;
    }
    const type = constantText(memberOf(entity, "type"));
    if (type === undefined || !entityTypes.includes(type))
      complain([key, "type"], `This is not a Caliper entity type${didYouMean(type ?? "", entityTypes)}`);
    idProblems(entity, [key], "An entity", complain);
    extensionProblems(memberOf(entity, "extensions"), [key, "extensions"], complain);
  }
};

/** Whether type, action and profile go together. */
const eventProblems = (side: ObjectTree, complain: Complain): void => {
  const type = constantText(memberOf(side, "type"));
  const known = type !== undefined && Object.hasOwn(eventTypes, type) ? eventTypes[type] : undefined;
  if (known === undefined) {
    complain(["type"], `This is not a Caliper event type${didYouMean(type ?? "", Object.keys(eventTypes))}`);
    return;
  }
  const action = constantText(memberOf(side, "action"));
  if (action === undefined || !known.actions.includes(action)) {
    const hint = didYouMean(action ?? "", known.actions);
    complain(["action"], `The actions of a ${type} are ${known.actions.join(", ")}${hint}`);
  }
  const profile = constantText(memberOf(side, "profile"));
  if (memberOf(side, "profile") !== undefined && !known.profiles.includes(profile ?? ""))
    complain(["profile"], `A ${type} belongs to ${known.profiles.join(", ")}.`);
  if (action === "Copied" && memberOf(side, "generated") === undefined)
    complain(["action"], 'The action Copied needs "generated": the resource that came of it.');
};

/** The application that learners used, as the site describes it. */
export interface Application {
  readonly id: string;
  readonly name: string;
}

/** The whole event (Caliper 1.2, Event) around a mapping's side. Its frames are read from the scope `s`. */
export const caliperEvent = (side: Tree, application: Application): Tree => {
  const type = constantText(memberOf(side, "type")) ?? "";
  const [profile] = eventTypes[type]?.profiles ?? [];
  const extensions = memberOf(side, "extensions");
  const whole = objectOf(
    {
      "@context": constant(CONTEXT),
      id: frame(`'"urn:uuid:' + id + '"'`),
      type: memberOf(side, "type"),
      profile: memberOf(side, "profile") ?? (profile === undefined ? undefined : constant(profile)),
      actor: frame("s.actor"),
      action: memberOf(side, "action"),
      object: memberOf(side, "object"),
      generated: memberOf(side, "generated"),
      target: memberOf(side, "target"),
      referrer: memberOf(side, "referrer"),
      eventTime: frame(`'"' + s.time + '"'`),
      edApp: constant({ id: application.id, type: "SoftwareApplication", name: application.name }),
      extensions: {
        kind: "object",
        members: extensions?.kind === "object" ? extensions.members : [],
        more: ["s.marks"],
      },
    },
    ["s.group"],
  );
  return {
    ...whole,
    members: whole.members.map((each) => ({ ...each, required: each.key === "object" })),
  };
};
