import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { after, describe, it } from "node:test";
import { startLambda } from "../../local/lambda.ts";
import { mappingTests } from "../support/aws/mapping-tests.ts";
import { embedded } from "../support/aws/player.ts";
import { temporaryFolder } from "./support.ts";

mappingTests(embedded);

describe("A function on this machine", async () => {
  const folder = await temporaryFolder();
  const start = async (source: string, timeout: number) => {
    const bundle = join(folder, `${timeout}.cjs`);
    await writeFile(bundle, source);
    const lambda = startLambda({
      bundle,
      environment: { NAME: "value" },
      timeout,
      log: new PassThrough().resume(),
    });
    after(() => lambda.stop());
    return lambda;
  };

  it("has an environment of its own", async () => {
    const lambda = await start("exports.handler = async () => process.env;", 5000);
    assert.deepEqual(await lambda.invoke({}), { NAME: "value" });
  });

  it("is ended at its deadline, and the next call gets a new one", async () => {
    const lambda = await start(
      "exports.handler = (event) => (event.hang ? new Promise(() => {}) : 'fine');",
      4000,
    );
    await assert.rejects(lambda.invoke({ hang: true }), /longer than 4000 ms/);
    assert.equal(await lambda.invoke({}), "fine");
  });

  it("tells an error, and that it ended", async () => {
    const lambda = await start(
      "exports.handler = async (event) => { if (event.exit) process.exit(1); throw new Error('No.'); };",
      5001,
    );
    await assert.rejects(lambda.invoke({}), /No\./);
    await assert.rejects(lambda.invoke({ exit: true }), /ended without an answer/);
  });
});
