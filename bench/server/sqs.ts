/** SQS behind a front that is told how to do, in a thread of its own, so that it takes no time of who measures. */
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { startAws } from "../../local/aws.ts";
import { frontOf, type Weather } from "../../test/interop/jupyter/trouble-front.ts";

/** How SQS is to do from now on; told when the sender has met it, as far as that can be seen from here. */
export interface Order {
  readonly weather: Weather;
}

/** Where SQS is, and the queue. */
export interface Ready {
  readonly url: string;
  readonly queueUrl: string;
}

const QUEUE = "events";
const aws = await startAws(String(workerData));
aws.makeQueue(QUEUE, { visibility: 30, tries: 5 });
const front = await frontOf(aws.address);

parentPort?.on("message", async ({ weather }: Order) => {
  const { came, answered } = front.seen;
  await front.be(weather);
  const isMet = (): boolean => {
    if (weather === "gone") return true;
    if (weather === "silent") return front.seen.held > 0;
    return weather === "well" ? front.seen.answered > answered : front.seen.came > came;
  };
  while (!isMet()) await sleep(20);
  parentPort?.postMessage({});
});
parentPort?.postMessage({ url: front.url, queueUrl: aws.queueUrl(QUEUE) } satisfies Ready);
