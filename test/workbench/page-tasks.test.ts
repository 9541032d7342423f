import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { ServerTrouble } from "../../workbench/page/app.ts";
import { patiently } from "../../workbench/page/patience.ts";
import { tasksOf } from "../../workbench/page/tasks.ts";
import { troublesFor } from "../../workbench/page/troubles.ts";

/** A page on which tasks run, with a clock that is set by hand. */
const page = (t: TestContext, { isSeen = true } = {}) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const leave = new AbortController();
  const troubles = troublesFor(() => {});
  const seen = { isSeen };
  const tasks = tasksOf({ leaving: leave.signal, troubles, isSeen: () => seen.isSeen });
  const settled = (): Promise<void> => new Promise((done) => setImmediate(done));
  const pass = async (milliseconds: number): Promise<void> => {
    await settled();
    t.mock.timers.tick(milliseconds);
    await settled();
  };
  return { ...tasks, troubles, leave: () => leave.abort(), pass, seen };
};

const nobodyAnswers = new ServerTrouble(0, "Nobody answers.");

describe("What the page runs for a view", () => {
  it("tries again every five seconds where nobody answered, until it goes well", async (t) => {
    const { once, troubles, pass } = page(t);
    let runs = 0;
    once(async () => {
      runs++;
      if (runs < 3) throw runs === 1 ? nobodyAnswers : new ServerTrouble(503, "Not now.");
    });
    await pass(4999);
    assert.deepEqual([runs, troubles.texts()], [1, ["Nobody answers."]]);
    await pass(1);
    assert.deepEqual([runs, troubles.texts()], [2, ["Not now."]]);
    await pass(5000);
    assert.deepEqual([runs, troubles.texts()], [3, []]);
    await pass(60_000);
    assert.equal(runs, 3);
  });

  it("does not try again what is not there, nor for whom has left, nor while nobody looks", async (t) => {
    const { once, pass, leave, seen } = page(t);
    let [missing, left] = [0, 0];
    once(async () => {
      missing++;
      throw new ServerTrouble(404, "There is no such mapping.");
    });
    once(async () => {
      left++;
      throw nobodyAnswers;
    });
    await pass(5000);
    seen.isSeen = false;
    await pass(5000);
    assert.deepEqual([missing, left], [1, 2]);
    seen.isSeen = true;
    await pass(5000);
    assert.deepEqual([missing, left], [1, 3]);
    leave();
    await pass(60_000);
    assert.deepEqual([missing, left], [1, 3]);
  });

  it("does not take one task's success for another's", async (t) => {
    const { once, every, troubles, pass } = page(t);
    let isGood = true;
    once(async () => {
      throw new ServerTrouble(404, "There is no such mapping.");
    });
    every(1000, async () => {
      if (!isGood) throw nobodyAnswers;
    });
    await pass(1000);
    assert.deepEqual(troubles.texts(), ["There is no such mapping."]);
    isGood = false;
    await pass(1000);
    assert.deepEqual(troubles.texts(), ["There is no such mapping.", "Nobody answers."]);
    isGood = true;
    await pass(1000);
    assert.deepEqual(troubles.texts(), ["There is no such mapping."]);
  });

  it("says the same trouble of several tasks once, and none of who has left", async (t) => {
    const { once, troubles, pass, leave } = page(t);
    for (const _ of [1, 2])
      once(async () => {
        throw nobodyAnswers;
      });
    await pass(0);
    assert.deepEqual(troubles.texts(), ["Nobody answers."]);
    troubles.clear();
    leave();
    await pass(60_000);
    assert.deepEqual(troubles.texts(), []);
  });
});

describe("Waiting for an answer", () => {
  const never = (signal: AbortSignal): Promise<never> =>
    new Promise((_, failed) => signal.addEventListener("abort", () => failed(signal.reason)));

  it("ends when it takes too long, and says so", async () => {
    await assert.rejects(patiently(never, undefined, 10), {
      name: "ServerTrouble",
      status: 0,
      message: /^The workbench has not answered for \d+ seconds\. What is shown may be old\.$/,
    });
  });

  it("ends without a word when somebody leaves", async () => {
    const leave = new AbortController();
    const waiting = patiently(never, leave.signal);
    leave.abort();
    await assert.rejects(waiting, { name: "AbortError" });
  });

  it("gives what came in time, or why it failed", async () => {
    assert.equal(await patiently(async () => 1), 1);
    await assert.rejects(
      patiently(() => Promise.reject(nobodyAnswers)),
      nobodyAnswers,
    );
  });
});
