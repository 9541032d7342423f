import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import type { EditableBucket } from "../../src/archive/layout.ts";
import type { Moving } from "../../src/erasure/job.ts";
import { ErasureOvertaken } from "../../src/erasure/keep.ts";
import { type Rewriting, rewriteObjects, settleMoving } from "../../src/erasure/rewrite.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { linesIn, tagOf, textOf } from "./support.ts";

const lineOf = (username: string, id = username): string => JSON.stringify({ id, learner: tagOf(username) });

const put = async (bucket: EditableBucket, name: string, ...lines: readonly string[]) => {
  const key = `receipts/endpoint=a/dt=2026-11-22/${name}.${tagOf("ada").slice(0, 3)}.ndjson.gz`;
  await bucket.put(key, gzipSync(lines.map((line) => `${line}\n`).join("")));
  return key;
};

const objectAt = async (bucket: EditableBucket, key: string, ...texts: readonly string[]) => ({
  key,
  part: "receipts" as const,
  endpoint: "a",
  lines: texts.map((text) => ({ text, record: JSON.parse(text) })),
  version: (await bucket.find(key))?.version ?? "",
  bytes: 100,
});

/** Removes the learner's lines; remembers what was noted. */
const rewriting = (changes: Partial<Rewriting> = {}) => {
  const notes: Moving[] = [];
  const how: Rewriting = {
    leave: () => undefined,
    isPast: () => false,
    note: async (moving) => {
      notes.push(moving);
    },
    ...changes,
  };
  return { how, notes };
};

const linesOf = ({ objects }: MemoryBucket): readonly string[] =>
  linesIn(objects).map((line) => line.slice(line.indexOf(" ") + 1));

describe("Rewriting an object of the archive", () => {
  it("leaves the others' lines as they are, in their order, under a name that tells of them only", async () => {
    const bucket = memoryBucket();
    const others = ['{"id":"1" , "learner":null,"text":"\\u00e9 é \u2028"}', lineOf("grace"), lineOf("emmy")];
    const key = await put(bucket, "0123", others[0] ?? "", lineOf("ada"), ...others.slice(1));
    const object = await objectAt(bucket, key, lineOf("ada"));
    const { done, clean } = await rewriteObjects(bucket, [object], rewriting().how);
    const [next = ""] = clean;
    assert.deepEqual([done, [...bucket.objects.keys()]], [[object], [next]]);
    assert.equal(textOf(await bucket.get(next)), others.map((line) => `${line}\n`).join(""));
    const marks = [tagOf("grace"), tagOf("emmy")].map((tag) => tag.slice(0, 3)).sort();
    assert.match(
      next,
      new RegExp(`^receipts/endpoint=a/dt=2026-11-22/[0-9a-f]{32}\\.${marks.join("-")}\\.ndjson\\.gz$`),
    );
  });

  it("removes an object in which nothing else is, or nothing that is kept any longer", async () => {
    for (const [lines, isPast] of [
      [[lineOf("ada"), lineOf("ada", "2")], false],
      [[lineOf("ada"), lineOf("ada", "2"), lineOf("grace")], true],
    ] as const) {
      const bucket = memoryBucket();
      const key = await put(bucket, "0123", ...lines);
      const object = await objectAt(bucket, key, lineOf("ada"), lineOf("ada", "2"));
      const { done, clean } = await rewriteObjects(bucket, [object], rewriting({ isPast: () => isPast }).how);
      assert.deepEqual([done.length, clean, bucket.objects.size], [1, [], 0]);
    }
  });

  it("keeps what is past its time where something of the learner must stay", async () => {
    const bucket = memoryBucket();
    const key = await put(bucket, "0123", lineOf("ada"), lineOf("ada", "2"), lineOf("grace"));
    const object = await objectAt(bucket, key, lineOf("ada"), lineOf("ada", "2"));
    const leave = (text: string) => (text === lineOf("ada") ? text : undefined);
    const { how } = rewriting({ isPast: () => true, leave });
    assert.deepEqual((await rewriteObjects(bucket, [object], how)).clean, []);
    assert.deepEqual(linesOf(bucket), [lineOf("ada"), lineOf("grace")]);
  });

  it("leaves what others have changed or removed since it was found, and brings nothing of it back", async () => {
    const bucket = memoryBucket();
    const changed = await put(bucket, "0123", lineOf("ada"), lineOf("grace"));
    const gone = await put(bucket, "4567", lineOf("ada"), lineOf("emmy"));
    const objects = [
      await objectAt(bucket, changed, lineOf("ada")),
      await objectAt(bucket, gone, lineOf("ada")),
    ];
    const newer = [lineOf("ada", "newer"), lineOf("grace", "newer")];
    await put(bucket, "0123", ...newer);
    await bucket.remove(gone);
    const { done, clean } = await rewriteObjects(bucket, objects, rewriting().how);
    assert.deepEqual([done, clean, linesOf(bucket)], [[], [], newer]);
  });

  it("takes its copy away where another removes the object meanwhile, before it is made or after", async () => {
    for (const isAfter of [false, true]) {
      const bucket = memoryBucket();
      const key = await put(bucket, "0123", lineOf("ada"), lineOf("grace"));
      const object = await objectAt(bucket, key, lineOf("ada"));
      const overtaken: EditableBucket = {
        ...bucket,
        put: async (name, body) => {
          if (isAfter) await bucket.put(name, body);
          await bucket.remove(key);
          if (!isAfter) await bucket.put(name, body);
        },
      };
      const { done } = await rewriteObjects(overtaken, [object], rewriting().how);
      assert.deepEqual([done, [...bucket.objects.keys()]], [[], []]);
    }
  });

  it("makes no copy of what was removed since it was read", async () => {
    const bucket = memoryBucket();
    const key = await put(bucket, "0123", lineOf("ada"), lineOf("grace"));
    const object = await objectAt(bucket, key, lineOf("ada"));
    const { how } = rewriting({ note: () => bucket.remove(key) });
    assert.deepEqual(await rewriteObjects(bucket, [object], how), { done: [], clean: [] });
    assert.deepEqual(bucket.puts, [key]);
  });

  it("leaves what comes under the same name while it is copied, with the copy", async () => {
    const bucket = memoryBucket();
    const key = await put(bucket, "0123", lineOf("ada"), lineOf("grace"));
    const object = await objectAt(bucket, key, lineOf("ada"));
    const newer = [lineOf("ada", "newer"), lineOf("grace", "newer")];
    const { how } = rewriting({
      note: async ({ isRemoving }) => {
        if (isRemoving) await put(bucket, "0123", ...newer);
      },
    });
    assert.deepEqual(await rewriteObjects(bucket, [object], how), { done: [], clean: [] });
    assert.deepEqual(linesOf(bucket).toSorted(), [...newer, lineOf("grace")].toSorted());
  });

  it("says which copies there will be before it makes them, and that they stay before it removes anything", async () => {
    const bucket = memoryBucket();
    const key = await put(bucket, "0123", lineOf("ada"), lineOf("grace"));
    const object = await objectAt(bucket, key, lineOf("ada"));
    const there: (readonly string[])[] = [];
    const { how, notes } = rewriting();
    const note = async (moving: Moving) => {
      there.push([...bucket.objects.keys()]);
      await how.note(moving);
    };
    const { clean } = await rewriteObjects(bucket, [object], { ...how, note });
    const [to = ""] = clean;
    const moved = { from: key, version: object.version, to };
    assert.deepEqual(notes, [
      { isRemoving: false, objects: [moved] },
      { isRemoving: true, objects: [moved] },
    ]);
    assert.deepEqual(there, [[key], [key, to]]);
  });

  it("takes its copies away, and removes nothing, where another run has taken over; unless that one may count on them", async () => {
    for (const mayBeNoted of [false, true]) {
      const bucket = memoryBucket();
      const key = await put(bucket, "0123", lineOf("ada"), lineOf("grace"));
      const object = await objectAt(bucket, key, lineOf("ada"));
      const { how } = rewriting({
        note: async ({ isRemoving }) => {
          if (isRemoving) throw new ErasureOvertaken(mayBeNoted);
        },
      });
      await assert.rejects(rewriteObjects(bucket, [object], how), ErasureOvertaken);
      assert.ok(bucket.objects.has(key));
      assert.equal(bucket.objects.size, mayBeNoted ? 2 : 1);
    }
  });
});

describe("What a run that was cut off has left", () => {
  const left = async (isRemoving: boolean) => {
    const bucket = memoryBucket();
    const from = await put(bucket, "0123", lineOf("ada"), lineOf("grace"));
    const to = await put(bucket, "4567", lineOf("grace"));
    const { version } = await objectAt(bucket, from);
    const moving: Moving = { isRemoving, objects: [{ from, version, to }] };
    return { bucket, from, to, moving };
  };

  it("is taken away while nothing was removed, whether or not the object is there still", async () => {
    for (const isThere of [true, false]) {
      const { bucket, from, moving } = await left(false);
      if (!isThere) await bucket.remove(from);
      await settleMoving(bucket, moving);
      assert.deepEqual([...bucket.objects.keys()], isThere ? [from] : []);
    }
  });

  it("is brought to its end from then on, and no copy is ever removed", async () => {
    const { bucket, to, moving } = await left(true);
    for (let times = 0; times < 2; times++) await settleMoving(bucket, moving);
    assert.deepEqual([...bucket.objects.keys()], [to]);
  });

  it("stays where the object is another by now, or another has moved the copy", async () => {
    const one = await left(true);
    await put(one.bucket, "0123", lineOf("ada", "newer"));
    await settleMoving(one.bucket, one.moving);
    assert.deepEqual([...one.bucket.objects.keys()], [one.from, one.to]);
    const other = await left(true);
    await other.bucket.remove(other.to);
    await settleMoving(other.bucket, other.moving);
    assert.deepEqual([...other.bucket.objects.keys()], [other.from]);
  });
});
