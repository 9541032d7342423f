import { readEnvelope } from "../src/event/dialect/dialect.ts";
import type { Course, Launch, Session } from "../src/learner/context.ts";
import type { Learner } from "../src/learner/identify.ts";
import type { ArchivePart } from "../src/settings.ts";
import { pathName } from "./sent.ts";

/** What is in each part of the archive, for the people whom it is about. */
export const KEEPS: Readonly<Record<ArchivePart, string>> = {
  raw: "Events as they came in, less what is never stored, and whose they are.",
  quarantine:
    "What could not be read, or did not fit what is expected of it, or was not believed: as it came, less what is never stored where that can be found in it, with the reason. Where it may be taken in later, who sent it is put with it, as with an event, and the groups of the hub that they are in; and whoever it is from, what is in it may say so.",
  failed: "Statements that an endpoint refused, with its answer, and those that could not be made or sent.",
  receipts: "What was delivered, when, and with which answer.",
  ledger: "Of every event, by its id, what became of it for each endpoint.",
};

/** Words for each field of something: a field that is added to it must get some too. */
type WordsFor<T> = Readonly<Record<keyof Required<T>, string>>;

const listed = (words: Readonly<Record<string, string>>): string => Object.values(words).join(", ");

const COURSE: WordsFor<Course> = { id: "its id", label: "its label", title: "its title" };

const SESSION: WordsFor<Session> = {
  id: "its id",
  started: "when it began",
};

const LAUNCH: WordsFor<Launch> = {
  session: "the LMS's name of its session",
  endpoint: "where the LMS wants to be told of it",
  resource: "the id and the title of the link there",
};

const SENDER: WordsFor<Learner["sender"]> = {
  role: "the learner's own server or a service",
  initiator: "whether the learner, an administrator or the service that stops idle servers caused it",
};

/** What `raw/` keeps with an event of whose it is, where it is known. */
export const KEPT_BESIDE: WordsFor<Learner> = {
  username: "the user name",
  tag: "the archive's own name of the learner",
  lmsUser: "the LMS's own name of the learner",
  server: "the name of the server",
  course: `the course: ${listed(COURSE)}`,
  session: `the session, from the start of the server to its stop: ${listed(SESSION)}`,
  launch: `how the learner came there from the LMS: ${listed(LAUNCH)}`,
  roles: "the roles in the course",
  proven: "whether a signature proves all this",
  sender: `who sent it: ${listed(SENDER)}`,
};

/** What is never stored of what producers wrap around events, by what they wrap around them. */
export const droppedByEnvelopes = (): readonly {
  readonly envelope: string;
  readonly fields: readonly string[];
}[] =>
  Object.entries(ENVELOPES).flatMap(([envelope, sample]) => {
    const read = readEnvelope(sample);
    const fields = "neverStore" in read ? (read.neverStore ?? []).map(pathName) : [];
    return fields.length === 0 ? [] : [{ envelope, fields }];
  });

const TIME = "2026-11-20T09:00:00Z";

/** A sample of each of those forms: what is taken out of it, is told by what reads it. */
const ENVELOPES: Readonly<Record<string, unknown>> = {
  "a capsule of Wikimedia's EventLogging": { schema: "any", revision: 1, event: {}, dt: TIME },
  "a call of Segment's libraries": { type: "track", event: "any", timestamp: TIME },
  "a call of NannyML, through Segment's libraries": {
    type: "track",
    event: "any",
    timestamp: TIME,
    properties: { nannyml_version: "1" },
  },
  "a call of NannyML, from its package": { event: "any", nannyml_version: "1" },
};
