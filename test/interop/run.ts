/**
 * `npm run test:interop`: installs what others wrote into `.interop/`, runs the tests with it, and sees that they leave
 * nothing behind: no process, and no file outside of that folder. Takes the tests' pattern.
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type LeftProcess, MARK, processesOf } from "./support/left.ts";
import { installed, PARTS } from "./support/parts.ts";

/** How many files of tests run side by side: each has servers of its own. */
const SIDE_BY_SIDE = 3;

/** How long a file of tests may take, and what it has started may take to end, in milliseconds. */
const [LONGEST, ENDING] = [600_000, 5000];

/** How many parts are installed side by side. */
const INSTALLERS = 3;

/** Installs all parts; says what is missing, and then cannot be tested. Throws where packages cannot be had. */
const installAll = async (): Promise<void> => {
  const left = [...PARTS];
  const missing: string[] = [];
  const installing = async (): Promise<void> => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      const part = await installed(name);
      if ("missing" in part) missing.push(part.missing);
    }
  };
  await Promise.all(Array.from({ length: INSTALLERS }, installing));
  for (const each of missing.sort()) console.log(`Its tests are skipped: ${each}`);
};

/** Runs the tests; gives their exit code. Where this process is asked to end, they are, and then it goes on. */
const runTests = async (pattern: string, run: string, folder: string): Promise<number> => {
  const options = ["--test", `--test-concurrency=${SIDE_BY_SIDE}`, `--test-timeout=${LONGEST}`];
  const tests = spawn(process.execPath, [...process.execArgv, ...options, pattern], {
    stdio: "inherit",
    // Node's own cache would be left in the folder.
    env: { ...process.env, TMPDIR: folder, NODE_DISABLE_COMPILE_CACHE: "1", [MARK]: run },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => tests.kill("SIGTERM"));
  const [code] = await once(tests, "close");
  return typeof code === "number" ? code : 1;
};

/** Ends and removes what the tests have left; gives it in words. */
const cleanUp = async (run: string, folder: string): Promise<readonly string[]> => {
  // What is just ending may do so.
  const processes = await stillThere(run);
  for (const { pid } of processes) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
  }
  if (processes.length > 0) await stillThere(run);
  const files = await readdir(folder);
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  return [
    ...processes.map(({ command }) => `the process ${command}`),
    ...files.map((file) => `the file ${file}`),
  ];
};

/** What is there of a run after a while, or sooner, once nothing is. */
const stillThere = async (run: string): Promise<readonly LeftProcess[]> => {
  const until = Date.now() + ENDING;
  for (;;) {
    const processes = await processesOf(run);
    if (processes.length === 0 || Date.now() > until) return processes;
    await sleep(100);
  }
};

const [pattern = ""] = process.argv.slice(2);
// A run within a run finds all that it needs.
if (process.env[MARK] === undefined) await installAll();
const run = randomUUID();
const folder = await mkdtemp(join(tmpdir(), "interop-run-"));
const code = await runTests(pattern, run, folder);
const left = await cleanUp(run, folder);
for (const each of left) console.error(`The tests have left ${each}; it was removed.`);
process.exitCode = code === 0 && left.length > 0 ? 1 : code;
