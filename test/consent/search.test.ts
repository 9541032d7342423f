import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { writeLines } from "../../src/archive/lines.ts";
import { learnersData } from "../../src/page/data.ts";
import { archiveSearch } from "../../src/page/search.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { idsIn, pageWith, raw, SITE_KEY, signIn, tagOf } from "./support.ts";

const keysBelow = (bucket: MemoryBucket, prefix: string): readonly string[] =>
  [...bucket.objects.keys()].filter((key) => key.startsWith(prefix)).sort();

describe("The search for my data", () => {
  const objects = 20;
  const filled = async (): Promise<MemoryBucket> => {
    const bucket = memoryBucket();
    for (let at = 0; at < objects; at++)
      await writeLines(bucket, "raw/", [
        raw(`${at}`, "ada", at === 5 ? "x".repeat(5000) : "", `${at}`.padStart(2, "0")),
      ]);
    return bucket;
  };

  test("has no more than two objects in memory at once", async () => {
    const bucket = await filled();
    let [begun, given, most] = [0, 0, 0];
    const counting = {
      ...bucket,
      find: (key: string) => {
        most = Math.max(most, ++begun - given);
        return bucket.find(key);
      },
    };
    const search = archiveSearch(counting, (username) => [tagOf(username)]);
    for await (const { record } of search("ada", { after: "", until: "~" }, () => undefined)) {
      assert.ok(record !== undefined);
      // With the next record, this one's object is done.
      await new Promise((resolve) => setTimeout(resolve, 2));
      given++;
    }
    assert.deepEqual([given, most], [objects, 2]);
  });

  test("finds what is moved while it is searched for, wherever a part ends", async () => {
    const cases = [
      [100_000, "0".repeat(32)],
      // From one part to the next, nothing is missed where the new name stands next to the old one.
      ...[1, 250, 1000, 100_000].flatMap((size) => [[size, "$1-0"] as const, [size, "$1~0"] as const]),
    ] as const;
    for (const [largest, name] of cases) {
      const bucket = memoryBucket();
      for (let at = 0; at < 6; at++) await writeLines(bucket, "raw/", [raw(`${at}`, "ada")]);
      const keys = keysBelow(bucket, "raw/");
      let moving = keys[3];
      const find = async (key: string) => {
        if (key !== moving) return bucket.find(key);
        moving = undefined;
        const to = key.replace(/(?<=hour=09\/)(.{32})/, name);
        await bucket.put(to, bucket.objects.get(key) ?? new Uint8Array());
        await bucket.remove(key);
        return undefined;
      };
      const search = archiveSearch({ ...bucket, find }, (username) => [tagOf(username)]);
      const { partOf } = learnersData(search, SITE_KEY, { largest });
      const ids = new Set<string>();
      let after: string | undefined;
      do {
        const part = await partOf("ada", after);
        for (const id of idsIn(part.text)) ids.add(id);
        after = part.next;
      } while (after !== undefined);
      assert.deepEqual([ids.size, moving], [6, undefined], `${largest} ${name}`);
    }
  });

  test("leaves out what unpacks to more than there is memory for, and says so in the file and on the page", async (t) => {
    t.mock.method(console, "warn", () => undefined);
    const bucket = await filled();
    const search = archiveSearch(bucket, (username) => [tagOf(username)], { largest: 1000 });
    const data = learnersData(search, SITE_KEY);
    const part = await data.partOf("ada");
    assert.deepEqual([part.records, part.leftOut, part.next], [objects - 1, 1, undefined]);
    const file = await data.fileOf("ada", undefined, part.end);
    assert.equal(file.text, part.text);
    const { note } = JSON.parse(file.text.trim().split("\n").at(-1) ?? "");
    assert.match(note, /^One object of the archive .* too large .* Ask the administrator/);
    // A gzip file says at its end how large it was, whatever it is.
    const [key = ""] = keysBelow(bucket, "raw/");
    const bytes = Buffer.from(bucket.objects.get(key) ?? []);
    bytes.writeUInt32LE(100 * 1024 * 1024, bytes.length - 4);
    await bucket.put(key, bytes);
    const { page } = pageWith({ bucket });
    assert.match((await (await signIn(page, "ada")).see("/data")).body, /One object of the archive/);
  });

  test("leaves out a record that no answer has room for, says so, and goes on behind it", async () => {
    const bucket = await filled();
    const search = archiveSearch(bucket, (username) => [tagOf(username)]);
    const data = learnersData(search, SITE_KEY, { largest: 2000, bound: 4000 });
    let [records, leftOut, after] = [0, 0, undefined as string | undefined];
    do {
      const part = await data.partOf("ada", after);
      const file = await data.fileOf("ada", after, part.end);
      assert.equal(file.text, part.text);
      records += part.records;
      leftOut += part.leftOut;
      after = part.next;
    } while (after !== undefined);
    assert.deepEqual([records, leftOut], [objects - 1, 1]);
  });
});
