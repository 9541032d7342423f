import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Answer } from "../../src/delivery/answer.ts";
import { type DeliveryQueue, giveBack } from "../../src/delivery/give-back.ts";
import { type DeliveryMessage, readDelivery } from "../../src/delivery/message.ts";
import { pack, type Statement } from "../../src/delivery/pack.ts";
import { type Settling, settle } from "../../src/delivery/settle.ts";
import { classify, readAnswers } from "../../src/endpoint/answers.ts";
import type { Batch } from "../../src/endpoint/endpoint.ts";
import { endpointAt } from "../support/delivering.ts";
import { messageOf } from "../support/delivery-queue.ts";
import { runs } from "../support/runs.ts";

const answers = readAnswers();

const statements = (count: number): readonly Statement[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `id-${at}`,
    event: "e",
    translation: "a:b",
    mapping: "m",
    text: JSON.stringify({ at }),
    ...(at % 3 > 0 && { learner: `${at % 3}`.repeat(16), to: `https://lms.example.edu/${at % 3}` }),
  }));

/** What happens in one round: the endpoint's answers in their order, and whether the queue takes what goes back. */
const round = fc.record({
  statuses: fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom<Answer["status"]>(200, 400) },
      fc.constantFrom<Answer["status"]>(200, 204, 400, 401, 409, 413, 422, 429, 503, "network"),
    ),
    { maxLength: 8 },
  ),
  isDown: fc.boolean(),
  isHalved: fc.boolean(),
  received: fc.integer({ min: 1, max: 4 }),
});

describe("splitting and giving back to the queue", () => {
  it("neither loses nor repeats a statement, nor what it knows of its learner and its place, whatever the endpoint answers, while the queue takes what goes back", async () => {
    const limits = fc.record({
      events: fc.integer({ min: 1, max: 12 }),
      bytes: fc.integer({ min: 200, max: 2000 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        limits,
        fc.array(round, { maxLength: 12 }),
        fc.boolean(),
        async (count, { events, bytes }, rounds, mayFail) => {
          const batch: Batch = { events, bytes, wait: 0 };
          const endpoint = endpointAt("https://lrs.example.edu", "xapi", { batch });
          let waiting: readonly DeliveryMessage[] = pack(statements(count), batch).map(({ body }) =>
            messageOf(body),
          );
          const accepted: string[] = [];
          const setAside: string[] = [];
          let repeats = false;
          for (const { statuses, isDown, isHalved, received } of [
            ...rounds,
            { statuses: [], isDown: false, isHalved: false, received: 99 },
          ]) {
            const taken = waiting.slice(0, received);
            const back: DeliveryMessage[] = [];
            const queue: DeliveryQueue = {
              send: async (bodies) => {
                if (isDown && mayFail) return bodies.map(() => false);
                back.push(...bodies.map((body) => messageOf(body)));
                return bodies.map(() => true);
              },
              hide: async () => undefined,
            };
            const send: Settling["send"] = async (texts) => {
              const status = statuses.shift() ?? 200;
              if (classify(answers, status) === "done") accepted.push(...texts);
              return { status, excerpt: "" };
            };
            const deliveries = taken.map((message) => ({ message, delivery: readDelivery(message) }));
            const all = deliveries.flatMap(({ delivery }) =>
              "statements" in delivery ? delivery.statements : [],
            );
            for (const each of all) assert.deepEqual(each, statements(count)[Number(each.id.slice(3))]);
            const outcomes = await settle([...new Map(all.map((each) => [each.id, each])).values()], {
              send,
              answers,
              room: { events, bytes, around: 2 },
              narrowed: () => undefined,
            });
            const ended = outcomes.filter(({ end }) => end !== "waiting");
            setAside.push(
              ...ended.flatMap(({ end, statement }) => (end === "setAside" ? [statement.text] : [])),
            );
            const ids = new Set(ended.map(({ statement }) => statement.id));
            const settled = await giveBack(deliveries, endpoint, queue, {
              hasEnded: (id) => ids.has(id),
              waitOf: () => 0,
              isHalved: () => isHalved,
            });
            const again = taken.filter((_, at) => settled[at] !== undefined);
            // Only where the queue did not take a remainder, the whole message comes again.
            repeats ||= again.some((message) => {
              const read = readDelivery(message);
              return "statements" in read && read.statements.some(({ id }) => ids.has(id));
            });
            waiting = [...waiting.slice(received), ...again, ...back];
          }
          assert.deepEqual(waiting, []);
          const ends = [...accepted, ...setAside];
          assert.deepEqual(
            [...new Set(ends)].sort(),
            statements(count)
              .map(({ text }) => text)
              .sort(),
          );
          if (!repeats) assert.equal(ends.length, count);
          assert.ok(mayFail || !repeats);
        },
      ),
      { numRuns: runs(300) },
    );
  });

  it("keeps what a message knows of its past, and adds to it", async () => {
    const all = statements(10).filter(({ to }) => to === statements(3)[2]?.to);
    const batch: Batch = { events: 10, bytes: 10_000, wait: 0 };
    const sent: string[] = [];
    const delays: number[] = [];
    const queue: DeliveryQueue = {
      send: async (bodies, delay) => {
        sent.push(...bodies);
        delays.push(delay);
        return bodies.map(() => true);
      },
      hide: async () => undefined,
    };
    const [body = ""] = pack(all, batch, { since: 1000, tries: 5 }).map((each) => each.body);
    const message = messageOf(body, { received: 3, sent: 2000 });
    const received = [{ message, delivery: readDelivery(message) }];
    const endpoint = endpointAt("https://lrs.example.edu", "xapi", { batch });
    const settled = await giveBack(received, endpoint, queue, {
      hasEnded: (id) => id === all[0]?.id,
      waitOf: () => 3_600_000,
      isHalved: () => false,
    });
    assert.deepEqual(settled, [undefined]);
    const remainder = readDelivery(messageOf(sent[0] ?? "", { received: 2, sent: 9000 }));
    assert.deepEqual(remainder, {
      statements: all.slice(1),
      to: "https://lms.example.edu/2",
      since: 1000,
      tries: 10,
    });
    // SQS delays a new message for fifteen minutes at most.
    assert.deepEqual(delays, [900]);
  });
});
