import { decodeJwt, SignJWT } from "jose";
import type { Course } from "../learner/context.ts";
import { LEARNER_CONTEXT } from "../learner/sender.ts";
import type { AttributesTrust } from "../learner/trust.ts";
import type { ImportMessage } from "./message.ts";

/** What messages say of their sender: asked anew for each request, as what is signed does not last. */
export type Attributes = () => Promise<ImportMessage["attributes"]>;

/** Who imported events are from. */
export interface Origin {
  readonly role: "learner" | "service";
  readonly subject: string;
  readonly server?: string | undefined;
  readonly course?: Course | undefined;
}

/** The key that the hub signs with, where it is a secret that the translator has as well (HS256). */
export interface SharedKey {
  readonly id?: string | undefined;
  readonly value: string;
}

/**
 * So long a token is good, and so long it is used, in milliseconds. For the rest it may wait for the queue, and the clocks
 * of whoever runs this and of AWS may differ.
 */
const GOOD = 60 * 60_000;
const USED = 60_000;

/** Signs learner contexts as the hub would (RFC 7519), each for an hour. */
export const signing = (
  { role, subject, server, course }: Origin,
  { id, value }: SharedKey,
  now: () => number = Date.now,
): Attributes => {
  const key = new TextEncoder().encode(value.trim());
  const claims = { role, ...(server !== undefined && { server }), ...(course !== undefined && { course }) };
  let made: { readonly token: string; readonly until: number } | undefined;
  return async () => {
    if (made === undefined || now() >= made.until) {
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: "HS256", ...(id !== undefined && { kid: id }) })
        .setAudience("jupyter-lms-translator")
        .setSubject(subject)
        .setExpirationTime(Math.floor((now() + GOOD) / 1000))
        .sign(key);
      made = { token, until: now() + USED };
    }
    return { [LEARNER_CONTEXT]: made.token };
  };
};

/** Thrown where a token that was given is over before all is sent. */
export class TokenOver extends Error {
  override readonly name = "TokenOver";

  constructor() {
    super("The token has expired. Have the hub make a new one.");
  }
}

/** A token of the hub's as it is. Asked later than its end, it throws TokenOver. */
export const signedAlready = (token: string, now: () => number = Date.now): Attributes => {
  const { exp = Number.POSITIVE_INFINITY } = decodeJwt(token);
  return async () => {
    if (now() / 1000 >= exp) throw new TokenOver();
    return { [LEARNER_CONTEXT]: token };
  };
};

/** What a site that trusts attributes believes: without a user, whom the events name themselves. */
export const attributed = (
  { user, course }: AttributesTrust,
  origin: Pick<Origin, "subject" | "course"> | undefined,
): Attributes => {
  const attributes = {
    ...(origin !== undefined && { [user]: origin.subject }),
    ...(course !== undefined && origin?.course !== undefined && { [course]: origin.course.id }),
  };
  return async () => attributes;
};
