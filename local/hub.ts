import { SignJWT } from "jose";
import type { Course } from "../src/learner/context.ts";

/**
 * Plays the hub for a file of events: signs who each event is from, as a real hub does when it starts a learner's
 * server. Events of JupyterHub itself name their learner and are signed as the hub's own. Events of a learner's
 * server name nobody: here they are taken for those of the learner whose server was started last.
 */
export interface LocalHub {
  /** The learner context for the next event of the file. */
  sign(event: unknown): Promise<{ readonly token: string; readonly subject: string }>;
}

/** Whose events they are as long as no server was started: of the one who tries this on their own machine. */
const NOBODY_YET = "local-learner";

/** The name under which the hub signs for itself. */
const HUB = "jupyterhub";

/** In which course the learners of the shipped events are; a learner who is not here has the first. */
const courses: readonly Course[] = [
  { id: "stat101", label: "STAT 101", title: "Introduction to statistics" },
  { id: "data8", label: "DATA 8", title: "Foundations of data science" },
  { id: "phys7", label: "PHYS 7", title: "Physics for scientists" },
];

const roster: Readonly<Record<string, { readonly course: number; readonly role: string }>> = {
  ada: { course: 0, role: "Learner" },
  grace: { course: 1, role: "Learner" },
  katherine: { course: 0, role: "Instructor" },
  emmy: { course: 2, role: "Learner" },
};

export const localHub = (key: string): LocalHub => {
  const secret = new TextEncoder().encode(key);
  const tokens = new Map<string, Promise<string>>();
  let learner = NOBODY_YET;
  const tokenOf = (subject: string, claims: Record<string, unknown>): Promise<string> => {
    const id = JSON.stringify([subject, claims]);
    const known = tokens.get(id);
    if (known !== undefined) return known;
    const made = new SignJWT({ ...claims })
      .setProtectedHeader({ alg: "HS256" })
      .setSubject(subject)
      .setExpirationTime("12h")
      .sign(secret);
    tokens.set(id, made);
    return made;
  };
  return {
    sign: async (event) => {
      const named = startedServer(event);
      if (named !== undefined) learner = named.username;
      const { course, role } = roster[learner] ?? { course: 0, role: "Learner" };
      const claims = { course: courses[course], membership_roles: [role] };
      return named === undefined
        ? { subject: learner, token: await tokenOf(learner, { role: "learner", ...claims }) }
        : { subject: HUB, token: await tokenOf(HUB, { role: "service", ...claims }) };
    },
  };
};

/** Whose server an event of JupyterHub is about, if it is one. */
const startedServer = (event: unknown): { readonly username: string } | undefined => {
  if (typeof event !== "object" || event === null || !("username" in event) || !("servername" in event))
    return undefined;
  return typeof event.username === "string" ? { username: event.username } : undefined;
};
