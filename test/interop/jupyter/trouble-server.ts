import { execFile } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { project } from "../../../build/bundle.ts";
import { awsVariables } from "../../../local/aws.ts";
import { type JupyterServer, shipped, startServer } from "./server.ts";

/** What the sender's log says of all events so far. */
export interface Counted {
  readonly taken: number;
  readonly sent: number;
  readonly dropped: number;
  readonly waiting: number;
}

/** A learner's server whose log is read, and whose emitted events are known. */
export interface Watched extends JupyterServer {
  /** The counts in its log, in order. */
  readonly counts: () => readonly Counted[];
  /** Every event that was emitted, in order, as a handler beside the shipped one wrote it. */
  readonly emitted: () => Promise<readonly string[]>;
  /** How long all of these are, in bytes. */
  readonly emittedSize: () => Promise<number>;
  /** What it takes of the memory, in bytes. */
  readonly memory: () => Promise<number>;
}

export interface WatchedOptions {
  readonly folder: string;
  /** Where SQS is, and which queue of it. */
  readonly sqs: string;
  readonly queueUrl: string;
  readonly token: string;
  /** What may wait, in characters. */
  readonly room: number;
}

/** The variables by which a server sends to this queue, at this address. */
export const toQueue = (sqs: string, queueUrl: string): Readonly<Record<string, string>> => ({
  ...awsVariables(sqs, ""),
  AWS_DEFAULT_REGION: "us-east-1",
  LMS_EVENTS_QUEUE_URL: queueUrl,
});

/** Starts a learner's server with the shipped configuration, but for how long it waits, and how much may wait. */
export const startWatched = async (
  python: string,
  { folder, sqs, queueUrl, token, room }: WatchedOptions,
): Promise<Watched> => {
  const file = join(folder, `emitted-${Math.random()}`);
  await writeFile(file, "");
  const server = await startServer(python, folder, {
    ...toQueue(sqs, queueUrl),
    JUPYTER_CONFIG_PATH: join(project, "test", "interop", "jupyter", "trouble"),
    LMS_LEARNER_CONTEXT: token,
    TEST_SHIPPED: shipped,
    TEST_ROOM: String(room),
    TEST_EMITTED: file,
  });
  return {
    ...server,
    counts: () => countsIn(server.log()),
    emitted: async () => (await readFile(file, "utf8")).split("\n").slice(0, -1),
    emittedSize: async () => (await stat(file)).size,
    memory: () => memoryOf(python, server.child.pid),
  };
};

const COUNTS = /In all, (\d+) were taken, (\d+) sent, (\d+) dropped, (\d+) wait\./g;

const countsIn = (log: string): readonly Counted[] =>
  [...log.matchAll(COUNTS)].map(([, ...numbers]) => {
    const [taken = 0, sent = 0, dropped = 0, waiting = 0] = numbers.map(Number);
    return { taken, sent, dropped, waiting };
  });

const RESIDENT = "import psutil, sys; print(psutil.Process(int(sys.argv[1])).memory_info().rss)";

const memoryOf = async (python: string, pid: number | undefined): Promise<number> => {
  const { stdout } = await promisify(execFile)(python, ["-c", RESIDENT, String(pid)]);
  return Number(stdout);
};
