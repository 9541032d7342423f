import { checkActivity } from "./check-activity.ts";
import { checkActor, checkAgent, checkGroup } from "./check-actor.ts";
import { arrayOf, checkShape, checkText, oneOf } from "./check-shape.ts";
import { checkExtensions, checkIri, checkLanguageTag, checkUuid } from "./check-values.ts";
import { type Check, complain } from "./problem.ts";

/** What surrounds a statement (xAPI 1.0.3 Part Two, 2.4.6; xAPI 2.0.0, 4.2.2.5). */
export const checkContext: Check = (value, place) => {
  checkShape(value, place, { topic: "context", what: "A context", members: CONTEXT });
};

/** A statement named by its id (xAPI 1.0.3 Part Two, 2.4.4.3). */
export const checkReference: Check = (value, place) => {
  checkShape(value, place, {
    topic: "reference",
    what: "A reference to a statement",
    required: ["objectType", "id"],
    members: { objectType: oneOf("reference", "object-type", ["StatementRef"]), id: checkUuid },
  });
};

/**
 * Each is an array of activities. A single activity was for statements of 0.95 and a provider SHOULD send none (2.4.6.2):
 * it is refused, as stores of today do.
 */
const checkActivities: Check = (value, place) => {
  if (!Array.isArray(value))
    return complain(
      place,
      "context-activities",
      "activities",
      "This must be an array of activities, even for one.",
    );
  arrayOf("activities", checkActivity)(value, place);
};

const checkContextActivities: Check = (value, place) => {
  checkShape(value, place, {
    topic: "activities",
    what: "A context's contextActivities",
    members: {
      parent: checkActivities,
      grouping: checkActivities,
      category: checkActivities,
      other: checkActivities,
    },
  });
};

/** How someone has to do with the statement: one or more types, or the property is left out. */
const checkRelevantTypes: Check = (value, place) => {
  arrayOf("context", checkIri)(value, place);
  if (Array.isArray(value) && value.length === 0)
    complain(place, "relevant-types", "context", "This names one or more types. Without any, leave it out.");
};

/** A list that only 2.0.0 knows: of agents or groups, and how each has to do with the statement. */
const related =
  (objectType: "contextAgent" | "contextGroup", member: "agent" | "group", check: Check): Check =>
  (value, place) => {
    if (place.version === "1.0.3")
      return complain(place, "not-in-version", "context", "Only xAPI 2.0.0 has this property. Leave it out.");
    arrayOf("context", (item, there) => {
      checkShape(item, there, {
        topic: "context",
        what: `A ${objectType}`,
        required: ["objectType", member],
        members: {
          objectType: oneOf("context", "object-type", [objectType]),
          [member]: check,
          relevantTypes: checkRelevantTypes,
        },
      });
    })(value, place);
  };

const CONTEXT: Readonly<Record<string, Check>> = {
  registration: checkUuid,
  instructor: checkActor,
  team: checkGroup,
  contextActivities: checkContextActivities,
  contextAgents: related("contextAgent", "agent", checkAgent),
  contextGroups: related("contextGroup", "group", checkGroup),
  revision: checkText,
  platform: checkText,
  language: checkLanguageTag,
  statement: checkReference,
  extensions: checkExtensions,
};
