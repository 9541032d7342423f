import { contextFor, type Version } from "../caliper/context.ts";
import type { EventType } from "../caliper/events.ts";
import { type Condition, conditions, eventParts, eventTypes } from "../caliper/general.ts";
import { isKindOf } from "../caliper/kinds.ts";
import { didYouMean } from "../document/problem.ts";
import { entityProblems } from "./caliper-entity.ts";
import { guardEntity } from "./caliper-guard.ts";
import { asV1p1, wordsIn } from "./caliper-version.ts";
import { free } from "./guarded.ts";
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
const OWN = [
  "type",
  "profile",
  "actor",
  "action",
  "object",
  "generated",
  "target",
  "referrer",
  "extensions",
] as const;

/** The parts of an event that are entities. */
const PARTS = ["object", "generated", "target", "referrer"] as const;

/** Finds what Caliper would not allow in a mapping's `caliper` side. */
export const caliperProblems = (side: Tree, knowledge: Knowledge, complain: Complain): void => {
  if (side.kind !== "object") return;
  keyProblems(side, [], OWN, complain);
  extensionProblems(memberOf(side, "extensions"), ["extensions"], complain);
  eventProblems(side, complain);
  const type = typeOf(side);
  const applying = conditionsOf(side);
  const needed = neededParts(side);
  for (const part of PARTS) {
    const entity = memberOf(side, part);
    if (entity === undefined) continue;
    const narrower = applying.map(({ parts }) => parts?.[part]).find((types) => types !== undefined);
    const allowed = narrower ?? type?.[part] ?? eventParts[part];
    entityProblems(
      entity,
      allowed,
      [part],
      { knowledge, complain },
      needed.includes(part) ? "required" : "optional",
    );
  }
};

const typeOf = (side: Tree): EventType | undefined => {
  const type = constantText(memberOf(side, "type"));
  return type !== undefined && Object.hasOwn(eventTypes, type) ? eventTypes[type] : undefined;
};

/** What Caliper asks further of an event with this action and profile. */
const conditionsOf = (side: Tree): readonly Condition[] => {
  const type = constantText(memberOf(side, "type"));
  const action = constantText(memberOf(side, "action"));
  const profile = constantText(memberOf(side, "profile")) ?? typeOf(side)?.profiles[0];
  return conditions.filter(
    (each) =>
      each.event === type &&
      (each.actions === undefined || each.actions.some((one) => one === action)) &&
      (each.profile === undefined || each.profile === profile),
  );
};

/** The parts that an event with this action must have. */
const neededParts = (side: Tree): readonly string[] => [
  "object",
  ...conditionsOf(side).flatMap(({ required = [] }) => required),
];

/** Whether type, action and profile go together. */
const eventProblems = (side: ObjectTree, complain: Complain): void => {
  const type = constantText(memberOf(side, "type")) ?? "";
  const known = typeOf(side);
  if (known === undefined) {
    complain(["type"], `This is not a Caliper event type${didYouMean(type, Object.keys(eventTypes))}`);
    return;
  }
  const action = constantText(memberOf(side, "action"));
  if (action === undefined || !known.actions.includes(action)) {
    const hint = didYouMean(action ?? "", known.actions);
    complain(["action"], `The actions of a ${type} are ${known.actions.join(", ")}${hint}`);
  }
  actorProblems(side, known, action, complain);
  const profile = constantText(memberOf(side, "profile"));
  if (memberOf(side, "profile") !== undefined && !known.profiles.includes(profile ?? ""))
    complain(["profile"], `A ${type} belongs to ${known.profiles.join(", ")}.`);
  for (const part of conditionsOf(side).flatMap(({ required = [] }) => required)) {
    if (memberOf(side, part) !== undefined) continue;
    const why = OWN.some((each) => each === part)
      ? '"generated": the resource that came of it.'
      : `"${part}", which not every learner has; say what came of it by another event, such as ToolUseEvent.`;
    complain(["action"], `The action ${action} needs ${why}`);
  }
};

/** What `actor` may say: that it was not the learner who did it. */
const APPLICATION = "application";

/** Who did it is the learner, unless the mapping says that it was the application. */
const actorProblems = (
  side: ObjectTree,
  { actor: allowed }: EventType,
  action: string | undefined,
  complain: Complain,
): void => {
  const actor = memberOf(side, "actor");
  const isApplication = constantText(actor) === APPLICATION;
  if (actor !== undefined && !isApplication)
    complain(["actor"], `The actor is the learner; write "${APPLICATION}" where it was the application.`);
  else if (isApplication && !allowed.some((each) => isKindOf("SoftwareApplication", each)))
    complain(["actor"], `The actor here is ${allowed.join(" or ")}, which an application is not.`);
  if (action === "TimedOut" && !isApplication)
    complain(["action"], `A learner does not time out; say beside it: actor: ${APPLICATION}.`);
  if ((action === "LoggedIn" || action === "LoggedOut") && isApplication)
    complain(["actor"], `It is the learner whose action is ${action}.`);
};

/** The application that learners used, as the site describes it. */
export interface Application {
  readonly id: string;
  readonly name: string;
}

/** The whole event (Caliper 1.2, Event) around a mapping's side. Its frames are read from the scope `s`. */
export const caliperEvent = (written: Tree, application: Application, version: Version): Tree => {
  const side = version === "1.1" ? asV1p1(written) : written;
  const type = constantText(memberOf(side, "type")) ?? "";
  const [profile] = version === "1.1" ? [] : (eventTypes[type]?.profiles ?? []);
  const extensions = memberOf(side, "extensions");
  const edApp = constant({ id: application.id, type: "SoftwareApplication", name: application.name });
  const isApplication = memberOf(side, "actor") !== undefined;
  const entity = (part: (typeof PARTS)[number]): Tree | undefined => {
    const tree = memberOf(side, part);
    return tree && guardEntity(tree);
  };
  const whole = objectOf(
    {
      "@context": constant(contextFor(version, wordsIn(side))),
      id: quoted("id", "urn:uuid:"),
      type: memberOf(side, "type"),
      profile: memberOf(side, "profile") ?? (profile === undefined ? undefined : constant(profile)),
      actor: isApplication ? edApp : frame("s.actor"),
      action: memberOf(side, "action"),
      object: entity("object"),
      generated: entity("generated"),
      target: entity("target"),
      referrer: entity("referrer"),
      eventTime: quoted("time"),
      edApp,
      extensions: extensions && extended(free(extensions), "s.marks"),
    },
    // Membership and sessions are the actor's.
    [
      "s.group",
      ...(isApplication ? [] : ["s.membership", "s.sessions"]),
      ...(extensions === undefined ? ["s.extensions"] : []),
    ],
  );
  const needed = neededParts(side);
  return {
    ...whole,
    members: whole.members.map((each) => ({ ...each, required: needed.includes(each.key) })),
  };
};
