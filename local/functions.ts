import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { type RenewableLambda, startLambda } from "./lambda.ts";

/** The functions of a build, of which instances are started. */
export interface LocalFunctions {
  /** An instance of a function; `timeout` in seconds. */
  start(name: string, timeout: number, environment: Readonly<Record<string, string>>): RenewableLambda;
  /** From now on, every instance runs what the build's folder holds. */
  renew(): void;
  /** Ends the log, when all instances are stopped. */
  close(): Promise<void>;
}

export interface FunctionsOptions {
  /** The folder of the built bundles. */
  readonly dist: string;
  /** The file to which they all log. */
  readonly log: string;
  /** What the environment of each of them has. */
  readonly environment: Readonly<Record<string, string>>;
}

export const localFunctions = (options: FunctionsOptions): LocalFunctions => {
  const log = createWriteStream(options.log, { flags: "a" });
  // Every instance of a function writes to it.
  log.setMaxListeners(0);
  const instances: RenewableLambda[] = [];
  return {
    start: (name, timeout, environment) => {
      const instance = startLambda({
        bundle: join(options.dist, name, "index.cjs"),
        environment: { ...options.environment, ...environment },
        timeout: timeout * 1000,
        log,
      });
      instances.push(instance);
      return instance;
    },
    renew: () => {
      for (const instance of instances) instance.renew();
    },
    close: () => new Promise((ended) => log.end(ended)),
  };
};
