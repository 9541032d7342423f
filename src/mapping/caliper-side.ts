import { CONTEXT, entityTypes, eventTypes } from "../caliper/vocabulary.ts";
import type { Path } from "../document/document.ts";
import { didYouMean } from "../document/problem.ts";
import { constant, constantText, frame, memberOf, objectOf, type Tree } from "./tree.ts";

/** What a mapping says of an event; the translator itself fills in the rest. */
const OWN = ["type", "profile", "action", "object", "generated", "target", "referrer", "extensions"] as const;

/** Finds what Caliper would not allow in a mapping's `caliper` side. */
export const caliperProblems = (side: Tree, complain: (path: Path, message: string) => void): void => {
  if (side.kind !== "object") return;
  for (const { key } of side.members) {
    if (!(OWN as readonly string[]).includes(key)) {
      complain(
        [key],
        `A mapping says nothing of "${key}"; it may say ${OWN.join(", ")}${didYouMean(key, OWN)}`,
      );
    }
  }
  const type = constantText(memberOf(side, "type"));
  const known = type === undefined ? undefined : eventTypes[type];
  if (known === undefined) {
    complain(["type"], `This is not a Caliper event type${didYouMean(type ?? "", Object.keys(eventTypes))}`);
    return;
  }
  const action = constantText(memberOf(side, "action"));
  if (action === undefined || !known.actions.includes(action)) {
    complain(
      ["action"],
      `A ${type} has the actions ${known.actions.join(", ")}${didYouMean(action ?? "", known.actions)}`,
    );
  }
  const profile = constantText(memberOf(side, "profile"));
  if (memberOf(side, "profile") !== undefined && !known.profiles.includes(profile ?? "")) {
    complain(["profile"], `A ${type} belongs to ${known.profiles.join(", ")}.`);
  }
  if (action === "Copied" && memberOf(side, "generated") === undefined) {
    complain([], 'The action Copied needs "generated": the resource that came of it.');
  }
  for (const key of ["object", "generated", "target", "referrer"]) {
    const entity = memberOf(side, key);
    if (entity?.kind !== "object") continue;
    const entityType = constantText(memberOf(entity, "type"));
    if (entityType === undefined || !entityTypes.includes(entityType)) {
      complain(
        [key, "type"],
        `This is not a Caliper entity type${didYouMean(entityType ?? "", entityTypes)}`,
      );
    }
    if (memberOf(entity, "id") === undefined) complain([key], "An entity needs an id.");
  }
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
  return objectOf(
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
};
