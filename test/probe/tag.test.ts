import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { PseudonymKeys } from "../../src/learner/pseudonym-keys.ts";
import { probeMessage } from "../../src/probe/event.ts";
import { probeKey, probeReferences } from "../../src/probe/keys.ts";
import { receiveProbes } from "../../src/probe/receive.ts";
import { probeSender } from "../../src/probe/sender.ts";
import { isProbeTag, probeTag } from "../../src/probe/tag.ts";
import { runs } from "../support/runs.ts";

const key = fc.string({ minLength: 32, maxLength: 60 });
const time = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const MINUTE = 60_000;
const DAY = 86_400_000;
const SENT = Date.parse("2026-11-20T09:00:00.000Z");

describe("the tag of a test event", () => {
  it("is good for its own time and key, and tells nothing of the key", () => {
    fc.assert(
      fc.property(key, time, (one, sent) => {
        const tag = probeTag(one, sent);
        assert.match(tag, /^[0-9a-f]{64}$/);
        assert.ok(isProbeTag({ key: one }, sent, tag));
      }),
      { numRuns: runs(100) },
    );
  });

  it("is refused for any other time", () => {
    fc.assert(
      fc.property(key, time, time, (one, sent, other) => {
        fc.pre(sent !== other);
        assert.ok(!isProbeTag({ key: one }, other, probeTag(one, sent)));
      }),
      { numRuns: runs(100) },
    );
    for (const sent of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])
      assert.ok(!isProbeTag({ key: "k".repeat(32) }, sent, probeTag("k".repeat(32), sent)));
  });

  it("is refused under any other key", () => {
    fc.assert(
      fc.property(key, key, time, (one, other, sent) => {
        fc.pre(one !== other);
        assert.ok(!isProbeTag({ key: other }, sent, probeTag(one, sent)));
      }),
      { numRuns: runs(100) },
    );
  });

  it("is refused when a digit of it is another, or it has another form", () => {
    fc.assert(
      fc.property(key, time, fc.nat({ max: 63 }), fc.integer({ min: 1, max: 15 }), (one, sent, at, by) => {
        const tag = probeTag(one, sent);
        const digit = (Number.parseInt(tag.charAt(at), 16) ^ by).toString(16);
        assert.ok(!isProbeTag({ key: one }, sent, `${tag.slice(0, at)}${digit}${tag.slice(at + 1)}`));
        const others = [tag.slice(1), `${tag}0`, `${tag}\n`, ` ${tag}`, "", "x".repeat(64)];
        for (const other of others) assert.ok(!isProbeTag({ key: one }, sent, other));
      }),
      { numRuns: runs(100) },
    );
  });

  it("is refused under the key before, however good or bad that is: whoever has it can make no test pass", () => {
    const site = { pseudonyms: { key: "ssm:/new", former: { key: "ssm:/old", since: 0, overlap: DAY } } };
    assert.deepEqual(probeReferences(site), ["ssm:/new"]);
    for (const old of ["leaked".repeat(8), "secret", ""]) {
      const keys: PseudonymKeys = {
        key: "n".repeat(32),
        former: { key: old, since: SENT - DAY, overlap: DAY },
      };
      const known = probeKey(site, { "ssm:/new": keys.key, "ssm:/old": old });
      const tag = probeTag(old, SENT);
      assert.ok(!isProbeTag(keys, SENT, tag));
      assert.ok(!isProbeTag(known, SENT, tag));
      assert.ok(isProbeTag(known, SENT, probeTag(keys.key, SENT)));
      // As translation asks, which knows both.
      assert.equal(probeSender(`${SENT}.${tag}`, keys, SENT).reason, "identity.forged");
      const body = Buffer.from(JSON.stringify({ sent: SENT, tag }));
      assert.equal(receiveProbes({ method: "POST", path: "/probe", body }, known, SENT).status, 403);
    }
  });
});

describe("what proves a message to be the probe's", () => {
  const keys = { key: "k".repeat(32) };
  const sent = Date.parse("2026-11-20T09:00:00.000Z");
  const proof = probeMessage(keys.key, sent).attributes.probe ?? "";

  it("is good for fifteen minutes", () => {
    for (const arrived of [sent - MINUTE, sent, sent + 15 * MINUTE])
      assert.ok("probe" in probeSender(proof, keys, arrived));
    assert.equal(probeSender(proof, keys, sent + 15 * MINUTE + 1).reason, "identity.expired");
    assert.equal(probeSender(proof, keys, sent - MINUTE - 1).reason, "identity.forged");
  });

  it("is forged in any other writing, and nothing of it is told", () => {
    const tag = probeTag(keys.key, sent);
    const others = [
      `0${proof}`,
      `${proof} `,
      `${sent}.${tag.toUpperCase()}`,
      `${sent}`,
      tag,
      "",
      `${sent}..${tag}`,
    ];
    for (const other of [...others, `${sent + 1}.${tag}`, `-${proof}`, `${sent}.0.${tag}`]) {
      const { reason, detail } = probeSender(other, keys, sent);
      assert.equal(reason, "identity.forged");
      assert.ok(!detail.includes(tag) && !detail.includes(String(sent)));
    }
  });
});
