import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { LEARNER_CONTEXT } from "../../src/learner/sender.ts";
import { runs } from "../support/runs.ts";
import { learnerToken, serviceToken } from "../support/tokens.ts";
import { ingesting, post, toldBy } from "./support.ts";

const GZIP = { "content-encoding": "gzip" };
const JSON_TYPE = { "content-type": "application/json" };

const EVENTS = ['{"action":"save","path":"a.ipynb"}', '{ "action": "get" }', '[ {"not": "an event"} ]', "5"];

describe("Events that are posted", () => {
  it("are one, an array, or one a line, and go into the queue as they were", async () => {
    const forms: readonly (readonly [body: string, events: readonly string[]])[] = [
      [EVENTS[0] ?? "", EVENTS.slice(0, 1)],
      [EVENTS.join("\n"), EVENTS],
      [`\n${EVENTS.join("\r\n\n")}\n`, EVENTS],
      [`[${EVENTS.join(" , ")}]`, EVENTS],
      ['{\n  "action": "save"\n}', ['{\n  "action": "save"\n}']],
      ['[{\n"a": 1},\n{"b": 2}]', ['{\n"a": 1}', '{"b": 2}']],
      [`\u{feff}${EVENTS[0]}`, EVENTS.slice(0, 1)],
    ];
    for (const [body, events] of forms) {
      const all = ingesting();
      const answer = await post(all, body);
      assert.equal(answer.status, 202, body);
      assert.deepEqual(toldBy(answer), { taken: events.length, refused: [] });
      assert.deepEqual(all.events(), events);
    }
  });

  it("carry the token that they came with as their message's learner context", async () => {
    for (const token of [await learnerToken("ada"), await serviceToken()]) {
      const all = ingesting();
      assert.equal((await post(all, EVENTS.join("\n"), { token })).status, 202);
      assert.deepEqual(
        all.messages.map(({ attributes }) => attributes),
        [{ [LEARNER_CONTEXT]: token }],
      );
    }
  });

  it("may be of any type for JSON or lines of it, however it is written", async () => {
    const types = ["application/json", "application/x-ndjson", "application/ndjson", "application/jsonl"];
    const written = ["Application/JSON; charset=UTF-8", 'application/x-ndjson;charset="utf-8"'];
    for (const type of [...types, ...written])
      assert.equal((await post(ingesting(), "{}", { headers: { "content-type": type } })).status, 202, type);
  });

  it("may be packed", async () => {
    for (const encoding of ["gzip", "GZIP", "x-gzip", "identity"]) {
      const all = ingesting();
      const bytes = new TextEncoder().encode(EVENTS.join("\n"));
      const body = encoding === "identity" ? bytes : gzipSync(bytes);
      const answer = await post(all, body, { headers: { "content-encoding": encoding } });
      assert.equal(answer.status, 202, encoding);
      assert.deepEqual(all.events(), EVENTS);
    }
  });

  it("are read where a gateway has unpacked them and left the header as it was", async () => {
    const all = ingesting();
    assert.equal((await post(all, `\n ${EVENTS[0]}\n${EVENTS[1]}`, { headers: GZIP })).status, 202);
    assert.deepEqual(all.events(), EVENTS.slice(0, 2));
  });

  it("are taken where they are JSON, and the others told by their places; nothing is lost or doubled", async () => {
    const good = fc.oneof(
      fc.object().map((value) => JSON.stringify(value)),
      fc.json(),
      fc.constant('"\ufffe"'),
    );
    const bad = fc.constantFrom("{", "}x", "nul", '{"a":1} {"b":2}', "[1,", "\u0001", "{'a':1}");
    const line = fc.oneof(
      good.map((text) => ({ text, good: true })),
      bad.map((text) => ({ text, good: false })),
    );
    // The first line is an object: what begins with a bracket is one array.
    const lines = fc.array(line, { maxLength: 40 }).map((others) => [{ text: "{}", good: true }, ...others]);
    await fc.assert(
      fc.asyncProperty(lines, fc.boolean(), async (all, packed) => {
        const queue = ingesting();
        const text = all.map((each) => each.text).join("\n");
        const answer = await post(queue, packed ? gzipSync(text) : text, { headers: packed ? GZIP : {} });
        const { taken, refused = [] } = toldBy(answer);
        assert.equal(answer.status, 202);
        assert.equal((taken ?? 0) + refused.length, all.length);
        assert.deepEqual(
          refused.map(({ index }) => index),
          all.flatMap((each, at) => (each.good ? [] : [at])),
        );
        assert.deepEqual(
          queue.events(),
          all.flatMap((each) => (each.good ? [each.text.trim()] : [])),
        );
      }),
      { numRuns: runs(150) },
    );
  });
});

describe("An event of jupyterlab-pioneer's remote exporter, which can set no header", () => {
  const bodyOf = (env: unknown): string =>
    JSON.stringify({
      data: { eventDetail: { eventName: "CellExecuteEvent", eventTime: 1 }, notebookState: {} },
      params: null,
      env,
    });

  it("is taken under the learner context among the variables that it sends, which does not stay in it", async () => {
    const token = await learnerToken("ada");
    const all = ingesting();
    const env = [{ WORKSPACE_ID: "ws-1" }, { LMS_LEARNER_CONTEXT: token }];
    const answer = await post(all, bodyOf(env), { token: undefined, headers: JSON_TYPE });
    assert.equal(answer.status, 202);
    assert.deepEqual(
      all.messages.map(({ attributes }) => attributes[LEARNER_CONTEXT]),
      [token],
    );
    assert.deepEqual(all.events(), [bodyOf([{ WORKSPACE_ID: "ws-1" }, { LMS_LEARNER_CONTEXT: "" }])]);
  });

  it("never has it in it, be it one of many, under a header, or somebody else's", async () => {
    const [ada, grace] = [await learnerToken("ada"), await learnerToken("grace")];
    const env = (token: string) => [{ LMS_LEARNER_CONTEXT: token }, { LMS_LEARNER_CONTEXT: token, A: "b" }];
    const all = ingesting();
    const bodies = [bodyOf(env(ada)), bodyOf(env(grace)), JSON.stringify({ env: env(grace), x: "\u00fc" })];
    const answer = await post(all, bodies.join("\n"), { token: ada });
    assert.deepEqual([answer.status, toldBy(answer).taken], [202, 3]);
    assert.deepEqual(
      all.messages.map(({ attributes }) => attributes[LEARNER_CONTEXT]),
      [ada],
    );
    assert.deepEqual(all.events(), [
      bodyOf(env("")),
      bodyOf(env("")),
      JSON.stringify({ env: env(""), x: "\u00fc" }),
    ]);
  });

  it("is not taken where the token could not be taken out of it; others are", async () => {
    const token = await learnerToken("ada");
    const written = [
      `"${token.replaceAll(".", "\\u002e")}"`,
      `"${token}\\n"`,
      `"${token} "`,
      `["${token}"]`,
      `{"token":"${token}"}`,
      '"e"',
      "5",
    ];
    for (const each of written) {
      const event = `{"env":[{"LMS_LEARNER_CONTEXT":${each}}],"eventDetail":{"eventName":"e"}}`;
      const alone = ingesting();
      const answer = await post(alone, event, { token: undefined, headers: JSON_TYPE });
      assert.ok(answer.status === 400 || answer.status === 401, each);
      assert.ok(!answer.body.includes(token));
      assert.deepEqual(alone.sent, []);
      const all = ingesting();
      const mixed = toldBy(await post(all, `{"a":1}\n${event}`, { token }));
      assert.deepEqual(
        [mixed.taken, mixed.refused?.map(({ index, reason }) => [index, reason])],
        [1, [[1, "identity.forged"]]],
      );
      assert.deepEqual(all.events(), ['{"a":1}']);
    }
  });

  it("is not taken without, nor under one that the hub has not signed, nor under another than its header's", async () => {
    const forged = await learnerToken("ada", {}).then((token) => `${token.slice(0, -6)}AAAAAA`);
    const none: readonly unknown[] = [
      undefined,
      null,
      [],
      [null, 5, "LMS_LEARNER_CONTEXT"],
      { LMS_LEARNER_CONTEXT: await learnerToken("ada") },
      [{ LMS_LEARNER_CONTEXT: null }],
      [{ LMS_LEARNER_CONTEXT: "" }],
    ];
    for (const env of none) {
      const answer = await post(ingesting(), bodyOf(env), { token: undefined, headers: JSON_TYPE });
      assert.equal(answer.status, 401);
      assert.equal(answer.headers["www-authenticate"], 'Bearer realm="jupyter-lms-translator"');
    }
    const good = [{ LMS_LEARNER_CONTEXT: await learnerToken("ada") }];
    const cases = [
      { body: bodyOf([{ LMS_LEARNER_CONTEXT: forged }]), token: undefined },
      { body: bodyOf(good), token: forged },
      // Several events are no body of that exporter.
      { body: `[${bodyOf(good)},{}]`, token: undefined },
    ];
    for (const { body, token } of cases) {
      const all = ingesting();
      assert.equal((await post(all, body, { token, headers: JSON_TYPE })).status, 401);
      assert.deepEqual(all.sent, []);
    }
  });
});
