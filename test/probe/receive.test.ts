import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { PROBE_LIMIT, type ProbeRequest, receiveProbes } from "../../src/probe/receive.ts";
import { probeTag } from "../../src/probe/tag.ts";

const KEYS = { key: "k".repeat(32) };
const NOW = Date.parse("2026-11-20T09:00:00.000Z");
const HOUR = 60 * 60_000;

const record = (sent: number, key = KEYS.key) => ({
  id: "c7418089-4c28-54a4-83bb-fad969b26c64",
  translation: "translator/probe:passed",
  event: "probe.passed",
  sent,
  tag: probeTag(key, sent),
});

const post = (body: unknown, more: Partial<ProbeRequest> = {}) => {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return receiveProbes({ method: "POST", path: "/probe", body: Buffer.from(text), ...more }, KEYS, NOW);
};

describe("test events that are delivered", () => {
  it("tell how long they took, one or several of them", () => {
    const one = post(record(NOW - 2500));
    assert.deepEqual([one.status, one.body, one.times], [204, "", [2500]]);
    const both = post([record(NOW - 7), record(NOW)]);
    assert.deepEqual([both.status, both.times], [204, [7, 0]]);
    assert.deepEqual(both.use, { counted: 2, untimely: 0, forged: 0 });
  });

  it("do not count after an hour, nor before their time, so that no recording makes false times", () => {
    const { status, times, use } = post([record(NOW - HOUR - 1), record(NOW + 1001), record(NOW - HOUR)]);
    assert.deepEqual([status, times], [204, [HOUR]]);
    assert.deepEqual(use, { counted: 1, untimely: 2, forged: 0 });
    assert.deepEqual(post(record(0)).use, { counted: 0, untimely: 1, forged: 0 });
    // Two functions' clocks are hardly ever the same.
    assert.deepEqual(post(record(NOW + 1000)).times, [0]);
  });

  it("are refused where nothing of them is the stage's own, and hold up no others", () => {
    const forged = [
      record(NOW - 5, "another key of more than 32 bytes"),
      { ...record(NOW - 5), sent: NOW - 4 },
    ];
    const { status, times, use } = post(forged);
    assert.deepEqual([status, times, use], [403, [], { counted: 0, untimely: 0, forged: 2 }]);
    const mixed = post([...forged, record(NOW - 5)]);
    assert.deepEqual([mixed.status, mixed.times, mixed.use.forged], [204, [5], 2]);
  });

  it("come by POST to one path, and are of a bounded size", () => {
    assert.equal(post(record(NOW), { path: "/" }).status, 404);
    const got = post(record(NOW), { method: "GET" });
    assert.deepEqual([got.status, got.headers.allow], [405, "POST"]);
    assert.equal(post(`[${" ".repeat(PROBE_LIMIT)}]`).status, 413);
    // A whole batch of the endpoint fits, and no more.
    const many = (count: number) => Array.from({ length: count }, (_, at) => record(NOW - at));
    const all = post(many(50));
    assert.deepEqual([all.status, all.times.length], [204, 50]);
    const more = post(many(51));
    assert.deepEqual([more.status, more.times], [413, []]);
  });

  it("count once in a request, however often they are in it", () => {
    const { times, use } = post([...Array.from({ length: 30 }, () => record(NOW - 7)), record(NOW - 8)]);
    assert.deepEqual([times, use], [[7, 8], { counted: 2, untimely: 0, forged: 0 }]);
    assert.deepEqual(post([record(0), record(0)]).use, { counted: 0, untimely: 1, forged: 0 });
  });

  it("are refused in any other form, whatever it is, without a word of it and without a crash", () => {
    for (const body of ["", "{", "null", "[]", "5", "[[]]", '{"sent":1}', '{"sent":"1","tag":"a"}'])
      assert.equal(post(body).status, 400, body);
    assert.equal(post([record(NOW), {}]).status, 400);
    const bytes = receiveProbes(
      { method: "POST", path: "/probe", body: Buffer.from([0xff, 0xfe]) },
      KEYS,
      NOW,
    );
    assert.equal(bytes.status, 400);
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { status, times } = post(JSON.stringify(value));
        assert.ok(status === 400 || status === 403);
        assert.deepEqual(times, []);
      }),
    );
  });
});
