import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { quarantineLine } from "../../src/archive/records.ts";
import { eraseLearner } from "../../src/erasure/erase.ts";
import { type LearnerRecord, learnerRecords, type RecordsOptions } from "../../src/erasure/records.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { type Act, archiveBatch, erasing, linesIn, tagOf, watched } from "./support.ts";

const ADA = "ada";

const archive = async (days = 5) => {
  const bucket = memoryBucket();
  const names = [ADA, "grace", "emmy"];
  for (let at = 0; at < days; at++)
    await archiveBatch(
      bucket,
      names.flatMap((username, who): readonly Act[] => [
        { username, number: 10 * at + who, arrived: `2026-11-1${at}T09:15:00.000Z` },
        { username, number: 1000 + at, arrived: `2026-11-1${at}T10:15:00.000Z`, end: "setAside" },
      ]),
    );
  return bucket;
};

const recordsOf = async (
  bucket: Awaited<ReturnType<typeof archive>>,
  username: string,
  options?: RecordsOptions,
): Promise<readonly LearnerRecord[]> => {
  const all: LearnerRecord[] = [];
  for await (const each of learnerRecords(bucket, erasing(bucket, username).parts.who, options))
    all.push(each);
  return all;
};

describe("The records of a learner", () => {
  it("come in the order of their objects, so that reading can go on after any of them", async () => {
    const bucket = await archive();
    const all = await recordsOf(bucket, ADA);
    assert.equal(all.length, 5 * (2 + 2 + 2 + 2));
    const keys = all.map(({ key }) => key);
    assert.deepEqual(keys, keys.toSorted());
    for (const after of new Set(keys))
      assert.deepEqual(
        await recordsOf(bucket, ADA, { after }),
        all.filter(({ key }) => key > after),
      );
  });

  it("are theirs, and nobody else's, with the endpoint where there is one", async () => {
    const bucket = await archive(2);
    for (const { part, endpoint, record } of await recordsOf(bucket, ADA)) {
      const { learner } = record;
      const tag = part === "raw" ? (learner as { readonly tag: string }).tag : learner;
      assert.equal(tag, tagOf(ADA));
      assert.equal(endpoint !== undefined, part === "receipts" || part === "failed");
    }
    assert.deepEqual(await recordsOf(bucket, "ad"), []);
  });

  it("are found without reading objects of others", async () => {
    const bucket = memoryBucket();
    for (const username of [ADA, "grace", "emmy", "katherine"])
      await archiveBatch(bucket, [{ username, number: 1, arrived: "2026-11-10T09:15:00.000Z" }]);
    const { bucket: counted, reads } = watched(bucket);
    let steps = 0;
    const options = { onObject: () => steps++ };
    let found = 0;
    for await (const _ of learnerRecords(counted, erasing(bucket, ADA).parts.who, options)) found++;
    assert.deepEqual([found, reads(), steps, bucket.objects.size], [4, 4, 4, 16]);
  });

  it("are also what only names them, in a property for that, where nothing proves who sent it", async () => {
    const texts = {
      named: JSON.stringify({ data: [{ user: ADA }] }),
      broken: `{"username": "${ADA}", "pa`,
      deep: `${"[".repeat(20_000)}{"username":"${ADA}"}${"]".repeat(20_000)}`,
      kernel: JSON.stringify({ kernel: ADA, path: `/home/${ADA}` }),
      longer: JSON.stringify({ username: `${ADA}.lovelace` }),
      cut: `{"kernel": "${ADA}", "pa`,
    };
    const bucket = memoryBucket();
    const refused = (text: string, at: number, learner?: string) =>
      quarantineLine({
        id: `${at}`,
        arrived: "2026-11-10T09:15:00.000Z",
        reason: learner === undefined ? "identity.missing" : "identity.mismatch",
        detail: "",
        text,
        learner,
      });
    await writeLines(
      bucket,
      prefixOf("quarantine"),
      Object.values(texts).map((text, at) => refused(text, at)),
    );
    const found = (await recordsOf(bucket, ADA)).map(({ record, named }) => [record.text, named]);
    assert.deepEqual(
      found,
      [texts.named, texts.broken, texts.deep].map((text) => [text, true]),
    );
    // Whoever pretends to be somebody else is found by either name.
    await writeLines(bucket, prefixOf("quarantine"), [refused(texts.named, 9, tagOf("grace"))]);
    assert.deepEqual(
      (await recordsOf(bucket, "grace")).map(({ record }) => record.id),
      ["9"],
    );
    assert.equal((await recordsOf(bucket, ADA)).length, 4);
  });

  it("are not what others were proven to have sent, nor what names something else as they are called", async () => {
    const below = (key: string, name = "name") => JSON.stringify({ [key]: { [name]: ADA } });
    const bucket = memoryBucket();
    const texts = [
      below("user"),
      below("Actor", "Name"),
      JSON.stringify({ learner: [{ name: ADA }] }),
      `{"user": {"id": 7, "name": "${ADA}", "pa`,
      below("kernel"),
      JSON.stringify({ name: ADA }),
      JSON.stringify({ user: { kernel: { name: ADA } } }),
      `{"user": {"id": 7}, "name": "${ADA}", "pa`,
      `{"kernel": {"name": "${ADA}", "pa`,
    ];
    const about = { arrived: "2026-11-10T09:15:00.000Z", detail: "" };
    await writeLines(bucket, prefixOf("quarantine"), [
      ...texts.map((text, at) => quarantineLine({ ...about, id: `${at}`, reason: "identity.missing", text })),
      // Beside something of hers, in one object.
      quarantineLine({ ...about, id: "own", reason: "schema.invalid", text: "{}", learner: tagOf(ADA) }),
      quarantineLine({
        ...about,
        id: "proven",
        reason: "schema.invalid",
        text: JSON.stringify({ user: ADA, answer: "of grace" }),
        learner: tagOf("grace"),
      }),
    ]);
    const found = (await recordsOf(bucket, ADA)).map(({ record }) => record.id);
    assert.deepEqual(found.toSorted(), ["0", "1", "2", "3", "own"]);
    assert.deepEqual((await eraseLearner(erasing(bucket, ADA).parts)).remains, []);
    const left = linesIn(bucket.objects).map((line) => JSON.parse(line.slice(line.indexOf(" ") + 1)).id);
    assert.deepEqual(left.toSorted(), ["4", "5", "6", "7", "8", "proven"]);
  });

  it("without a tag are told by their events, whatever else stands in the line", async () => {
    const bucket = memoryBucket();
    const put = (key: string, record: object) =>
      bucket.put(`${key}/0123.ndjson.gz`, gzipSync(`${JSON.stringify(record)}\n`));
    await put("raw/dt=2026-10-01/hour=09", { id: "e", learner: { username: ADA } });
    await put("failed/endpoint=a/dt=2026-10-01", { id: "s", event: "e", statement: { learner: "x" } });
    assert.deepEqual((await eraseLearner(erasing(bucket, ADA).parts)).remains, []);
    assert.deepEqual(linesIn(bucket.objects), []);
  });

  it("are none of an archive that is empty, or that others put things into", async () => {
    const bucket = memoryBucket();
    await bucket.put("raw/notes.txt", Buffer.from(`"${ADA}"`));
    assert.deepEqual(await recordsOf(bucket, ADA), []);
  });
});
