import { checkActivity, checkExtensions, isLanguage } from "./activity.ts";
import { checkActor } from "./actor.ts";
import { Refusal } from "./refusal.ts";
import type { JsonObject } from "./shape.ts";
import {
  into,
  requireArray,
  requireIri,
  requireKnown,
  requireObject,
  requireText,
  requireUuid,
} from "./shape.ts";

/** The two families of xAPI that are in use. */
export type XapiFamily = "1.0" | "2.0";

const V1 = new Set([
  ...["registration", "instructor", "team", "contextActivities", "revision"],
  ...["platform", "language", "statement", "extensions"],
]);
const V2 = new Set([...V1, "contextAgents", "contextGroups"]);
const RELATIONS = new Set(["parent", "grouping", "category", "other"]);
const REFERENCE = new Set(["objectType", "id"]);

/** Checks a context (xAPI 1.0.3 Part Two §2.4.6); `aboutActivity` says whether the statement's object is an Activity. */
export const checkContext = (
  value: unknown,
  at: string,
  aboutActivity: boolean,
  family: XapiFamily,
): void => {
  const context = requireObject(value, at, "context");
  requireKnown(context, family === "2.0" ? V2 : V1, at, "context");
  const has = (key: string): boolean => Object.hasOwn(context, key);
  if (has("registration")) requireUuid(context.registration, into(at, "registration"), "registration");
  for (const key of ["instructor", "team"]) if (has(key)) checkActor(context[key], into(at, key), key);
  if (has("team") && requireObject(context.team, into(at, "team"), "team").objectType !== "Group") {
    throw new Refusal(400, "team must be a Group.", into(at, "team"));
  }
  if (has("contextActivities"))
    checkContextActivities(context.contextActivities, into(at, "contextActivities"));
  for (const key of ["revision", "platform"]) {
    if (!has(key)) continue;
    if (!aboutActivity)
      throw new Refusal(400, `${key} is only for statements about an Activity.`, into(at, key));
    requireText(context[key], into(at, key), key);
  }
  if (has("language") && !isLanguage(context.language)) {
    throw new Refusal(400, "language must be a language tag.", into(at, "language"));
  }
  if (has("statement")) checkReference(context.statement, into(at, "statement"));
  if (has("extensions")) checkExtensions(context.extensions, into(at, "extensions"));
  checkContextPeople(context, at);
};

/** Checks a reference to another statement (Part Two §2.4.4.3). */
export const checkReference = (value: unknown, at: string): void => {
  const reference = requireObject(value, at, "A statement reference");
  requireKnown(reference, REFERENCE, at, "A statement reference");
  if (reference.objectType !== "StatementRef") {
    throw new Refusal(400, "A statement reference has the objectType StatementRef.", into(at, "objectType"));
  }
  requireUuid(reference.id, into(at, "id"), "The id of a statement reference");
};

// The standard lets a store take a lone Activity here, as 0.95 sent it; this one does not, so that nobody relies on it.
const checkContextActivities = (value: unknown, at: string): void => {
  const relations = requireObject(value, at, "contextActivities");
  requireKnown(relations, RELATIONS, at, "contextActivities");
  for (const [relation, activities] of Object.entries(relations)) {
    for (const [index, activity] of requireArray(activities, into(at, relation), relation).entries()) {
      checkActivity(activity, into(into(at, relation), index), "A context activity");
    }
  }
};

/** The roles that others play in a statement (xAPI 2.0, IEEE 9274.1.1-2023 §4.2.2.5: contextAgents, contextGroups). */
const checkContextPeople = (context: JsonObject, at: string): void => {
  for (const [list, objectType, who, kind] of [
    ["contextAgents", "contextAgent", "agent", "Agent"],
    ["contextGroups", "contextGroup", "group", "Group"],
  ] as const) {
    if (!Object.hasOwn(context, list)) continue;
    for (const [index, value] of requireArray(context[list], into(at, list), list).entries()) {
      const place = into(into(at, list), index);
      const entry = requireObject(value, place, list);
      requireKnown(entry, new Set(["objectType", who, "relevantTypes"]), place, list);
      if (entry.objectType !== objectType) {
        throw new Refusal(400, `objectType must be ${objectType}.`, into(place, "objectType"));
      }
      checkActor(entry[who], into(place, who), who);
      // An actor that does not say what it is, is an Agent.
      const { objectType: given = "Agent" } = requireObject(entry[who], into(place, who), who);
      if (given !== kind) {
        throw new Refusal(
          400,
          `${who} must be of the objectType ${kind}.`,
          into(into(place, who), "objectType"),
        );
      }
      if (Object.hasOwn(entry, "relevantTypes"))
        checkRelevantTypes(entry.relevantTypes, into(place, "relevantTypes"));
    }
  }
};

const checkRelevantTypes = (value: unknown, at: string): void => {
  const types = requireArray(value, at, "relevantTypes");
  if (types.length === 0) throw new Refusal(400, "relevantTypes must not be empty.", at);
  for (const [index, type] of types.entries()) requireIri(type, into(at, index), "A relevant type");
};
