import type { JsonObject } from "../event/json.ts";
import { type Refusal, refuse } from "../event/reason.ts";
import type { Course, Launch, LearnerContext, Session } from "./context.ts";
import type { Initiator } from "./initiator.ts";
import { LEARNER_CONTEXT, type Sender, type Trust } from "./sender.ts";

/** Whose event it is. */
export interface Learner {
  /** Undefined where the event is nobody's. */
  readonly username?: string;
  readonly server?: string;
  readonly course?: Course;
  readonly session?: Session;
  readonly launch?: Launch;
  readonly roles: readonly string[];
  readonly proven: boolean;
  /** Who sent it, as far as that is known. */
  readonly sender: { readonly role?: LearnerContext["role"]; readonly initiator?: Initiator };
}

/** What an event's schema says of its learner. */
export interface About {
  /** The property in which the event itself names its learner. */
  readonly learner?: string;
  /** Whether it is nobody's. */
  readonly anonymous: boolean;
}

/**
 * Decides whose event it is. Where the event itself names its learner, a learner's token must agree with it, and a
 * service's token needs it; without a token the name counts only where the site trusts attributes. Of an event that
 * is nobody's, only its sender must be known.
 */
export const identify = (
  sender: Sender,
  data: JsonObject,
  { learner: field, anonymous }: About,
  trust: Trust,
): Learner | Refusal => {
  if (sender !== undefined && "reason" in sender) return sender;
  if (anonymous) return identifyNobody(sender, trust);
  const value = field === undefined ? undefined : data[field];
  const named = typeof value === "string" && value !== "" ? value : undefined;
  if (sender === undefined) {
    return trust.trust === "attributes" && named !== undefined
      ? { username: named, roles: [], proven: false, sender: {} }
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

/** A learner's own name, course and server would say who it was after all. */
const identifyNobody = (sender: LearnerContext | undefined, trust: Trust): Learner | Refusal => {
  if (sender === undefined && trust.trust === "signed") return refuse("identity.missing", missing(trust));
  // A learner could tell anything in nobody's name, and nobody could find out who it was.
  if (trust.trust === "signed" && sender?.role !== "service")
    return refuse(
      "identity.mismatch",
      "Only a service's token can speak for nobody; this one is a learner's.",
    );
  return sender?.proven === true ? NOBODY : NOBODY_UNPROVEN;
};

const NOBODY: Learner = { roles: [], proven: true, sender: {} };
const NOBODY_UNPROVEN: Learner = { roles: [], proven: false, sender: {} };

const missing = (trust: Trust): string =>
  trust.trust === "signed"
    ? `The message has no ${LEARNER_CONTEXT} attribute.`
    : `The message has no ${trust.user} attribute, and the event does not name its learner.`;

/** The learner of a token is the same object for all its events, so that what is known of them is kept with it. */
const learners = new WeakMap<LearnerContext, Learner>();

const asLearner = (context: LearnerContext, username: string): Learner => {
  const known = learners.get(context);
  if (known?.username === username) return known;
  const { server, course, session, launch, roles, proven, role, initiator } = context;
  // A service's token is not made for anybody's session.
  const own = role === "learner";
  const learner = {
    username,
    ...(server !== undefined && { server }),
    ...(course !== undefined && { course }),
    ...(own && session !== undefined && { session }),
    ...(own && launch !== undefined && { launch }),
    roles,
    proven,
    sender: { role, ...(initiator !== undefined && { initiator }) },
  };
  learners.set(context, learner);
  return learner;
};
