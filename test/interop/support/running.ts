import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { MARK } from "./left.ts";

/** A program that others wrote, in a process group of its own. */
export interface Running extends AsyncDisposable {
  /** What it said last, for people. */
  readonly said: () => string;
  /** All that it said. */
  readonly log: () => string;
  readonly child: ChildProcess;
  /** Asks it to end, as an administrator would, and waits until it has. */
  readonly end: () => Promise<void>;
}

// What was started is ended where this process is asked to end as well.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));

/** How long anything may take here, in milliseconds, until a test fails that waits for it. */
const PATIENCE = 120_000;

/** How long a program may take to end by itself, in milliseconds. */
const GRACE = 15_000;

/** What a program gets of this process's environment: where things are, and by what it is found again (`left.ts`). */
const PASSED = ["PATH", "TMPDIR", "NODE_DISABLE_COMPILE_CACHE", MARK];

const passed = (): Readonly<Record<string, string>> =>
  Object.fromEntries(PASSED.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));

/** Starts a program with this environment, and nothing of this process's but what `PASSED` says. */
export const start = (
  command: string,
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Running => {
  const child = spawn(command, args, {
    cwd,
    env: { ...passed(), LANG: "C.UTF-8", PYTHONDONTWRITEBYTECODE: "1", ...env },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  let all = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      all += text;
    });
  const log = (): string => all;
  const said = (): string => all.slice(-4000).trim();
  // What cannot be run is told where it is waited for.
  child.once("error", () => {});
  const kill = (): void => killGroup(child);
  process.once("exit", kill);
  const end = async (): Promise<void> => {
    if (isOver(child)) return;
    const closed = once(child, "close");
    // The program itself first: it ends what it has started in good order.
    child.kill("SIGTERM");
    const inTime = await Promise.race([closed.then(() => true), sleep(GRACE, false, { ref: false })]);
    if (inTime) return;
    killGroup(child);
    await closed;
  };
  const dispose = async (): Promise<void> => {
    await end();
    kill();
    process.off("exit", kill);
  };
  return { child, said, log, end, [Symbol.asyncDispose]: dispose };
};

const isOver = ({ exitCode, signalCode, pid }: ChildProcess): boolean =>
  pid === undefined || exitCode !== null || signalCode !== null;

/** Ends what is left of a process group; often nothing is. */
const killGroup = ({ pid }: ChildProcess): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // There is nothing left of it.
  }
};

/** Waits until `look` finds something; fails with what the program said where it ends before, or nothing comes. */
export const eventually = async <T>(
  what: string,
  look: () => Promise<T | undefined>,
  running?: Running,
): Promise<T> => {
  const until = Date.now() + PATIENCE;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    const over = running !== undefined && isOver(running.child);
    if (over || Date.now() > until)
      throw new Error(
        `${over ? "The program ended before" : "In vain was waited until"} ${what}. It said:\n${running?.said() ?? ""}`,
      );
    await sleep(100);
  }
};

/** What comes of it while a program runs; the program is ended where nothing comes of it. */
export const orEnd = async <T>(running: AsyncDisposable, promise: Promise<T>): Promise<T> => {
  try {
    return await promise;
  } catch (error) {
    await running[Symbol.asyncDispose]();
    throw error;
  }
};

/** Waits until an address gives one of these answers; by default any that is no server's error. */
export const answering = (
  url: string,
  running: Running,
  ready = (status: number): boolean => status < 500,
): Promise<true> =>
  eventually(
    `${new URL(url).pathname} answers`,
    async () => {
      const answer = await fetch(url, { redirect: "manual" }).catch(() => undefined);
      await answer?.body?.cancel();
      return answer !== undefined && ready(answer.status) ? true : undefined;
    },
    running,
  );

/**
 * A port of 127.0.0.1 that nobody listens on now. It is none of those that systems give to whoever asks for any: one of
 * them may be somebody else's before it is used.
 */
export const freePort = async (): Promise<number> => {
  // Each process has a range of its own, mostly: between asking and listening lie seconds.
  const port = 20_000 + (process.pid % 100) * 100 + Math.floor(Math.random() * 100);
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
  if (!isFree || given.has(port)) return freePort();
  given.add(port);
  return port;
};

const given = new Set<number>();
