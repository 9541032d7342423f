import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { JobOvertaken, takeUpJob } from "../../src/archive/job.ts";
import type { ImportMessage, QueueAnswer } from "../../src/imports/message.ts";
import { AT_ONCE, QueueClosed, type SendParts, sendAll } from "../../src/imports/send.ts";
import { TokenOver } from "../../src/imports/sign.ts";
import { importName, NOTHING_SENT, readSent, type Sent } from "../../src/imports/state.ts";
import { contents } from "../support/events.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { runs } from "../support/runs.ts";
import { shipped, shippedJudge, textsIn } from "./support.ts";

const judge = await shippedJudge();

const linesOf = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => JSON.stringify(contents({ path: `${at}.ipynb` })));

type Messages = readonly ImportMessage[];
type Mood = "takes" | "busy" | "refuses" | Error;

/** A queue that remembers what it took, and answers after a while; its mood may change with each request. */
const queueOf = (moodAt: (request: number) => Mood = () => "takes") => {
  const taken: ImportMessage[] = [];
  const counts = { requests: 0, under: 0, most: 0 };
  const send = async (messages: Messages): Promise<readonly QueueAnswer[]> => {
    const request = counts.requests++;
    counts.most = Math.max(counts.most, ++counts.under);
    for (let at = 0; at < (request * 7) % 5; at++) await new Promise(setImmediate);
    counts.under--;
    const mood = moodAt(request);
    if (mood instanceof Error) throw mood;
    if (mood !== "takes") return messages.map(() => ({ code: mood, again: mood === "busy" }));
    taken.push(...messages);
    return messages.map((_, at) => ({ message: `${request}-${at}` }));
  };
  return { send, taken, counts };
};

const attributes = async () => ({ "learner-context": "a token" });

/** Sends a file of so many lines, each request of at most so many events. */
const sendLines = (
  lines: readonly string[],
  parts: Pick<SendParts, "send"> & Partial<SendParts>,
  before: Sent = NOTHING_SENT,
  most = 1,
): Promise<Sent> =>
  sendAll(shipped(lines.join("\n"), judge, { from: before.until, most }), before, {
    attributes,
    note: async () => {},
    pause: async () => {},
    ...parts,
  });

describe("Sending a file", () => {
  it("puts all of it into the queue, some requests at once, and counts it", async () => {
    const { send, taken, counts } = queueOf();
    const lines = linesOf(40);
    const sent = await sendLines(lines, { send });
    assert.deepEqual(sent, {
      until: { line: 41, event: 0 },
      events: 40,
      messages: 40,
      untaken: 0,
      refused: [],
    });
    assert.deepEqual([...textsIn(taken)].sort(), [...lines].sort());
    assert.ok(counts.most > 1 && counts.most <= AT_ONCE);
    assert.ok(taken.every((each) => each.attributes["learner-context"] === "a token"));
  });

  it("notes a place only when the queue has everything before it", async () => {
    const { send, taken } = queueOf();
    const noted: number[] = [];
    await sendLines(linesOf(40), {
      send,
      note: async ({ until, events }) => {
        const have = new Set(textsIn(taken));
        for (const line of linesOf(until.line - 1)) assert.ok(have.has(line));
        assert.equal(events, until.line - 1);
        noted.push(events);
      },
    });
    assert.deepEqual(
      noted,
      noted.toSorted((a, b) => a - b),
    );
    assert.equal(noted.at(-1), 40);
  });

  it("that ends at any moment and goes on loses nothing, and sends few requests twice", async () => {
    const lines = linesOf(60);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 25 }), { maxLength: 4 }), async (ends) => {
        const bucket = memoryBucket();
        const name = importName({ content: "a file", origin: undefined, all: false, schemas: "" });
        const taken: ImportMessage[] = [];
        for (const end of [...ends, Number.POSITIVE_INFINITY]) {
          // Whatever comes behind that moment never happens: it neither sends nor notes.
          let left = end;
          const gone = (): boolean => left-- <= 0;
          const queue = queueOf(() => (gone() ? new Error("killed") : "takes"));
          const job = await takeUpJob(bucket, name, readSent);
          const note = async (sent: Sent): Promise<void> => {
            if (gone()) throw new Error("killed");
            await job.note(sent);
          };
          const before = job.left ?? NOTHING_SENT;
          await sendLines(lines, { send: queue.send, note }, before).then(
            () => job.end(),
            (error: Error) => assert.equal(error.message, "killed"),
          );
          taken.push(...queue.taken);
        }
        const texts = textsIn(taken);
        assert.deepEqual([...new Set(texts)].sort(), [...lines].sort());
        assert.ok(texts.length <= lines.length + ends.length * AT_ONCE);
        assert.equal(bucket.objects.size, 0);
      }),
      { numRuns: runs(40) },
    );
  });

  it("tries again what a queue that is busy does not take, and waits longer each time", async () => {
    const waits: number[] = [];
    const { send, taken } = queueOf((request) => (request < 3 ? "busy" : "takes"));
    const pause = async (time: number): Promise<void> => {
      waits.push(time);
    };
    const sent = await sendLines(linesOf(5), { send, pause }, NOTHING_SENT, 5);
    assert.deepEqual([sent.events, textsIn(taken)], [5, linesOf(5)]);
    assert.deepEqual(waits, [1000, 2000, 4000]);
  });

  it("ends where the queue stays shut, and goes on from there", async () => {
    const shut = queueOf((request) => (request < 3 ? "takes" : "busy"));
    let noted = NOTHING_SENT;
    const note = async (sent: Sent): Promise<void> => {
      noted = sent;
    };
    await assert.rejects(sendLines(linesOf(20), { send: shut.send, note }), QueueClosed);
    assert.ok(noted.events >= 3 - 1 && noted.events < 20);
    const open = queueOf();
    const sent = await sendLines(linesOf(20), { send: open.send, note }, noted);
    assert.equal(sent.events, 20);
    assert.deepEqual(
      [...new Set([...textsIn(shut.taken), ...textsIn(open.taken)])].sort(),
      [...linesOf(20)].sort(),
    );
  });

  it("tells which messages the queue refuses, and sends all others", async () => {
    const { send, taken } = queueOf((request) => (request === 1 ? "refuses" : "takes"));
    const sent = await sendLines(linesOf(4), { send }, NOTHING_SENT, 2);
    assert.deepEqual(sent, {
      until: { line: 5, event: 0 },
      events: 2,
      messages: 1,
      untaken: 2,
      refused: [{ line: 3, events: 2, code: "refuses" }],
    });
    assert.deepEqual(textsIn(taken), linesOf(2));
  });

  it("sends no more events in a second than the rate allows", async () => {
    const { send } = queueOf();
    let waited = 0;
    const pause = async (time: number): Promise<void> => {
      waited += time;
      await new Promise((over) => setTimeout(over, 1));
    };
    // Time hardly passes in this test, so each request waits for the whole of those before it.
    await sendLines(linesOf(30), { send, pause, rate: 10 }, NOTHING_SENT, 10);
    assert.ok(waited > 2000);
  });

  it("ends where the token is over, or another run has taken over", async () => {
    const bucket = memoryBucket();
    const { send } = queueOf();
    const over = async (): Promise<never> => {
      throw new TokenOver();
    };
    await assert.rejects(sendLines(linesOf(3), { send, attributes: over }), TokenOver);
    const first = await takeUpJob(bucket, "import-1", readSent);
    await takeUpJob(bucket, "import-1", readSent);
    await assert.rejects(sendLines(linesOf(30), { send, note: first.note }), JobOvertaken);
  });

  it("that has nothing to send asks nobody", async () => {
    const { send, counts } = queueOf();
    assert.deepEqual(await sendLines([], { send }), NOTHING_SENT);
    assert.equal(counts.requests, 0);
  });
});

describe("What is kept of an import", () => {
  const origin = { role: "learner", subject: "ada" } as const;
  const identity = { content: "a file", origin, all: false, schemas: "one" };

  it("is known again by the file, the sender, and what is left out, and by a name that tells nobody's", () => {
    const name = importName(identity);
    assert.match(name, /^import-[\da-f]{32}$/);
    assert.equal(importName({ ...identity }), name);
    for (const other of [
      { content: "another" },
      { origin: { ...origin, subject: "grace" } },
      { origin: { ...origin, server: "s" } },
      { origin: { ...origin, course: { id: "stat101" } } },
      { origin: undefined },
      { all: true },
      { again: true },
      { schemas: "two" },
    ])
      assert.notEqual(importName({ ...identity, ...other }), name);
  });

  it("is read back as it was written, and anything else is nothing", () => {
    const sent: Sent = {
      until: { line: 3, event: 1 },
      events: 4,
      messages: 2,
      untaken: 1,
      refused: [{ line: 2, events: 1, code: "TooLarge" }],
    };
    assert.deepEqual(readSent(JSON.parse(JSON.stringify(sent))), sent);
    for (const other of [undefined, 3, {}, { ...sent, until: { line: -1 } }, { ...sent, events: "4" }])
      assert.equal(readSent(other), undefined);
  });
});
