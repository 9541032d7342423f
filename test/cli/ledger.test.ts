import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { project } from "../../build/bundle.ts";
import { startAws } from "../../local/aws.ts";
import { BUCKET } from "../../local/names.ts";
import { settled } from "../../local/service.ts";
import { openState } from "../../local/state.ts";
import type { Trouble } from "../../src/archive/damaged.ts";
import { eventsFile, runService, saveOf, temporaryFolder, toldTo } from "../service/support.ts";
import { jlt } from "./support.ts";

const SETTLE = 60_000;
const events = await eventsFile(Array.from({ length: 6 }, (_, at) => saveOf(`stat101/hw${at}.ipynb`)));

/** The folder of a run that has settled and ended, copied for each test. */
const settledRun = (async () => {
  const folder = join(await temporaryFolder(), "state");
  const state = await openState(folder, true);
  const service = await runService({ state });
  await service.feed(events);
  assert.ok(await settled(service, SETTLE));
  await service.stop();
  await state.close();
  return folder;
})();

const copyOfRun = async (): Promise<string> => {
  const folder = join(await temporaryFolder(), "copy");
  await cp(await settledRun, folder, { recursive: true });
  return folder;
};

const ledger = (folder: string, ...args: readonly string[]) =>
  jlt(project, ["ledger", "--state", folder, ...args]);

/** Removes an object of the archive below a prefix. */
const removeObject = async (folder: string, prefix: string): Promise<void> => {
  const aws = await startAws(folder);
  try {
    const { Contents = [] } = await aws.s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix }));
    const [Key] = Contents.flatMap(({ Key = "" }) => Key);
    assert.ok(Key !== undefined, prefix);
    await aws.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
  } finally {
    await aws.stop();
  }
};

describe("jlt ledger of a run that has ended", () => {
  it("counts what came in and where it ended, and balances", async () => {
    const { status, stdout, stderr } = await ledger(await copyOfRun());
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(stdout, /6 accepted events, 0 in quarantine/);
    assert.match(
      stdout,
      /received +delivered +filtered +set aside +waiting\n +campus-caliper +6 +6 +0 +0 +0\n/,
    );
    assert.match(stdout, /Balanced/);
  });

  it("passes over what it cannot read, says what, and does not say that all is well", async () => {
    const folder = await copyOfRun();
    const today = new Date().toISOString().slice(0, 10);
    const damaged = `raw/dt=${today}/hour=05/${"a".repeat(32)}.nobody.ndjson.gz`;
    const foreign = `raw/dt=${today}/notes.txt`;
    const aws = await startAws(folder);
    for (const Key of [damaged, foreign])
      await aws.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: "secret" }));
    await aws.stop();
    const told = await ledger(folder);
    assert.equal(told.status, 1);
    assert.match(told.stdout, /Balanced/);
    assert.match(told.stdout, /2 objects of the archive could not be read/);
    assert.doesNotMatch(told.stdout, /secret/);
    const { status, stdout } = await ledger(folder, "--json");
    const { passedOver } = JSON.parse(stdout) as { readonly passedOver: readonly Trouble[] };
    assert.equal(status, 1);
    assert.deepEqual(passedOver.map(({ key, why }) => [key, why]).sort(), [
      [damaged, "damaged"],
      [foreign, "foreign"],
    ]);
  });

  it("counts one day, and one endpoint, as data", async () => {
    const folder = await copyOfRun();
    // The run may have begun before midnight; and midnight may come while this goes on.
    const now = Date.now();
    let received = 0;
    for (const before of [0, 86_400_000]) {
      const day = new Date(now - before).toISOString().slice(0, 10);
      const { status, stdout } = await ledger(folder, "--day", day, "--endpoint", "campus-lrs", "--json");
      const drawn = JSON.parse(stdout);
      assert.deepEqual([status, drawn.balanced, drawn.day, drawn.faults], [0, true, day, []]);
      assert.deepEqual([drawn.endpoints.length, drawn.endpoints[0].endpoint], [1, "campus-lrs"]);
      received += drawn.endpoints[0].received;
    }
    assert.equal(received, 6);
  });

  it("leaves the folder as it was: finished, or interrupted and to be taken up", async () => {
    const folder = await copyOfRun();
    const mark = join(folder, "running");
    assert.equal((await ledger(folder)).status, 0);
    assert.ok(!existsSync(mark));
    await writeFile(mark, "1073741824");
    assert.equal((await ledger(folder)).status, 0);
    assert.equal(await readFile(mark, "utf8"), "1073741824");
  });

  for (const part of ["receipts/endpoint=campus-lrs", "ledger"]) {
    it(`does not balance where an object of ${part} is gone, and says so`, async () => {
      const folder = await copyOfRun();
      await removeObject(folder, `${part}/`);
      const { status, stdout } = await ledger(folder);
      assert.equal(status, 1, stdout);
      assert.match(stdout, /Not balanced/);
      assert.match(
        stdout,
        part === "ledger" ? /not in the ledger/ : /campus-lrs: \d+ should wait, but no queue holds/,
      );
      const { faults } = JSON.parse((await ledger(folder, "--json")).stdout);
      assert.ok(
        faults.length > 0 && faults.every(({ message }: { readonly message: string }) => message !== ""),
      );
    });
  }
});

describe("jlt ledger of a service that runs", async () => {
  const state = await openState(join(await temporaryFolder(), "state"), true);
  const service = await runService({ state });

  it("counts what waits, and finds it in the queue", async () => {
    service.sandbox.behave("campus-lrs", { status: 503 });
    await service.feed(events);
    await toldTo(service, "campus-caliper");
    const { status, stdout, stderr } = await ledger(state.folder, "--json");
    assert.equal(status, 0, stdout + stderr);
    const { endpoints, queues } = JSON.parse(stdout);
    const [caliper, lrs] = endpoints;
    assert.deepEqual([caliper.delivered, lrs.waiting, lrs.delivered], [6, 6, 0]);
    assert.ok(queues.deliveries["campus-lrs"] > 0);
    assert.match((await ledger(state.folder)).stdout, /campus-lrs: 6 wait; its queue holds \d+ message/);
  });
});

describe("jlt ledger that cannot run", () => {
  it("says what to do where nothing ran yet, and makes no folder", async () => {
    const none = join(await temporaryFolder(), "none");
    const empty = await temporaryFolder();
    for (const folder of [none, empty]) {
      const { status, stderr } = await ledger(folder);
      assert.equal(status, 2);
      assert.match(stderr, /Nothing ran in .* yet\. Start it: npm start/);
    }
    assert.ok(!existsSync(none));
    assert.deepEqual(await readdir(empty), []);
  });

  it("leaves a folder alone that another process uses", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "secrets.json"), "{}");
    await writeFile(join(folder, "running"), String(process.pid));
    const { status, stderr } = await ledger(folder);
    assert.equal(status, 2);
    assert.match(stderr, /Another run \(process \d+\) uses/);
    assert.equal(await readFile(join(folder, "running"), "utf8"), String(process.pid));
  });

  it("takes no other folder for one of a service", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "thesis"));
    assert.equal((await ledger(folder)).status, 2);
    assert.deepEqual(await readdir(folder), ["thesis"]);
  });

  it("answers 2 to days, endpoints and services that cannot be", async () => {
    const wrong = [
      ["--day", "yesterday"],
      ["--day", "2999-01-01"],
      ["--day", "2001-01-01"],
      ["--endpoint", "campus-lsr"],
      ["--stage", "prod"],
      ["more"],
    ];
    for (const args of wrong) {
      const { status, stderr } = await ledger("nowhere", ...args);
      assert.equal(status, 2, args.join(" "));
      assert.match(stderr, /See: jlt ledger --help\n$/);
    }
  });
});
