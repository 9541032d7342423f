import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isObject } from "../../../src/event/json.ts";
import { installed, lastOf } from "../support/parts.ts";
import { requests, type Store } from "./store.ts";

const NAME = "learning-locker";
const MAIN = "node_modules/@learninglocker/xapi-statements/dist/index.js";

/** All that the store is told; of this process's environment it gets nothing. */
const ENVIRONMENT = {
  MODELS_REPO: "memory",
  AUTH_REPO: "test",
  EVENTS_REPO: "test",
  STORAGE_REPO: "local",
  EXPRESS_PORT: "0",
  // It looks for a database even where it keeps all in memory: it shall not find one that someone else uses.
  MONGO_URL: "mongodb://127.0.0.1:1/none",
};

/** How long it may take to answer, in milliseconds. */
const STARTING = 60_000;

/**
 * Starts a Learning Locker store with nothing in it; installs it first where need be. It takes any user and password.
 * Throws where it does not start.
 */
export const startStore = async (): Promise<Store> => {
  const part = await installed(NAME);
  if ("missing" in part) throw new Error(part.missing);
  const { folder } = part;
  const loopback = new URL("loopback.ts", import.meta.url).href;
  const child = fork(join(folder, MAIN), [], {
    cwd: folder,
    env: ENVIRONMENT,
    execArgv: ["--import", loopback],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const said = lastOf(child.stdout, child.stderr);
  try {
    const url = `http://127.0.0.1:${await portOf(child)}/xAPI`;
    const about = await fetch(`${url}/about`, { signal: AbortSignal.timeout(STARTING) });
    if (!about.ok) throw new Error(`it answered ${about.status}`);
    await about.body?.cancel();
    return { ...requests(url, "user:password"), [Symbol.asyncDispose]: () => stop(child) };
  } catch (error) {
    await stop(child);
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The store of the interop tests did not start on Node.js ${process.versions.node}: ${why}. It said:\n${said()}`,
    );
  }
};

/** The port, once it listens. */
const portOf = async (child: ChildProcess): Promise<number> => {
  const over = new AbortController();
  const { signal } = over;
  const port = async (): Promise<number> => {
    for (;;) {
      const [message]: unknown[] = await once(child, "message", { signal });
      if (isObject(message) && typeof message.port === "number") return message.port;
    }
  };
  const end = async (): Promise<never> => {
    const [code] = await once(child, "exit", { signal });
    throw new Error(`its process ended with ${code}`);
  };
  const late = async (): Promise<never> => {
    await sleep(STARTING, undefined, { signal });
    throw new Error("it did not listen in time");
  };
  try {
    return await Promise.race([port(), end(), late()]);
  } finally {
    over.abort();
  }
};

/** Ends the store's process; it holds nothing that is to be kept. */
const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
};

/** How long a test may take from the first statement to the last, until its pages may be wrong, in milliseconds. */
const FILLING = 20_000;

/** UUIDs of version 1 count 100 ns since 1582 (RFC 9562, section 5.1); a text of one begins with the lowest 32 bits. */
const [SINCE_1582, TURN] = [122_192_928_000_000_000n, 2n ** 32n];

/**
 * Waits where the turn of this store's pages is near. It divides them by UUIDs of version 1, compared as texts, and these
 * begin anew every seven minutes: of statements from before and after, pages show some twice, and some not at all.
 */
export const turnOfPages = async (): Promise<void> => {
  const ticks = BigInt(Date.now()) * 10_000n + SINCE_1582;
  const left = Number((TURN - (ticks % TURN)) / 10_000n);
  if (left < FILLING) await sleep(left + 1);
};
