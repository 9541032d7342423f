import packageJson from "../../package.json" with { type: "json" };
import type { Endpoint } from "../../src/endpoint/endpoint.ts";
import { framesFor } from "../../src/endpoint/frame.ts";
import { eventReader } from "../../src/event/catalog.ts";
import { type EventMessage, type Readers, takeInAll } from "../../src/intake.ts";
import { courseReader } from "../../src/learner/course-rules.ts";
import { type PseudonymKeys, pseudonymKeys } from "../../src/learner/pseudonym-keys.ts";
import { senderReader } from "../../src/learner/sender.ts";
import { learnerTags } from "../../src/learner/tag.ts";
import type { Site } from "../../src/site.ts";
import { tellAll } from "../../src/statements.ts";
import { translator } from "../../src/translate.ts";
import { batchOf, scales, secretsOf } from "../steps/batches.ts";
import { notebookEvents } from "./events.ts";
import { EVENTS, LEARNERS, meanBytes, SHOWN, type Subject } from "./subject.ts";

/** How often all events are translated in a turn, so that it takes about as long as a peer's. */
const TIMES = 10;

/** What this translator does of an event until there is its statement, for one endpoint of the shipped site. */
export const ours = async (site: Site, protocol: Endpoint["protocol"]): Promise<Subject> => {
  const endpoint = site.endpoints.find((each) => each.protocol === protocol);
  if (endpoint === undefined) throw new Error(`The shipped site has no endpoint for ${protocol}.`);
  return subjectOf(NAME, site, textsFor(endpoint, site));
};

/** All that the function does of a batch: consent, archive, both endpoints of the shipped site, ledger and packing as well. */
export const oursWhole = async (site: Site): Promise<Subject> => {
  let sent: string[] = [];
  const translate = translator({
    site,
    bucket: scales(new Map()),
    // What an endpoint is sent may come in several parts.
    send: async (_, bodies) => {
      sent.push(...bodies);
      return bodies.map(() => true);
    },
    secrets: secretsOf(site),
    choices: async () => new Map(),
  });
  return subjectOf(`${NAME}, whole function`, site, async (messages) => {
    sent = [];
    const { counts } = await translate(messages);
    if (counts.accepted !== LEARNERS * EVENTS) throw new Error("Not every event was accepted.");
    return sent;
  });
};

const NAME = `this translator ${packageJson.version}`;

/** Messages → the texts of the statements of one endpoint. */
type Texts = (messages: readonly EventMessage[]) => Promise<readonly string[]>;

const textsFor = (endpoint: Endpoint, site: Site): Texts => {
  const secrets = secretsOf(site);
  const keys = pseudonymKeys(site.settings.pseudonyms, (reference) => secrets[reference] ?? "");
  const readers = readersOf(site, secrets, keys);
  const frames = new Map([[endpoint, framesFor(endpoint, site.settings, keys)]]);
  return async (messages) => {
    const intakes = await takeInAll(messages, readers);
    const accepted = intakes.flatMap((intake) => intake.accepted);
    const statements = tellAll(accepted, site, frames).told.get(endpoint)?.statements ?? [];
    if (statements.length !== LEARNERS * EVENTS) throw new Error("There is a statement of each event.");
    return statements.map(({ text }) => text);
  };
};

const readersOf = (site: Site, secrets: Readonly<Record<string, string>>, keys: PseudonymKeys): Readers => {
  const { trust, courses } = site.settings;
  return {
    readEvent: eventReader(site.schemas),
    trust,
    readSender: senderReader(trust, secrets, keys),
    naming: { courseOf: courseReader(courses), tagOf: learnerTags(keys.key) },
  };
};

/** Its events come in each batch with names of files that were never seen. */
const subjectOf = async (name: string, site: Site, texts: Texts): Promise<Subject> => {
  let batches = 0;
  const fresh = (): Promise<readonly EventMessage[]> =>
    batchOf(site, LEARNERS, EVENTS, notebookEvents(String(batches++)));
  const messages = await fresh();
  const first = await texts(messages);
  const events = messages.flatMap(({ body }) => body.split("\n"));
  const turn = async () => {
    const given = await Promise.all(Array.from({ length: TIMES }, fresh));
    const [spent, began] = [process.cpuUsage(), process.hrtime.bigint()];
    for (const batch of given) written(await texts(batch));
    const elapsed = Number(process.hrtime.bigint() - began);
    const { user, system } = process.cpuUsage(spent);
    const of = events.length * TIMES;
    return { processor: ((user + system) * 1000) / of, elapsed: elapsed / of };
  };
  return {
    name,
    runtime: `Node ${process.versions.node}`,
    bytes: { event: meanBytes(events), statement: (meanBytes(first) * first.length) / events.length },
    shown: first.slice(0, SHOWN),
    turn,
    [Symbol.asyncDispose]: async () => {},
  };
};

/** Reading a character makes the engine write out a text, which until then may be a list of its parts. */
const written = (texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + text.charCodeAt(text.length >> 1), 0);
