import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pythonWith, type WithPython } from "../support/parts.ts";
import { answering, freePort, orEnd, start } from "../support/running.ts";
import { basic, requests, type Store, secretIn } from "./store.ts";

const MAIN = fileURLToPath(new URL("run_ralph.py", import.meta.url));

/** The Python that has Ralph, or why there is none: see `pythonWith`. */
export const ralph = (): Promise<WithPython> => pythonWith("ralph");

/**
 * Starts Ralph with nothing in it, which keeps its statements in a file of a folder of its own. It takes this
 * `authorization`, `Basic …`, and no other. Installs it first where need be. Throws where it cannot be had or does not
 * start. Its folder is gone when it is ended.
 */
export const startRalph = async ({
  authorization = basic("user:password"),
}: {
  readonly authorization?: string;
} = {}): Promise<Store> => {
  const part = await ralph();
  if ("missing" in part) throw new Error(part.missing);
  const folder = await mkdtemp(join(tmpdir(), "ralph-"));
  const port = await freePort();
  const running = start(part.python, [MAIN, String(port)], {
    // It looks for `.env` where it is started.
    cwd: folder,
    env: {
      HOME: folder,
      RALPH_APP_DIR: folder,
      RALPH_RUNSERVER_BACKEND: "fs",
      RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH: join(folder, "statements"),
    },
  });
  const dispose = async (): Promise<void> => {
    await running[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  };
  const secret = secretIn(authorization);
  running.child.stdin?.end(`${secret}\n`);
  const store: Store = {
    ...requests(`http://127.0.0.1:${port}/xAPI`, secret),
    [Symbol.asyncDispose]: dispose,
  };
  await orEnd(store, answering(`http://127.0.0.1:${port}/__lbheartbeat__`, running));
  return store;
};
