import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { eachLine } from "../../src/archive/each-line.ts";
import { type ReadOptions, readDated } from "../../src/archive/read.ts";
import { archiveBatch } from "../erasure/support.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { runs } from "../support/runs.ts";
import { intoTables } from "../support/tables.ts";

const keyAt = (at: number): string => `ledger/dt=2026-11-2${at % 3}/${at}.ndjson.gz`;

/** An archive whose objects hold these texts. */
const archive = async (texts: readonly string[]): Promise<MemoryBucket> => {
  const bucket = memoryBucket();
  for (const [at, text] of texts.entries()) await bucket.put(keyAt(at), gzipSync(text));
  return bucket;
};

type Reading = (bucket: MemoryBucket, options: ReadOptions) => Promise<readonly unknown[]>;

const oneByOne: Reading = async (bucket, options) => {
  const found: unknown[] = [];
  for await (const { line, day } of readDated(bucket, "ledger/", options)) found.push([line, day]);
  return found;
};
const inOneGo: Reading = async (bucket, options) => {
  const found: unknown[] = [];
  const line = (each: { record(): unknown }, day: string) => found.push([each.record(), day]);
  await eachLine(bucket, "ledger/", { line }, options);
  return found;
};

const text = fc
  .array(
    fc.oneof(
      fc.json(),
      fc.dictionary(fc.string(), fc.string()).map((each) => JSON.stringify(each)),
      fc.string(),
    ),
  )
  .chain((lines) => fc.constantFrom("\n", "\n\n", "\r\n").map((between) => lines.join(between)));

describe("Lines that are read in one go", () => {
  it("are those that are read one by one, and the same is told of what is damaged", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 6 }), async (texts) => {
        const bucket = await archive(texts);
        const told = async (read: Reading) => {
          const troubles: unknown[] = [];
          let objects = 0;
          const options = { onTrouble: (each: unknown) => troubles.push(each), onObject: () => objects++ };
          return { found: await read(bucket, options), troubles, objects };
        };
        assert.deepEqual(await told(inOneGo), await told(oneByOne));
      }),
      { numRuns: runs(100) },
    );
  });

  it("are read again with their day, where an object is gone since it was listed", async () => {
    const bucket = await archive(['{"at":0}\n', '{"at":1}\n', '{"at":2}\n', '{"at":3}\n']);
    const moved = `ledger/dt=2026-11-20/moved.ndjson.gz`;
    let isMoved = false;
    const moving: MemoryBucket = {
      ...bucket,
      list: async function* (prefix) {
        for await (const key of bucket.list(prefix)) yield key;
        if (isMoved) return;
        isMoved = true;
        await bucket.put(moved, await bucket.get(keyAt(3)));
        await bucket.remove(keyAt(3));
      },
    };
    const slowly: MemoryBucket = {
      ...moving,
      get: async (key) => {
        // Nothing is read before all is listed.
        while (!isMoved) await new Promise(setImmediate);
        return bucket.get(key);
      },
    };
    const found = new Set((await inOneGo(slowly, {})).map((each) => JSON.stringify(each)));
    assert.deepEqual([...found].sort(), [
      '[{"at":0},"2026-11-20"]',
      '[{"at":1},"2026-11-21"]',
      '[{"at":2},"2026-11-22"]',
      '[{"at":3},"2026-11-20"]',
    ]);
  });

  it("give what stands at their beginning, only where it stands as it is asked for", async () => {
    const bucket = await archive(['{"id":"abc","more":1}\n{"id":"abcd"}\n{"id":"ab"\n["id"]']);
    const found: unknown[] = [];
    const line = (each: { between(before: string, length: number, after: string): string | undefined }) =>
      found.push(each.between('{"id":"', 3, '",'));
    await eachLine(bucket, "ledger/", { line });
    assert.deepEqual(found, ["abc", undefined, undefined, undefined]);
  });

  it("are of a table the ids of its events", async () => {
    const bucket = memoryBucket();
    const events = Array.from({ length: 5 }, (_, number) => ({
      username: `learner-${number}`,
      number,
      arrived: "2026-11-20T09:15:00.000Z",
    }));
    await archiveBatch(bucket, events);
    const idsIn = async (): Promise<readonly unknown[]> => {
      const found: unknown[] = [];
      const line = (each: { record(): unknown }) => found.push((each.record() as { readonly id: string }).id);
      await eachLine(bucket, "raw/", { line, id: (id, day) => found.push(day === "2026-11-20" && id) });
      return found.sort();
    };
    const before = await idsIn();
    assert.equal(before.length, events.length);
    assert.ok((await intoTables(bucket)).length > 0);
    assert.deepEqual(await idsIn(), before);
  });
});
