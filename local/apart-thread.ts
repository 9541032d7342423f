import { parentPort, workerData } from "node:worker_threads";
import type { Kept, Request } from "./apart.ts";
import { embed } from "./embedded.ts";

/** The inside of the thread in which SQS and S3 are played: says where they are, and makes what it is asked for. */
const { queues, objects }: Kept = workerData;
const embedded = await embed(queues, objects);

parentPort?.on("message", async (request: Request) => {
  if (request.make === "queue") embedded.makeQueue(request.name, request.attributes);
  else if (request.make === "bucket") embedded.makeBucket(request.name);
  else await embedded.stop();
  parentPort?.postMessage("done");
});
parentPort?.postMessage(embedded.address);
