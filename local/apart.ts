import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Embedded, QueueAttributes } from "./embedded.ts";

/** What the thread is started with: the folders in which it keeps queues and objects. */
export interface Kept {
  readonly queues: string;
  readonly objects: string;
}

/** What the thread is asked to do; it answers when that is done. */
export type Request =
  | { readonly make: "queue"; readonly name: string; readonly attributes: QueueAttributes }
  | { readonly make: "bucket"; readonly name: string }
  | { readonly make: "end" };

/** Embedded in a thread of its own; what is made there is there when the promise says so. */
export interface EmbeddedApart extends Pick<Embedded, "address" | "stop"> {
  makeQueue(name: string, attributes: QueueAttributes): Promise<void>;
  makeBucket(name: string): Promise<void>;
}

/** Starts SQS and S3 in a thread. Rejects where it cannot start, as where its folder is damaged. */
export const embedApart = async (queues: string, objects: string): Promise<EmbeddedApart> => {
  const worker = new Worker(new URL("./apart-thread.ts", import.meta.url), {
    workerData: { queues, objects } satisfies Kept,
  });
  const [address]: string[] = await once(worker, "message");
  if (address === undefined) throw new Error("The embedded AWS did not say where it is.");
  let last: Promise<unknown> = Promise.resolve();
  // One after the other, so that each answer is that of the request before it.
  const ask = async (request: Request): Promise<void> => {
    last = last.then(() => {
      worker.postMessage(request);
      return once(worker, "message");
    });
    await last;
  };
  let stopped: Promise<unknown> | undefined;
  return {
    address,
    makeQueue: (name, attributes) => ask({ make: "queue", name, attributes }),
    makeBucket: (name) => ask({ make: "bucket", name }),
    stop: async () => {
      stopped ??= ask({ make: "end" }).then(() => worker.terminate());
      await stopped;
    },
  };
};
