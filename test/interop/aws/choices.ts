/** Learners' choices in a bucket with conditional writes as AWS has them, played by moto. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { s3Bucket } from "../../../src/aws/bucket.ts";
import { choiceStore } from "../../../src/consent/store.ts";
import { moto, startMoto } from "./moto.ts";

const found = await moto();
const skip = "missing" in found ? found.missing : false;
const BUCKET = "choices";
const KEY = "a-key-for-choices";

describe("A bucket with conditional writes", { skip }, async () => {
  if ("missing" in found) return;
  const { client, newClient, stop } = await startMoto(found.python, BUCKET);
  const bucket = s3Bucket(client, BUCKET);
  const textOf = (text: string): Uint8Array => new TextEncoder().encode(text);
  after(stop);

  it("takes an object only in the place of the version that was found", async () => {
    assert.equal(await bucket.find("consent/a"), undefined);
    assert.equal(await bucket.replace("consent/a", textOf("1"), undefined), true);
    assert.equal(await bucket.replace("consent/a", textOf("2"), undefined), false);
    const first = await bucket.find("consent/a");
    assert.ok(first !== undefined);
    assert.equal(await bucket.replace("consent/a", textOf("2"), first.version), true);
    assert.equal(await bucket.replace("consent/a", textOf("3"), first.version), false);
    assert.equal(new TextDecoder().decode((await bucket.find("consent/a"))?.body), "2");
    await bucket.remove("consent/a");
    assert.equal(await bucket.replace("consent/a", textOf("4"), first.version), false);
  });

  it("loses no change of several that are made at once", async () => {
    const clients = Array.from({ length: 6 }, newClient);
    const times = clients.map((_, at) => new Date(at));
    await Promise.all(
      clients.map((each, at) =>
        choiceStore(s3Bucket(each, BUCKET), [KEY]).change(
          "ada",
          { to: at % 2 === 0 ? "in" : "out" },
          "learner",
          times[at],
        ),
      ),
    );
    const record = await choiceStore(bucket, [KEY]).read("ada");
    assert.deepEqual(
      record?.changes.map(({ at }) => at).toSorted(),
      times.map((time) => time.toISOString()),
    );
    assert.equal(record?.choice.all, record?.changes[0]?.to);
    for (const each of clients) each.destroy();
  });
});
