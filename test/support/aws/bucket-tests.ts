import assert from "node:assert/strict";
import { GetObjectCommand, HeadObjectCommand, NoSuchKey } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { type EditableBucket, GoneObject, TAIL } from "../../../src/archive/layout.ts";
import { s3Bucket } from "../../../src/aws/bucket.ts";
import { choiceStore } from "../../../src/consent/store.ts";
import { laws, opened, type Player } from "./player.ts";

const KEY = "a-key-for-choices";
/** The most keys that S3 lists, or removes, in one request. */
export const PAGE = 1000;

const bytes = fc.uint8Array({ maxLength: 2000 });
const textOf = (body: Uint8Array | undefined): string => new TextDecoder().decode(body);
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
/** So many bytes, of which no two near ones are the same part. */
const manyBytes = (count: number): Uint8Array =>
  Uint8Array.from({ length: count }, (_, at) => (at * 7919) >> 5);

/** All that comes, sorted. */
export const sorted = async (keys: AsyncIterable<string>): Promise<readonly string[]> => {
  const all: string[] = [];
  for await (const key of keys) all.push(key);
  return all.sort();
};

/** Several at once, as the product does it. */
export const inTens = async (keys: readonly string[], act: (key: string) => Promise<void>): Promise<void> => {
  const left = [...keys];
  const worker = async (): Promise<void> => {
    for (let key = left.pop(); key !== undefined; key = left.pop()) await act(key);
  };
  await Promise.all(Array.from({ length: 10 }, worker));
};

/** What the product needs of S3. */
export const bucketTests = (player: Player): void =>
  laws("A bucket", player, (law) => {
    const aws = opened(player);
    let made = 0;
    const newBucket = async (): Promise<{ readonly name: string; readonly bucket: EditableBucket }> => {
      const name = `bucket-${made++}`;
      await aws().makeBucket(name);
      return { name, bucket: s3Bucket(aws().s3, name) };
    };

    law("gives back what was put, byte for byte, and the last of it", async () => {
      const { bucket } = await newBucket();
      await fc.assert(
        fc.asyncProperty(bytes, bytes, async (first, last) => {
          await bucket.put("raw/a", first);
          await bucket.put("raw/a", last);
          assert.deepEqual(await bucket.get("raw/a"), last);
          assert.deepEqual((await bucket.find("raw/a"))?.body, last);
        }),
        { numRuns: 10 },
      );
    });

    law("tells of what is not there that it is not there", async () => {
      const { bucket } = await newBucket();
      await bucket.put("raw/a.b", bytesOf("another"));
      await assert.rejects(bucket.get("raw/a"), NoSuchKey);
      assert.equal(await bucket.find("raw/a"), undefined);
      assert.equal(await bucket.open("raw/a"), undefined);
      await bucket.remove("raw/a");
      await bucket.removeEarlier("raw/a");
      await bucket.discard([]);
      assert.deepEqual(await sorted(bucket.list("")), ["raw/a.b"]);
    });

    law("lists what is below a prefix, whatever the names, and nothing else", async () => {
      const { bucket } = await newBucket();
      const keys = [
        "consent/ada",
        "raw/dt=2026-11-22/hour=01/0123456789abcdef.~x+y.ndjson.gz",
        "raw/dt=2026-11-22/source=jupyter-server.contents/a b%20c&d=é語.parquet",
        "raw/dt=2026-11-23/x",
        "rawer",
      ];
      for (const key of keys) await bucket.put(key, bytesOf(key));
      assert.deepEqual(await sorted(bucket.list("")), keys.toSorted());
      assert.deepEqual(await sorted(bucket.list("raw/")), keys.slice(1, 4));
      assert.deepEqual(await sorted(bucket.list("raw/dt=2026-11-22/")), keys.slice(1, 3));
      assert.deepEqual(await sorted(bucket.list("nothing/")), []);
      for (const key of keys) assert.equal(textOf(await bucket.get(key)), key);
    });

    law("lists and discards more than a page of objects", async () => {
      const { bucket } = await newBucket();
      const keys = Array.from({ length: PAGE + 5 }, (_, at) => `raw/${String(at).padStart(5, "0")}`);
      await bucket.put("raw", bytesOf("beside"));
      await inTens(keys, (key) => bucket.put(key, bytesOf("x")));
      assert.deepEqual(await sorted(bucket.list("raw/")), keys);
      await bucket.discard([...keys, "raw/none"]);
      assert.deepEqual(await sorted(bucket.list("")), ["raw"]);
    });

    law("gives any part of an object, whatever its size", async () => {
      const { bucket } = await newBucket();
      for (const size of [0, 1, TAIL - 1, TAIL, TAIL + 1, 3 * TAIL]) {
        const body = manyBytes(size);
        await bucket.put("raw/a", body);
        const object = await bucket.open("raw/a");
        assert.equal(object?.size, size);
        await fc.assert(
          fc.asyncProperty(fc.nat(size), fc.nat(size), async (one, other) => {
            const [from, to] = [Math.min(one, other), Math.max(one, other)];
            fc.pre(from < to);
            assert.deepEqual(
              Buffer.from((await object?.read(from, to)) ?? []),
              Buffer.from(body.subarray(from, to)),
            );
          }),
          { numRuns: size === 0 ? 0 : 10 },
        );
      }
    });

    law("gives no part of another object than was opened", async () => {
      const { bucket } = await newBucket();
      const opening = async () => {
        await bucket.put("raw/a", manyBytes(2 * TAIL));
        const object = await bucket.open("raw/a");
        assert.ok(object !== undefined);
        return object;
      };
      const overwritten = await opening();
      await bucket.put("raw/a", manyBytes(2 * TAIL).reverse());
      await assert.rejects(overwritten.read(0, 10), GoneObject);
      const removed = await opening();
      await bucket.remove("raw/a");
      await assert.rejects(removed.read(0, 10), GoneObject);
    });

    law("tells of an object what it is, and what is in it", async () => {
      const { name, bucket } = await newBucket();
      const about = { lines: 3, from: "2026-11-22T01:00:00.000Z", to: "2026-11-22T01:59:59.999Z" };
      await bucket.put("raw/a.ndjson.gz", bytesOf("1"), about);
      await bucket.put("raw/b.parquet", bytesOf("2"), { lines: 1 });
      const told = async (Key: string) => {
        const { ContentType, Metadata, ContentLength } = await aws().s3.send(
          new HeadObjectCommand({ Bucket: name, Key }),
        );
        return { ContentType, Metadata, ContentLength };
      };
      assert.deepEqual(await told("raw/a.ndjson.gz"), {
        ContentType: "application/x-ndjson+gzip",
        Metadata: { ...about, lines: "3" },
        ContentLength: 1,
      });
      assert.deepEqual(await told("raw/b.parquet"), {
        ContentType: "application/vnd.apache.parquet",
        Metadata: { lines: "1" },
        ContentLength: 1,
      });
      const whole = await aws().s3.send(new GetObjectCommand({ Bucket: name, Key: "raw/b.parquet" }));
      assert.deepEqual([whole.Metadata, await whole.Body?.transformToString()], [{ lines: "1" }, "2"]);
    });

    law("keeps an object that is called by its content as it is", async () => {
      const { bucket } = await newBucket();
      await bucket.put("raw/a", bytesOf("1"), { lines: 1 });
      await bucket.put("raw/a", bytesOf("2"), { lines: 1 });
      assert.equal(textOf(await bucket.get("raw/a")), "1");
    });

    law("tells an object from what it was before", async () => {
      const { bucket } = await newBucket();
      const versionAfter = async (text: string): Promise<string | undefined> => {
        await bucket.put("consent/a", bytesOf(text));
        return (await bucket.find("consent/a"))?.version;
      };
      const [one, other] = [await versionAfter("1"), await versionAfter("2")];
      assert.ok(one !== undefined && other !== undefined && one !== other);
      assert.equal((await bucket.open("consent/a"))?.version, other);
    });

    law("puts an object where there is none, or in the place of the version that was found", async () => {
      const { bucket } = await newBucket();
      assert.equal(await bucket.replace("consent/a", bytesOf("1"), undefined), true);
      const first = await bucket.find("consent/a");
      assert.ok(first !== undefined);
      assert.equal(await bucket.replace("consent/a", bytesOf("2"), first.version), true);
      assert.equal(textOf((await bucket.find("consent/a"))?.body), "2");
    });

    law("takes an object only in the place of the version that was found", async () => {
      const { bucket } = await newBucket();
      assert.equal(await bucket.replace("consent/a", bytesOf("1"), undefined), true);
      assert.equal(await bucket.replace("consent/a", bytesOf("2"), undefined), false);
      const first = await bucket.find("consent/a");
      assert.ok(first !== undefined);
      assert.equal(await bucket.replace("consent/a", bytesOf("2"), first.version), true);
      assert.equal(await bucket.replace("consent/a", bytesOf("3"), first.version), false);
      assert.equal(textOf((await bucket.find("consent/a"))?.body), "2");
      await bucket.remove("consent/a");
      assert.equal(await bucket.replace("consent/a", bytesOf("4"), first.version), false);
    });

    law("loses no learner's choice of several that are made at once", async () => {
      const { bucket } = await newBucket();
      const times = Array.from({ length: 6 }, (_, at) => new Date(at));
      await Promise.all(
        times.map((time, at) =>
          choiceStore(bucket, [KEY]).change("ada", { to: at % 2 === 0 ? "in" : "out" }, "learner", time),
        ),
      );
      const record = await choiceStore(bucket, [KEY]).read("ada");
      assert.deepEqual(
        record?.changes.map(({ at }) => at).toSorted(),
        times.map((time) => time.toISOString()),
      );
      assert.equal(record?.choice.all, record?.changes[0]?.to);
    });
  });
