import { createHmac, timingSafeEqual } from "node:crypto";
import { errors, jwtVerify, SignJWT } from "jose";
import { cookieOf, NotAnswered, type PageRequest } from "./request.ts";

/** A learner who is signed in. */
export interface Session {
  readonly username: string;
  /** What every form of theirs must bring along, so that no other site can send one in their name. */
  readonly formToken: string;
}

/** Signs learners in and recognises them. */
export interface Sessions {
  /** The cookie that signs a learner in. */
  begin(username: string, now: number): Promise<string>;
  /** The cookie that signs out. */
  end(): string;
  /** Who asks; undefined where nobody is signed in. */
  read(request: PageRequest, now: number): Promise<Session | undefined>;
}

/**
 * The prefix keeps other hosts from setting it. It is Lax, not Strict: signing in is a POST from the hub's site, and
 * browsers do not send a Strict cookie to the page that such a request is redirected to.
 */
const COOKIE = "__Host-learner";
const ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=Lax";

/** For so long, in seconds, nobody need come in again. */
const LASTS = 30 * 60;

/** Neither a learner context is good as a session, nor a session as a learner context: each says what it is for. */
const AUDIENCE = "jupyter-lms-translator page";

/**
 * Sessions under a key of their own, which is derived from the site's: JWTs (RFC 7519) in a cookie, so that nothing is
 * kept of who was here.
 */
export const sessionsWith = (siteKey: string): Sessions => {
  const key = createHmac("sha256", siteKey).update("page").digest();
  const formTokenOf = (token: string): string =>
    createHmac("sha256", key).update(`form:${token}`).digest("base64url");
  return {
    begin: async (username, now) => {
      const token = await new SignJWT()
        .setProtectedHeader({ alg: "HS256" })
        .setSubject(username)
        .setAudience(AUDIENCE)
        .setExpirationTime(Math.floor(now / 1000) + LASTS)
        .setJti(crypto.randomUUID())
        .sign(key);
      return `${COOKIE}=${token}; ${ATTRIBUTES}; Max-Age=${LASTS}`;
    },
    end: () => `${COOKIE}=; ${ATTRIBUTES}; Max-Age=0`,
    read: async (request, now) => {
      const token = cookieOf(request, COOKIE);
      if (token === undefined) return undefined;
      try {
        const options = {
          algorithms: ["HS256"],
          audience: AUDIENCE,
          requiredClaims: ["sub", "exp"],
          currentDate: new Date(now),
        };
        const { sub = "" } = (await jwtVerify(token, key, options)).payload;
        return { username: sub, formToken: formTokenOf(token) };
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
  };
};

/** Throws NotAnswered where a form does not come from a page of ours. */
export const requireOwnForm = (
  { headers }: PageRequest,
  form: URLSearchParams,
  { formToken }: Session,
): void => {
  // Pages without a referrer post with the origin "null", also to themselves; then the token alone decides.
  const { origin = "null", host, "sec-fetch-site": site = "same-origin" } = headers;
  const isOurs = origin === "null" || hostOf(origin) === host;
  if (site !== "same-origin" || !isOurs || !equal(form.get("form") ?? "", formToken))
    throw new NotAnswered(
      403,
      "form.foreign",
      "This form was not sent from your own page, or you have signed in anew since. Go back to the page and try again.",
    );
};

const hostOf = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).host : undefined;

/** Takes the same time whatever they have in common. */
const equal = (given: string, wanted: string): boolean => {
  const [a, b] = [given, wanted].map((text) => createHmac("sha256", "equal").update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
};
