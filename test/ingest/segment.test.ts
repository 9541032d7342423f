import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { EVENTS_LIMIT } from "../../src/event/message.ts";
import { LEARNER_CONTEXT } from "../../src/learner/sender.ts";
import { logging } from "../support/logging.ts";
import { runs } from "../support/runs.ts";
import { learnerToken } from "../support/tokens.ts";
import { asLibrary, basic, bodyOf, ingesting, type Posting, post, toldBy } from "./support.ts";

const ADA = await learnerToken("ada");
const GRACE = await learnerToken("grace");

const CALLS = [
  '{"type": "track", "event": "Opened",  "properties": {"at": 1.0}, "userId": "u"}',
  '{"type": "identify", "traits": {"name": "] } \\" ,"}}',
  "[[1], {}]",
  "5",
];

/** Of lines an object is first here, as what begins with a bracket is one array. */
const FIRST = '{"first":true}';

describe("Calls of Segment's libraries", () => {
  it("are taken one by one, each as it was written, with the learner context as the write key", async () => {
    const bodies = [
      bodyOf(CALLS, ADA),
      `\n { "writeKey" : "${ADA}" , "context": {"batch": [1]}, "batch" :\n[\n${CALLS.join(" ,\n")}\n]\n}\n`,
      `{"batch":[1],"a":"}","batch":[${CALLS.join(",")}]}`,
    ];
    for (const body of bodies)
      for (const bytes of [body, gzipSync(body)]) {
        const all = ingesting();
        const packed = typeof bytes === "string" ? {} : { "content-encoding": "gzip" };
        const answer = await post(all, bytes, asLibrary(ADA, packed));
        assert.deepEqual([answer.status, toldBy(answer)], [202, { taken: 4, refused: [] }]);
        assert.deepEqual(all.events(), CALLS);
        assert.deepEqual(
          all.messages.map(({ attributes }) => attributes[LEARNER_CONTEXT]),
          [ADA],
        );
      }
  });

  it("may have the token in a Bearer header, or where there is no header as the body's write key", async () => {
    const ways: readonly Posting[] = [
      asLibrary(undefined, { authorization: `Bearer ${ADA}` }),
      asLibrary(undefined, { authorization: `basic  ${basic(`${ADA}:`).slice(6)}` }),
      asLibrary(undefined),
    ];
    for (const way of ways) {
      const all = ingesting();
      assert.equal((await post(all, bodyOf(CALLS, ADA), way)).status, 202);
      assert.deepEqual(
        all.messages.map(({ attributes }) => attributes[LEARNER_CONTEXT]),
        [ADA],
      );
    }
    // What the body says counts for nothing beside a header.
    const all = ingesting();
    await post(all, bodyOf(CALLS, GRACE), asLibrary(ADA));
    assert.deepEqual(
      all.messages.map(({ attributes }) => attributes[LEARNER_CONTEXT]),
      [ADA],
    );
  });

  it("are the same events as one a line, however they are parted into requests", async () => {
    const call = fc.oneof(
      fc.json(),
      fc
        .record({ type: fc.constant("track"), event: fc.string({ unit: "binary" }) })
        .map((each) => JSON.stringify(each)),
    );
    const parts = fc.array(fc.array(call, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 6 });
    const space = fc.constantFrom("", " ", "\n", "\t ");
    await fc.assert(
      fc.asyncProperty(parts, space, fc.boolean(), async (batches, gap, first) => {
        const [segment, plain] = [ingesting(), ingesting()];
        for (const calls of batches) {
          const list = `"batch"${gap}:${gap}[${calls.join(`${gap},${gap}`)}]`;
          const others = `"writeKey":"${ADA}","sentAt":null`;
          const body = first ? `{${list}${gap},${others}}` : `{${others},${gap}${list}}`;
          assert.equal((await post(segment, body, asLibrary(ADA))).status, 202);
          const lines = calls.map((each) => each.replaceAll("\n", " "));
          assert.equal((await post(plain, [FIRST, ...lines].join("\n"))).status, 202);
        }
        const ofBatches = batches.flatMap((calls) => calls.map((each) => each.trim()));
        assert.deepEqual(segment.events(), ofBatches);
        assert.deepEqual(
          plain.events().filter((each) => each !== FIRST),
          ofBatches,
        );
      }),
      { numRuns: runs(100) },
    );
  });

  it("are told by their places where they cannot be read, and the others are taken", async () => {
    const all = ingesting();
    const answer = await post(all, bodyOf(["{}", "nul", '{"a":}', "1"], ADA), asLibrary(ADA));
    const { taken, refused } = toldBy(answer);
    assert.deepEqual([answer.status, taken, all.events()], [202, 2, ["{}", "1"]]);
    assert.deepEqual(
      refused?.map(({ index, reason }) => [index, reason]),
      [
        [1, "json.malformed"],
        [2, "json.malformed"],
      ],
    );
  });

  it("are not taken from a body that is none of theirs", async () => {
    const bodies = [
      "",
      "5",
      "[{}]",
      "{}",
      "{}\n{}",
      '{"type":"track"}',
      '{"batch":{}}',
      '{"batch":[]}',
      '{"batch":[{}]',
      '{"batch":[{}}]}',
      '{"batch":[{}]}{"batch":[{}]}',
      '{"batch":[{}] x}',
      '{"batch" [{}]}',
      '{"batches":[{}]}',
      '{"a":{"batch":[{}]}}',
      `{${'"a":1,'.repeat(200)}"batch":[{}]}`,
    ];
    for (const body of bodies) {
      const all = ingesting();
      const { status } = await post(all, body, asLibrary(ADA));
      assert.deepEqual([status, all.sent], [400, []], body);
    }
    const many = ingesting();
    const { status } = await post(many, bodyOf(Array(EVENTS_LIMIT + 1).fill("1"), ADA), asLibrary(ADA));
    assert.deepEqual([status, many.sent], [413, []]);
  });

  it("are taken under no key but a token that the hub has signed, and no library tries again without", async () => {
    const keys = [
      "lIVZJNAdj2ZaMzAHHnFWP76g7CuwmzGz",
      `${GRACE.slice(0, -6)}AAAAAA`,
      await learnerToken("ada", {}).then((token) => token.toLowerCase()),
    ];
    const headers = [
      ...keys.map((key) => basic(`${key}:`)),
      basic(ADA),
      basic(`${ADA}:x`),
      basic(`${ADA}::`),
      basic(`:${ADA}`),
      basic(":"),
      `Basic ${ADA}`,
      "Basic",
      "Basic ",
      `${basic(`${ADA}:`)} x`,
      "",
    ];
    const postings = [
      ...headers.map((authorization) => ({ body: bodyOf(CALLS, ADA), headers: { authorization } })),
      ...keys.map((key) => ({ body: bodyOf(CALLS, key), headers: {} })),
      { body: '{"batch":[{}],"writeKey":""}', headers: {} },
      { body: `{"batch":[{}],"writeKey":["${ADA}"]}`, headers: {} },
      { body: `{"batch":[{"writeKey":"${ADA}"}]}`, headers: {} },
    ];
    for (const { body, headers } of postings) {
      const all = ingesting();
      const answer = await post(all, body, asLibrary(undefined, headers));
      assert.deepEqual([answer.status, all.sent], [401, []], JSON.stringify(headers));
      assert.match(answer.headers["www-authenticate"] ?? "", /^Bearer realm="jupyter-lms-translator"/);
      assert.ok(!answer.body.includes(ADA));
    }
    // A Basic header is for them only.
    const plain = ingesting();
    const answer = await post(plain, "{}", {
      token: undefined,
      headers: { authorization: basic(`${ADA}:`) },
    });
    assert.deepEqual([answer.status, plain.sent], [401, []]);
  });

  it("may be sent again where the queue is silent, when the libraries look at it next", async () => {
    const says = () => ({ code: "RequestThrottled", again: true });
    const { value } = await logging(() => post(ingesting({ says }), bodyOf(CALLS, ADA), asLibrary(ADA)));
    assert.deepEqual([value.status, value.headers["retry-after"]], [503, "5"]);
  });

  it("are posted, and a page may ask before it does", async () => {
    const origin = "https://hub.example.edu";
    const listed = { ingest: { origins: [origin] } };
    const asked = await post(ingesting(listed), "", {
      ...asLibrary(undefined, { origin }),
      method: "OPTIONS",
    });
    assert.deepEqual([asked.status, asked.headers["access-control-allow-origin"]], [204, origin]);
    const got = await post(ingesting(), "", { ...asLibrary(ADA), method: "GET" });
    assert.deepEqual([got.status, got.headers.allow], [405, "POST, OPTIONS"]);
    assert.match(toldBy(got).error ?? "", /sent to \/v1\/batch by POST\.$/);
    for (const path of ["/v1/batch/", "/v1", "/v1/track", "/V1/batch", "/v1/events"])
      assert.equal((await post(ingesting(), bodyOf(CALLS, ADA), { ...asLibrary(ADA), path })).status, 404);
  });
});
