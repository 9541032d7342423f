import assert from "node:assert/strict";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { awsVariables, startAws } from "../../local/aws.ts";
import { startLambda } from "../../local/lambda.ts";
import { dayOf, daysAfter } from "../../src/archive/days.ts";
import { isDayFile } from "../../src/archive/layout.ts";
import { readDated } from "../../src/archive/read.ts";
import { s3Bucket } from "../../src/aws/bucket.ts";
import { archive, SOURCES } from "../compaction/support.ts";
import { builtFunctions, temporaryFolder } from "./support.ts";

describe("The nightly function, as it is built,", () => {
  it("puts finished days into tables, logs counts and nobody's name, and does nothing where its time is short", async () => {
    const aws = await startAws(await temporaryFolder());
    const log = new PassThrough();
    const logged = text(log);
    aws.makeBucket("archive");
    const bucket = s3Bucket(aws.s3, "archive");
    const functionOf = (timeout: number) => async () =>
      startLambda({
        bundle: join(await builtFunctions(), "compact", "index.cjs"),
        environment: { ...awsVariables(aws.address, ""), ARCHIVE_BUCKET: "archive" },
        timeout,
        log,
      });
    const [fn, short] = await Promise.all([functionOf(900_000)(), functionOf(30_000)()]);
    try {
      const day = daysAfter(dayOf(Date.now()), -5);
      for (let number = 0; number < 20; number++)
        await archive(bucket, [
          { number, who: "ada", source: SOURCES[0], hour: number % 3, day },
          { number: 100 + number, who: undefined, source: SOURCES[2], hour: number % 3, day },
        ]);
      const damaged = `raw/dt=${day}/hour=05/${"a".repeat(32)}.nobody.ndjson.gz`;
      await bucket.put(damaged, Buffer.from("secret"));
      const linesIn = async (): Promise<readonly string[]> => {
        const lines: string[] = [];
        for await (const { line } of readDated(bucket, "raw/", { onTrouble: () => {} }))
          lines.push(JSON.stringify(line));
        return lines.sort();
      };
      const before = await linesIn();
      const none = { days: 0, rows: 0, tables: 0, objects: 0, busy: 0, late: 0, failed: 0 };
      assert.deepEqual(await short.invoke({}), { ...none, troubles: 0 });
      assert.deepEqual(await fn.invoke({}), {
        ...none,
        days: 1,
        rows: 40,
        tables: 2,
        objects: 20,
        troubles: 1,
      });
      assert.deepEqual(await linesIn(), before);
      const keys: string[] = [];
      for await (const key of bucket.list("")) keys.push(key);
      assert.deepEqual(
        keys.filter((key) => !isDayFile(key)),
        [damaged],
      );
      assert.equal(keys.length, 3);
    } finally {
      await Promise.all([fn.stop(), short.stop()]);
      await aws.stop();
      log.end();
    }
    assert.match(await logged, /Compacted the archive.*rows: 40/s);
    assert.match(await logged, /An object of the archive was passed over/);
    assert.doesNotMatch(await logged, /\bada\b|secret/);
  });
});
