import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { readSite } from "../../build/site.ts";
import { settled } from "../../local/service.ts";
import { openState } from "../../local/state.ts";
import { prefixOf } from "../../src/archive/layout.ts";
import { readLines, writeLines } from "../../src/archive/lines.ts";
import { type FailedRecord, failedLine, type Receipt } from "../../src/archive/records.ts";
import { eventsFile, runService } from "../service/support.ts";
import { running, saves } from "./failures-support.ts";
import { jlt } from "./support.ts";

const SETTLE = 60_000;
const MAPPING = "jupyter-server/contents";

describe("jlt failures retry", async () => {
  const { state, service, failures, groups } = await running();
  service.sandbox.behave("campus-lrs", { refuseAbout: ".csv" });
  await service.feed(await eventsFile([...saves("refused", 3, ".csv"), ...saves("fine", 2)]));
  assert.ok(await settled(service, SETTLE));

  it("sends nothing without being told to, where nobody can be asked", async () => {
    const { status, stderr } = await failures("retry", "--endpoint", "campus-lrs");
    assert.equal(status, 2);
    assert.match(stderr, /Say --yes to send, or --dry-run/);
    const rehearsal = await failures("retry", "--endpoint", "campus-lrs", "--dry-run");
    assert.equal(rehearsal.status, 0, rehearsal.stderr);
    assert.match(rehearsal.stdout, /3 statements would be sent for 3 that are set aside\. Nothing was sent/);
    assert.equal((await groups("--endpoint", "campus-lrs"))[0].count, 3);
  });

  it("sends them again, and they are set aside once more while the store refuses them still", async () => {
    const { status, stdout } = await failures("retry", "--endpoint", "campus-lrs", "--yes");
    assert.equal(status, 0);
    assert.match(stdout, /3 statements sent to the queue of campus-lrs, for 3 that were set aside/);
    assert.ok(await settled(service, SETTLE));
    assert.equal((await groups("--endpoint", "campus-lrs"))[0].count, 3);
  });

  it("sends them again when the store takes them; then none is left, all are there, and the ledger balances", async () => {
    service.sandbox.behave("campus-lrs", {});
    const before = await groups("--endpoint", "campus-lrs");
    const { stdout } = await failures("retry", "--endpoint", "campus-lrs", "--as-it-was", "--yes", "--json");
    assert.equal(JSON.parse(stdout).endpoints[0].statements, 3);
    assert.ok(await settled(service, SETTLE));
    assert.equal((await failures("--endpoint", "campus-lrs")).status, 0);
    const kept = new Set(service.sandbox.statements("campus-lrs").map(({ id }) => id));
    for (const id of before[0].ids) assert.ok(kept.has(id));
    assert.equal(kept.size, 5);
    assert.match((await failures("show", before[0].ids[0])).stdout, /Sent again on 20/);
    const drawn = await jlt(project, [
      "ledger",
      "--endpoint",
      "campus-lrs",
      "--state",
      state.folder,
      "--json",
    ]);
    assert.equal(drawn.status, 0, drawn.stdout);
    assert.deepEqual(JSON.parse(drawn.stdout).endpoints[0].delivered, 5);
    // There is nothing to repeat.
    assert.match(
      (await failures("retry", "--endpoint", "campus-lrs", "--yes")).stdout,
      /Nothing of the kind/,
    );
  });
});

describe("jlt failures retry of a service that does not run", async () => {
  const { state, service, failures, groups } = await running();
  service.sandbox.behave("campus-lrs", { refuseAbout: ".csv" });
  await service.feed(await eventsFile(saves("refused", 2, ".csv")));
  assert.ok(await settled(service, SETTLE));
  await service.stop();
  await state.close();

  it("leaves what it sends for the next run, which begins with it", async () => {
    assert.equal((await groups())[0].count, 2);
    assert.equal((await failures("retry", "--yes")).status, 0);
    assert.deepEqual(await groups(), []);
    const ledger = await jlt(project, ["ledger", "--state", state.folder, "--json"]);
    assert.equal(ledger.status, 0, ledger.stdout);
    assert.equal(JSON.parse(ledger.stdout).endpoints[1].waiting, 2);

    // With `true`, a run that was not left undone would begin empty.
    const next = await openState(state.folder, true);
    assert.ok(next.interrupted);
    const again = await runService({ state: next });
    assert.ok(await settled(again, SETTLE));
    assert.equal(again.sandbox.statements("campus-lrs").length, 2);
    await again.stop();
    await next.close();
    assert.equal((await failures()).status, 0);
  });
});

describe("jlt failures of a store that has other statements under the same ids", async () => {
  const { state, service, failures, groups } = await running();
  const balanced = async (): Promise<void> => {
    const { status, stdout } = await jlt(project, ["ledger", "--state", state.folder, "--json"]);
    assert.equal(status, 0, stdout);
  };
  service.sandbox.behave("campus-lrs", { status: 409 });
  await service.feed(await eventsFile(saves("stat101", 2)));
  assert.ok(await settled(service, SETTLE));
  service.sandbox.behave("campus-lrs", {});

  it("replaces them, voiding whatever is there, and asks for nothing more", async () => {
    const [{ reason, ids }] = await groups();
    assert.deepEqual([reason, ids.length], ["endpoint.conflict", 2]);
    const { status, stdout } = await failures("retry", "--yes");
    assert.equal(status, 0);
    assert.match(stdout, /4 statements sent to the queue of campus-lrs, for 2 that were set aside/);
    assert.match(stdout, /2 that the endpoint has are voided and replaced/);
    assert.ok(await settled(service, SETTLE));
    assert.deepEqual(await groups(), []);
    assert.match((await failures("show", ids[0])).stdout, /In its place, [0-9a-f-]{36} was sent/);
    await balanced();
  });

  it("names apart what was delivered before it was refused, and replaces it as well", async () => {
    await service.feed(await eventsFile(saves("data8", 1)));
    assert.ok(await settled(service, SETTLE));
    const { hash } = (await readSite(project)).sources.find(({ name }) => name === MAPPING) ?? { hash: "" };
    const receipts: Receipt[] = [];
    for await (const line of readLines(service.bucket, prefixOf("receipts", "campus-lrs")))
      receipts.push(line as Receipt);
    const { id, event, translation } =
      receipts.toSorted((one, other) => (one.at < other.at ? 1 : -1))[0] ?? {};
    assert.ok(id !== undefined && event !== undefined && translation !== undefined);
    const record: FailedRecord = {
      id,
      event,
      endpoint: "campus-lrs",
      at: new Date().toISOString(),
      mapping: MAPPING,
      mappingHash: hash,
      translation,
      class: "split",
      reason: "endpoint.conflict",
      detail: "The endpoint answered 409.",
      status: 409,
    };
    await writeLines(service.bucket, prefixOf("failed", "campus-lrs"), [failedLine(record)]);
    const { status, stdout } = await failures();
    assert.equal(status, 1);
    assert.match(stdout, /Refused although delivered before under the same id/);
    assert.match((await failures("retry", "--yes")).stdout, /2 statements sent .* for 1 that was set aside/);
    assert.ok(await settled(service, SETTLE));
    assert.equal((await failures()).status, 0);
    await balanced();
  });
});
