import assert from "node:assert/strict";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { awsVariables, type LocalAws, startAws } from "../../local/aws.ts";
import { startLambda } from "../../local/lambda.ts";
import { type LocalParameters, startParameters } from "../../local/parameters.ts";
import { type Sandbox, startSandbox } from "../../local/sandbox/server.ts";
import { canariesOf, foundIn } from "../support/canaries.ts";
import { body, statement } from "../support/delivering.ts";
import { logged, loggingAsLambda } from "../support/lambda-logs.ts";
import { builtFunctions, saveOf, temporaryFolder } from "./support.ts";

const canaries = canariesOf(417);
const secret = (): string => `${canaries.text()}-of-more-than-thirty-two-bytes-as-keys-must-have`;
const learnerContext = secret();
const pseudonyms = secret();
const store = `translator:${canaries.text()}`;

let aws: LocalAws;
let parameters: LocalParameters;
let sandbox: Sandbox;
let dist: string;

before(async () => {
  const values = { "learner-context": learnerContext, pseudonyms, "campus-lrs": store };
  const secrets = Object.entries(values).map(
    ([name, value]) => [`/jupyter-lms/test/${name}`, value] as const,
  );
  [aws, parameters, sandbox] = await Promise.all([
    startAws(await temporaryFolder()),
    startParameters(new Map(secrets)),
    startSandbox(),
  ]);
  for (const queue of ["deliver-campus-lrs", "deliver-campus-caliper", "deliver-probe"])
    aws.makeQueue(queue, { visibility: 30, tries: 3 });
  dist = await loggingAsLambda(await builtFunctions(), await temporaryFolder(), ["translate", "deliver"]);
});
after(() => Promise.all([aws.stop(), parameters.stop(), sandbox.stop()]));

/** A record of a queue, as Lambda hands it over. */
const recordOf = (text: string, attributes: Readonly<Record<string, string>> = {}) => ({
  messageId: "the-message",
  receiptHandle: "receipt",
  body: text,
  attributes: { SentTimestamp: String(Date.now()), ApproximateReceiveCount: "1" },
  messageAttributes: Object.fromEntries(
    Object.entries(attributes).map(([name, stringValue]) => [name, { stringValue, dataType: "String" }]),
  ),
});

/** What a built function answers to a record, or the error that it throws, and all that it has logged. */
const invoked = async (
  name: string,
  record: ReturnType<typeof recordOf>,
  variables: Readonly<Record<string, string>>,
) => {
  const log = new PassThrough();
  let text = "";
  log.on("data", (part) => {
    text += part;
  });
  const fn = startLambda({
    bundle: join(dist, name, "index.cjs"),
    environment: {
      ...awsVariables(aws.address, parameters.address),
      AWS_MAX_ATTEMPTS: "1",
      STAGE: "test",
      ARCHIVE_BUCKET: "nowhere",
      ...variables,
    },
    timeout: 30_000,
    log,
  });
  try {
    const answer = await fn.invoke({ Records: [record] }).catch((error: unknown) => String(error));
    for (let tries = 0; !text.includes("comes again") && tries < 200; tries++) await sleep(25);
    return { answer, text };
  } finally {
    await fn.stop();
  }
};

const AGAIN = { batchItemFailures: [{ itemIdentifier: "the-message" }] };

/** That a message comes again, and is told by its id and the name of an error, and by nothing else. */
const comesAgain = ({ answer, text }: Awaited<ReturnType<typeof invoked>>, error: RegExp): void => {
  assert.deepEqual(answer, AGAIN);
  const { message } = logged(text).said.find(({ level }) => level === "ERROR") ?? {};
  const told = JSON.parse(JSON.stringify(message));
  assert.deepEqual([told.message, told.id], ["A message comes again.", "the-message"]);
  assert.match(told.reason, error);
  // The alarm rings by this, as Lambda itself sees no error.
  const [measured] = logged(text).measured;
  assert.deepEqual([measured?.Messages, measured?.Returned, measured?.FailedBatches], [1, 1, 1]);
  assert.ok(canaries.made.length > 5);
  assert.deepEqual(foundIn([text, JSON.stringify(answer)], canaries.made), []);
};

describe("A function whose archive does not take what it is to keep", () => {
  it("translates nothing, and tells neither the event nor whose it is nor a key", async () => {
    const variables = { DELIVERY_QUEUES: aws.queueUrl("deliver-"), LOCAL_JWKS_URL: parameters.jwks };
    for (const text of [saveOf(canaries.text()), `{${canaries.text()}`])
      comesAgain(
        await invoked("translate", recordOf(text, { "learner-context": canaries.text() }), variables),
        /^NoSuchBucket$/,
      );
  });

  it("acknowledges nothing that it has delivered, and tells neither the statement nor the endpoint's secret", async () => {
    const variables = {
      ENDPOINT: "campus-lrs",
      LOCAL_ENDPOINT_URL: `${sandbox.url}/xapi/campus-lrs`,
      DELIVERY_QUEUE: aws.queueUrl("deliver-campus-lrs"),
    };
    const record = recordOf(body(statement("xapi", canaries.text())));
    comesAgain(await invoked("deliver", record, variables), /^NoSuchBucket$/);
    assert.equal(sandbox.statements("campus-lrs").length, 1);
  });
});

describe("A function whose secrets are none", () => {
  it("lets messages come again, and shows nothing of what the secret holds", async () => {
    const short = canaries.text();
    const wrong = await startParameters(
      new Map([
        ["/jupyter-lms/test/learner-context", JSON.stringify({ key: canaries.text() })],
        ["/jupyter-lms/test/pseudonyms", short],
      ]),
    );
    try {
      const variables = {
        DELIVERY_QUEUES: aws.queueUrl("deliver-"),
        LOCAL_JWKS_URL: parameters.jwks,
        AWS_ENDPOINT_URL_SSM: wrong.address,
      };
      comesAgain(await invoked("translate", recordOf(saveOf(canaries.text())), variables), /^\w+$/);
    } finally {
      await wrong.stop();
    }
  });
});
