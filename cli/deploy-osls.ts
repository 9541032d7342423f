import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { project } from "../build/bundle.ts";

/** The framework's own command, in the version that the project brings along. */
export const OSLS = join(project, "node_modules", "osls", "bin", "serverless.js");

/** How it is run. */
export interface OslsRun {
  /** The program, which Node runs. */
  readonly osls: string;
  /** Where serverless.yml is. */
  readonly folder: string;
  /** Its whole environment. */
  readonly env: NodeJS.ProcessEnv;
  /** Whether all that it says goes to standard error, as standard output is for data. */
  readonly aside: boolean;
}

/** Runs osls, whose output passes through; gives its exit code. */
export const runOsls = (args: readonly string[], { osls, folder, env, aside }: OslsRun): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [osls, ...args], {
      cwd: folder,
      env,
      stdio: ["inherit", aside ? 2 : "inherit", "inherit"],
    });
    // Ctrl+C reaches both, SIGTERM only us; how it ends is for osls to say.
    const stay = (): void => {};
    const handOn = (): void => {
      child.kill("SIGTERM");
    };
    process.on("SIGINT", stay);
    process.on("SIGTERM", handOn);
    const left = (): void => {
      process.off("SIGINT", stay);
      process.off("SIGTERM", handOn);
    };
    child.once("error", (error) => {
      left();
      reject(error);
    });
    child.once("close", (code, signal) => {
      left();
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
