import { Worker } from "node:worker_threads";
import { CannotRun } from "../src/cannot-run.ts";
import { SiteError } from "../src/document/problem.ts";
import { errorName } from "../src/error-name.ts";
import { LONGEST_WHOLE } from "../workbench/acts/whole.ts";
import { atMost } from "../workbench/at-most.ts";
import type { FromThread, ThreadOptions, ToThread } from "../workbench/thread.ts";
import { tellAddresses } from "./addresses.ts";
import type { LocalService } from "./service.ts";

/** The workbench of a service that runs. */
export interface LocalWorkbench {
  /** The address to open. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface LocalWorkbenchOptions extends ThreadOptions {
  readonly service: Pick<LocalService, "addresses" | "take">;
  /** Aborted where it is not wanted any more before it has started. */
  readonly starting: AbortSignal;
  /** Told where it ends by itself, and why. */
  readonly onEnd: (why: string) => void;
}

/** How long it may take to end, in milliseconds: what must not be cut off is brought to its end. */
const PATIENCE = LONGEST_WHOLE + 4000;

/**
 * Starts the workbench over a service that runs, in a thread of its own, and tells of it in the service's folder. Throws
 * CannotRun, with the reason, where it cannot be started.
 */
export const openWorkbench = async (options: LocalWorkbenchOptions): Promise<LocalWorkbench> => {
  const { folder, state, port, service, starting, onEnd } = options;
  const worker = new Worker(new URL("../workbench/thread.ts", import.meta.url), {
    workerData: { folder, state, port } satisfies ThreadOptions,
  });
  let why = "it ended by itself.";
  worker.on("error", (error) => {
    why = error instanceof Error ? (error.stack ?? error.message) : String(error);
  });
  const ended = new Promise<void>((exited) => worker.once("exit", () => exited()));
  const started = Promise.withResolvers<string>();
  worker.on("message", async (message: FromThread) => {
    if ("url" in message) started.resolve(message.url);
    else if ("failed" in message) started.reject(new CannotRun(message.failed));
    else worker.postMessage(await taken(message.take, service.take(folder)));
  });
  ended.then(() => started.reject(new CannotRun(why)));
  const giveUp = (): void => void worker.terminate();
  if (starting.aborted) giveUp();
  starting.addEventListener("abort", giveUp);
  const url = await started.promise;
  starting.removeEventListener("abort", giveUp);
  await tellAddresses(state, { ...service.addresses, workbench: url });
  let isStopping = false;
  // Where the folder is gone, there is nobody to be told.
  const forgotten = ended.then(() => tellAddresses(state, service.addresses)).catch(() => undefined);
  forgotten.then(() => {
    if (!isStopping) onEnd(why);
  });
  return {
    url,
    stop: async () => {
      isStopping = true;
      worker.postMessage("stop" satisfies ToThread);
      await atMost(PATIENCE, ended);
      await worker.terminate();
      await forgotten;
    },
  };
};

/** What became of the files that were to be taken. */
const taken = async (asked: number, taking: Promise<string | undefined>): Promise<ToThread> => {
  try {
    return { taken: asked, left: await taking };
  } catch (error) {
    if (error instanceof SiteError) return { taken: asked, problems: error.problems };
    const trouble =
      error instanceof CannotRun ? error.message : `They could not be built (${errorName(error)}).`;
    return { taken: asked, trouble };
  }
};
