import { hash } from "node:crypto";
import { SignJWT } from "jose";
import { readEnvelope } from "../src/event/dialect/dialect.ts";
import type { JsonObject } from "../src/event/json.ts";
import { timeOf } from "../src/event/time.ts";
import type { Course } from "../src/learner/context.ts";
import type { Initiator } from "../src/learner/initiator.ts";
import type { HubKey } from "./keys.ts";

/**
 * Plays the hub for a file of events: signs who each event is from, as a real hub does when it starts a learner's
 * server. What the hub and its services tell is signed as theirs, and is about the learner whom it names. All else
 * comes from learners' servers: here from that of the learner whose server was started last.
 */
export interface LocalHub {
  /** The learner context for the next event of the file, and its subject; `nobody` says whether it is nobody's event. */
  sign(event: unknown, nobody?: boolean): Promise<{ readonly token: string; readonly subject: string }>;
  /** The learners of the events so far, in the order of the alphabet. */
  learners(): readonly string[];
  /** What a learner comes to their own page with: a learner context for five minutes. */
  signIn(username: string): Promise<string>;
}

/** Whose events they are as long as no server was started: of the one who tries this on their own machine. */
const NOBODY_YET = "local-learner";

/** Who tells an event that no learner's server does, and which of its acts, if not all. */
interface Service {
  readonly name: string;
  readonly acts?: readonly string[];
}

const HUB: Service = { name: "jupyterhub" };

/** By the events' schemas; a learner's own server fetches and submits assignments, but neither releases nor grades. */
const services: Readonly<Record<string, Service>> = {
  "https://schema.jupyter.org/jupyterhub/events/server-action": HUB,
  "hub.jupyter.org/server-action": HUB,
  "binderhub.jupyter.org/launch": { name: "binderhub" },
  "https://w3id.org/jupyter-lms-translator/events/assignment": {
    name: "nbgrader",
    acts: ["released", "graded"],
  },
};

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

/** The culler works at night: whose server stops between ten and six o'clock (UTC) has left it idle. */
const NIGHT = /T(?:2[23]|0[0-5]):/;

export const localHub = ({ algorithm, id: kid, key }: HubKey): LocalHub => {
  const header = { alg: algorithm, ...(kid !== undefined && { kid }) };
  const tokens = new Map<string, Promise<string>>();
  const learners = new Set<string>();
  let learner = NOBODY_YET;
  const mint = (subject: string, claims: Record<string, unknown>, time: string): Promise<string> =>
    new SignJWT({ ...claims })
      .setProtectedHeader(header)
      .setAudience("jupyter-lms-translator")
      .setSubject(subject)
      .setExpirationTime(time)
      .sign(key);
  const tokenOf = (subject: string, claims: Record<string, unknown>): Promise<string> => {
    const id = JSON.stringify([subject, claims]);
    const known = tokens.get(id);
    if (known !== undefined) return known;
    const made = mint(subject, claims, "12h");
    tokens.set(id, made);
    return made;
  };
  return {
    sign: async (event, nobody = false) => {
      const { service = nobody ? HUB : undefined, about, starts, initiator } = readEvent(event);
      if (starts && about !== undefined) learner = about;
      const subject = service?.name ?? learner;
      const whose = service === undefined ? learner : about;
      if (whose !== undefined) learners.add(whose);
      const claims = {
        role: service === undefined ? "learner" : "service",
        ...claimsOf(whose),
        ...(service === HUB && whose !== undefined && { about: whose }),
        ...((service === undefined || service === HUB) && launchOf(whose)),
        ...(initiator !== undefined && { initiator }),
      };
      return { subject, token: await tokenOf(subject, claims) };
    },
    learners: () => [...learners].sort(),
    signIn: (username) => mint(username, { role: "learner" }, "5m"),
  };
};

/** What the hub knows of a learner; of nobody it knows nothing. */
const claimsOf = (username: string | undefined): Record<string, unknown> => {
  if (username === undefined) return {};
  const { course, role } = roster[username] ?? { course: 0, role: "Learner" };
  return { course: courses[course], membership_roles: [role] };
};

/** How every learner came to the played hub from a played LMS (LTI's Caliper endpoint service). */
const launchOf = (username: string | undefined): Record<string, unknown> => {
  if (username === undefined) return {};
  const id = hash("sha256", username).slice(0, 8);
  return {
    lms_user: id,
    federated_session: `https://lms.example.edu/sessions/${id}`,
    caliper_endpoint: "https://lms.example.edu/caliper",
  };
};

/** What decides who signs an event. */
interface Read {
  /** Who tells it; without this, a learner's server. */
  readonly service?: Service;
  /** The learner whom a service's event names. */
  readonly about?: string;
  /** Whether a learner's server starts. */
  readonly starts?: boolean;
  readonly initiator?: Initiator;
}

const readEvent = (event: unknown): Read => {
  const envelope = readEnvelope(event);
  if ("reason" in envelope) return {};
  const { schema, data, timestamp } = envelope;
  const service = Object.hasOwn(services, schema) ? services[schema] : undefined;
  const action = textOf(data, "action");
  if (service === undefined || service.acts?.includes(action ?? "") === false) return {};
  const about = textOf(data, "username");
  const time = timestamp === undefined ? undefined : timeOf(timestamp);
  const isCulled = service === HUB && action === "stop" && time !== undefined && NIGHT.test(time);
  return {
    service,
    ...(about !== undefined && { about }),
    starts: service === HUB && action === "start",
    ...(isCulled && { initiator: "culler" }),
  };
};

const textOf = (data: JsonObject, key: string): string | undefined => {
  const value = data[key];
  return typeof value === "string" ? value : undefined;
};
