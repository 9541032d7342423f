import { isObject, type JsonObject } from "../../src/event/json.ts";
import type { Initiator } from "../../src/learner/initiator.ts";
import type { EventDetail } from "../api/event.ts";

/** Whose an event is, from a learner as the archive keeps it; what is not as it should be is left out. */
export const learnerShown = (kept: unknown): EventDetail["learner"] => {
  const learner: JsonObject = isObject(kept) ? kept : {};
  const sender = senderShown(learner);
  return {
    ...texts(learner, ["username", "lmsUser", "server"]),
    roles: Array.isArray(learner.roles) ? learner.roles.filter((each) => typeof each === "string") : [],
    proven: learner.proven === true,
    ...(sender !== undefined && { sender }),
  };
};

/** In which course it was, where that is known. */
export const courseShown = (kept: unknown): Pick<EventDetail, "course"> => {
  const course = isObject(kept) ? kept.course : undefined;
  if (!isObject(course) || typeof course.id !== "string") return {};
  return { course: { id: course.id, ...texts(course, ["label", "title"]) } };
};

const texts = <Key extends string>(of: JsonObject, keys: readonly Key[]): Partial<Record<Key, string>> => {
  const found: Partial<Record<Key, string>> = {};
  for (const key of keys) {
    const value = Object.hasOwn(of, key) ? of[key] : undefined;
    if (typeof value === "string") found[key] = value;
  }
  return found;
};

/** Who sent it, in a sentence. */
const senderShown = ({ sender, proven, username }: JsonObject): string | undefined => {
  const { role, initiator } = isObject(sender) ? sender : {};
  const caused = isInitiator(initiator) ? ` ${CAUSED[initiator]}` : "";
  if (role === "service") return `A service, such as the hub, sent it with its own token.${caused}`;
  if (role === "learner")
    return proven === true
      ? "It was sent with the learner's own token."
      : "The message named the learner, and no signature proves it.";
  return username === undefined
    ? undefined
    : "The event itself names its learner, and no signature proves it.";
};

const isInitiator = (value: unknown): value is Initiator =>
  typeof value === "string" && Object.hasOwn(CAUSED, value);

const CAUSED: Readonly<Record<Initiator, string>> = {
  learner: "The learner caused it.",
  admin: "An administrator caused it.",
  culler: "What stops idle servers caused it.",
};
