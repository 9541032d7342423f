import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import type { EditableBucket } from "../../src/archive/layout.ts";
import { rewrite } from "../../src/erasure/rewrite.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { tagOf, textOf } from "./support.ts";

const lineOf = (username: string, id = username): string => JSON.stringify({ id, learner: tagOf(username) });

const put = async (bucket: EditableBucket, name: string, ...lines: readonly string[]) => {
  const key = `receipts/endpoint=a/dt=2026-11-22/${name}.${tagOf("ada").slice(0, 3)}.ndjson.gz`;
  await bucket.put(key, gzipSync(lines.map((line) => `${line}\n`).join("")));
  return key;
};

const objectAt = (key: string, ...texts: readonly string[]) => ({
  key,
  part: "receipts" as const,
  endpoint: "a",
  lines: texts.map((text) => ({ text, record: JSON.parse(text) })),
});

const remove = (): undefined => undefined;

describe("Rewriting an object of the archive", () => {
  it("leaves the others' lines as they are, in their order, under a name that tells of them only", async () => {
    const bucket = memoryBucket();
    const others = ['{"id":"1" , "learner":null,"text":"\\u00e9 é \u2028"}', lineOf("grace"), lineOf("emmy")];
    const key = await put(bucket, "0123", others[0] ?? "", lineOf("ada"), ...others.slice(1));
    const next = await rewrite(bucket, objectAt(key, lineOf("ada")), remove);
    assert.ok(next !== undefined);
    assert.deepEqual([...bucket.objects.keys()], [next]);
    assert.equal(textOf(await bucket.get(next)), others.map((line) => `${line}\n`).join(""));
    const marks = [tagOf("grace"), tagOf("emmy")].map((tag) => tag.slice(0, 3)).sort();
    assert.match(
      next,
      new RegExp(`^receipts/endpoint=a/dt=2026-11-22/[0-9a-f]{32}\\.${marks.join("-")}\\.ndjson\\.gz$`),
    );
  });

  it("removes an object in which nothing else is", async () => {
    const bucket = memoryBucket();
    const key = await put(bucket, "0123", lineOf("ada"), lineOf("ada", "2"));
    assert.equal(await rewrite(bucket, objectAt(key, lineOf("ada"), lineOf("ada", "2")), remove), undefined);
    assert.equal(bucket.objects.size, 0);
  });

  it("brings nothing back that somebody else removed meanwhile, and takes away nothing that they kept", async () => {
    const bucket = memoryBucket();
    const [one, other] = [
      await put(bucket, "0123", lineOf("ada"), lineOf("grace")),
      await put(bucket, "4567", lineOf("ada", "2"), lineOf("grace")),
    ];
    const first = await rewrite(bucket, objectAt(one, lineOf("ada")), remove);
    const overtaken: EditableBucket = {
      ...bucket,
      put: async (key, body) => {
        await bucket.put(key, body);
        await bucket.remove(other);
      },
    };
    assert.equal(await rewrite(overtaken, objectAt(other, lineOf("ada", "2")), remove), undefined);
    assert.deepEqual([...bucket.objects.keys()], [first]);
  });
});
