import { gunzipSync } from "node:zlib";
import { project } from "../../build/bundle.ts";
import { loadSite } from "../../build/load.ts";
import { readSite } from "../../build/site.ts";
import { prefixOf } from "../../src/archive/layout.ts";
import type { Site } from "../../src/site.ts";
import type { Bench } from "../support/result.ts";
import { rounded } from "../support/spread.ts";
import { byTurns, medianOf, type Piece } from "../support/turns.ts";
import { batchOf, translating } from "./batches.ts";
import { byChance } from "./by-chance.ts";
import { delivering } from "./delivery.ts";
import { errorOf, fitted, type Sample } from "./fit.ts";
import { ledgerMemory } from "./ledger.ts";

/** Rounds, by turns, after each piece of work was done until it was warm. */
const ROUNDS = 25;

/** Batches as messages × events of each, for no endpoint, one and two. */
const SHAPES = [
  [1, 1],
  [10, 1],
  [10, 10],
  [14, 10],
  [100, 1],
  [10, 100],
  [50, 20],
  [200, 5],
  [400, 1],
] as const;

/** Not used for what is found, but they tell how far off that is. */
const CHECKS = [
  [30, 3],
  [100, 10],
] as const;

const ENDPOINTS = [0, 1, 2] as const;

/**
 * How much processor time the steps of the way take, and how many bytes there are: translating batches for 0, 1 and 2
 * endpoints, and delivering. All processor time of this process counts, whichever thread spent it, and no waiting. What
 * it finds stands in measured.ts, for the simulation.
 */
export const benchSteps: Bench = async () => {
  // First, while little else is in the memory that it is read from.
  const memory = ledgerMemory();
  const site = await loadSite(await readSite(project));
  const bytes = await weigh(site);
  const translation = await translateCost(site);
  const delivery = await deliverCost(site);
  const figures = {
    ...translation,
    ...delivery,
    ...bytes,
    "steps.ledger_memory_event": memory.event,
    "steps.ledger_memory_statement": memory.statement,
  };
  const rows = Object.entries(figures).map(([name, value]) => [name, String(value)]);
  return {
    title: `processor time and bytes of each step; medians of ${ROUNDS} rounds`,
    how: HOW,
    tables: [[["", ""], ...rows]],
    notes: [
      "A batch takes batch + messages × message + events × event + statements × statement, fitted to batches of all sizes together: each counts by its share of error.",
      "translate_error: how far that is from batches of 30 × 3 and 100 × 10 at the most, which it was not fitted to, as a share of what they take.",
    ],
    figures,
  };
};

const HOW = `the processor time of all threads, waiting not included, of translating batches of ${SHAPES.map((shape) => shape.join(" × ")).join(", ")} messages × events for no endpoint, one and two, with a bucket and queues that cost nothing, and of delivering to a server in another process; each was done until it was warm before. It is what the cost and the simulation are worked out with (bench/cost/measured.ts).`;

/** What a batch takes for itself, for each message, each event, and each statement of an endpoint. */
const translateCost = async (site: Site): Promise<Readonly<Record<string, number>>> => {
  const work = new Map<string, Piece>();
  const translates = ENDPOINTS.map(
    (endpoints) => [endpoints, translating(site, endpoints, { keeps: false }).translate] as const,
  );
  const nameOf = (endpoints: number, shape: readonly number[]): string => [endpoints, ...shape].join(" ");
  for (const shape of [...SHAPES, ...CHECKS]) {
    const batch = await batchOf(site, shape[0], shape[1]);
    for (const [endpoints, translate] of translates)
      work.set(nameOf(endpoints, shape), () => translate(batch));
  }
  const times = await byChance(work, ROUNDS);
  const samplesOf = (shapes: typeof SHAPES | typeof CHECKS): readonly Sample[] =>
    shapes.flatMap(([messages, each]) =>
      ENDPOINTS.map((endpoints) => ({
        amounts: [1, messages, messages * each, messages * each * endpoints],
        took: medianOf(times.get(nameOf(endpoints, [messages, each])) ?? []).processor,
      })),
    );
  const found = fitted(samplesOf(SHAPES), 4);
  const [batch = 0, message = 0, event = 0, statement = 0] = found;
  return {
    "steps.translate_batch_ms": round(batch),
    "steps.translate_message_ms": round(message),
    "steps.translate_event_ms": round(event),
    "steps.translate_statement_ms": round(statement),
    "steps.translate_error": round(
      Math.max(...samplesOf(CHECKS).map((sample) => Math.abs(errorOf(sample, found)))),
    ),
  };
};

/** The bytes of one event on its way, from a batch as it is at a hundred thousand events an hour. */
const weigh = async (site: Site): Promise<Readonly<Record<string, number>>> => {
  let unpacked = 0;
  const { translate, objects, bodies } = translating(site, 2, {
    look: (key, body) => {
      if (key.startsWith(prefixOf("raw"))) unpacked += gunzipSync(body).byteLength;
    },
  });
  const batch = await batchOf(site, 14, 10);
  await translate(batch);
  const received = batch.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
  const attributes = batch[0]?.attributes ?? {};
  const queued = [...bodies.values()].flat().reduce((sum, body) => sum + Buffer.byteLength(body), 0);
  return {
    "steps.bytes_event": Math.round(received / 140),
    "steps.bytes_attributes": Buffer.byteLength(Object.entries(attributes).flat().join("")),
    "steps.bytes_line": Math.round(unpacked / 140),
    "steps.bytes_raw": Math.round((objects.get("raw") ?? 0) / 140),
    "steps.bytes_ledger": Math.round((objects.get("ledger") ?? 0) / 140),
    "steps.bytes_statement": Math.round(queued / 280),
  };
};

/** What an invocation takes that delivers one message of one statement, and one of ten messages of fifty. */
const deliverCost = async (site: Site): Promise<Readonly<Record<string, number>>> => {
  const { translate, bodies } = translating(site, 2);
  await translate(await batchOf(site, 1, 1));
  const endpoint = site.endpoints.find(({ protocol }) => protocol === "xapi");
  if (endpoint === undefined) throw new Error("The shipped site has an endpoint for xAPI.");
  const small = bodies.get(endpoint.name) ?? [];
  await translate(await batchOf(site, 50, 10));
  const large = bodies.get(endpoint.name) ?? [];
  const statements = large.length * endpoint.batch.events;
  await using there = await delivering(endpoint);
  const times = await byTurns({ one: () => there.deliver(small), all: () => there.deliver(large) }, ROUNDS);
  const [one, all] = [medianOf(times.one).processor, medianOf(times.all).processor];
  const each = Math.max(0, all - one) / (statements - 1);
  there.objects.clear();
  await there.deliver(large);
  return {
    "steps.deliver_invocation_ms": round(one - each),
    "steps.deliver_statement_ms": round(each),
    "steps.bytes_receipt": Math.round((there.objects.get("receipts") ?? 0) / statements),
  };
};

const round = (value: number): number => rounded(value, 4);
