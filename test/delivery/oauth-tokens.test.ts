import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type NewToken, type TokenRequest, tokensOf } from "../../src/delivery/oauth.ts";
import { runs } from "../support/runs.ts";

const MINUTE = 60_000;

/** Tokens with a clock that stands still until it is set, from a server that gives a new one for each request. */
const keeping = (life?: number) => {
  const clock = { now: 0 };
  let requests = 0;
  const request: TokenRequest = async (): Promise<NewToken> => ({
    token: `token-${++requests}`,
    ...(life !== undefined && { life }),
  });
  const tokens = tokensOf(request, () => clock.now);
  const token = async (): Promise<string> => {
    const given = await tokens.token();
    return "token" in given ? given.token : "";
  };
  return { clock, tokens, token, requests: () => requests };
};

describe("a token", () => {
  for (const [life, until, name] of [
    [60 * MINUTE, 59 * MINUTE, "is used until a minute before it expires"],
    [5 * MINUTE, 4.5 * MINUTE, "is used until a tenth of its life before it expires, where that is short"],
    [undefined, 5 * MINUTE, "is used for five minutes, where the server does not say"],
    [0, 0, "is used once, where it expires at once"],
  ] as const) {
    it(name, async () => {
      const { clock, token } = keeping(life);
      assert.equal(await token(), "token-1");
      if (until > 0) {
        clock.now = until - 1;
        assert.equal(await token(), "token-1");
      }
      clock.now = until;
      assert.equal(await token(), "token-2");
    });
  }

  it("that replaced a refused one may be replaced in its turn, but not at once", async () => {
    const { clock, tokens, token } = keeping(60 * MINUTE);
    await token();
    assert.equal(tokens.refused(), true);
    await token();
    clock.now = MINUTE - 1;
    assert.equal(tokens.refused(), false);
    assert.equal(await token(), "token-2");
    clock.now = MINUTE;
    assert.equal(tokens.refused(), true);
    assert.equal(await token(), "token-3");
  });

  it("that expired by itself is replaced by one that may be refused once", async () => {
    const { clock, tokens, token } = keeping(60 * MINUTE);
    await token();
    tokens.refused();
    await token();
    clock.now = 60 * MINUTE;
    await token();
    assert.equal(tokens.refused(), true);
  });

  it("is not dropped for the refusal of an earlier one", async () => {
    const { tokens, token } = keeping(60 * MINUTE);
    const first = await token();
    for (let at = 0; at < 3; at++) assert.equal(tokens.refused(first), true);
    const second = await token();
    assert.equal(tokens.refused(first), true);
    assert.equal(await token(), second);
  });

  it("is asked for once by all who wait for it, also after a refusal", async () => {
    const { tokens, token, requests } = keeping();
    await Promise.all([token(), token(), token()]);
    tokens.refused();
    assert.deepEqual(await Promise.all([token(), token()]), ["token-2", "token-2"]);
    assert.equal(requests(), 2);
  });

  it("is never given out after its end, and never again once it was refused and another could be had", async () => {
    const steps = fc.oneof(
      fc.record({ wait: fc.nat(3 * MINUTE) }),
      fc.constant("ask" as const),
      fc.constant("refuse" as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 10 * MINUTE }), fc.array(steps), async (life, all) => {
        const { clock, tokens, token } = keeping(life);
        const born = new Map<string, number>();
        const gone = new Set<string>();
        let last: string | undefined;
        for (const step of all) {
          if (step === "ask") {
            last = await token();
            if (!born.has(last)) born.set(last, clock.now);
            assert.ok(clock.now - (born.get(last) ?? 0) < life);
            assert.ok(!gone.has(last));
          } else if (step !== "refuse") clock.now += step.wait;
          else if (last !== undefined && tokens.refused(last)) gone.add(last);
        }
      }),
      { numRuns: runs(100) },
    );
  });
});
