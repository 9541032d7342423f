import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { project } from "../../../build/bundle.ts";
import { shipped } from "./server.ts";

/** The folder of what these tests run in Python. */
const own = join(project, "test", "interop", "jupyter");

/** Runs a script of these tests, or a text with `-c`, beside the shipped files; gives what it said. */
export const runScript = (
  python: string,
  script: string | readonly ["-c", ...string[]],
  env: Readonly<Record<string, string>>,
): Promise<{ readonly stdout: string; readonly stderr: string }> =>
  promisify(execFile)(python, typeof script === "string" ? [join(own, script)] : script, {
    env: { TEST_SHIPPED: shipped, PYTHONDONTWRITEBYTECODE: "1", ...env },
    timeout: 60_000,
  });
