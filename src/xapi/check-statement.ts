import { checkActivity } from "./check-activity.ts";
import { checkActor, checkAgent, checkAuthority, checkGroup } from "./check-actor.ts";
import { checkAttachment } from "./check-attachment.ts";
import { checkContext, checkReference } from "./check-context.ts";
import { checkResult } from "./check-result.ts";
import { arrayOf, checkShape, isObject, type JsonObject, memberOf, oneOf } from "./check-shape.ts";
import { checkIri, checkLanguageMap, checkTimestamp, checkUuid } from "./check-values.ts";
import { type Check, complain, type Place, within } from "./problem.ts";
import { isVoiding } from "./voiding.ts";

/** A statement at its place (xAPI 1.0.3 Part Two, 2.4; xAPI 2.0.0, 4.2.2). */
export const checkStatementAt: Check = (value, place) => {
  const statement = checkShape(value, place, {
    topic: "statement",
    what: "A statement",
    required: REQUIRED,
    members: { ...COMMON, object: checkObject, ...OF_STATEMENTS_ONLY },
  });
  if (statement !== undefined) checkTogether(statement, place);
};

const REQUIRED = ["actor", "verb", "object"];

/** The display SHOULD be there, and need not (2.4.3). */
const checkVerb: Check = (value, place) => {
  checkShape(value, place, {
    topic: "verb",
    what: "A verb",
    required: ["id"],
    members: { id: checkIri, display: checkLanguageMap },
  });
};

/**
 * A provider SHOULD NOT say its version, and if it does it says its standard's. A store accepts each 1.0.x, as all
 * have one model (2.4.10).
 */
const checkVersion: Check = (value, place) => {
  const isRight = place.version === "1.0.3" ? /^1\.0\.\d+$/ : /^2\.0\.0$/;
  const right = place.version === "1.0.3" ? "1.0.0" : "2.0.0";
  if (typeof value !== "string" || !isRight.test(value))
    complain(place, "version", "version", `A statement's version is ${right}, and best left out.`);
};

/** What statements and SubStatements both have, apart from the object. */
const COMMON: Readonly<Record<string, Check>> = {
  actor: checkActor,
  verb: checkVerb,
  result: checkResult,
  context: checkContext,
  timestamp: checkTimestamp,
  attachments: arrayOf("attachments", checkAttachment),
};

/** `stored` and `authority` are the store's to set, but no rule forbids a client to send them, if they are right. */
const OF_STATEMENTS_ONLY: Readonly<Record<string, Check>> = {
  id: checkUuid,
  stored: checkTimestamp,
  authority: checkAuthority,
  version: checkVersion,
};

/** What has no objectType is an activity (xAPI 1.0.3 Part Two, 2.4.4). */
const checkObject: Check = (value, place) => {
  const type = memberOf(value, "objectType") ?? "Activity";
  const check = typeof type === "string" && Object.hasOwn(OBJECTS, type) ? OBJECTS[type] : undefined;
  if (check !== undefined) check(value, place);
  else oneOf("object", "object-type", Object.keys(OBJECTS))(type, within(place, "objectType"));
};

/** A SubStatement is checked as a statement, but is none: it has no id and no SubStatement of its own (2.4.4.3). */
const checkSubStatement: Check = (value, place) => {
  const statement = checkShape(value, place, {
    topic: "reference",
    what: "A SubStatement",
    required: ["objectType", ...REQUIRED],
    members: {
      objectType: oneOf("reference", "object-type", ["SubStatement"]),
      ...COMMON,
      object: checkInner,
    },
  });
  if (statement !== undefined) checkTogether(statement, place);
};

/** The SubStatement within is not looked into, so that no statement is too deep to check. */
const checkInner: Check = (value, place) => {
  if (memberOf(value, "objectType") !== "SubStatement") return checkObject(value, place);
  complain(place, "nested-sub-statement", "reference", "A SubStatement has no SubStatement as its object.");
};

const OBJECTS: Readonly<Record<string, Check>> = {
  Activity: checkActivity,
  Agent: checkAgent,
  Group: checkGroup,
  StatementRef: checkReference,
  SubStatement: checkSubStatement,
};

/** What a statement's parts say together (xAPI 1.0.3 Part Two, 2.3.2 and 2.4.6). */
const checkTogether = (statement: JsonObject, place: Place): void => {
  const object = memberOf(statement, "object");
  if (isVoiding(statement) && memberOf(object, "objectType") !== "StatementRef")
    complain(
      place,
      "voiding-object",
      "voiding",
      "A statement that voids another names it by an object of the type StatementRef.",
    );
  if (!isObject(object) || (memberOf(object, "objectType") ?? "Activity") === "Activity") return;
  const context = memberOf(statement, "context");
  for (const key of ["revision", "platform"])
    if (memberOf(context, key) !== undefined)
      complain(
        within(within(place, "context"), key),
        "activity-only",
        "context",
        "Only a statement whose object is an activity has this property in its context.",
      );
};
