import { errors, jwtVerify } from "jose";
import { type Refusal, refuse } from "../event/reason.ts";
import { timeOf } from "../event/time.ts";
import { INITIATORS, type Initiator } from "./initiator.ts";

export interface Course {
  readonly id: string;
  readonly label?: string;
  readonly title?: string;
}

/** Who an event is from, as far as it is known, and how it is known. */
export interface LearnerContext {
  /** The hub's user name, or the hub's own name where the role is `service`. */
  readonly subject: string;
  /** A learner's token speaks for that learner only; a service's for whomever its events name. */
  readonly role: "learner" | "service";
  readonly server?: string;
  readonly course?: Course;
  /** The learner's roles in the course, as the LMS names them. */
  readonly roles: readonly string[];
  /** The time between the start and the stop of the learner's server, for which the hub made the token. */
  readonly session?: Session;
  /** How the learner came to the hub from the LMS. */
  readonly launch?: Launch;
  /** Who caused what a service tells of, where the hub says so: a server is also stopped by others than its learner. */
  readonly initiator?: Initiator;
  /** Whether a signature proves it. */
  readonly proven: boolean;
}

export interface Session {
  /** The token's own id. */
  readonly id: string;
  /** When it began: `YYYY-MM-DDTHH:mm:ss.SSSZ`. */
  readonly started?: string;
}

export interface Launch {
  /** The LMS's name of its session (LTI's Caliper endpoint service, caliper_federated_session_id). */
  readonly session: string;
  /** The link in the LMS that led here. */
  readonly resource?: { readonly id: string; readonly title?: string };
}

/** Verifies a learner context token that arrived at `arrived` (milliseconds). */
export type VerifyToken = (token: string, arrived: number) => Promise<LearnerContext | Refusal>;

/** How far the hub's clock and the queue's may be apart, in seconds. */
const CLOCK_TOLERANCE = 60;

/** RFC 7518, section 3.2: a key for HS256 has at least the size of its hash, in bytes. */
const KEY_SIZE = 32;

/** A token comes with thousands of events; this many are remembered per instance of the function. */
const REMEMBERED = 10_000;

/**
 * Verifies learner context tokens: JWTs (RFC 7519) that the hub signs with HS256 when it starts a server. A token
 * that was valid when its message was sent stays good however long the message waited in the queue.
 */
export const tokenVerifier = (secret: string): VerifyToken => {
  const key = new TextEncoder().encode(secret);
  if (key.length < KEY_SIZE) {
    throw new Error(
      `The learner context key is shorter than ${KEY_SIZE} bytes. Make one: openssl rand -base64 48`,
    );
  }
  const remembered = new Map<string, Remembered>();
  return async (token, arrived) => {
    const known = remembered.get(token);
    if (known !== undefined && known.from <= arrived && arrived < known.until) return known.context;
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: ["HS256"],
        currentDate: new Date(arrived),
        clockTolerance: CLOCK_TOLERANCE,
        requiredClaims: ["sub", "exp", "role"],
      });
      const context = readClaims(payload);
      if ("reason" in context) return context;
      if (remembered.size >= REMEMBERED) remembered.clear();
      const { nbf = 0, exp = 0 } = payload;
      remembered.set(token, {
        context,
        from: Math.ceil(nbf - CLOCK_TOLERANCE) * 1000,
        until: Math.ceil(exp + CLOCK_TOLERANCE) * 1000,
      });
      return context;
    } catch (error) {
      if (error instanceof errors.JWTExpired) return EXPIRED;
      if (error instanceof errors.JOSEError)
        return refuse("identity.forged", FORGED[error.code] ?? NOT_A_CONTEXT);
      throw error;
    }
  };
};

/** What a token says, and the time in which it is good, in milliseconds: not at `until` any more. */
interface Remembered {
  readonly context: LearnerContext;
  readonly from: number;
  readonly until: number;
}

const EXPIRED = refuse("identity.expired", "The learner context expired before the message was sent.");

const NOT_A_CONTEXT = "The learner-context attribute is not a learner context signed with HS256.";

const FORGED: Readonly<Record<string, string>> = {
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "The signature was not made with the key that translator.yml names.",
  ERR_JWT_CLAIM_VALIDATION_FAILED: "A claim is missing or not yet valid; sub, role and exp are required.",
};

type Claims = Readonly<Record<string, unknown>>;

const readClaims = (claims: Claims): LearnerContext | Refusal => {
  const { sub, role, server, course, membership_roles: roles, initiator } = claims;
  if (typeof sub !== "string" || sub === "" || (role !== "learner" && role !== "service")) {
    return refuse(
      "identity.forged",
      'The claims sub or role are not as they should be; role is "learner" or "service".',
    );
  }
  const known = INITIATORS.find((each) => each === initiator);
  if (initiator !== undefined && known === undefined)
    return refuse("identity.forged", `The claim initiator is none of ${INITIATORS.join(", ")}.`);
  return {
    subject: sub,
    role,
    ...(known !== undefined && { initiator: known }),
    ...(typeof server === "string" && { server }),
    ...readSession(claims),
    ...readLaunch(claims),
    ...readCourse(course),
    roles: Array.isArray(roles) ? roles.filter((each) => typeof each === "string") : [],
    proven: true,
  };
};

const readSession = ({ jti, iat }: Claims): { readonly session?: Session } => {
  if (typeof jti !== "string" || jti === "") return {};
  const started = typeof iat === "number" ? timeOf(iat) : undefined;
  return { session: { id: jti, ...(started !== undefined && { started }) } };
};

const readLaunch = ({ federated_session: session, resource }: Claims): { readonly launch?: Launch } => {
  if (typeof session !== "string" || session === "") return {};
  const { id, title } = typeof resource === "object" && resource !== null ? (resource as Claims) : {};
  if (typeof id !== "string") return { launch: { session } };
  return { launch: { session, resource: { id, ...(typeof title === "string" && { title }) } } };
};

const readCourse = (claim: unknown): { readonly course?: Course } => {
  if (typeof claim !== "object" || claim === null || !("id" in claim) || typeof claim.id !== "string")
    return {};
  return {
    course: {
      id: claim.id,
      ...("label" in claim && typeof claim.label === "string" && { label: claim.label }),
      ...("title" in claim && typeof claim.title === "string" && { title: claim.title }),
    },
  };
};
