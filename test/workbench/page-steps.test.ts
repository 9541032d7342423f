import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Step } from "../../workbench/api/steps.ts";
import { type App, ServerTrouble } from "../../workbench/page/app.ts";
import { type Runs, runsFor } from "../../workbench/page/steps.ts";

/** A view's surroundings, of which only these matter here. */
const appThat = (post: App["post"]): App & { readonly said: string[]; readonly drawn: () => number } => {
  const said: string[] = [];
  let drawn = 0;
  return {
    about: {
      stage: "local",
      kind: "running",
      mayWrite: true,
      maySave: true,
      endpoints: [],
      problems: [],
      files: "same",
    },
    get: () => Promise.reject(new Error("Nothing is asked for here.")),
    put: () => Promise.reject(new Error("Nothing is put here.")),
    post,
    draw: () => {
      drawn++;
    },
    say: (text) => said.push(text),
    go: () => undefined,
    every: () => undefined,
    once: () => undefined,
    leaving: new AbortController().signal,
    said,
    drawn: () => drawn,
  };
};

const steps = (...all: readonly Step[]): App["post"] =>
  async function* () {
    yield* all;
  };

/** Begins it under a key of its own, as what came is kept for the whole page. */
const begin = async (runs: Runs, key: string): Promise<ReturnType<Runs["of"]>> => {
  await runs.start({ key, title: "Send again", path: "/api/failures/retry", body: { key } });
  return runs.of(key);
};

describe("What the page has the server do", () => {
  it("keeps each step, and how it ended", async () => {
    const finding = { check: "host", end: "good", told: "It is known." } as const;
    const app = appThat(steps({ finding }, { done: 3, of: 5 }, { end: "done", told: "5 sent." }));
    const run = await begin(runsFor(app), "a");
    assert.deepEqual(run, {
      title: "Send again",
      findings: [finding],
      progress: { done: 3, of: 5 },
      end: { isGood: true, told: "5 sent." },
    });
    assert.deepEqual(app.said, ["Send again: begun.", "Send again: 5 sent."]);
  });

  it("says in the server's words why it was refused, and that it broke off", async () => {
    // biome-ignore lint/correctness/useYield: it is refused before it does anything
    const refused = appThat(async function* () {
      throw new ServerTrouble(409, "Another act is under way.");
    });
    assert.deepEqual((await begin(runsFor(refused), "b"))?.end, {
      isGood: false,
      told: "Another act is under way.",
    });
    const broken = await begin(runsFor(appThat(steps({ done: 1, of: 2 }))), "c");
    assert.deepEqual([broken?.progress, broken?.end?.isGood], [{ done: 1, of: 2 }, false]);
  });

  it("does one thing at a time under a key, and any number under others", async () => {
    const gate = Promise.withResolvers<void>();
    let begun = 0;
    const app = appThat(async function* () {
      begun++;
      await gate.promise;
      yield { end: "done", told: "Done." };
    });
    const runs = runsFor(app);
    const all = ["d/1", "d/1", "d/2"].map((key) => begin(runs, key));
    gate.resolve();
    await Promise.all(all);
    assert.equal(begun, 2);
    assert.deepEqual(
      runs.all("d/").map(([key]) => key),
      ["d/2", "d/1"],
    );
    runs.forget("d/2");
    assert.deepEqual(
      runs.all("d/").map(([key]) => key),
      ["d/1"],
    );
  });

  it("is drawn in the view that is shown, also where it was begun in another", async () => {
    const gate = Promise.withResolvers<void>();
    const first = appThat(async function* () {
      await gate.promise;
      yield { end: "done", told: "Done." };
    });
    const begun = begin(runsFor(first), "e");
    const second = appThat(steps());
    const runs = runsFor(second);
    assert.equal(second.drawn(), 0);
    gate.resolve();
    await begun;
    assert.ok(second.drawn() > 0);
    assert.deepEqual(runs.of("e")?.end, { isGood: true, told: "Done." });
  });
});
