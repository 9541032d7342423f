import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as soon } from "node:timers/promises";
import { CannotRun } from "../../src/cannot-run.ts";
import { type LookingOn, lookOn } from "../../workbench/look-on.ts";
import { startWorkbench } from "../../workbench/server.ts";
import { testDesk } from "./acts-support.ts";
import { handClock, watched } from "./look-on-support.ts";
import { ask, comeIn, ends as endings, troubleIn } from "./serving-support.ts";

const trouble = (looking: LookingOn): unknown => {
  try {
    looking.check();
    return undefined;
  } catch (error) {
    return error;
  }
};

test("A desk is looked at again and again while somebody is there", async (t) => {
  const { desk, looks } = watched();
  const { clock, endPause } = handClock();
  const looking = lookOn(desk, clock);
  t.after(looking.stop);
  for (let look = 1; look <= 150; look++) {
    assert.equal(looks(), look);
    looking.seen();
    await endPause();
  }
});

test("What keeps a look from being a whole one is told until one is", async (t) => {
  const { desk, ends } = watched();
  const { clock, endPause } = handClock();
  const gone = new Error("It cannot be reached.");
  ends(async () => {
    throw gone;
  });
  const looking = lookOn(desk, clock);
  t.after(looking.stop);
  await endPause();
  assert.equal(trouble(looking), gone);
  ends(async () => {});
  await endPause();
  assert.equal(trouble(looking), undefined);
});

test("A look that takes for ever holds up no end, and none follows it", async () => {
  const { desk, looks, ends } = watched();
  ends(() => new Promise(() => {}));
  const looking = lookOn(desk);
  assert.equal(looks(), 1);
  await looking.stop();
  looking.seen();
  assert.equal(looks(), 1);
});

for (const [kind, length] of [
  ["running", 1000],
  ["left", 5000],
  ["deployed", 15_000],
] as const)
  test(`A desk that is ${kind} has ${length / 1000} s of peace between two looks`, async (t) => {
    const { desk, looks } = watched();
    const { clock, paused, endPause } = handClock();
    const looking = lookOn({ ...desk, kind }, clock);
    t.after(looking.stop);
    assert.equal(await paused(), length);
    assert.equal(looks(), 1);
    await endPause();
    assert.equal(await paused(), length);
    assert.equal(looks(), 2);
  });

test("A service is asked for nothing more when nobody has been there for a minute, and again when somebody is", async (t) => {
  const { desk, looks } = watched();
  const { clock, isPaused, endPause, pass } = handClock();
  const looking = lookOn({ ...desk, kind: "deployed" }, clock);
  t.after(looking.stop);
  for (const _ of [15, 30, 45]) await endPause();
  assert.equal(looks(), 4);
  // Seen at 45 s, so that it goes on until 105 s.
  looking.seen();
  for (const _ of [60, 75, 90]) await endPause();
  assert.equal(looks(), 7);
  await endPause();
  assert.deepEqual([looks(), isPaused()], [7, false]);
  pass(3_600_000);
  await soon();
  assert.deepEqual([looks(), isPaused()], [7, false]);
  looking.seen();
  await endPause();
  assert.equal(looks(), 9);
});

test("What is asked of the workbench's server has the service looked at again, and nothing else has", async () => {
  const { desk } = await testDesk();
  const { desk: looked, looks, ends } = watched();
  const { clock, isPaused, endPause } = handClock();
  const served = await startWorkbench({ ...desk, kind: "deployed", refresh: looked.refresh }, 0, clock);
  endings.push(served.stop);
  for (const _ of [15, 30, 45, 60]) await endPause();
  const headers = await comeIn(served);
  assert.deepEqual([looks(), isPaused()], [4, false]);
  assert.equal((await ask(served, "/api/flow")).status, 401);
  assert.deepEqual([looks(), isPaused()], [4, false]);
  ends(async () => {
    throw new CannotRun("AWS cannot be reached.");
  });
  assert.equal((await ask(served, "/api/flow", { headers })).status, 200);
  assert.equal(looks(), 5);
  // From now on, what was read before would be taken for what is so now.
  await endPause();
  const flow = await ask(served, "/api/flow", { headers });
  assert.deepEqual([flow.status, troubleIn(flow)], [502, "AWS cannot be reached."]);
  assert.equal((await ask(served, "/api/about", { headers })).status, 200);
});
