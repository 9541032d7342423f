import { isObject, type JsonObject } from "../event/json.ts";
import { type Refusal, refuse } from "../event/reason.ts";
import { PROBE_SCHEMA } from "../probe/event.ts";
import type { Course, Launch, LearnerContext, Session } from "./context.ts";
import type { CourseOf } from "./course-rules.ts";
import type { Initiator } from "./initiator.ts";
import { LEARNER_CONTEXT, type Sender } from "./sender.ts";
import type { LearnerTag } from "./tag.ts";
import type { Trust } from "./trust.ts";

/** Whose event it is. */
export interface Learner {
  /** Undefined where the event is nobody's. */
  readonly username?: string;
  /** The archive's own name of the learner: see `learnerTag`. */
  readonly tag?: string;
  /** The LMS's own name of the learner, where the hub knows it. */
  readonly lmsUser?: string;
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
  /** The ids under which it is emitted. */
  readonly ids?: readonly string[];
  /** The property in which the event itself names its learner. */
  readonly learner?: string;
  /** Whether it is nobody's. */
  readonly anonymous: boolean;
  /** Paths of the properties that hold files' paths. */
  readonly paths: readonly (readonly string[])[];
}

/** What the site knows of learners besides: how their courses are told, and what the archive calls them. */
export interface Naming {
  readonly courseOf: CourseOf;
  readonly tagOf: LearnerTag;
}

/**
 * Decides whose event it is. Where the event itself names its learner, a learner's token must agree with it, and a
 * service's token needs it; without a token the name counts only where the site trusts attributes. Of an event that
 * is nobody's, only its sender must be known; a test event is the probe's own.
 */
export const identify = (
  sender: Sender,
  data: JsonObject,
  { ids = [], learner: field, anonymous, paths }: About,
  trust: Trust,
  naming?: Naming,
): Learner | Refusal => {
  if (anonymous && ids.includes(PROBE_SCHEMA)) return identifyProbe(sender);
  if (sender !== undefined && "reason" in sender) return sender;
  if (anonymous) return identifyNobody(sender, trust);
  const value = field === undefined ? undefined : data[field];
  const named = typeof value === "string" && value !== "" ? value : undefined;
  if (sender === undefined) {
    return trust.trust === "attributes" && named !== undefined
      ? known(UNKNOWN_SENDER, named, data, paths, naming)
      : refuse("identity.missing", missing(trust));
  }
  if (sender.role === "learner") {
    return named === undefined || named === sender.subject
      ? known(sender, sender.subject, data, paths, naming)
      : refuse("identity.mismatch", `The event's ${field} is not the subject of its learner context.`);
  }
  return named === undefined
    ? refuse(
        "identity.missing",
        "A service's token speaks for the learner that the event names; this one names none.",
      )
    : known(sender, named, data, paths, naming);
};

/** Nobody says who sent it: the event names its learner, and the site believes it. */
const UNKNOWN_SENDER = { roles: [], groups: [], proven: false };

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

/** Whatever the site believes of learners, a test event must be proven. A service may speak for nobody anyway. */
const identifyProbe = (sender: Sender): Learner | Refusal => {
  if (sender === undefined) return refuse("identity.missing", NO_PROBE);
  if ("reason" in sender) return "probe" in sender ? NOBODY : sender;
  return sender.proven && sender.role === "service" ? NOBODY : refuse("identity.mismatch", NOT_THE_PROBE);
};

const NO_PROBE = "The message has no probe attribute: nothing proves that the test event is the probe's.";
const NOT_THE_PROBE = "A learner cannot send test events: only the probe, or a service's token.";

const NOBODY: Learner = { roles: [], proven: true, sender: {} };
const NOBODY_UNPROVEN: Learner = { roles: [], proven: false, sender: {} };

const missing = (trust: Trust): string =>
  trust.trust === "signed"
    ? `The message has no ${LEARNER_CONTEXT} attribute.`
    : `The message has no ${trust.user} attribute, and the event does not name its learner.`;

type Known = Omit<LearnerContext, "subject" | "role"> & Partial<Pick<LearnerContext, "role">>;

/**
 * By the naming under which they are known: the learner of a token is the same object for all its events in a course, so
 * that what is known of them is kept with it.
 */
const learners = new WeakMap<object, WeakMap<Known, Remembered>>();

/** The learners of a token, and the last of them. */
interface Remembered {
  readonly all: Map<string, Learner>;
  last: Learner | undefined;
}

/** Without a naming, learners are remembered apart from those of any. */
const UNNAMED = {};

/** Learners remembered for one token: that of a service speaks for all. */
const REMEMBERED = 1000;

const known = (
  context: Known,
  username: string,
  data: JsonObject,
  paths: readonly (readonly string[])[],
  naming: Naming | undefined,
): Learner => {
  const course =
    context.course ??
    naming?.courseOf({
      path: paths.flatMap((path) => textsAt(data, path)),
      server: context.server === undefined ? [] : [context.server],
      group: context.groups,
    });
  const remembered = rememberedFor(naming ?? UNNAMED, context);
  const { last } = remembered;
  // Most events are of whom the one before them was of.
  if (last !== undefined && last.username === username && last.course?.id === course?.id) return last;
  // With its length, no name is taken for another one in a course.
  const key = `${username.length} ${username}${course === undefined ? "" : `\n${course.id}`}`;
  const before = remembered.all.get(key);
  const learner = before ?? asLearner(context, username, course, naming?.tagOf(username));
  if (before === undefined) {
    if (remembered.all.size >= REMEMBERED) remembered.all.clear();
    remembered.all.set(key, learner);
  }
  remembered.last = learner;
  return learner;
};

const rememberedFor = (naming: object, context: Known): Remembered => {
  const here = learners.get(naming) ?? new WeakMap<Known, Remembered>();
  const known = here.get(context);
  if (known !== undefined) return known;
  const remembered: Remembered = { all: new Map(), last: undefined };
  learners.set(naming, here.set(context, remembered));
  return remembered;
};

const asLearner = (
  { about, server, session, launch, lmsUser, roles, proven, role, initiator }: Known,
  username: string,
  course: Course | undefined,
  tag: string | undefined,
): Learner => {
  // A service's token speaks for all learners; what it says of one is no other's.
  const own = role === "learner" || about === username;
  return {
    username,
    ...(tag !== undefined && { tag }),
    ...(own && lmsUser !== undefined && { lmsUser }),
    ...(server !== undefined && { server }),
    ...(course !== undefined && { course }),
    ...(own && session !== undefined && { session }),
    ...(own && launch !== undefined && { launch }),
    roles,
    proven,
    sender: { ...(role !== undefined && { role }), ...(initiator !== undefined && { initiator }) },
  };
};

/** The texts at a path in an event; `*` stands for every element of a list. */
const textsAt = (value: unknown, [step, ...rest]: readonly string[]): readonly string[] => {
  if (step === undefined) return typeof value === "string" ? [value] : [];
  if (Array.isArray(value)) return step === "*" ? value.flatMap((each) => textsAt(each, rest)) : [];
  return isObject(value) && Object.hasOwn(value, step) ? textsAt(value[step], rest) : [];
};
