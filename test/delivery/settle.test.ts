import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Answer } from "../../src/delivery/answer.ts";
import type { Statement } from "../../src/delivery/pack.ts";
import type { Room } from "../../src/delivery/requests.ts";
import { type Outcome, type Settling, settle, type Trouble } from "../../src/delivery/settle.ts";
import { classify, readAnswers } from "../../src/endpoint/answers.ts";

const answers = readAnswers();
const WIDE: Room = { events: 1000, bytes: 1e9, around: 2 };

/** Statements whose texts are their numbers, and so long as told. */
const numbered = (count: number, bytes = 0): readonly Statement[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `${at}`,
    event: "e",
    translation: "t",
    mapping: "m",
    text: `${at}`.padEnd(bytes),
  }));

const answer = (status: Answer["status"]): Answer => ({ status, excerpt: "" });

const idsOf = (outcomes: readonly Outcome[], end: Outcome["end"]): readonly string[] =>
  outcomes.flatMap((each) => (each.end === end ? [each.statement.id] : []));

const settled = (
  statements: readonly Statement[],
  send: Settling["send"],
  room = WIDE,
  narrowed: Settling["narrowed"] = () => undefined,
): Promise<readonly Outcome[]> => settle(statements, { send, answers, room, narrowed });

/** How many requests find the bad ones among so many. */
const requestsFor = async (count: number, bad: readonly number[]): Promise<number> => {
  let requests = 0;
  const outcomes = await settled(numbered(count), async (texts) => {
    requests++;
    return answer(texts.some((text) => bad.includes(Number(text))) ? 400 : 200);
  });
  assert.equal(idsOf(outcomes, "setAside").length, bad.length);
  return requests;
};

describe("settling a batch", () => {
  it("gives each statement one outcome, and sets aside exactly those that the endpoint refuses alone", async () => {
    const flags = fc.array(fc.boolean(), { minLength: 1, maxLength: 60 });
    const room = fc.record({
      events: fc.integer({ min: 1, max: 70 }),
      bytes: fc.integer({ min: 2, max: 300 }),
    });
    await fc.assert(
      fc.asyncProperty(
        flags,
        fc.constantFrom(400, 409, 413),
        room,
        async (bad, status, { events, bytes }) => {
          const sent: string[] = [];
          const outcomes = await settled(
            numbered(bad.length),
            async (texts) => {
              if (texts.some((text) => bad[Number(text)])) return answer(status);
              sent.push(...texts);
              return answer(200);
            },
            { events, bytes, around: 2 },
          );
          assert.deepEqual(
            outcomes.map(({ statement }) => statement.id).sort(),
            numbered(bad.length)
              .map(({ id }) => id)
              .sort(),
          );
          assert.deepEqual(
            idsOf(outcomes, "setAside").toSorted(),
            bad.flatMap((each, at) => (each ? [`${at}`] : [])).sort(),
          );
          assert.deepEqual(idsOf(outcomes, "delivered"), sent);
          assert.equal(new Set(sent).size, sent.length);
        },
      ),
    );
  });

  it("finds one bad statement of n with at most 2 log2 n + 1 requests, wherever it is", async () => {
    for (const count of [1, 2, 3, 20, 100])
      for (let bad = 0; bad < count; bad++)
        assert.ok((await requestsFor(count, [bad])) <= 2 * Math.ceil(Math.log2(count)) + 1);
    let most = 0;
    for (let bad = 0; bad < 1000; bad++) most = Math.max(most, await requestsFor(1000, [bad]));
    assert.ok(most <= 2 * Math.log2(1000) + 2, `${most} requests`);
  });

  it("finds ten bad ones of a thousand with at most ten times as many", async () => {
    const places = fc.uniqueArray(fc.nat(999), { minLength: 10, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(places, async (bad) => {
        assert.ok((await requestsFor(1000, bad)) <= 10 * (2 * Math.log2(1000) + 2));
      }),
    );
  });

  it("never loses a statement, and stops asking after an answer that means waiting", async () => {
    const status = fc.constantFrom<Answer["status"]>(
      200,
      204,
      302,
      400,
      413,
      401,
      415,
      422,
      429,
      503,
      "network",
      "setup",
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.array(status), async (count, queue) => {
        let troubled = false;
        const delivered: string[] = [];
        const outcomes = await settled(numbered(count), async (texts) => {
          assert.ok(!troubled, "asked again");
          const next = queue.shift() ?? 200;
          const meaning = classify(answers, next);
          troubled = meaning === "retry" || meaning === "setup";
          if (meaning === "done") delivered.push(...texts);
          return answer(next);
        });
        assert.equal(new Set(outcomes.map(({ statement }) => statement.id)).size, count);
        assert.equal(outcomes.length, count);
        assert.deepEqual(idsOf(outcomes, "delivered"), delivered);
        assert.equal(idsOf(outcomes, "waiting").length > 0, troubled);
      }),
      { numRuns: 500 },
    );
  });

  it("lets what was not sent wait for the reason that is given, and asks no more", async () => {
    let requests = 0;
    const trouble: Trouble = { why: "time" };
    const outcomes = await settled(numbered(10), async () => (++requests > 2 ? trouble : answer(200)), {
      ...WIDE,
      events: 2,
    });
    assert.deepEqual(
      [idsOf(outcomes, "delivered").length, idsOf(outcomes, "waiting").length, requests],
      [4, 6, 3],
    );
    assert.ok(outcomes.every((each) => each.end !== "waiting" || each.why === "time"));
  });
});

describe("an endpoint that takes less than its file says", () => {
  it("is found out, and is sent no more than it takes from then on", async () => {
    const sizes = fc.record({
      count: fc.integer({ min: 1, max: 200 }),
      takes: fc.integer({ min: 60, max: 3000 }),
    });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ count, takes }) => {
        let room = WIDE;
        let refused = 0;
        const send: Settling["send"] = async (texts) => {
          const bytes = texts.reduce((sum, text) => sum + text.length + 1, 2);
          if (bytes > takes) refused++;
          return answer(bytes > takes ? 413 : 200);
        };
        const narrowed = (smaller: Room): void => {
          assert.ok(smaller.bytes < room.bytes);
          room = smaller;
        };
        const all = numbered(count, 50);
        assert.equal(idsOf(await settled(all, send, room, narrowed), "delivered").length, count);
        // Halving comes to half of what it takes at the worst.
        if (refused > 0) assert.ok(room.bytes >= takes / 2);
        refused = 0;
        assert.equal(idsOf(await settled(all, send, room, narrowed), "delivered").length, count);
        assert.equal(refused, 0);
      }),
    );
  });

  it("has what alone is too large set aside, without making the others' requests small", async () => {
    let room = WIDE;
    const [large, ...small] = numbered(40, 50);
    assert.ok(large !== undefined);
    const outcomes = await settled(
      [{ ...large, text: "x".repeat(10_000) }, ...small],
      async (texts) => answer(texts.join("").length > 8000 ? 413 : 200),
      room,
      (smaller) => {
        room = smaller;
      },
    );
    assert.deepEqual([idsOf(outcomes, "setAside"), idsOf(outcomes, "delivered").length], [["0"], 39]);
    assert.ok(room.bytes > 5000);
  });
});

describe("the meaning of an answer", () => {
  it("is one class for every status there is", () => {
    const classes = new Set(["done", "retry", "split", "setup", "setAside"]);
    for (let status = 100; status <= 599; status++) assert.ok(classes.has(classify(answers, status)));
    assert.equal(classify(answers, "network"), "retry");
    assert.equal(classify(readAnswers({ retry: [] }), "network"), "retry");
    assert.equal(classify(answers, "setup"), "setup");
  });

  it("lets a single code go before a range", () => {
    assert.equal(classify(readAnswers({ setAside: [501] }), 501), "setAside");
    assert.equal(classify(readAnswers({ setAside: [501] }), 502), "retry");
    assert.equal(classify(readAnswers({ retry: ["202-203"] }), 202), "retry");
  });
});
