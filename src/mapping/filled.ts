import type { Origin } from "./explain.ts";
import type { Side } from "./understand.ts";

const filled = (says: string, ...path: readonly string[]): Origin => ({
  path,
  says,
  fields: [],
  place: undefined,
});

const ID = "made of the event, learner, endpoint and translation";
const TIME = "when it happened, in UTC";
const LEARNER = "the learner, under the name by which the endpoint knows them";
const COURSE = "the course, where the learner's context names one";
const ROLES = "the learner's roles in the course, where they are known";
const SESSION = "from the start of the learner's server to its stop, where that is known";
const LMS_SESSION = "the LMS's session, where the endpoint's file asks for it";
const REGISTRATION = "the learner's registration for the course";
const MARK = "a mark where nothing proves whose event it is";

/** What the translator itself says on each side. */
export const FILLED: Readonly<Record<Side, readonly Origin[]>> = {
  caliper: [
    filled("the vocabulary's version", "@context"),
    filled(ID, "id"),
    filled("the profile that the type belongs to", "profile"),
    filled(LEARNER, "actor"),
    filled(TIME, "eventTime"),
    filled("the hub, as translator.yml describes it", "edApp"),
    filled(COURSE, "group"),
    filled(ROLES, "membership"),
    filled(SESSION, "session"),
    filled(LMS_SESSION, "federatedSession"),
    filled(MARK, "extensions"),
  ],
  xapi: [
    filled(ID, "id"),
    filled(LEARNER, "actor"),
    filled("an activity, as every object here", "object", "objectType"),
    filled("the hub's name, as translator.yml has it", "context", "platform"),
    filled(COURSE, "context", "contextActivities", "grouping"),
    filled(REGISTRATION, "context", "registration"),
    filled(MARK, "context", "extensions"),
    filled(TIME, "timestamp"),
  ],
  json: [
    filled(ID, "id"),
    filled(TIME, "time"),
    filled("the translation's name", "translation"),
    filled(LEARNER, "learner"),
    filled(COURSE, "course"),
  ],
};

/** What becomes of that where an event is nobody's: an anonymous actor, and nothing that hangs on a learner. */
export const filledOfNobody = (origin: Origin): Origin | undefined => {
  if (origin.says === LEARNER) return { ...origin, says: NOBODY };
  return OF_LEARNERS.has(origin.says) ? undefined : origin;
};

const NOBODY = "an anonymous one, the same for every event that is nobody's";
const OF_LEARNERS: ReadonlySet<string> = new Set([COURSE, ROLES, SESSION, LMS_SESSION, REGISTRATION]);
