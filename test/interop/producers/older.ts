import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { project } from "../../../build/bundle.ts";
import { start } from "../support/running.ts";

/** Runs a script of this folder to its end; gives what it wrote. Throws with what it said where it fails. */
export const runToEnd = async (
  python: string,
  [script, ...args]: readonly [script: string, ...args: string[]],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<string> => {
  const file = join(project, "test", "interop", "producers", script);
  await using running = start(python, [file, ...args], { cwd, env });
  const { child, said } = running;
  const [written, [code]] = await Promise.all([
    child.stdout === null ? "" : text(child.stdout),
    once(child, "close"),
  ]);
  if (code !== 0) throw new Error(`${script} ended with ${String(code)} and said:\n${said()}`);
  return written;
};
