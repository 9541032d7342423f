import { eventTypes } from "../caliper/events.ts";
import { CONTEXT } from "../caliper/vocabulary.ts";
import { didYouMean } from "../document/problem.ts";
import { entityProblems } from "./caliper-entity.ts";
import type { Knowledge } from "./knowledge.ts";
import { extensionProblems, keyProblems } from "./side.ts";
import {
  type Complain,
  constant,
  constantText,
  extended,
  frame,
  memberOf,
  type ObjectTree,
  objectOf,
  quoted,
  type Tree,
} from "./tree.ts";

/** What a mapping says of an event; the translator itself fills in the rest. */
const OWN = ["type", "profile", "action", "object", "generated", "target", "referrer", "extensions"] as const;

/** The parts of an event that are entities. */
const PARTS = ["object", "generated", "target", "referrer"] as const;

/** Finds what Caliper would not allow in a mapping's `caliper` side. */
export const caliperProblems = (side: Tree, knowledge: Knowledge, complain: Complain): void => {
  if (side.kind !== "object") return;
  keyProblems(side, [], OWN, complain);
  extensionProblems(memberOf(side, "extensions"), ["extensions"], complain);
  eventProblems(side, complain);
  const type = eventTypes[constantText(memberOf(side, "type")) ?? ""];
  for (const part of PARTS) {
    const entity = memberOf(side, part);
    if (entity === undefined) continue;
    const allowed = type?.[part] ?? ["Entity"];
    entityProblems(
      entity,
      allowed,
      [part],
      { knowledge, complain },
      part === "object" ? "required" : "optional",
    );
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
  if (action === "TimedOut")
    complain(["action"], "The actor of TimedOut is the application, but a mapping's is a learner.");
  const profile = constantText(memberOf(side, "profile"));
  if (memberOf(side, "profile") !== undefined && !known.profiles.includes(profile ?? ""))
    complain(["profile"], `A ${type} belongs to ${known.profiles.join(", ")}.`);
  if (type === "ResourceManagementEvent" && action === "Copied" && memberOf(side, "generated") === undefined)
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
      id: quoted("id", "urn:uuid:"),
      type: memberOf(side, "type"),
      profile: memberOf(side, "profile") ?? (profile === undefined ? undefined : constant(profile)),
      actor: frame("s.actor"),
      action: memberOf(side, "action"),
      object: memberOf(side, "object"),
      generated: memberOf(side, "generated"),
      target: memberOf(side, "target"),
      referrer: memberOf(side, "referrer"),
      eventTime: quoted("s.time"),
      edApp: constant({ id: application.id, type: "SoftwareApplication", name: application.name }),
      extensions: extensions && extended(extensions, "s.marks"),
    },
    ["s.group", ...(extensions === undefined ? ["s.extensions"] : [])],
  );
  return {
    ...whole,
    members: whole.members.map((each) => ({ ...each, required: each.key === "object" })),
  };
};
