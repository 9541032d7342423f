import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ChangeMessageVisibilityBatchCommand } from "@aws-sdk/client-sqs";
import { prefixOf } from "../../src/archive/layout.ts";
import { NAMESPACE } from "../../src/metrics.ts";
import { deployment, depth, keysBelow, lambda, nameOf, send, skip, until } from "./deployed.ts";
import { metricsIn, watchedBy, written } from "./metrics.ts";
import { InvocationFailed } from "./runtime-api.ts";
import { CALIPER, REFUSING, XAPI } from "./site.ts";

/** A batch as Lambda hands it over. */
interface Batch {
  readonly Records: readonly { readonly receiptHandle: string }[];
}

/** Makes a batch's messages come again now: what Lambda leaves hidden for minutes, as if they were over. */
const again = async (queue: string, { Records }: Batch): Promise<void> => {
  const Entries = Records.map(({ receiptHandle: ReceiptHandle }, at) => ({
    Id: String(at),
    ReceiptHandle,
    VisibilityTimeout: 0,
  }));
  const QueueUrl = lambda.queueUrl(nameOf(queue));
  await deployment.aws.sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
};

describe("The way of events through the deployed service", { skip }, () => {
  it("is gone again where a function's time was up, and the learning system has all of it once", async () => {
    const { gate, sandbox } = deployment;
    await send(0, 40);
    await lambda.feed(nameOf("translate"));
    await until("the first events are translated", async () => (await depth("events")) === 0);

    const queue = `deliver-${XAPI}`;
    const instance = await lambda.instance(nameOf(queue), { timeout: 10_000 });
    // The store has what it was sent, and the function never hears of it.
    gate.once(XAPI, () => instance.process()?.kill("SIGSTOP"));
    const failures: unknown[] = [];
    const invoke = async (event: unknown): Promise<unknown> => {
      try {
        return await instance.invoke(event);
      } catch (error) {
        failures.push(error);
        await again(queue, event as Batch);
        throw error;
      }
    };
    await lambda.feed(nameOf(queue), { invoke });
    await until("all is told", async () => (await depth(queue)) === 0);

    assert.deepEqual(
      failures.map((error) => error instanceof InvocationFailed && error.type),
      ["Sandbox.Timedout"],
    );
    const posts = sandbox.requests(XAPI).filter(({ method }) => method === "POST");
    const told = sandbox.statements(XAPI).length;
    assert.ok(told > 0 && posts.reduce((sum, { items }) => sum + items, 0) > told);
    const delivered = metricsIn(lambda.logged(nameOf(queue))).filter(({ name }) => name === "Delivered");
    assert.equal(
      delivered.reduce((sum, { value }) => sum + value, 0),
      told,
    );
  });

  it("leads to the learning systems and into the archive", async () => {
    await send(40);
    await lambda.feed(nameOf(`deliver-${CALIPER}`));
    for (const queue of ["events", `deliver-${XAPI}`, `deliver-${CALIPER}`])
      await until(`${queue} is empty`, async () => (await depth(queue)) === 0);
    assert.ok(deployment.sandbox.statements(XAPI).length > 100);
    assert.ok(deployment.sandbox.caliper(CALIPER).length > 100);
    const written = ["raw", "ledger", "quarantine"] as const;
    const prefixes = written.map((part) => prefixOf(part));
    for (const prefix of [...prefixes, prefixOf("receipts", XAPI), prefixOf("receipts", CALIPER)])
      assert.notDeepEqual(await keysBelow(prefix), [], prefix);
    assert.deepEqual(await keysBelow("failed/"), []);
  });

  it("ends in the queue of an endpoint that refuses the secret, and the alarm for that watches what is logged", async () => {
    const name = nameOf(`deliver-${REFUSING}`);
    const refused = () =>
      metricsIn(lambda.logged(name)).find(({ dimensions, value }) => dimensions.Why === "setup" && value > 0);
    const feeding = await lambda.feed(name);
    await until("it is logged", () => refused() !== undefined);
    await feeding.stop();
    assert.ok((await depth(`deliver-${REFUSING}`)) > 0);
    assert.deepEqual(deployment.sandbox.statements(REFUSING), []);
    const metric = refused();
    assert.ok(metric !== undefined);
    assert.equal(written(metric), `${NAMESPACE} Waiting FunctionName=${name} Why=setup`);
    const watching = [...watchedBy(deployment.template, deployment.stack)].flatMap(([alarm, watched]) =>
      watched.some((each) => written(each) === written(metric)) ? [alarm] : [],
    );
    assert.equal(watching.length, 1);
  });
});
