import assert from "node:assert/strict";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { PurgeQueueCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { project } from "../../build/bundle.ts";
import { withProbe } from "../../build/probe.ts";
import { readSite } from "../../build/site.ts";
import { endpointsOf } from "../../cli/ledger.ts";
import { awsVariables, type LocalAws, startAws } from "../../local/aws.ts";
import { startLambda } from "../../local/lambda.ts";
import { dayOf, daysAfter } from "../../src/archive/days.ts";
import { type EditableBucket, prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { receiptLine } from "../../src/archive/records.ts";
import { s3Bucket } from "../../src/aws/bucket.ts";
import { auditedEndpoints } from "../../src/ledger/audit.ts";
import { ledgerLine } from "../../src/ledger/ledger.ts";
import { builtFunctions, temporaryFolder } from "./support.ts";

const ARCHIVE = "archive";
const STORE = "campus-lrs";
const EVENTS = "lms-test-events";
const DELIVER = "lms-test-deliver-";
const SHORT = "campus-cal-0a1b2c";

/** More than enough for one look, and too little for the minute before a second one. */
const ONE_LOOK = 100_000;

let aws: LocalAws;
let bucket: EditableBucket;
const day = daysAfter(dayOf(Date.now()), -1);
const noon = `${day}T12:00:00.000Z`;

before(async () => {
  aws = await startAws(await temporaryFolder());
  aws.makeBucket(ARCHIVE);
  bucket = s3Bucket(aws.s3, ARCHIVE);
  const { endpoints } = await readSite(project);
  const names = [...endpoints.map(({ endpoint }) => endpoint.name), "probe"];
  for (const queue of [EVENTS, ...names.map((name) => DELIVER + name), DELIVER + SHORT])
    aws.makeQueue(queue, { visibility: 30, tries: 3 });
  await writeLines(bucket, prefixOf("raw"), [
    { partition: `dt=${day}/hour=12`, text: JSON.stringify({ id: "event" }) },
  ]);
  const to = { [STORE]: ["statement"], "campus-caliper": "where" } as const;
  await writeLines(bucket, prefixOf("ledger"), [ledgerLine(noon, { event: "event", to })]);
  await deliver();
});
after(() => aws.stop());

const deliver = (): Promise<void> =>
  writeLines(bucket, prefixOf("receipts", STORE), [
    receiptLine({
      id: "statement",
      event: "event",
      translation: "a:b",
      mappingHash: "0123456789ab",
      at: noon,
      status: 200,
    }),
  ]);

const keysBelow = async (prefix: string): Promise<readonly string[]> => {
  const keys: string[] = [];
  for await (const key of bucket.list(prefix)) keys.push(key);
  return keys;
};

/** Runs the built function once, and gives what came of it and what it has logged. */
const audited = async ({ timeout = ONE_LOOK, variables = {} } = {}) => {
  const log = new PassThrough();
  let text = "";
  log.on("data", (part) => {
    text += part;
  });
  const fn = startLambda({
    bundle: join(await builtFunctions(), "audit", "index.cjs"),
    environment: {
      ...awsVariables(aws.address, ""),
      STAGE: "test",
      ARCHIVE_BUCKET: ARCHIVE,
      EVENTS_QUEUE: aws.queueUrl(EVENTS),
      EVENTS_DEAD_LETTERS: aws.queueUrl(`${EVENTS}-dead-letters`),
      DELIVERY_QUEUES: aws.queueUrl(DELIVER),
      SHORTENED: "{}",
      ...variables,
    },
    timeout,
    log,
  });
  try {
    const result = (await fn.invoke({})) as Readonly<Record<string, unknown>>;
    // What a thread has written comes a little after what it has answered.
    for (let tries = 0; !/Audited the ledger/.test(text) && tries < 200; tries++) await sleep(25);
    // Errors have a stream of their own.
    await sleep(100);
    return { result, log: text, metrics: metricsIn(text) };
  } finally {
    await fn.stop();
  }
};

const metricsIn = (log: string): unknown => {
  const lines = log.split("\n").filter((line) => line.startsWith('{"_aws"'));
  return lines.map((line) => {
    const { _aws, FunctionName, ...values } = JSON.parse(line);
    return values;
  });
};

const send = (queue: string) =>
  aws.sqs.send(new SendMessageCommand({ QueueUrl: aws.queueUrl(queue), MessageBody: "of ada" }));
const empty = (queue: string) => aws.sqs.send(new PurgeQueueCommand({ QueueUrl: aws.queueUrl(queue) }));

describe("The audit of each morning, as it is built,", () => {
  it("finds no fault where the ledger balances, and says so by a number", async () => {
    const { result, log, metrics } = await audited();
    assert.deepEqual([result.faults, result.troubles, result.looks], [0, 0, 1]);
    assert.deepEqual(metrics, [{ Faults: 0, Troubles: 0 }]);
    assert.match(log, /Audited the ledger/);
  });

  it("counts what is lost, and tells it in a sentence that says what to do", async () => {
    const receipts = await keysBelow("receipts/");
    await bucket.discard(receipts);
    const lost = await audited();
    assert.deepEqual([lost.result.faults, lost.metrics], [1, [{ Faults: 1, Troubles: 0 }]]);
    assert.match(lost.log, /campus-lrs: 1 should wait, but no queue holds anything/);
    assert.match(lost.log, new RegExp(`day: '${day}'`));
    await deliver();

    const entries = await Promise.all(
      (await keysBelow("ledger/")).map(async (key) => ({ key, body: await bucket.get(key) })),
    );
    await bucket.discard(entries.map(({ key }) => key));
    const untold = await audited();
    assert.deepEqual(untold.metrics, [{ Faults: 1, Troubles: 0 }]);
    assert.match(untold.log, /1 archived event\(s\) are not in the ledger/);
    for (const { key, body } of entries) await bucket.put(key, body);
    assert.deepEqual((await audited()).metrics, [{ Faults: 0, Troubles: 0 }]);
  });

  it("counts the queues with dead letters, also one with a shortened name, and shows nothing of what is in them", async () => {
    const shortened = `${DELIVER}${SHORT}-dead-letters`;
    const queues = [`${EVENTS}-dead-letters`, `${DELIVER}${STORE}-dead-letters`, shortened];
    await Promise.all(queues.map(send));
    const variables = { SHORTENED: JSON.stringify({ "campus-caliper": SHORT }) };
    const { log, metrics } = await audited({ variables });
    assert.deepEqual(metrics, [{ Faults: 3, Troubles: 0 }]);
    for (const whose of ["the events", "campus-lrs", "campus-caliper"])
      assert.match(log, new RegExp(`1 message\\(s\\) in the dead-letter queue of ${whose}:`));
    assert.doesNotMatch(log, /\bada\b/);
    await Promise.all(queues.map(empty));
  });

  it("leaves the test target to its own alarm, as the ledger that it names knows nothing of it", async () => {
    const queue = `${DELIVER}probe-dead-letters`;
    await send(queue);
    const { log, metrics } = await audited();
    assert.deepEqual(metrics, [{ Faults: 0, Troubles: 0 }]);
    assert.doesNotMatch(log, /probe/);
    await empty(queue);
    const site = await readSite(project);
    const deployed = withProbe(site).endpoints.map(({ endpoint }) => endpoint);
    assert.deepEqual(auditedEndpoints(deployed), endpointsOf(site, undefined));
  });

  it("misses nothing that may wait in a queue", async () => {
    const receipts = await keysBelow("receipts/");
    await bucket.discard(receipts);
    await send(DELIVER + STORE);
    assert.deepEqual((await audited()).metrics, [{ Faults: 0, Troubles: 0 }]);
    await empty(DELIVER + STORE);
    await deliver();
  });

  it("counts an object that it cannot read, and says which, and not what is in it", async () => {
    const damaged = `failed/endpoint=${STORE}/dt=${day}/${"a".repeat(32)}.nobody.ndjson.gz`;
    await bucket.put(damaged, Buffer.from("of ada"));
    const { result, log, metrics } = await audited();
    assert.deepEqual([result.faults, metrics], [0, [{ Faults: 0, Troubles: 1 }]]);
    assert.match(log, /is damaged: it cannot be unpacked/);
    assert.doesNotMatch(log, /\bada\b/);
    await bucket.discard([damaged]);
  });

  it("says plainly which days it had no time for, and counts nothing, so that the count is missed", async () => {
    await send(`${DELIVER}${STORE}-dead-letters`);
    const { result, log, metrics } = await audited({ timeout: 20_000 });
    assert.deepEqual([result.days, metrics], [[], []]);
    for (const each of [day, daysAfter(day, -15)])
      assert.match(log, new RegExp(`The ledger of ${each} was not audited: its time was over`));
    assert.match(log, /1 message\(s\) in the dead-letter queue of campus-lrs/);
    await empty(`${DELIVER}${STORE}-dead-letters`);
  });

  it("fails in its own words where AWS does not answer, so that it is tried again", async () => {
    for (const variables of [{ ARCHIVE_BUCKET: "nowhere" }, { EVENTS_DEAD_LETTERS: aws.queueUrl("nowhere") }])
      await assert.rejects(audited({ variables }), {
        message: /^The ledger could not be audited: the archive or a queue did not answer \(\w+\)\.$/,
      });
  });
});
