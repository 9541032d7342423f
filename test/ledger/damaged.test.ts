import assert from "node:assert/strict";
import { it } from "node:test";
import { gzipSync } from "node:zlib";
import { DamagedArchive } from "../../src/archive/damaged.ts";
import { readDated } from "../../src/archive/read.ts";
import { memoryBucket } from "../support/memory-bucket.ts";

const linesOf = async (objects: Readonly<Record<string, Uint8Array>>): Promise<readonly unknown[]> => {
  const bucket = memoryBucket();
  for (const [key, body] of Object.entries(objects)) await bucket.put(key, body);
  const lines: unknown[] = [];
  for await (const { line } of readDated(bucket, "receipts/")) lines.push(line);
  return lines;
};

it("An object of the archive that is damaged is named, with its line, and not what is in it", async () => {
  const key = "receipts/dt=2026-11-22/a.ndjson.gz";
  for (const [body, said] of [
    [gzipSync('{"id":"1"}\n{"id":"ada'), /^Line 2 of the archive's object .*a\.ndjson\.gz is damaged\.$/],
    [gzipSync('"ada"\n'), /^Line 1 /],
    [Buffer.from("ada"), /cannot be unpacked/],
  ] as const)
    await assert.rejects(
      linesOf({ [key]: body }),
      (error) =>
        error instanceof DamagedArchive && said.test(error.message) && !/\bada\b/.test(error.message),
    );
});

it("What others put into the archive's bucket is none of its lines", async () => {
  const lines = await linesOf({
    "receipts/": Buffer.from(""),
    "receipts/notes.txt": Buffer.from("hello"),
    "receipts/dt=2026-11-22/a.ndjson.gz": gzipSync('{"id":"1"}\n'),
  });
  assert.deepEqual(lines, [{ id: "1" }]);
});
