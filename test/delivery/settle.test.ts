import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Statement } from "../../src/delivery/pack.ts";
import type { Answer, Send } from "../../src/delivery/send.ts";
import { type Outcome, settle } from "../../src/delivery/settle.ts";
import { classify, readAnswers } from "../../src/endpoint/answers.ts";

const answers = readAnswers();

const numbered = (count: number): readonly Statement[] =>
  Array.from({ length: count }, (_, at) => ({ id: `${at}`, event: "e", translation: "t", text: `${at}` }));

const answer = (status: Answer["status"]): Answer => ({ status, excerpt: "" });

const idsOf = (outcomes: readonly Outcome[], end: Outcome["end"]): readonly string[] =>
  outcomes.flatMap((each) => (each.end === end ? [each.statement.id] : []));

describe("settling a batch", () => {
  it("gives each statement one outcome, and sets aside exactly those that the endpoint refuses alone", async () => {
    const flags = fc.array(fc.boolean(), { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(flags, fc.constantFrom(400, 409, 413), async (bad, status) => {
        const sent: string[] = [];
        const send: Send = async (texts) => {
          if (texts.some((text) => bad[Number(text)])) return answer(status);
          sent.push(...texts);
          return answer(200);
        };
        const outcomes = await settle(numbered(bad.length), send, answers);
        assert.deepEqual(
          outcomes.map(({ statement }) => statement.id).sort(),
          numbered(bad.length)
            .map(({ id }) => id)
            .sort(),
        );
        assert.deepEqual(
          idsOf(outcomes, "setAside"),
          bad.flatMap((each, at) => (each ? [`${at}`] : [])),
        );
        assert.deepEqual(idsOf(outcomes, "delivered"), sent);
        assert.equal(new Set(sent).size, sent.length);
      }),
    );
  });

  it("asks about one bad statement of n in at most 2 log2 n + 1 requests", async () => {
    for (const count of [1, 2, 20, 100, 1000]) {
      for (const bad of [0, Math.floor(count / 2), count - 1]) {
        let requests = 0;
        const send: Send = async (texts) => {
          requests++;
          return answer(texts.includes(`${bad}`) ? 400 : 200);
        };
        await settle(numbered(count), send, answers);
        assert.ok(requests <= 2 * Math.ceil(Math.log2(count)) + 1, `${requests} requests for ${count}`);
      }
    }
  });

  it("never loses a statement, and stops asking after an answer that means waiting", async () => {
    const statuses = fc.array(
      fc.constantFrom<Answer["status"]>(200, 204, 302, 400, 413, 401, 415, 422, 429, 503, "network"),
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), statuses, async (count, queue) => {
        let troubled = false;
        const delivered: string[] = [];
        const send: Send = async (texts) => {
          assert.ok(!troubled, "asked again");
          const status = queue.shift() ?? 200;
          const meaning = classify(answers, status);
          troubled = meaning === "retry" || meaning === "setup";
          if (meaning === "done") delivered.push(...texts);
          return answer(status);
        };
        const outcomes = await settle(numbered(count), send, answers);
        assert.equal(new Set(outcomes.map(({ statement }) => statement.id)).size, count);
        assert.equal(outcomes.length, count);
        assert.deepEqual(idsOf(outcomes, "delivered"), delivered);
        assert.equal(idsOf(outcomes, "waiting").length > 0, troubled);
      }),
      { numRuns: 500 },
    );
  });
});

describe("the meaning of an answer", () => {
  it("is one class for every status there is", () => {
    const classes = new Set(["done", "retry", "split", "setup", "setAside"]);
    for (let status = 100; status <= 599; status++) assert.ok(classes.has(classify(answers, status)));
    assert.equal(classify(answers, "network"), "retry");
    assert.equal(classify(readAnswers({ retry: [] }), "network"), "retry");
  });

  it("lets a single code go before a range", () => {
    assert.equal(classify(readAnswers({ setAside: [501] }), 501), "setAside");
    assert.equal(classify(readAnswers({ setAside: [501] }), 502), "retry");
    assert.equal(classify(readAnswers({ retry: ["202-203"] }), 202), "retry");
  });
});
