import type { Refusal } from "../event/reason.ts";
import { type LearnerContext, tokenVerifier } from "./context.ts";

/** How the site knows learners (translator.yml, `learners`). */
export type Trust =
  | { readonly trust: "signed"; readonly key: string }
  | { readonly trust: "attributes"; readonly user: string; readonly course?: string };

/** Message attributes, by name. */
export type Attributes = Readonly<Record<string, string | undefined>>;

/** The message attribute that carries the token. */
export const LEARNER_CONTEXT = "learner-context";

/** What a message says of its sender: a context, none, or one that cannot be believed. */
export type Sender = LearnerContext | Refusal | undefined;

/** Reads the sender of a message that arrived at `arrived` (milliseconds), once for all its events. */
export type ReadSender = (attributes: Attributes, arrived: number) => Promise<Sender>;

/** Reads senders as the site trusts them; `key` is the secret of signed contexts. */
export const senderReader = (trust: Trust, key: string | undefined): ReadSender => {
  if (trust.trust === "attributes") {
    return async (attributes) => fromAttributes(attributes, trust.user, trust.course);
  }
  if (key === undefined) {
    throw new Error("The key of learner contexts is missing. Look at the parameter that learners.key names.");
  }
  const verify = tokenVerifier(key);
  return async ({ [LEARNER_CONTEXT]: token }, arrived) =>
    token === undefined ? undefined : verify(token, arrived);
};

const fromAttributes = (
  attributes: Attributes,
  user: string,
  course?: string,
): LearnerContext | undefined => {
  const subject = attributes[user];
  if (subject === undefined || subject === "") return undefined;
  const id = course === undefined ? undefined : attributes[course];
  return { subject, role: "learner", roles: [], proven: false, ...(id !== undefined && { course: { id } }) };
};
