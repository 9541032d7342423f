import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as soon } from "node:timers/promises";
import { CannotRun } from "../../src/cannot-run.ts";
import type { Flow } from "../../workbench/api/flow.ts";
import { lookOn } from "../../workbench/look-on.ts";
import { startWorkbench } from "../../workbench/server.ts";
import { testDesk } from "./acts-support.ts";
import { handClock, watched } from "./look-on-support.ts";
import { ask, comeIn, ends as endings, troubleIn } from "./serving-support.ts";

const slow = new Error("SlowDown");
const fails = async (): Promise<void> => {
  throw slow;
};
const never = (): Promise<void> => new Promise(() => {});

describe("A service that does not answer", () => {
  it("is told once the second look has failed; before, what was read is told as of when it was", async (t) => {
    const { desk, ends } = watched();
    const { clock, endPause } = handClock();
    const looking = lookOn(desk, clock);
    t.after(looking.stop);
    await endPause();
    assert.deepEqual(looking.check(), { at: 1000, isOld: false });
    ends(fails);
    await endPause();
    assert.deepEqual(looking.check(), { at: 1000, isOld: false, failed: { by: slow } });
    await endPause();
    assert.throws(() => looking.check(), slow);
    ends(async () => {});
    await endPause();
    assert.deepEqual(looking.check(), { at: 4000, isOld: false });
  });

  it("is told as long as nothing was read; what the next look reads is shown", async (t) => {
    const { desk, ends } = watched();
    const { clock, endPause } = handClock();
    ends(fails);
    const looking = lookOn(desk, clock);
    t.after(looking.stop);
    await soon();
    assert.throws(() => looking.check(), slow);
    ends(never);
    await endPause();
    assert.deepEqual(looking.check(), { at: 1000, isOld: false, failed: { by: slow } });
  });

  it("is not waited for without end: a look that nothing is heard of is told", async (t) => {
    const { desk, ends } = watched();
    const { clock, endPause, pass } = handClock();
    const looking = lookOn(desk, clock);
    t.after(looking.stop);
    ends(never);
    await endPause();
    pass(32_000);
    assert.deepEqual(looking.check(), { at: 0, isOld: true });
    pass(1000);
    assert.throws(
      () => looking.check(),
      (error) => error instanceof CannotRun && /has not answered for 33 seconds\./.test(error.message),
    );
  });

  it("is heard of in a long look, as long as more is read or the queues answer", async (t) => {
    const { desk, ends } = watched();
    const { clock, pass } = handClock();
    ends(never);
    let depths: readonly { readonly events: number }[] = [];
    const index = { version: 0 };
    const looking = lookOn({ ...desk, index, depths: () => depths as never }, clock);
    t.after(looking.stop);
    for (let part = 0; part < 10; part++) {
      pass(20_000);
      if (part % 2 === 0) index.version++;
      else depths = [{ events: part }];
      looking.check();
    }
    pass(33_000);
    assert.throws(() => looking.check(), CannotRun);
  });
});

describe("When nobody has looked on for long", () => {
  it("the first question waits for what is so now", async (t) => {
    const { desk, looks, ends } = watched();
    const { clock, isPaused, endPause, pass } = handClock();
    const looking = lookOn(desk, clock);
    t.after(looking.stop);
    await endPause();
    pass(60_000);
    await endPause();
    pass(3_600_000);
    assert.deepEqual([looks(), isPaused()], [2, false]);
    const gate = Promise.withResolvers<void>();
    ends(() => gate.promise);
    looking.seen();
    let isReady = false;
    const ready = looking.ready().then(() => {
      isReady = true;
    });
    await soon();
    assert.equal(isReady, false);
    gate.resolve();
    await ready;
    assert.deepEqual(looking.check(), { at: 3_662_000, isOld: false });
  });

  it("it does not wait for ever, and what was so before is told as that", async (t) => {
    const { desk, ends } = watched();
    const { clock, paused, endPause, pass } = handClock();
    const looking = lookOn(desk, clock);
    t.after(looking.stop);
    pass(60_000);
    await endPause();
    pass(3_600_000);
    ends(never);
    looking.seen();
    const ready = looking.ready();
    assert.equal(await paused(), 3000);
    await endPause();
    await ready;
    assert.deepEqual(looking.check(), { at: 0, isOld: true });
    // A question that comes later is not held up again.
    await looking.ready();
  });
});

describe("The workbench's server", () => {
  it("knows of no balance where the service does not answer, and tells what needs no service all the same", async () => {
    const { desk } = await testDesk();
    const { desk: looked, ends } = watched();
    const { clock, endPause } = handClock();
    const served = await startWorkbench({ ...desk, refresh: looked.refresh }, 0, clock);
    endings.push(served.stop);
    const headers = await comeIn(served);
    const get = (path: string) => ask(served, path, { headers });
    ends(async () => {
      throw new CannotRun("AWS cannot be reached.");
    });
    await endPause();
    const flow: Flow = JSON.parse((await get("/api/flow")).body);
    assert.equal(flow.at, new Date(0).toISOString());
    assert.deepEqual(flow.balance, {
      state: "unknown",
      faults: [],
      why: "AWS cannot be reached. It is being tried again.",
    });
    await endPause();
    const later = await get("/api/flow");
    assert.deepEqual([later.status, troubleIn(later)], [502, "AWS cannot be reached."]);
    for (const path of ["about", "privacy", "mappings/jupyter-server/contents"])
      assert.equal((await get(`/api/${path}`)).status, 200, path);
    assert.equal((await get("/api/mappings")).status, 502);
  });
});
