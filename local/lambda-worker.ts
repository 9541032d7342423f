import { createRequire } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import type { Invocation, Invoked } from "./lambda.ts";

/** The inside of an instance: loads the bundle as Lambda's runtime does, and calls its handler one event at a time. */
const { handler } = createRequire(import.meta.url)(workerData.bundle) as {
  readonly handler: (event: unknown, context: unknown) => Promise<unknown>;
};

parentPort?.on("message", async ({ id, event, deadline }: Invocation) => {
  const context = { awsRequestId: id, getRemainingTimeInMillis: () => deadline - Date.now() };
  let invoked: Invoked;
  try {
    invoked = { id, result: await handler(event, context) };
  } catch (error) {
    invoked = { id, error: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(invoked);
});
