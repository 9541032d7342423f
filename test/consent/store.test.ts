import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { EditableBucket } from "../../src/archive/layout.ts";
import type { Change } from "../../src/consent/choice.ts";
import { after, NO_CHOICE } from "../../src/consent/choice.ts";
import { CHOICES, choiceStore, DamagedChoice } from "../../src/consent/store.ts";
import { learnerTags } from "../../src/learner/tag.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { runs } from "../support/runs.ts";

const KEYS = ["the-key-of-today", "the-key-of-yesterday"] as const;
const [KEY, FORMER] = KEYS;

const changes = fc.array(
  fc.record(
    { to: fc.constantFrom("in" as const, "out" as const), endpoint: fc.constantFrom("store", "hall") },
    { requiredKeys: ["to"] },
  ),
  { minLength: 1, maxLength: 7 },
);

/** The bucket, of which every operation waits for its turn. */
const inTurns = (bucket: EditableBucket, turn: () => Promise<unknown>): EditableBucket => ({
  ...bucket,
  find: async (key) => {
    await turn();
    return bucket.find(key);
  },
  replace: async (key, body, version) => {
    await turn();
    return bucket.replace(key, body, version);
  },
});

const listOf = async <T>(values: AsyncIterable<T>): Promise<readonly T[]> => {
  const list: T[] = [];
  for await (const value of values) list.push(value);
  return list;
};

const plain = ({ to, endpoint }: Change): Change => ({ to, ...(endpoint !== undefined && { endpoint }) });

describe("The choices of learners", () => {
  test("are kept under names that tell nothing, and read again", async () => {
    const bucket = memoryBucket();
    const store = choiceStore(bucket, [KEY]);
    assert.equal(await store.read("ada"), undefined);
    await store.change("ada", { to: "out" }, "learner", new Date(0));
    assert.deepEqual(await store.read("ada"), {
      username: "ada",
      choice: { all: "out", endpoints: {} },
      changes: [{ to: "out", at: "1970-01-01T00:00:00.000Z", by: "learner" }],
    });
    assert.equal(await store.read("grace"), undefined);
    for (const key of bucket.objects.keys()) assert.match(key, /^consent\/[0-9a-f]{32}\.json$/);
  });

  test("lose no change of several at once, in whatever order the bucket answers, also while a key changes", () =>
    fc.assert(
      fc.asyncProperty(fc.scheduler(), changes, fc.boolean(), async (turns, wanted, isRekeyed) => {
        const bucket = memoryBucket();
        if (isRekeyed)
          await choiceStore(bucket, [FORMER]).change("ada", { to: "in" }, "learner", new Date(0));
        const slow = inTurns(bucket, () => turns.schedule(Promise.resolve()));
        const stores = wanted.map(() => choiceStore(slow, isRekeyed ? KEYS : [KEY]));
        const all = Promise.all(
          wanted.map((change, at) =>
            stores[at]?.change("ada", change, at % 2 === 0 ? "learner" : "administrator", new Date(at + 1)),
          ),
        );
        await turns.waitFor(all);
        const record = await choiceStore(bucket, KEYS).read("ada");
        const kept = record?.changes ?? [];
        const made = kept.filter(({ at }) => at !== new Date(0).toISOString());
        assert.deepEqual(
          made.map(({ at }) => at).sort(),
          wanted.map((_, at) => new Date(at + 1).toISOString()),
        );
        // It stands as the changes leave it, one after another.
        assert.deepEqual(record?.choice, kept.toReversed().map(plain).reduce(after, NO_CHOICE));
        if (isRekeyed) {
          // Records of before the key changed know the learner by the former tag, and must find the same.
          const tag = learnerTags(FORMER)("ada");
          assert.deepEqual(await choiceStore(bucket, KEYS).readTag(tag), record);
        }
      }),
      { numRuns: runs(150) },
    ));

  test("are whole whenever the bucket fails, and take the change when it is made again", () =>
    fc.assert(
      fc.asyncProperty(changes, fc.infiniteStream(fc.boolean()), async (wanted, luck) => {
        let isFailing = true;
        const memory = memoryBucket();
        const bad = (): boolean => isFailing && luck.next().value === true;
        const bucket: EditableBucket = {
          ...memory,
          replace: async (key, body, version) => {
            if (bad()) throw new Error("SlowDown");
            const done = await memory.replace(key, body, version);
            // It is kept, and nobody is told so.
            if (bad()) throw new Error("reset");
            return done;
          },
        };
        const store = choiceStore(bucket, [KEY]);
        const kept: string[] = [];
        for (const [at, change] of wanted.entries()) {
          const time = new Date(at);
          await store.change("ada", change, "learner", time).then(
            () => kept.push(time.toISOString()),
            () => undefined,
          );
        }
        isFailing = false;
        const { changes: before = [] } = (await store.read("ada")) ?? {};
        for (const time of kept) assert.ok(before.some(({ at }) => at === time));
        const { choice } = await store.change("ada", { to: "out" }, "learner");
        assert.deepEqual(choice, { all: "out", endpoints: {} });
      }),
      { numRuns: runs(100) },
    ));

  test("forget who it was, but not that they said no; and no change that comes meanwhile", async () => {
    const bucket = memoryBucket();
    const store = choiceStore(bucket, [KEY]);
    for (const [username, to] of [
      ["ada", "out"],
      ["grace", "in"],
    ] as const) {
      await store.change(username, { to }, "learner");
      await store.forget(username);
    }
    assert.deepEqual(await store.read("ada"), { choice: { all: "out", endpoints: {} }, changes: [] });
    assert.deepEqual(await store.read("grace"), { choice: { endpoints: {} }, changes: [] });
    for (const body of bucket.objects.values())
      assert.doesNotMatch(new TextDecoder().decode(body), /ada|grace/);
    await store.forget("emmy");
    assert.equal(bucket.objects.size, 2);

    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (turns) => {
        const memory = memoryBucket();
        await choiceStore(memory, [KEY]).change("ada", { to: "in" }, "learner");
        const slow = choiceStore(
          inTurns(memory, () => turns.schedule(Promise.resolve())),
          [KEY],
        );
        await turns.waitFor(Promise.all([slow.forget("ada"), slow.change("ada", { to: "out" }, "learner")]));
        assert.equal((await choiceStore(memory, [KEY]).read("ada"))?.choice.all, "out");
      }),
      { numRuns: runs(50) },
    );
  });

  test("are found after the key has changed, are put under the new one, and the old ones go when it is given up", async () => {
    const bucket = memoryBucket();
    await choiceStore(bucket, [FORMER]).change("ada", { to: "out" }, "learner");
    await choiceStore(bucket, [FORMER]).change("grace", { to: "in" }, "learner");
    const both = choiceStore(bucket, KEYS);
    assert.equal((await both.read("ada"))?.choice.all, "out");
    await both.change("grace", { to: "out" }, "learner");
    const done = await listOf(both.settle());
    assert.deepEqual(done, ["moved"]);
    assert.deepEqual(await listOf(both.settle()), []);
    const names = (await listOf(both.all())).map(({ username }) => username);
    assert.deepEqual(names.toSorted(), ["ada", "grace"]);

    const now = choiceStore(bucket, [KEY]);
    assert.equal((await now.read("ada"))?.choice.all, "out");
    assert.deepEqual(await listOf(now.settle()), ["removed", "removed"]);
    assert.equal(bucket.objects.size, 2);
    assert.equal((await now.read("grace"))?.choice.all, "out");
  });

  test("that are damaged are told by their key, and never guessed", async () => {
    for (const text of [
      "",
      "[]",
      '{"choice":{"all":"maybe","endpoints":{}},"changes":[]}',
      '{"choice":{"endpoints":{"store":1}},"changes":[]}',
      '{"choice":{"endpoints":{}},"changes":[{"to":"in"}]}',
      '{"choice":{"endpoints":{}}}',
    ]) {
      const bucket = memoryBucket();
      const store = choiceStore(bucket, [KEY]);
      await store.change("ada", { to: "in" }, "learner");
      const [key = ""] = bucket.objects.keys();
      assert.ok(key.startsWith(CHOICES));
      await bucket.put(key, new TextEncoder().encode(text));
      const isDamaged = (error: unknown): boolean =>
        error instanceof DamagedChoice && error.message.includes(key) && !error.message.includes("ada");
      await assert.rejects(store.read("ada"), isDamaged, text);
      await assert.rejects(store.change("ada", { to: "out" }, "learner"), isDamaged);
      await assert.rejects(listOf(store.all()), isDamaged);
    }
  });
});
