import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { functionNames, project } from "../../build/bundle.ts";
import { settled } from "../../local/service.ts";
import { openState } from "../../local/state.ts";
import { prefixOf } from "../../src/archive/layout.ts";
import { readLines } from "../../src/archive/lines.ts";
import { isObject, type JsonObject } from "../../src/event/json.ts";
import { METRICS } from "../../src/metrics.ts";
import { jlt } from "../cli/support.ts";
import { canariesOf, foundIn } from "../support/canaries.ts";
import { type Logged, loggingAsLambda, partsOf, readLog, totalOf } from "../support/lambda-logs.ts";
import { builtFunctions, eventsFile, runService, saveOf, shippedEvents, temporaryFolder } from "./support.ts";

const ENDPOINTS = ["campus-caliper", "campus-lrs"];
/** Whose events are fed, and who is not to be collected. */
const UNWILLING = "grace";

const canaries = canariesOf(20_261_122);
const envelope = (schema: string, data: JsonObject): string =>
  JSON.stringify({
    __timestamp__: "2026-11-20T09:00:00.000001+00:00Z",
    __schema__: schema,
    __schema_version__: "1",
    __metadata_version__: 1,
    ...data,
  });

/** A canary as the embedded queue takes it, which knows no signs beyond U+FFFF; and one that may stand in a header. */
const odd = (): string => canaries.text().replaceAll(/\p{Emoji_Presentation}/gu, "");
const word = (): string => odd().replaceAll(/[^A-Za-z]/g, "");

/** Events whose every text is somebody's own: good ones, and one for each way to be none. */
const personal = [
  saveOf(`stat101/${odd()}.ipynb`),
  envelope("https://schema.jupyter.org/jupyterhub/events/server-action", {
    action: "start",
    username: odd(),
    servername: odd(),
  }),
  saveOf(odd()),
  envelope("https://events.example.edu/unknown", { said: odd(), [odd()]: 1 }),
  envelope("https://events.jupyter.org/jupyter_server/contents_service/v1", {
    action: odd(),
    path: odd(),
  }),
  `{"said": ${JSON.stringify(odd())}`,
];

const folder = join(await temporaryFolder(), "state");
const state = await openState(folder, true);
const dist = await loggingAsLambda(await builtFunctions(), await temporaryFolder(), functionNames);
// Nothing comes a second time by itself, so that what is counted can be compared.
const service = await runService({ state, dist, visibility: 120 });

/** Waits until the log holds what is waited for. */
const until = async (isThere: (log: Logged) => boolean): Promise<void> => {
  for (const end = Date.now() + 60_000; !isThere(await readLog(service.log)); await sleep(100))
    assert.ok(Date.now() < end, "The functions do not say what is waited for.");
};

const linesBelow = async (...part: Parameters<typeof prefixOf>): Promise<readonly JsonObject[]> => {
  const lines: JsonObject[] = [];
  for await (const line of readLines(service.bucket, prefixOf(...part))) if (isObject(line)) lines.push(line);
  return lines;
};

const countBy = (lines: readonly JsonObject[], key: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...Map.groupBy(lines, (line) => String(line[key]))].map(([value, all]) => [value, all.length]),
  );

describe("What the functions log and measure of a busy day with an endpoint in trouble", async () => {
  assert.equal((await jlt(project, ["consent", "out", UNWILLING, "--state", folder])).status, 0);
  service.sandbox.behave("campus-caliper", { status: 503 });
  service.sandbox.behave("campus-lrs", { refuseAbout: "activitystrea.ms" });
  const shipped = (await readFile(shippedEvents, "utf8")).trim().split("\n");
  const fed = await service.feed(await eventsFile([...shipped, ...personal]));
  await service.post(saveOf(odd()), `${word()}.${word()}.${word()}`);
  await service.post(saveOf(odd()), null);
  await until((log) => (partsOf(log, "Waiting", "Why").retry ?? 0) > 0);
  service.sandbox.behave("campus-caliper", { status: 401 });
  await until((log) => (partsOf(log, "Waiting", "Why").setup ?? 0) > 0);
  service.sandbox.behave("campus-caliper", {});
  const { ingest, page } = service;
  assert.ok(ingest !== undefined && page !== undefined);
  const token = await readFile(ingest.token, "utf8");
  const posted = [token, word()].map(async (bearer) => {
    const headers = { authorization: `Bearer ${bearer}`, "content-type": "application/json" };
    return (await fetch(ingest.url, { method: "POST", headers, body: saveOf(odd()) })).status;
  });
  assert.deepEqual(await Promise.all(posted), [202, 401]);
  await fetch(`${page.url}/api/choice?${encodeURIComponent(odd())}`);
  await until((log) => totalOf(log, "Taken") > 0 && totalOf(log, "Refused") > 0);
  const done = await settled(service, 90_000);
  await sleep(500);
  const log = await readLog(service.log);

  it("is over, and every line is JSON: a level with a message and what belongs to it, or metrics", () => {
    assert.ok(done);
    assert.deepEqual(fed.refused, []);
    assert.ok(log.said.length > 20 && log.measured.length > 20);
    for (const { message } of log.said) {
      assert.ok(isObject(message), String(message));
      assert.match(String(message.message), /^[A-Z].*[a-z.]$/);
    }
    for (const line of log.measured)
      for (const name of Object.keys(line))
        assert.ok(name in METRICS || ["FunctionName", "Reason", "Why"].includes(name), name);
  });

  it("agrees with the archive: what was accepted, withheld and quarantined, by reason", async () => {
    assert.equal(totalOf(log, "Accepted"), (await linesBelow("raw")).length);
    const withheld = (await linesBelow("ledger")).filter((line) => line.withheld === true);
    assert.ok(withheld.length > 0);
    assert.equal(totalOf(log, "Withheld"), withheld.length);
    const quarantined = countBy(await linesBelow("quarantine"), "reason");
    for (const reason of [
      "identity.forged",
      "identity.missing",
      "json.malformed",
      "schema.unknown",
      "schema.invalid",
    ])
      assert.ok((quarantined[reason] ?? 0) > 0, reason);
    assert.deepEqual(sorted(partsOf(log, "Quarantined", "Reason")), sorted(quarantined));
    assert.equal(totalOf(log, "Quarantined"), sumOf(quarantined));
  });

  it("agrees with the archive: what was delivered to each endpoint, and set aside, by reason", async () => {
    const failed: JsonObject[] = [];
    for (const name of ENDPOINTS) {
      const receipts = await linesBelow("receipts", name);
      assert.ok(receipts.length > 0);
      assert.equal(totalOf(log, "Delivered", `deliver-${name}`), receipts.length);
      failed.push(...(await linesBelow("failed", name)));
    }
    const reasons = countBy(failed, "reason");
    assert.ok((reasons["endpoint.refused"] ?? 0) > 0);
    assert.deepEqual(sorted(partsOf(log, "SetAside", "Reason")), sorted(reasons));
    assert.equal(totalOf(log, "SetAside"), failed.length);
  });

  it("says why statements wait, each time that any do", () => {
    const waiting = partsOf(log, "Waiting", "Why");
    assert.ok((waiting.retry ?? 0) > 0 && (waiting.setup ?? 0) > 0);
    assert.equal(sumOf(waiting), totalOf(log, "Waiting"));
    const setup = log.said.filter(
      ({ level, message }) => level === "ERROR" && isObject(message) && message.trouble,
    );
    assert.ok(setup.length > 0);
  });

  it("names each event that left the usual way by an id that the archive has, with its reason", async () => {
    const named = log.said.flatMap(({ message }) =>
      isObject(message) && Array.isArray(message.events) ? message.events : [],
    );
    assert.ok(named.length > 5);
    const failed = (await Promise.all(ENDPOINTS.map((name) => linesBelow("failed", name)))).flat();
    const known = [
      ...(await linesBelow("quarantine")).map(({ id, reason }) => `${id} ${reason}`),
      ...failed.map(({ event, reason }) => `${event} ${reason}`),
    ];
    for (const each of named) {
      assert.ok(isObject(each));
      assert.ok(known.includes(`${each.event} ${each.reason}`), JSON.stringify(each));
    }
  });

  it("holds nothing of any learner's, and no secret", () => {
    assert.ok(canaries.made.length > 10);
    assert.deepEqual(foundIn([log.text], canaries.made), []);
    const secrets = [state.secret("pseudonyms"), state.secret("store"), service.key, token];
    assert.deepEqual(foundIn([log.text], secrets), []);
    for (const name of [UNWILLING, "local-learner", "hw1.ipynb"]) assert.ok(!log.text.includes(name), name);
  });
});

const sorted = (counts: Readonly<Record<string, number>>): readonly (readonly [string, number])[] =>
  Object.entries(counts).sort(([one], [other]) => (one < other ? -1 : 1));

const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, each) => sum + each, 0);
