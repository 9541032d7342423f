import type { JsonObject } from "../event/json.ts";
import { type Refusal, refuse } from "../event/reason.ts";
import type { Course, LearnerContext } from "./context.ts";
import { LEARNER_CONTEXT, type Sender, type Trust } from "./sender.ts";

/** Whose event it is. */
export interface Learner {
  readonly username: string;
  readonly server?: string;
  readonly course?: Course;
  readonly roles: readonly string[];
  readonly proven: boolean;
}

/**
 * Decides whose event it is. `field` is the property in which the event itself names its learner, if its schema
 * has one: a learner's token must agree with it, a service's token needs it, and without a token it counts only
 * where the site trusts attributes.
 */
export const identify = (
  sender: Sender,
  data: JsonObject,
  field: string | undefined,
  trust: Trust,
): Learner | Refusal => {
  if (sender !== undefined && "reason" in sender) return sender;
  const value = field === undefined ? undefined : data[field];
  const named = typeof value === "string" && value !== "" ? value : undefined;
  if (sender === undefined) {
    return trust.trust === "attributes" && named !== undefined
      ? { username: named, roles: [], proven: false }
      : refuse("identity.missing", missing(trust));
  }
  if (sender.role === "learner") {
    return named === undefined || named === sender.subject
      ? asLearner(sender, sender.subject)
      : refuse("identity.mismatch", `The event's ${field} is not the subject of its learner context.`);
  }
  return named === undefined
    ? refuse(
        "identity.missing",
        "A service's token speaks for the learner that the event names; this one names none.",
      )
    : asLearner(sender, named);
};

const missing = (trust: Trust): string =>
  trust.trust === "signed"
    ? `The message has no ${LEARNER_CONTEXT} attribute.`
    : `The message has no ${trust.user} attribute, and the event does not name its learner.`;

/** The learner of a token is the same object for all its events, so that what is known of them is kept with it. */
const learners = new WeakMap<LearnerContext, Learner>();

const asLearner = (context: LearnerContext, username: string): Learner => {
  const known = learners.get(context);
  if (known?.username === username) return known;
  const { server, course, roles, proven } = context;
  const learner = {
    username,
    ...(server !== undefined && { server }),
    ...(course !== undefined && { course }),
    roles,
    proven,
  };
  learners.set(context, learner);
  return learner;
};
