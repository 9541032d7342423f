import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readEnvelope } from "../../src/event/dialect/dialect.ts";
import { logging } from "../support/logging.ts";
import { runs } from "../support/runs.ts";
import { learnerToken } from "../support/tokens.ts";
import { asLibrary, bodyOf, ingesting, post, toldBy } from "./support.ts";

const ADA = await learnerToken("ada");
const GRACE = await learnerToken("grace");

describe("A write key that is a learner context", () => {
  it("gets into no message's body, no answer and no log, wherever in the request it is", async () => {
    const key = fc.constantFrom("a", "writeKey", "context", "env", ADA, `x${ADA}`);
    const leaf = fc.oneof(
      fc.constantFrom<unknown>(
        ADA,
        `${ADA}${ADA}`,
        `Bearer ${ADA}`,
        `${ADA.slice(0, 9)}${ADA}${ADA.slice(9)}`,
        1,
      ),
      fc.string({ unit: "binary", maxLength: 5 }).map((each) => `${each}${ADA}${each}`),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(key, tie("value"), { maxKeys: 3 }),
      ),
    }));
    /** The same JSON, with some of its characters written as escapes. */
    const escaped = (text: string, every: number): string =>
      every === 0
        ? text
        : text.replace(/\\(?:u[\da-f]{4}|.)|[a-zA-Z](?=[\w.-]{20})/g, (found, at: number) =>
            found.length === 1 && at % every === 0
              ? `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`
              : found,
          );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(value, fc.constantFrom(0, 0, 1, 50)), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (values, isBatch) => {
          const texts = values.map(([each, every]) => escaped(JSON.stringify({ event: each }), every));
          const all = ingesting();
          const { value: answer, lines } = await logging(() =>
            isBatch
              ? post(all, bodyOf(texts, ADA), asLibrary(ADA))
              : post(all, texts.join("\n"), { token: ADA }),
          );
          const { taken = 0, refused = [] } = toldBy(answer);
          assert.equal(taken + refused.length, values.length);
          const kept = all.events().map((each) => JSON.stringify(JSON.parse(each)));
          for (const each of [...all.events(), ...kept, answer.body, JSON.stringify(answer.use), ...lines])
            assert.ok(!each.includes(ADA));
          // What does not have it with escapes, or around itself, is taken.
          const good = texts.filter((each) => !JSON.stringify(JSON.parse(each)).includes(ADA));
          assert.ok(taken >= good.length);
        },
      ),
      { numRuns: runs(200) },
    );
  });

  it("is cut out of a call, and nothing else is; another's goes from where libraries put theirs", async () => {
    const all = ingesting();
    const call = (key: string, other: string): string =>
      `{"type":"track", "event":"e","writeKey":"${key}","context":{"page":"https://x/?k=${other}&b=1"}}`;
    const answer = await post(all, bodyOf([call(ADA, ADA), call(GRACE, "")], ADA), asLibrary(ADA));
    assert.equal(toldBy(answer).taken, 2);
    assert.deepEqual(all.events(), [call("", ""), call("", "")]);
  });

  it("is cut out as libraries write it into their header, and another's wherever it stands", async () => {
    const all = ingesting();
    const header = Buffer.from(`${ADA}:`).toString("base64").replace(/=+$/, "");
    const call = (own: string, other: string): string =>
      `{"type":"track","event":"e","properties":{"said":"Basic ${own}","writeKey":"${other}"}}`;
    await post(all, bodyOf([call(header, GRACE)], ADA), asLibrary(ADA));
    assert.deepEqual(all.events(), [call("", "")]);
  });

  it("leaves its neighbours whole where what is cut out of an event was part of an escape", async () => {
    const all = ingesting();
    const broken = '{"env":[{"LMS_LEARNER_CONTEXT":"b.c.d"}],"x":"\\b.c.d"}';
    const answer = await post(all, [broken, '{"n":1}', '{"n":2}'].join("\n"), { token: ADA });
    const { taken, refused } = toldBy(answer);
    assert.deepEqual([taken, all.events()], [2, ['{"n":1}', '{"n":2}']]);
    assert.deepEqual(
      refused?.map(({ index }) => index),
      [0],
    );
  });

  it("is not cut out where JSON would be cut through: that call is not taken", async () => {
    const all = ingesting();
    const answer = await post(all, bodyOf([`{"a":"\\uabc${ADA}"}`, "{}"], ADA), asLibrary(ADA));
    const { taken, refused } = toldBy(answer);
    assert.deepEqual([taken, all.events()], [1, ["{}"]]);
    assert.deepEqual(
      refused?.map(({ index, reason }) => [index, reason]),
      [[0, "identity.forged"]],
    );
  });

  it("is never stored with a call that has one of its own, whoever brings it", () => {
    const calls = [
      { type: "track", event: "e", timestamp: "2026-11-20T09:00:00Z", writeKey: "k", properties: {} },
      { type: "track", event: "e", writeKey: "k", properties: { nannyml_version: "1" } },
      { event: "e", nannyml_version: "1", writeKey: "k" },
    ];
    for (const call of calls) {
      const envelope = readEnvelope(call);
      assert.ok("data" in envelope);
      assert.ok(!JSON.stringify(envelope.data).includes("writeKey"));
      assert.ok(envelope.neverStore?.some((path) => path.join() === "writeKey"));
    }
  });
});
