import { gunzipSync } from "node:zlib";
import { project } from "../../build/bundle.ts";
import { loadSite } from "../../build/load.ts";
import { readSite } from "../../build/site.ts";
import { prefixOf } from "../../src/archive/layout.ts";
import type { Site } from "../../src/site.ts";
import type { Bench } from "../support/result.ts";
import { median, rounded } from "../support/spread.ts";
import { batchOf, translating } from "./batches.ts";
import { delivering } from "./delivery.ts";
import { ledgerMemory } from "./ledger.ts";

/** Rounds, by turns; the first are not counted, as the engine is still warming up. */
const ROUNDS = 15;
const WARM = 4;

/** Batches as messages × events of each. The last is not used for what is found, but tells how far off that is. */
const SHAPES = [
  [1, 1],
  [400, 1],
  [40, 100],
  [100, 10],
] as const;

/**
 * How much processor time the steps of the way take, and how many bytes there are: translating batches for 0, 1 and 2
 * endpoints, and delivering. All processor time of this process counts, whichever thread spent it, and no waiting. What
 * it finds stands in measured.ts, for the simulation.
 */
export const benchSteps: Bench = async () => {
  const site = await loadSite(await readSite(project));
  const costs = [];
  for (const endpoints of [0, 1, 2]) costs.push(await translateCost(site, endpoints));
  const [none, , both] = costs;
  if (none === undefined || both === undefined) throw new Error("There are measurements of all.");
  const bytes = await weigh(site);
  const delivery = await deliverCost(site);
  const memory = ledgerMemory();
  const figures = {
    "steps.translate_batch_ms": round(none.batch),
    "steps.translate_batch_endpoint_ms": round(Math.max(0, both.batch - none.batch) / 2),
    "steps.translate_message_ms": round(none.message),
    "steps.translate_event_ms": round(none.event),
    "steps.translate_statement_ms": round((both.event - none.event) / 2),
    "steps.translate_error": Math.max(...costs.map(({ error }) => error)),
    ...delivery,
    ...bytes,
    "steps.ledger_memory_event": memory.event,
    "steps.ledger_memory_statement": memory.statement,
  };
  const rows = Object.entries(figures).map(([name, value]) => [name, String(value)]);
  return {
    title: `processor time and bytes of each step; medians of ${ROUNDS - WARM} rounds`,
    how: HOW,
    tables: [[["", ""], ...rows]],
    notes: [
      "A batch takes batch + messages × message + events × event, and for each endpoint batch_endpoint + statements × statement.",
      "translate_error: how far that is from a batch of 100 × 10, as a share of it.",
    ],
    figures,
  };
};

const HOW =
  "the processor time of all threads, waiting not included, of translating batches of several sizes for no endpoint, one and two, with a bucket and queues that cost nothing, and of delivering to a server in another process. It is what the cost and the simulation are worked out with (bench/cost/measured.ts).";

/** In milliseconds: what a batch takes for itself, for each message, and for each event. */
interface Cost {
  readonly batch: number;
  readonly message: number;
  readonly event: number;
  readonly error: number;
}

const translateCost = async (site: Site, endpoints: number): Promise<Cost> => {
  const { translate } = translating(site, endpoints);
  const times = SHAPES.map((): number[] => []);
  const batches = await Promise.all(
    SHAPES.map(([messages, perMessage]) => batchOf(site, messages, perMessage)),
  );
  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, batch] of batches.entries()) {
      // A small batch is over before the clock has moved.
      const times_ = batch.length === 1 ? 50 : 1;
      const spent = await spending(async () => {
        for (let time = 0; time < times_; time++) await translate(batch);
      });
      if (round >= WARM) times[at]?.push(spent / times_);
    }
  }
  const [one = 0, many = 0, large = 0, check = 0] = times.map(median);
  const each = Math.max(0, (many - one) / 399);
  const batch = Math.max(0, one - each);
  const event = Math.max(0, (large - batch - 40 * each) / (4000 - 40));
  const message = Math.max(0, each - event);
  return { batch, message, event, error: round((batch + 100 * message + 1000 * event - check) / check) };
};

/** The bytes of one event on its way, from a batch as it is at a hundred thousand events an hour. */
const weigh = async (site: Site): Promise<Readonly<Record<string, number>>> => {
  let unpacked = 0;
  const { translate, objects, bodies } = translating(site, 2, (key, body) => {
    if (key.startsWith(prefixOf("raw"))) unpacked += gunzipSync(body).byteLength;
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
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    const ofSmall = await spending(async () => {
      for (let time = 0; time < 20; time++) await there.deliver(small);
    });
    there.objects.clear();
    const ofLarge = await spending(() => there.deliver(large));
    if (round < WARM) continue;
    times[0].push(ofSmall / 20);
    times[1].push(ofLarge);
  }
  const [one, all] = [median(times[0]), median(times[1])];
  return {
    "steps.deliver_invocation_ms": round(one),
    "steps.deliver_statement_ms": round(Math.max(0, all - one) / statements),
    "steps.bytes_receipt": Math.round((there.objects.get("receipts") ?? 0) / statements),
  };
};

/** Milliseconds of processor time, of all threads of this process, that work takes. */
const spending = async (work: () => Promise<unknown>): Promise<number> => {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

const round = (value: number): number => rounded(value, 4);
