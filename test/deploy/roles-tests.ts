/** That roles hold what functions need, and nothing else: all that the tests before this did was done under them. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isObject } from "../../src/event/json.ts";
import { PROBE_ATTRIBUTE } from "../../src/probe/event.ts";
import { deployment, lambda, nameOf, skip } from "./deployed.ts";
import { queueNeedsOf } from "./iam-needs.ts";
import { isAbout, type Need, type Right } from "./iam-policy.ts";
import { ACCOUNT } from "./iam-stack.ts";
import { denialInWords, rightsInWords } from "./iam-words.ts";
import { REFUSED } from "./paths-tests.ts";
import { XAPI } from "./site.ts";
import { REGION } from "./stack.ts";

/** Rights that nothing in these tests needs, and why they are there all the same. What is needed now is off it. */
const UNUSED: Readonly<Record<string, string>> = {
  "compact s3:DeleteObject archive/jobs/compaction-*":
    "Only for a record of which there is no version: where another run has just removed it.",
};

describe("The roles", { skip }, () => {
  it("let functions do all that they asked for, and Lambda all that it does in their name", () => {
    const { iam, functions } = lambda;
    for (const name of functions.keys()) iam.play(name, needsOfLambda(name));
    assert.deepEqual(
      iam.denied.map((each) => denialInWords(each, deployment)),
      [],
    );
  });

  it("hold no right that nobody needs", () => {
    const { iam } = lambda;
    const names = [...iam.policies.roles.keys()];
    const words = (rightsOf: (name: string) => Iterable<Right>): readonly string[] =>
      names.flatMap((name) => rightsInWords(name, rightsOf(name), deployment));
    const used = new Set(words(iam.usedBy));
    const unused = new Set(words(iam.rightsOf).filter((each) => !used.has(each)));
    assert.deepEqual([...unused].sort(), Object.keys(UNUSED).sort());
  });

  it("are all that translate has: without any one right of its own, just that is denied", async () => {
    const name = nameOf("translate");
    const records = recordsOf(name);
    const probe = records.find(
      (each) => isObject(each.messageAttributes) && PROBE_ATTRIBUTE in each.messageAttributes,
    );
    const batch = { Records: [probe, ...records.slice(-6)] };
    const rights = ownRights(name);
    assert.ok(rights.length >= 15);
    const open = [...rights];
    const undenied: Right[] = [];
    const worker = async (): Promise<void> => {
      for (let right = open.pop(); right !== undefined; right = open.pop())
        if (!(await isMissed(name, right, batch))) undenied.push(right);
    };
    await Promise.all(Array.from({ length: 4 }, worker));
    assert.deepEqual(rightsInWords(name, undenied, deployment), []);
  });

  it("are all that a delivery has: without any one right of its own, just that is denied", async () => {
    const name = nameOf(`deliver-${XAPI}`);
    await lambda.rest(name);
    const isOfBoth = ({ body }: Readonly<Record<string, unknown>>): boolean =>
      String(body).includes(REFUSED) && String(body).split("\n").length === 3;
    const batch = { Records: recordsOf(name).filter(isOfBoth).slice(0, 1) };
    const rights = ownRights(name);
    assert.ok(rights.length >= 8);
    const undenied: Right[] = [];
    for (const right of rights) {
      deployment.sandbox.behave(XAPI, troubleFor(right));
      if (!(await isMissed(name, right, batch))) undenied.push(right);
    }
    deployment.sandbox.behave(XAPI, {});
    assert.deepEqual(rightsInWords(name, undenied, deployment), []);
  });
});

/** What makes a delivery need a right. */
const troubleFor = ({ action, conditions }: Right): Parameters<typeof deployment.sandbox.behave>[1] => {
  if (action === "sqs:ChangeMessageVisibility") return { status: 503 };
  const isOfQueue =
    action === "sqs:SendMessage" || conditions.some(({ values }) => /^sqs\./.test(values[0] ?? ""));
  return { refuseAbout: REFUSED, ...(isOfQueue && { failEvery: 2 }) };
};

/** Has a function work without a right. Tells whether that, and nothing else, was denied. */
const isMissed = async (name: string, right: Right, event: unknown): Promise<boolean> => {
  const guard = await lambda.iam.without(name, [right]);
  const instance = await lambda.instance(name, {}, guard);
  await instance.invoke(event).catch(() => undefined);
  await instance.stop();
  return guard.denied.length > 0 && guard.denied.every(({ need }) => isAbout(right, need));
};

/** The records of all batches that a function was fed with. */
const recordsOf = (name: string): readonly Readonly<Record<string, unknown>>[] =>
  lambda
    .batches(name)
    .flatMap((batch) => (isObject(batch) ? [batch.Records].flat() : []))
    .filter(isObject);

/** Those rights that the function itself asks for, and not Lambda. */
const ownRights = (name: string): readonly Right[] => {
  const needs = needsOfLambda(name);
  return lambda.iam
    .rightsOf(name)
    .filter((right) => /^kms:/.test(right.action) || !needs.some((need) => isAbout(right, need)));
};

/**
 * What Lambda asks for as a function's role: AWS's own policies AWSLambdaSQSQueueExecutionRole and
 * AWSXRayDaemonWriteAccess, as far as Lambda comes to it where its log group is there.
 */
const needsOfLambda = (name: string): readonly Need[] => {
  const { mappings, iam } = lambda;
  const stream = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/lambda/${name}:log-stream:2026/11/22/[$LATEST]0123`;
  const queues = mappings.filter(({ functionName }) => functionName === name);
  return [
    ...queues.flatMap(({ queue }) =>
      ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"].flatMap((action) =>
        queueNeedsOf(action, `arn:aws:sqs:${REGION}:${ACCOUNT}:${queue}`, iam.policies.keys),
      ),
    ),
    ...["logs:CreateLogStream", "logs:PutLogEvents"].map((action) => ({ action, resource: stream })),
    ...["xray:PutTraceSegments", "xray:PutTelemetryRecords"].map((action) => ({ action, resource: "*" })),
  ];
};
