import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { loadSite } from "../../build/load.ts";
import { readSite } from "../../build/site.ts";
import { balances, countLost, type Report } from "../../local/report.ts";
import { settled } from "../../local/service.ts";
import { readLines } from "../../src/archive/lines.ts";
import { eventReader } from "../../src/event/catalog.ts";
import { readEnvelope } from "../../src/event/dialect/dialect.ts";
import { readBody } from "../../src/event/message.ts";
import { withoutPaths } from "../../src/event/secrets.ts";
import { readAccounts } from "../../src/ledger/accounts.ts";
import { type RunningService, runService, saveOf, shippedEvents } from "./support.ts";

const ENDPOINTS = ["campus-caliper", "campus-lrs"];
const SETTLE = 60_000;

const reportOf = async (service: RunningService, fed: Report["fed"]): Promise<Report> => ({
  fed,
  lost: await countLost(service.bucket, fed.events, service.key),
  accounts: await readAccounts(service.bucket, ENDPOINTS),
  depths: await service.depths(),
  quarantine: [],
  archive: service.archive,
  samples: {},
});

const linesOf = async (
  service: RunningService,
  prefix: string,
): Promise<readonly Record<string, unknown>[]> => {
  const lines: Record<string, unknown>[] = [];
  for await (const line of readLines(service.bucket, prefix)) lines.push(line as Record<string, unknown>);
  return lines;
};

/** What stands in shipped events, in places that their schemas mark as never-store or that envelopes bring along. */
const SECRETS = [
  "not-a-real-token",
  "/home/jovyan",
  "workspace-7",
  "heights = [171",
  "rainfall",
  "median_height",
  "wavelengths",
  "division by zero",
  "0242ac120007",
  "192.0.2.41",
];

/** The events of the shipped file, as far as they are JSON; a line can hold several. */
const shippedValues = async (): Promise<readonly unknown[]> =>
  (await readFile(shippedEvents, "utf8"))
    .trim()
    .split("\n")
    .flatMap((line) => readBody(line))
    .flatMap(({ read }) => ("value" in read ? [read.value] : []));

describe("The whole service, fed with the shipped events", async () => {
  const service = await runService();
  const fed = await service.feed(shippedEvents);
  const done = await settled(service, SETTLE);
  const report = await reportOf(service, fed);

  it("settles, and its counts balance", () => {
    assert.ok(done);
    assert.ok(balances(report), JSON.stringify(report.accounts));
    assert.equal(report.accounts.accepted + 8, fed.events.size);
  });

  it("quarantines the bad ones, each with its reason", async () => {
    assert.deepEqual(report.accounts.quarantined, {
      "json.malformed": 1,
      "schema.unknown": 3,
      "schema.invalid": 2,
      "time.invalid": 1,
      "body.empty": 1,
    });
  });

  it("delivers to both stores what their receipts say", () => {
    const [caliper, lrs] = report.accounts.endpoints;
    assert.ok(caliper !== undefined && lrs !== undefined);
    assert.ok(caliper.delivered > 100 && lrs.delivered > 50);
    assert.equal(
      new Set(service.sandbox.caliper("campus-caliper").map(({ id }) => id)).size,
      caliper.delivered,
    );
    assert.equal(service.sandbox.statements("campus-lrs").length, lrs.delivered);
  });

  it("keeps every accepted event as it came, less what is never stored", async () => {
    const raw = await linesOf(service, "raw/");
    const read = eventReader((await loadSite(await readSite(project))).schemas);
    const texts = new Set(
      (await shippedValues()).map((value) =>
        JSON.stringify(withoutPaths(value, read(value, Date.now()).neverStore)),
      ),
    );
    // On a busy machine a message may come twice, and its events be there twice.
    assert.equal(new Set(raw.map(({ id }) => id)).size, report.accounts.accepted);
    for (const { event } of raw) assert.ok(texts.has(JSON.stringify(event)), JSON.stringify(event));
  });

  it("holds an event of every mapping but that of the probe, which nobody else may send", async () => {
    const raw = await linesOf(service, "raw/");
    const { sources } = await readSite(project);
    assert.deepEqual(
      [...new Set(raw.map(({ source }) => source))].sort(),
      sources
        .map(({ name }) => name)
        .filter((name) => name !== "translator/probe")
        .sort(),
    );
  });

  it("keeps no secret of a server, nothing that a learner wrote, and no machine's address", async () => {
    const fedText = await readFile(shippedEvents, "utf8");
    const kept = JSON.stringify([await linesOf(service, "raw/"), await linesOf(service, "quarantine/")]);
    for (const secret of SECRETS) {
      assert.ok(fedText.includes(secret), `${secret} is fed`);
      assert.ok(!kept.includes(secret), `${secret} is not kept`);
    }
  });

  it("tells neither store a learner's name", () => {
    const told = JSON.stringify([
      service.sandbox.caliper("campus-caliper"),
      service.sandbox.statements("campus-lrs"),
    ]);
    for (const name of ["ada", "grace", "katherine", "emmy"]) assert.ok(!told.includes(`"${name}"`), name);
    assert.ok(!/\/(ada|grace|katherine|emmy)\b/.test(told));
  });

  it("knows the same events when they are fed again, but for those that have no time of their own", async () => {
    const untimed = (await shippedValues())
      .map(readEnvelope)
      .filter((each) => "data" in each && each.untimed);
    await service.feed(shippedEvents);
    assert.ok(await settled(service, SETTLE));
    const again = await reportOf(service, fed);
    assert.deepEqual(again.accounts.quarantined, report.accounts.quarantined);
    assert.ok(untimed.length > 0);
    assert.equal(again.accounts.accepted, report.accounts.accepted + untimed.length);
    assert.equal(service.sandbox.statements("campus-lrs").length, again.accounts.endpoints[1]?.delivered);
  });
});

describe("Bad input", async () => {
  const service = await runService();
  const large = "x".repeat(1024 * 1024 - 600);
  await service.post('{"cut": ');
  await service.post(
    '{"__schema__": "https://example.edu/unknown", "__timestamp__": "2026-11-20T09:00:00Z"}',
  );
  await service.post(saveOf("a.ipynb").replace('"save"', '"explode"'));
  await service.post(saveOf("b.ipynb").replace("2026-11-20T09:00:00.000001+00:00Z", "noon"));
  await service.post(" ");
  await service.post(JSON.stringify({ large }));
  await service.post(saveOf("c.ipynb"), null);
  await service.post(saveOf("d.ipynb"), "not.a.token");
  // A batch in one message: one bad event among ten.
  const ten = Array.from({ length: 10 }, (_, at) => saveOf(`stat101/hw${at}.ipynb`));
  await service.post(ten.with(4, "{").join("\n"));
  const done = await settled(service, SETTLE);

  it("gets a reason, not a crash, and holds up nothing", async () => {
    assert.ok(done);
    const { quarantined, accepted } = await readAccounts(service.bucket, ENDPOINTS);
    assert.deepEqual(quarantined, {
      "json.malformed": 2,
      "schema.unknown": 1,
      "schema.invalid": 1,
      "time.invalid": 1,
      "body.empty": 1,
      "size.exceeded": 1,
      "identity.missing": 1,
      "identity.forged": 1,
    });
    assert.equal(accepted, 9);
    assert.equal(service.sandbox.statements("campus-lrs").length, 9);
    assert.equal((await service.depths()).deadLetters, 0);
  });
});
