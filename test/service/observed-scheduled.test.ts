import assert from "node:assert/strict";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { project } from "../../build/bundle.ts";
import { readSite } from "../../build/site.ts";
import { awsVariables, type LocalAws, startAws } from "../../local/aws.ts";
import { startLambda } from "../../local/lambda.ts";
import { type LocalParameters, startParameters } from "../../local/parameters.ts";
import { dayOf, daysAfter } from "../../src/archive/days.ts";
import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { rawLine } from "../../src/archive/records.ts";
import { s3Bucket } from "../../src/aws/bucket.ts";
import type { JsonObject } from "../../src/event/json.ts";
import { probeTag } from "../../src/probe/tag.ts";
import { canariesOf, foundIn } from "../support/canaries.ts";
import { logged, loggingAsLambda } from "../support/lambda-logs.ts";
import { builtFunctions, saveOf, temporaryFolder } from "./support.ts";

const ARCHIVE = "archive";
const EVENTS = "events";
const DELIVER = "deliver-";
const KEY = "/jupyter-lms/test/pseudonyms";

const canaries = canariesOf(2611);
const pseudonyms = `${canaries.text()}-of-more-than-thirty-two-bytes-as-keys-must-have`;

let aws: LocalAws;
let parameters: LocalParameters;
let dist: string;

before(async () => {
  [aws, parameters] = await Promise.all([
    startAws(await temporaryFolder()),
    startParameters(new Map([[KEY, pseudonyms]])),
  ]);
  aws.makeBucket(ARCHIVE);
  const { endpoints } = await readSite(project);
  for (const queue of [EVENTS, ...endpoints.map(({ endpoint }) => DELIVER + endpoint.name)])
    aws.makeQueue(queue, { visibility: 30, tries: 3 });
  await fill();
  const names = ["compact", "audit", "probe"];
  dist = await loggingAsLambda(await builtFunctions(), await temporaryFolder(), names);
});
after(() => Promise.all([aws.stop(), parameters.stop()]));

/** An event of somebody's of yesterday that nobody was told of, and one that is damaged. */
const fill = async (): Promise<void> => {
  const bucket = s3Bucket(aws.s3, ARCHIVE);
  const day = daysAfter(dayOf(Date.now()), -1);
  const username = canaries.text();
  const learner = { username, tag: "0123456789abcdef", roles: [], proven: true, sender: {} };
  const id = "c7418089-4c28-54a4-83bb-fad969b26c64";
  const event = saveOf(canaries.text());
  const line = rawLine(id, `${day}T12:00:00.000Z`, "jupyter-server/contents", learner, event);
  await writeLines(bucket, prefixOf("raw"), [line]);
  const damaged = `${prefixOf("quarantine")}dt=${day}/${"a".repeat(32)}.nobody.ndjson.gz`;
  await bucket.put(damaged, Buffer.from(canaries.text()));
};

/** What a schedule calls a function with, and what an HTTP API hands over of a request to the probe. */
const SCHEDULE = { source: "aws.events", "detail-type": "Scheduled Event", detail: {} };
const posted = (records: unknown): JsonObject => ({
  requestContext: { http: { method: "POST", path: "/probe" } },
  rawPath: "/probe",
  headers: {},
  body: JSON.stringify(records),
  isBase64Encoded: false,
});

/** Runs a built function once; gives its own log, and the error that it threw, which only Lambda logs. */
const run = async (
  name: string,
  variables: Readonly<Record<string, string>> = {},
  event: JsonObject = SCHEDULE,
): Promise<{ readonly own: string; readonly thrown: string | undefined }> => {
  const log = new PassThrough();
  const written = text(log);
  const fn = startLambda({
    bundle: join(dist, name, "index.cjs"),
    environment: {
      ...awsVariables(aws.address, parameters.address),
      AWS_MAX_ATTEMPTS: "1",
      STAGE: "test",
      ARCHIVE_BUCKET: ARCHIVE,
      EVENTS_QUEUE: aws.queueUrl(EVENTS),
      EVENTS_DEAD_LETTERS: aws.queueUrl(`${EVENTS}-dead-letters`),
      DELIVERY_QUEUES: aws.queueUrl(DELIVER),
      SHORTENED: "{}",
      ...variables,
    },
    timeout: 80_000,
    log,
  });
  const thrown = await fn.invoke(event).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? `${error.message} ${error.stack}` : String(error)),
  );
  await sleep(200);
  await fn.stop();
  log.end();
  return { own: `${await written}\n`, thrown };
};

type Ran = Awaited<ReturnType<typeof run>>;

const levelsOf = ({ own }: Ran): readonly string[] => logged(own).said.map(({ level }) => level);

/** That neither what was logged nor what was thrown holds anything of anybody's, or a secret. */
const keepsAll = (all: readonly Ran[]): void => {
  assert.ok(canaries.made.length > 3);
  const texts = all.flatMap(({ own, thrown }) => [own, thrown ?? ""]);
  assert.deepEqual(foundIn(texts, canaries.made), []);
};

describe("What the functions log and measure that a schedule calls", () => {
  it("is JSON or metrics, and nothing of anybody's, also where the archive does not answer", async () => {
    for (const name of ["compact", "audit"]) {
      const well = await run(name);
      assert.equal(well.thrown, undefined);
      const { said, measured } = logged(well.own);
      assert.ok(said.length > 0 && measured.length > 0, name);
      const ill = await run(name, { ARCHIVE_BUCKET: "nowhere" });
      // Lambda logs what is thrown, and counts it as an error.
      assert.ok(ill.thrown !== undefined, name);
      keepsAll([well, ill]);
    }
  });

  it("tells by an error of its own, with its sentence, what the audit finds", async () => {
    const ran = await run("audit");
    assert.deepEqual(levelsOf(ran), ["ERROR", "ERROR", "INFO"]);
    assert.match(ran.own, /archived event\(s\) are not in the ledger/);
    assert.match(ran.own, /was passed over/);
  });
});

describe("What the probe logs and measures", () => {
  it("is what it did, and nothing that was posted, whoever calls it", async () => {
    const sent = Date.now();
    const forged = { sent, tag: canaries.text(), said: canaries.text() };
    const scheduled = await run("probe");
    const received = await run("probe", {}, posted([{ sent, tag: probeTag(pseudonyms, sent) }, forged]));
    const refused = await run("probe", {}, posted([forged]));
    const all = [scheduled, received, refused];
    assert.deepEqual(all.map(levelsOf), [["INFO"], ["INFO"], ["WARN"]]);
    const measured = all.map(({ own }) => logged(own).measured.map((line) => "ProbeTime" in line));
    assert.deepEqual(measured, [[], [true], []]);
    keepsAll(all);
  });

  it("is that it failed, where its secret cannot be read or is none, and nothing of that secret", async () => {
    const sent = Date.now();
    const genuine = posted([{ sent, tag: probeTag(pseudonyms, sent) }]);
    const short = canaries.text();
    const stores = [new Map(), new Map([[KEY, short]])];
    for (const store of await Promise.all(stores.map((each) => startParameters(each))))
      try {
        const variables = { AWS_ENDPOINT_URL_SSM: store.address };
        const [scheduled, received] = [await run("probe", variables), await run("probe", variables, genuine)];
        assert.deepEqual([levelsOf(scheduled), levelsOf(received)], [["ERROR"], ["ERROR", "WARN"]]);
        // A test event that was not sent is a run that failed; whoever delivers has its answer, and comes again.
        assert.deepEqual([scheduled.thrown !== undefined, received.thrown], [true, undefined]);
        assert.deepEqual(logged(received.own).measured, []);
        keepsAll([scheduled, received]);
      } finally {
        await store.stop();
      }
  });
});
