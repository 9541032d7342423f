import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { settled } from "../../local/service.ts";
import { openState } from "../../local/state.ts";
import { readAccounts } from "../../src/ledger/accounts.ts";
import { jlt } from "../cli/support.ts";
import { eventsFile, runService, saveOf, temporaryFolder } from "./support.ts";

const ENDPOINTS = ["campus-caliper", "campus-lrs"];
const LEARNER = "local-learner";

describe("a learner who says no", () => {
  it("is not collected by the service: neither archived nor told of, but counted, and the ledger balances", async () => {
    const folder = join(await temporaryFolder(), "state");
    const state = await openState(folder, true);
    const service = await runService({ state });
    const consent = (...args: readonly string[]) => jlt(project, ["consent", ...args, "--state", folder]);
    assert.equal((await consent("out", LEARNER)).status, 0);

    const fed = await service.feed(await eventsFile([saveOf("stat101/a.ipynb"), saveOf("stat101/b.ipynb")]));
    assert.ok(await settled(service, 60_000));
    const { accepted, withheld, quarantined, endpoints } = await readAccounts(service.bucket, ENDPOINTS);
    assert.deepEqual([fed.events.size, accepted, withheld, quarantined], [2, 0, 2, {}]);
    for (const { received, waiting, unexplained } of endpoints)
      assert.deepEqual([received, waiting, unexplained], [0, 0, 0]);
    for (const name of ENDPOINTS) assert.deepEqual(service.sandbox.statements(name), []);
    for await (const key of service.bucket.list("raw/")) assert.fail(key);
    assert.ok(!(await readFile(service.log, "utf8")).includes(LEARNER));

    const { status, stdout } = await jlt(project, ["ledger", "--state", folder]);
    assert.equal(status, 0);
    assert.match(stdout, /2 withheld/);
    await service.stop();
    await state.close();
  });
});
