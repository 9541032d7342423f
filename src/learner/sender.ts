import { PROBE_ATTRIBUTE } from "../probe/event.ts";
import { type ProbeSender, probeSender } from "../probe/sender.ts";
import type { LearnerContext } from "./context.ts";
import type { PseudonymKeys } from "./pseudonym-keys.ts";
import type { Trust } from "./trust.ts";
import { type RefusedContext, tokenVerifier, type VerificationKey } from "./verify.ts";

/** Message attributes, by name. */
export type Attributes = Readonly<Record<string, string | undefined>>;

/** The message attribute that carries the token. */
export const LEARNER_CONTEXT = "learner-context";

/** What a message says of its sender: a context, none, or one that cannot be believed; or that it is the probe. */
export type Sender = LearnerContext | RefusedContext | ProbeSender | undefined;

/** Reads the sender of a message that arrived at `arrived` (milliseconds), once for all its events. */
export type ReadSender = (attributes: Attributes, arrived: number) => Promise<Sender>;

/**
 * Reads senders as the site trusts them, given the values of the secrets that it names, by their references. With `keys`,
 * those of the pseudonyms, it knows the probe as well.
 */
export const senderReader = (
  trust: Trust,
  secrets: Readonly<Record<string, string>>,
  keys?: PseudonymKeys,
): ReadSender => {
  const readOthers = othersReader(trust, secrets);
  if (keys === undefined) return readOthers;
  return async (attributes, arrived) => {
    const proof = attributes[PROBE_ATTRIBUTE];
    return proof === undefined ? readOthers(attributes, arrived) : probeSender(proof, keys, arrived);
  };
};

const othersReader = (trust: Trust, secrets: Readonly<Record<string, string>>): ReadSender => {
  if (trust.trust === "attributes") {
    return async (attributes) => fromAttributes(attributes, trust.user, trust.course);
  }
  const keys = trust.keys.map(({ id, algorithm, secret }): VerificationKey => {
    const value = secrets[secret];
    if (value === undefined)
      throw new Error(`The key of learner contexts is missing. Look at the secret ${secret}.`);
    return { ...(id !== undefined && { id }), algorithm, value };
  });
  const verify = tokenVerifier({ keys, jwks: trust.jwks });
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
  return {
    subject,
    role: "learner",
    roles: [],
    groups: [],
    proven: false,
    ...(id !== undefined && { course: { id } }),
  };
};
