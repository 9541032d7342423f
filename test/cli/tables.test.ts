import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { BUCKET } from "../../local/names.ts";
import { countLost } from "../../local/report.ts";
import { settled } from "../../local/service.ts";
import { isDayFile } from "../../src/archive/layout.ts";
import { readDated } from "../../src/archive/read.ts";
import { s3Bucket } from "../../src/aws/bucket.ts";
import { eventsFile, shippedEvents } from "../service/support.ts";
import { intoTables } from "../support/tables.ts";
import { running, saves } from "./failures-support.ts";
import { jlt } from "./support.ts";

const SETTLE = 60_000;

describe("The commands, where events lie in tables,", async () => {
  const { state, service } = await running();
  const bucket = s3Bucket(service.aws.s3, BUCKET);
  service.sandbox.behave("campus-lrs", { refuseAbout: ".csv" });
  const fed = [await service.feed(await eventsFile(saves("refused", 3, ".csv")))];
  fed.push(await service.feed(shippedEvents));
  assert.ok(await settled(service, SETTLE));
  const run = async (...args: readonly string[]) => jlt(project, [...args, "--state", state.folder]);

  const [statement] = JSON.parse(JSON.stringify(service.sandbox.statements("campus-lrs")));
  /** What each command says, but for where it is from. */
  const allSaid = async () => {
    const ledger = await run("ledger", "--json");
    const exported = await run("export", "ada");
    const whose = await run("pseudonym", "whose", statement.actor.account.name, "--json");
    const retry = await run("failures", "retry", "--endpoint", "campus-lrs", "--dry-run");
    return {
      ledger: [ledger.status, JSON.parse(ledger.stdout)],
      exported: [
        exported.status,
        exported.stdout
          .split("\n")
          .flatMap((line) => (line === "" ? [] : JSON.stringify({ ...JSON.parse(line), key: "" })))
          .sort(),
      ],
      whose: [whose.status, JSON.parse(whose.stdout)],
      retry: [retry.status, retry.stdout],
      lost: await Promise.all(fed.map(({ events }) => countLost(bucket, events, service.key))),
    };
  };

  it("say the same as before", async () => {
    const before = await allSaid();
    assert.deepEqual([before.exported[0], before.whose[0], before.retry[0]], [0, 0, 0]);
    assert.match(String(before.retry[1]), /4 statements would be sent/);
    const tables = await intoTables(bucket);
    assert.ok(tables.length > 3, String(tables.length));
    assert.deepEqual(await allSaid(), before);
  });

  it("erase a learner out of them, and all is as it was for the others", async () => {
    const count = async (isTheirs: boolean): Promise<number> => {
      let found = 0;
      for await (const { line } of readDated(bucket, "raw/"))
        if (JSON.stringify(line).includes('"username":"ada"') === isTheirs) found++;
      return found;
    };
    const [hers, others] = [await count(true), await count(false)];
    assert.ok(hers > 0 && others > 0);
    const { status, stderr } = await run("erase", "ada", "--yes");
    assert.equal(status, 0, stderr);
    assert.deepEqual([await count(true), await count(false)], [0, others]);
    const keys: string[] = [];
    for await (const key of bucket.list("raw/")) keys.push(key);
    assert.ok(keys.every(isDayFile));
    assert.equal((await run("export", "ada")).stdout.includes('"part":"raw"'), false);
  });
});
