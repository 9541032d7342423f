import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { EditableBucket } from "../../../src/archive/layout.ts";
import { s3Bucket } from "../../../src/aws/bucket.ts";
import { choiceStore } from "../../../src/consent/store.ts";
import { eraseLearner } from "../../../src/erasure/erase.ts";
import { wordsIn } from "../../erasure/lines.ts";
import { type Act, archiveBatch, erasing, idsBegin, tagOf, textOf } from "../../erasure/support.ts";
import { intoTables, rowsOf } from "../tables.ts";
import { inTens, PAGE, sorted } from "./bucket-tests.ts";
import { laws, opened, type Player } from "./player.ts";

/** An object's version, or a mark that the object was removed. */
interface Version {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
}

interface VersionedBucket {
  readonly name: string;
  readonly client: S3Client;
  readonly bucket: EditableBucket;
  versionsBelow(prefix: string): Promise<readonly Version[]>;
  /** What was taken away, and can be had back. */
  discardedNow(): Promise<readonly string[]>;
}

/** The archive's bucket, as AWS keeps it: what is removed is gone for good, with all that it was. */
export const versionTests = (player: Player): void =>
  laws("A bucket with versions", player, (law) => {
    const aws = opened(player);
    let made = 0;
    const newBucket = async (): Promise<VersionedBucket> => {
      const name = `versions-${made++}`;
      const client = aws().s3;
      await aws().makeBucket(name);
      await client.send(
        new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: "Enabled" } }),
      );
      const bucket = s3Bucket(client, name);
      return {
        name,
        client,
        bucket,
        versionsBelow: async (Prefix) => {
          const page = await client.send(new ListObjectVersionsCommand({ Bucket: name, Prefix }));
          return [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
        },
        discardedNow: () => sorted(bucket.discarded("raw/")),
      };
    };

    law("forgets every version of an object that is removed, and those of no other", async () => {
      const { name, client, bucket, versionsBelow } = await newBucket();
      for (let at = 0; at < 3; at++) await bucket.put("raw/a", Buffer.from(String(at)));
      await client.send(new DeleteObjectCommand({ Bucket: name, Key: "raw/a" }));
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

    law("has nothing of a learner who was erased, in no version of any object", async () => {
      const { name, client, bucket, versionsBelow } = await newBucket();
      const acts = (username: string): readonly Act[] =>
        [0, 1, 2].map((number) => ({ username, number, arrived: `2026-11-2${number}T09:15:00.000Z` }));
      const both = [...acts("ada"), ...acts("grace")];
      // A message that comes again overwrites what it wrote.
      for (let times = 0; times < 2; times++) await archiveBatch(bucket, both);
      assert.deepEqual((await eraseLearner(erasing(bucket, "ada").parts)).remains, []);
      let graces = 0;
      for (const { Key = "", VersionId } of await versionsBelow("")) {
        if (!Key.endsWith(".gz")) continue;
        const { Body } = await client.send(new GetObjectCommand({ Bucket: name, Key, VersionId }));
        const text = textOf((await Body?.transformToByteArray()) ?? new Uint8Array());
        assert.ok(!text.includes(idsBegin("ada")) && !text.includes(tagOf("ada")), Key);
        graces += text.split("\n").filter((line) => line.includes(tagOf("grace"))).length;
      }
      assert.equal(graces, 3 * 4);
    });

    law(
      "tells what was discarded, and has nothing of a learner in it either once they are erased",
      async () => {
        const { name, client, bucket, versionsBelow, discardedNow } = await newBucket();
        await bucket.put("raw/a", Buffer.from("1"));
        await bucket.discard(["raw/a"]);
        assert.deepEqual(await discardedNow(), ["raw/a"]);
        await bucket.put("raw/a", Buffer.from("2"));
        assert.deepEqual(await discardedNow(), []);
        await bucket.remove("raw/a");
        for (const username of ["lin", "mae"])
          await archiveBatch(bucket, [{ username, number: 1, arrived: "2026-11-18T09:15:00.000Z" }]);
        await intoTables(bucket, { isFinished: (day) => day === "2026-11-18" });
        assert.equal((await discardedNow()).length, 2);
        assert.deepEqual((await eraseLearner(erasing(bucket, "lin").parts)).remains, []);
        const [others = "", ...more] = await discardedNow();
        assert.deepEqual([others.includes(tagOf("mae").slice(0, 3)), more], [true, []]);
        for (const { Key = "", VersionId } of await versionsBelow("raw/dt=2026-11-18/")) {
          const found = await client
            .send(new GetObjectCommand({ Bucket: name, Key, VersionId }))
            .catch(() => {});
          const body = (await found?.Body?.transformToByteArray()) ?? new Uint8Array();
          assert.ok(
            !(await wordsIn([Key, Key.endsWith(".gz") && body.length === 0 ? gzipSync("") : body])).includes(
              tagOf("lin"),
            ),
          );
        }
        const keys = await sorted(bucket.list("raw/dt=2026-11-18/"));
        assert.deepEqual(
          (await Promise.all(keys.map(async (key) => rowsOf(await bucket.get(key)))))
            .flat()
            .map(({ tag }) => tag),
          [tagOf("mae")],
        );
      },
    );

    law(
      "has the name of a learner whose choice was forgotten in no version of it, and the choice still",
      async () => {
        const { bucket, versionsBelow } = await newBucket();
        const store = choiceStore(bucket, ["a-key"]);
        for (const to of ["in", "out", "in", "out"] as const)
          await store.change("lovelace", { to }, "learner");
        assert.ok((await versionsBelow("consent/")).length >= 4);
        await store.forget("lovelace");
        assert.equal((await store.read("lovelace"))?.choice.all, "out");
        const left = await versionsBelow("consent/");
        assert.equal(left.length, 1);
        for (const { Key = "" } of left)
          assert.ok(!new TextDecoder().decode(await bucket.get(Key)).includes("lovelace"));
      },
    );

    law("tells all that was discarded, where it is more than a page", async () => {
      const { bucket, discardedNow } = await newBucket();
      const keys = Array.from({ length: PAGE + 5 }, (_, at) => `raw/${String(at).padStart(5, "0")}`);
      await inTens(keys, (key) => bucket.put(key, Buffer.from("x")));
      await bucket.discard(keys);
      assert.deepEqual(await discardedNow(), keys);
    });
  });
