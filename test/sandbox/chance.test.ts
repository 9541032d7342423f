import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { drawing, MISBEHAVIOURS } from "../../local/sandbox/chaos.ts";
import type { ChaosBehaviour } from "../../local/sandbox/server.ts";
import {
  assertRefused,
  fresh,
  type Json,
  outcomes,
  sandbox,
  seen,
  sendXapi,
  setBehaviour,
  statement,
} from "./support.ts";

describe("chance in a store", () => {
  const chaos = { error: 0.2, throttle: 0.1, resetBefore: 0.1, resetAfter: 0.1, slow: 0.1, slowMs: 2 };

  it("takes the same course for the same seed, from each change of behaviour on, and another for another", async () => {
    const [one, two] = [fresh(), fresh()];
    const course = async (store: string, seed: number) => {
      sandbox.behave(store, { chaos: { ...chaos, seed } });
      return outcomes(store, 40);
    };
    const first = await course(one, 7);
    const counts = sandbox.drawn(one);
    assert.deepEqual(await course(two, 7), first);
    assert.deepEqual(sandbox.drawn(two), counts);
    assert.deepEqual(await course(one, 7), first);
    assert.notDeepEqual(await course(one, 8), first);
  });

  it("is counted as clients saw it, through changes of behaviour, and shown with the store", async () => {
    const store = fresh();
    assert.equal("drawn" in ((await (await setBehaviour(store, {})).json()) as Json), false);
    sandbox.behave(store, { chaos: { ...chaos, seed: 3 } });
    const all = await outcomes(store, 60);
    sandbox.behave(store, {});
    const drawn = sandbox.drawn(store);
    const count = (...what: readonly unknown[]): number => all.filter((one) => what.includes(one)).length;
    assert.deepEqual(
      [count(500, 502, 503), count(429), count("gone")],
      [drawn.error, drawn.throttle, drawn.resetBefore + drawn.resetAfter],
    );
    assert.ok(drawn.slow > 0 && drawn.resetAfter > 0 && drawn.hang === 0);
    assert.equal(sandbox.statements(store).length, count(200) + drawn.resetAfter);
    const summary = (await (await fetch(`${sandbox.url}/sandbox/${store}`)).json()) as Json;
    assert.deepEqual(summary.drawn, drawn);
  });

  it("leaves to the other parts of a behaviour what goes well", async () => {
    const big = Array.from({ length: 5 }, () => statement());
    const told: readonly (readonly [Json, number])[] = [
      [{ maxBytes: 1000 }, 413],
      [{ refuseAbout: "a.ipynb" }, 400],
      [{ status: 401 }, 401],
    ];
    for (const [part, status] of told) {
      const store = fresh();
      sandbox.behave(store, { ...part, chaos: { seed: 1, error: 0.5 } });
      const all: unknown[] = [];
      for (let turn = 0; turn < 20; turn += 1) all.push(await seen(sendXapi(store, big)));
      const { error } = sandbox.drawn(store);
      assert.ok(error > 0 && error < 20);
      assert.equal(all.filter((one) => one === status).length, 20 - error);
      assert.equal(all.filter((one) => typeof one === "number" && one >= 500).length, error);
    }
  });

  it("lets through, in the end, whatever is sent until it is accepted", async () => {
    const store = fresh();
    sandbox.behave(store, { chaos: { ...chaos, seed: 11 } });
    const said = Array.from({ length: 40 }, () => statement());
    for (const one of said) while ((await seen(sendXapi(store, one))) !== 200);
    assert.deepEqual(
      sandbox.statements(store).map(({ id }) => id),
      said.map(({ id }) => id),
    );
  });

  it("draws each misbehaviour about as often as it is told", () => {
    const told: ChaosBehaviour = {
      seed: 5,
      error: 0.3,
      throttle: 0.05,
      hang: 0.1,
      resetBefore: 0,
      slow: 0.2,
    };
    const draw = drawing(told);
    const all = Array.from({ length: 20_000 }, () => draw()?.kind);
    for (const kind of MISBEHAVIOURS) {
      const share = all.filter((one) => one === kind).length / all.length;
      assert.ok(Math.abs(share - (told[kind] ?? 0)) < 0.02, `${kind}: ${share}`);
    }
    assert.ok(!all.includes("resetBefore") && !all.includes("resetAfter"));
  });

  it("is refused where it makes no sense", async () => {
    const bad: readonly (readonly [unknown, string])[] = [
      [1, "/chaos"],
      [{}, "/chaos/seed"],
      [{ error: 0.5 }, "/chaos/seed"],
      [{ seed: 0.5 }, "/chaos/seed"],
      [{ seed: 1, error: 1.1 }, "/chaos/error"],
      [{ seed: 1, slow: -0.1 }, "/chaos/slow"],
      [{ seed: 1, hang: true }, "/chaos/hang"],
      [{ seed: 1, slowMs: 1e9 }, "/chaos/slowMs"],
      [{ seed: 1, sulk: 0.1 }, "/chaos/sulk"],
      [{ seed: 1, error: 0.6, throttle: 0.5 }, "/chaos"],
    ];
    for (const [value, at] of bad)
      await assertRefused(await setBehaviour(fresh(), { chaos: value }), 400, at);
    const whole = { seed: 1, error: 0.1, throttle: 0.2, hang: 0.3, slow: 0.4 };
    assert.equal((await setBehaviour(fresh(), { chaos: whole })).status, 200);
  });
});
