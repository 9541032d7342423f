import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { type RenewableLambda, startLambda } from "../../local/lambda.ts";
import { temporaryFolder } from "./support.ts";

interface Renewed {
  readonly fn: RenewableLambda;
  readonly log: PassThrough;
  /** Puts a bundle there that says which it is, after a while where it is asked to wait. */
  write(name: string): Promise<void>;
}

const renewable = async (): Promise<Renewed> => {
  const bundle = join(await temporaryFolder(), "index.cjs");
  const log = new PassThrough();
  return {
    log,
    fn: startLambda({ bundle, environment: {}, timeout: 30_000, log }),
    write: (name) =>
      writeFile(
        bundle,
        `exports.handler = async ({ wait = 0 }) => {
          await new Promise((over) => setTimeout(over, wait));
          console.log("${name} answers");
          return "${name}";
        };`,
      ),
  };
};

describe("A function that is renewed", () => {
  it("ends what is under way with its former bundle, and answers the next with the new one", async () => {
    const { fn, log, write } = await renewable();
    await write("first");
    assert.equal(await fn.invoke({}), "first");
    const underWay = fn.invoke({ wait: 300 });
    await write("second");
    assert.equal(await fn.invoke({}), "first", "until it is renewed, it is what it was");
    fn.renew();
    assert.equal(await fn.invoke({}), "second");
    assert.equal(await underWay, "first");
    await fn.stop();
    log.end();
    assert.deepEqual((await text(log)).trim().split("\n").sort(), [
      "first answers",
      "first answers",
      "first answers",
      "second answers",
    ]);
  });

  it("is renewed where it never ran, and again and again", async () => {
    const { fn, write } = await renewable();
    await write("first");
    fn.renew();
    assert.equal(await fn.invoke({}), "first");
    await write("second");
    fn.renew();
    fn.renew();
    assert.equal(await fn.invoke({}), "second");
    await fn.stop();
  });

  it("ends with all of its instances", async () => {
    const { fn, write } = await renewable();
    await write("first");
    const cutOff = assert.rejects(fn.invoke({ wait: 60_000 }), /ended without an answer/);
    fn.renew();
    assert.equal(await fn.invoke({}), "first");
    await fn.stop();
    await cutOff;
  });
});
