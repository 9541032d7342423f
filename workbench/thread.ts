import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { readSite } from "../build/site.ts";
import { CannotRun } from "../src/cannot-run.ts";
import { type Problem, SiteError } from "../src/document/problem.ts";
import { Misuse } from "../src/misuse.ts";
import { openStage } from "../stage/stage.ts";
import { openDesk } from "./open-desk.ts";
import { startWorkbench } from "./server.ts";

/** What the workbench of a running local service is given. */
export interface ThreadOptions {
  /** The folder with the site's files, and that of the service's own state. */
  readonly folder: string;
  readonly state: string;
  readonly port: number | undefined;
}

/** What it tells the thread of the service: where it is, why it is not, and that files are to be taken. */
export type FromThread = { readonly url: string } | { readonly failed: string } | { readonly take: number };

/** What it is told: what became of the files that were to be taken, and that it is over. */
export type ToThread =
  | { readonly taken: number; readonly left: string | undefined }
  | { readonly taken: number; readonly problems: readonly Problem[] }
  | { readonly taken: number; readonly trouble: string }
  | "stop";

/**
 * The workbench of a running local service, in a thread of its own: however large the archive is that it reads, the
 * service's queues, which are in the other thread, are never held up.
 */
const run = async ({ folder, state, port }: ThreadOptions, service: MessagePort): Promise<void> => {
  const held = await openStage({ state }, await readSite(folder));
  const desk = await openDesk({
    held,
    name: "local",
    folder,
    mayWrite: true,
    take: taking(service),
  });
  const workbench = await startWorkbench(desk, port);
  service.on("message", async (message: ToThread) => {
    if (message !== "stop") return;
    await workbench.stop();
    await desk.close();
    await held.close();
    process.exit();
  });
  tell(service, { url: workbench.url });
};

/** Asks the service to take the files of the folder, and waits for what comes of it. */
const taking = (service: MessagePort): (() => Promise<string | undefined>) => {
  let asked = 0;
  return () => {
    const taken = ++asked;
    return new Promise((resolve, reject) => {
      const hear = (message: ToThread): void => {
        if (message === "stop" || message.taken !== taken) return;
        service.off("message", hear);
        if ("problems" in message) reject(new SiteError(message.problems));
        else if ("trouble" in message) reject(new CannotRun(message.trouble));
        else resolve(message.left);
      };
      service.on("message", hear);
      tell(service, { take: taken });
    });
  };
};

const tell = (service: MessagePort, message: FromThread): void => service.postMessage(message);

const wordsOf = (error: unknown): string =>
  error instanceof SiteError || error instanceof Misuse || error instanceof CannotRun
    ? error.message
    : String(error instanceof Error ? error.stack : error);

if (parentPort !== null) {
  const service = parentPort;
  run(workerData, service).catch((error: unknown) => {
    tell(service, { failed: wordsOf(error) });
    process.exit(1);
  });
}
