import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Writable } from "node:stream";
import { after, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { awsVariables } from "../../local/aws.ts";
import { mapQueue } from "../../local/event-source-mapping.ts";
import { inFrontOf, startServer } from "../../local/http-api.ts";
import { startLambda } from "../../local/lambda.ts";
import { ADDRESSES, BUCKET, DELIVER, EVENTS, STAGE } from "../../local/names.ts";
import { settled } from "../../local/service.ts";
import { openState } from "../../local/state.ts";
import { prefixOf } from "../../src/archive/layout.ts";
import { readLines } from "../../src/archive/lines.ts";
import { queueDepth } from "../../src/aws/queue.ts";
import { isObject } from "../../src/event/json.ts";
import { readAccounts } from "../../src/ledger/accounts.ts";
import { faultsOf } from "../../src/ledger/balance.ts";
import { PROBE_LIMIT } from "../../src/probe/receive.ts";
import { builtFunctions, runService, saveOf, temporaryFolder } from "./support.ts";

const ENDPOINTS = ["campus-caliper", "campus-lrs"];
/** A queue that nothing reads, until a test does. */
const STUCK = "jupyter-lms-local-stuck";
const QUEUE = `${DELIVER}probe`;

// What is deployed beside a service that knows nothing of it: the probe, its HTTP API, and the delivery to it.
const state = await openState(join(await temporaryFolder(), "state"), true);
const service = await runService({ state });
const { aws, bucket, sandbox } = service;
const dist = await builtFunctions();
const { parameters } = JSON.parse(await readFile(join(state.folder, ADDRESSES), "utf8"));

let logged = "";
const log = new Writable({
  write: (chunk, _, done) => {
    logged += String(chunk);
    done();
  },
});
log.setMaxListeners(0);

/** What is to be ended before the service, the last first: else it would ask what is gone. */
const stops: (() => Promise<void>)[] = [];

const start = (name: string, variables: Readonly<Record<string, string>>) => {
  const shared = { ...awsVariables(aws.address, parameters), ARCHIVE_BUCKET: BUCKET, STAGE };
  const fn = startLambda({
    bundle: join(dist, name, "index.cjs"),
    environment: { ...shared, ...variables },
    timeout: 30_000,
    log,
  });
  stops.push(fn.stop);
  return fn;
};

const read = (queue: string, { invoke }: ReturnType<typeof start>) => {
  const queueUrl = aws.queueUrl(queue);
  const mapping = mapQueue({ sqs: aws.sqs, queueUrl, invoke, batchSize: 10, window: 50, concurrency: 1 });
  stops.push(mapping.stop);
};

for (const name of [QUEUE, STUCK]) aws.makeQueue(name, { visibility: 5, tries: 1000 });
const probe = start("probe", { EVENTS_QUEUE: aws.queueUrl(EVENTS) });
const server = await startServer();
server.answer(inFrontOf(probe, PROBE_LIMIT));
stops.push(server.stop);
const url = `${server.url}/probe`;
read(QUEUE, start("deliver", { ENDPOINT: "probe", DELIVERY_QUEUE: aws.queueUrl(QUEUE), PROBE_URL: url }));

/** What the schedule calls the function with. */
const SCHEDULE = { source: "aws.events", "detail-type": "Scheduled Event", detail: {} };

/** The values of a metric in the functions' logs, as CloudWatch finds them. */
const metric = (name: string, text: string): readonly number[] =>
  text.split("\n").flatMap((line) => {
    if (!line.startsWith('{"_aws"')) return [];
    const value = JSON.parse(line)[name];
    return typeof value === "number" ? [value] : [];
  });

const until = async (isSo: () => boolean, what: string): Promise<void> => {
  const end = Date.now() + 60_000;
  while (!isSo()) {
    assert.ok(Date.now() < end, `${what}\n${logged}`);
    await sleep(50);
  }
};

const records = async (part: "raw" | "quarantine"): Promise<readonly Record<string, unknown>[]> => {
  const lines: Record<string, unknown>[] = [];
  for await (const line of readLines(bucket, prefixOf(part))) if (isObject(line)) lines.push(line);
  return lines;
};

describe("The probe, in the service with the deployed functions", () => {
  after(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  it("has its event go the whole way, and its time measured", async () => {
    const before = Date.now();
    assert.equal(await probe.invoke(SCHEDULE), undefined);
    await until(() => metric("ProbeTime", logged).length > 0, "No test event came through.");
    const [time = -1, ...others] = metric("ProbeTime", logged);
    assert.deepEqual(others, []);
    assert.ok(time >= 0 && time <= Date.now() - before, String(time));
    assert.match(logged, /Sent a test event\./);
    assert.match(
      logged.replace(/\s+/g, " "),
      /Test events were delivered\..*counted: 1, untimely: 0, forged: 0, status: 204/,
    );
  });

  it("tells no other endpoint of it, and counts it apart from what learners do", async () => {
    await service.post(saveOf("stat101/hw1.ipynb"));
    assert.ok(await settled(service, 60_000));
    assert.equal(sandbox.statements("campus-lrs").length, 1);
    assert.equal(sandbox.caliper("campus-caliper").length, 1);
    const [one, ...others] = (await records("raw")).filter(({ source }) => source === "translator/probe");
    assert.deepEqual(one?.learner, { roles: [], proven: true, sender: {} });
    assert.deepEqual(others, []);
    const sum = (name: string, text: string): number =>
      metric(name, text).reduce((all, each) => all + each, 0);
    const translated = await readFile(service.log, "utf8");
    assert.deepEqual([sum("Probes", translated), sum("Accepted", translated)], [1, 1]);
  });

  it("leaves the ledger balanced, for whoever knows its endpoint and for whoever does not", async () => {
    const { events, deliveries } = await service.depths();
    const own = await queueDepth(aws.sqs, aws.queueUrl(QUEUE));
    const deadLetters = { events: 0, deliveries: {} };
    for (const endpoints of [ENDPOINTS, [...ENDPOINTS, "probe"]]) {
      const accounts = await readAccounts(bucket, endpoints);
      const asked = [{ events, deliveries: { ...deliveries, probe: own }, deadLetters }];
      assert.deepEqual(faultsOf(accounts, asked), []);
      assert.deepEqual([accounts.accepted, accounts.unaccounted], [2, 0]);
      for (const { endpoint, delivered, filtered, waiting } of accounts.endpoints)
        assert.deepEqual([endpoint, delivered, total(filtered), waiting], [endpoint, 1, 1, 0]);
    }
  });

  it("believes nobody who posts to its address, and says so in the log", async () => {
    const post = (body: string, path = "/probe") =>
      fetch(`${server.url}${path}`, { method: "POST", body }).then(({ status }) => status);
    const forged = JSON.stringify([{ sent: Date.now(), tag: "0".repeat(64) }]);
    assert.deepEqual(
      [await post(forged), await post("{"), await post("x".repeat(2 * PROBE_LIMIT)), await post(forged, "/")],
      [403, 400, 413, 404],
    );
    assert.equal((await fetch(url)).status, 405);
    assert.match(
      logged.replace(/\s+/g, " "),
      /was refused\..*counted: 0, untimely: 0, forged: 1, status: 403/,
    );
    assert.equal(metric("ProbeTime", logged).length, 1);
  });

  it("says that it fails where the queue does not take its event, so that somebody is told", async () => {
    const nowhere = start("probe", { EVENTS_QUEUE: aws.queueUrl("there-is-none") });
    await assert.rejects(nowhere.invoke(SCHEDULE));
    assert.match(logged, /The probe failed\./);
  });

  it("measures nothing while nobody translates, and all of the time once somebody does", async () => {
    const count = metric("ProbeTime", logged).length;
    const stuck = start("probe", { EVENTS_QUEUE: aws.queueUrl(STUCK) });
    await stuck.invoke(SCHEDULE);
    const sent = Date.now();
    await sleep(2000);
    assert.equal(await queueDepth(aws.sqs, aws.queueUrl(STUCK)), 1);
    assert.equal(metric("ProbeTime", logged).length, count);
    const waited = Date.now() - sent;
    const jwks = `${parameters}/jwks.json`;
    read(STUCK, start("translate", { DELIVERY_QUEUES: aws.queueUrl(DELIVER), LOCAL_JWKS_URL: jwks }));
    await until(() => metric("ProbeTime", logged).length > count, "The test event that waited is lost.");
    assert.ok((metric("ProbeTime", logged).at(-1) ?? 0) >= waited);
    assert.deepEqual(await records("quarantine"), []);
  });
});

const total = (filtered: Readonly<Record<string, number>>): number =>
  Object.values(filtered).reduce((sum, each) => sum + each, 0);
