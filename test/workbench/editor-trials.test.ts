import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { TriedMapping } from "../../workbench/page/compiled.ts";
import {
  type Came,
  type StartThread,
  type Task,
  type ThreadSays,
  type Trials,
  trialsBy,
} from "../../workbench/page/editor/trials.ts";

const DETAIL: TriedMapping = {
  name: "a/b",
  file: "mappings/a/b/mapping.yml",
  schemas: [],
  hub: { id: "https://hub.example.edu", name: "Hub" },
  versions: { caliper: "1.2", xapi: "1.0.3", json: "" },
  isPseudonymised: true,
};

const task = (text: string): Task => ({ detail: DETAIL, text, saved: undefined, sample: undefined });

const TRIED: ThreadSays = { trial: { tried: { problems: [], sides: {} } } };

/** A worker that does what a test says. */
interface Worker {
  readonly given: string[];
  says(said: ThreadSays): void;
  fails(): void;
  isEnded: boolean;
}

interface Stage {
  readonly workers: Worker[];
  readonly came: string[];
  readonly trials: Trials;
  /** So many milliseconds go by. */
  wait(milliseconds: number): void;
}

const stage = (t: TestContext): Stage => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const workers: Worker[] = [];
  const came: string[] = [];
  const start: StartThread = (hear, fail) => {
    const worker: Worker = { given: [], says: hear, fails: fail, isEnded: false };
    workers.push(worker);
    return {
      post: ({ text }) => worker.given.push(text),
      end: () => {
        worker.isEnded = true;
      },
    };
  };
  const tell = (what: Came): void => {
    came.push("trouble" in what ? what.trouble : what.task.text);
  };
  return {
    workers,
    came,
    trials: trialsBy(start, tell),
    wait: (milliseconds) => t.mock.timers.tick(milliseconds),
  };
};

test("a text is tried after a pause, and only the last one of those that came meanwhile", (t) => {
  const { workers, came, trials, wait } = stage(t);
  workers[0]?.says({ isReady: true });
  trials.ask(task("a"), "soon");
  wait(149);
  trials.ask(task("ab"), "soon");
  wait(149);
  assert.deepEqual(workers[0]?.given, []);
  wait(1);
  assert.deepEqual(workers[0]?.given, ["ab"]);
  workers[0]?.says(TRIED);
  assert.deepEqual(came, ["ab"]);
});

test("an answer counts only where nothing else was asked since", (t) => {
  const { workers, came, trials, wait } = stage(t);
  workers[0]?.says({ isReady: true });
  trials.ask(task("a"), "now");
  trials.ask(task("b"), "soon");
  workers[0]?.says(TRIED);
  assert.deepEqual(came, []);
  wait(150);
  assert.deepEqual(workers[0]?.given, ["a", "b"]);
  workers[0]?.says(TRIED);
  assert.deepEqual(came, ["b"]);
});

test("a worker has one task at a time, and none before it says that it is there", (t) => {
  const { workers, trials, wait } = stage(t);
  trials.ask(task("a"), "now");
  // However long it takes to come.
  wait(60_000);
  assert.deepEqual(workers[0]?.given, []);
  workers[0]?.says({ isReady: true });
  trials.ask(task("b"), "now");
  assert.deepEqual(workers[0]?.given, ["a"]);
  workers[0]?.says(TRIED);
  assert.deepEqual(workers[0]?.given, ["a", "b"]);
});

test("a worker that takes longer than three seconds is ended, and another one takes the next text", (t) => {
  const { workers, came, trials, wait } = stage(t);
  workers[0]?.says({ isReady: true });
  trials.ask(task("a"), "now");
  wait(2999);
  assert.equal(workers[0]?.isEnded, false);
  wait(1);
  assert.equal(workers[0]?.isEnded, true);
  assert.deepEqual(came, ["slow"]);
  // What it says all the same is not heard.
  workers[0]?.says(TRIED);
  assert.deepEqual(came, ["slow"]);
  workers[1]?.says({ isReady: true });
  trials.ask(task("b"), "now");
  workers[1]?.says(TRIED);
  assert.deepEqual(came, ["slow", "b"]);
});

test("where a slow text was overtaken, nothing is said of it but the next one is tried", (t) => {
  const { workers, came, trials, wait } = stage(t);
  workers[0]?.says({ isReady: true });
  trials.ask(task("a"), "now");
  trials.ask(task("b"), "soon");
  wait(3000);
  workers[1]?.says({ isReady: true });
  assert.deepEqual(workers[1]?.given, ["b"]);
  workers[1]?.says(TRIED);
  assert.deepEqual(came, ["b"]);
});

test("a worker that fails is told of, and one that is ended is heard no more", (t) => {
  const { workers, came, trials, wait } = stage(t);
  workers[0]?.says({ isReady: true });
  trials.ask(task("a"), "now");
  workers[0]?.says({ isBroken: true });
  assert.deepEqual(came, ["broken"]);
  trials.ask(task("b"), "soon");
  trials.end();
  wait(5000);
  assert.equal(workers[0]?.isEnded, true);
  assert.deepEqual(workers[0]?.given, ["a"]);
  assert.deepEqual(came, ["broken"]);
});

test("a worker that cannot be started is told of", (t) => {
  const { workers, came, trials } = stage(t);
  workers[0]?.fails();
  trials.ask(task("a"), "now");
  assert.deepEqual(came, ["broken"]);
});
