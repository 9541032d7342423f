/** The archive's bucket with versions, as AWS keeps it, played by moto: what is removed is gone for good. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
} from "@aws-sdk/client-s3";
import { s3Bucket } from "../../src/aws/bucket.ts";
import { choiceStore } from "../../src/consent/store.ts";
import { eraseLearner } from "../../src/erasure/erase.ts";
import { type Act, archiveBatch, erasing, idsBegin, tagOf, textOf } from "../erasure/support.ts";
import { moto, startMoto } from "./moto-install.ts";

const found = await moto();
const skip = "missing" in found ? found.missing : false;

const BUCKET = "archive";

describe("A bucket with versions", { skip }, async () => {
  if ("missing" in found) return;
  const { client, stop } = await startMoto(found.python, BUCKET);
  const bucket = s3Bucket(client, BUCKET);
  after(stop);
  before(async () => {
    await client.send(
      new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status: "Enabled" } }),
    );
  });

  const versionsBelow = async (
    prefix: string,
  ): Promise<readonly { Key?: string | undefined; VersionId?: string | undefined }[]> => {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket: BUCKET, Prefix: prefix }));
    return [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
  };

  it("forgets every version of an object that is removed, and those of no other", async () => {
    for (let at = 0; at < 3; at++) await bucket.put("raw/a", Buffer.from(String(at)));
    await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: "raw/a" }));
    await bucket.put("raw/a", Buffer.from("again"));
    await bucket.put("raw/a.b", Buffer.from("another"));
    assert.equal((await versionsBelow("raw/a")).length, 6);
    await bucket.remove("raw/a");
    assert.deepEqual(
      (await versionsBelow("raw/")).map(({ Key }) => Key),
      ["raw/a.b"],
    );
    assert.equal(await bucket.find("raw/a"), undefined);
    await bucket.remove("raw/a.b");
    assert.deepEqual(await versionsBelow("raw/"), []);
  });

  it("has nothing of a learner who was erased, in no version of any object", async () => {
    const acts = (username: string): readonly Act[] =>
      [0, 1, 2].map((number) => ({ username, number, arrived: `2026-11-2${number}T09:15:00.000Z` }));
    const both = [...acts("ada"), ...acts("grace")];
    // A message that comes again overwrites what it wrote.
    for (let times = 0; times < 2; times++) await archiveBatch(bucket, both);
    assert.deepEqual((await eraseLearner(erasing(bucket, "ada").parts)).remains, []);
    let graces = 0;
    for (const { Key = "", VersionId } of await versionsBelow("")) {
      if (!Key.endsWith(".gz")) continue;
      const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key, VersionId }));
      const text = textOf((await Body?.transformToByteArray()) ?? new Uint8Array());
      assert.ok(!text.includes(idsBegin("ada")) && !text.includes(tagOf("ada")), Key);
      graces += text.split("\n").filter((line) => line.includes(tagOf("grace"))).length;
    }
    assert.equal(graces, 3 * 4);
  });

  it("has the name of a learner whose choice was forgotten in no version of it, and the choice still", async () => {
    const store = choiceStore(bucket, ["a-key"]);
    for (const to of ["in", "out", "in", "out"] as const) await store.change("lovelace", { to }, "learner");
    assert.ok((await versionsBelow("consent/")).length >= 4);
    await store.forget("lovelace");
    assert.equal((await store.read("lovelace"))?.choice.all, "out");
    const left = await versionsBelow("consent/");
    assert.equal(left.length, 1);
    for (const { Key = "" } of left)
      assert.ok(!new TextDecoder().decode(await bucket.get(Key)).includes("lovelace"));
  });
});
