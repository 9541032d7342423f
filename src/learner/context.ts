import { isObject } from "../event/json.ts";
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
  /** The learner whom a service's token is about: `session`, `launch` and `lmsUser` are that learner's, and no other's. */
  readonly about?: string;
  readonly server?: string;
  readonly course?: Course;
  /** The learner's roles in the course, as the LMS names them. */
  readonly roles: readonly string[];
  /** The time between the start and the stop of the learner's server, for which the hub made the token. */
  readonly session?: Session;
  /** How the learner came to the hub from the LMS. */
  readonly launch?: Launch;
  /** The LMS's own name of the learner. */
  readonly lmsUser?: string;
  /** The groups of the hub that the learner is in. */
  readonly groups: readonly string[];
  /** Who caused what a service tells of, where the hub says so: a server is also stopped by others than its learner. */
  readonly initiator?: Initiator;
  /** Whether a signature proves it. */
  readonly proven: boolean;
}

export interface Session {
  /** The id of the learner's own token. */
  readonly id: string;
  /** When it began: `YYYY-MM-DDTHH:mm:ss.SSSZ`. */
  readonly started?: string;
}

export interface Launch {
  /** The LMS's name of its session (LTI's Caliper endpoint service, caliper_federated_session_id). */
  readonly session?: string;
  /** Where the LMS wants Caliper events of it (the same service, caliper_endpoint_url). */
  readonly endpoint?: string;
  /** The link in the LMS that led here. */
  readonly resource?: { readonly id: string; readonly title?: string };
}

type Claims = Readonly<Record<string, unknown>>;

/** Reads the claims of a token whose signature is good. */
export const readClaims = (claims: Claims): LearnerContext | Refusal => {
  const { sub, role, server, course, membership_roles, groups, lms_user: lmsUser, initiator } = claims;
  if (typeof sub !== "string" || sub === "" || (role !== "learner" && role !== "service")) {
    return refuse(
      "identity.forged",
      'The claims sub or role are not as they should be; role is "learner" or "service".',
    );
  }
  const whose = role === "service" ? readAbout(claims) : readOwnSession(claims);
  if ("reason" in whose) return whose;
  const known = INITIATORS.find((each) => each === initiator);
  if (initiator !== undefined && known === undefined)
    return refuse("identity.forged", `The claim initiator is none of ${INITIATORS.join(", ")}.`);
  return {
    subject: sub,
    role,
    ...(known !== undefined && { initiator: known }),
    ...(typeof server === "string" && { server }),
    ...whose,
    ...readLaunch(claims),
    ...readCourse(course),
    ...(typeof lmsUser === "string" && lmsUser !== "" && { lmsUser }),
    roles: textsIn(membership_roles),
    groups: textsIn(groups),
    proven: true,
  };
};

/** A learner's token is its own session. */
const readOwnSession = ({ jti, iat }: Claims): Pick<LearnerContext, "session"> => {
  if (typeof jti !== "string" || jti === "") return {};
  const started = typeof iat === "number" ? timeOf(iat) : undefined;
  return { session: { id: jti, ...(started !== undefined && { started }) } };
};

/** A service's token is nobody's session: it says whom it is about, and in which session of theirs. */
const readAbout = ({ about, session }: Claims): Pick<LearnerContext, "about" | "session"> | Refusal => {
  if (about !== undefined && (typeof about !== "string" || about === ""))
    return refuse("identity.forged", "The claim about is not the name of a learner.");
  const known = session === undefined ? undefined : sessionIn(session);
  if (session !== undefined && known === undefined)
    return refuse(
      "identity.forged",
      "The claim session is not as it should be: an id, and when it started, in seconds since 1970.",
    );
  return { ...(about !== undefined && { about }), ...(known !== undefined && { session: known }) };
};

const sessionIn = (claim: unknown): Session | undefined => {
  if (!isObject(claim)) return undefined;
  const { id, started: began } = claim;
  if (typeof id !== "string" || id === "") return undefined;
  if (began === undefined) return { id };
  const started = typeof began === "number" ? timeOf(began) : undefined;
  return started === undefined ? undefined : { id, started };
};

const readLaunch = (claims: Claims): { readonly launch?: Launch } => {
  const { federated_session: session, caliper_endpoint: endpoint, resource } = claims;
  const from = {
    ...(typeof session === "string" && session !== "" && { session }),
    ...(typeof endpoint === "string" && endpoint !== "" && { endpoint }),
  };
  if (Object.keys(from).length === 0) return {};
  const { id, title } = typeof resource === "object" && resource !== null ? (resource as Claims) : {};
  if (typeof id !== "string") return { launch: from };
  return { launch: { ...from, resource: { id, ...(typeof title === "string" && { title }) } } };
};

const textsIn = (claim: unknown): readonly string[] =>
  Array.isArray(claim) ? claim.filter((each) => typeof each === "string") : [];

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
