import { after } from "node:test";
import type { Player } from "../../support/aws/player.ts";
import { reachAws } from "../../support/aws/reached.ts";
import { pythonWith, type WithPython } from "../support/parts.ts";
import { answering, freePort, orEnd, start } from "../support/running.ts";

/** The Python that has moto, or why there is none: see `pythonWith`. */
export const moto = (): Promise<WithPython> => pythonWith("moto");

/**
 * SQS and S3 as moto plays them; `python` is one that has it. It runs until the tests of the file are over: each who
 * starts it finds nothing in it.
 */
export const motoAws = (python: string): Player => {
  let running: Promise<MotoServer> | undefined;
  after(async () => (await running)?.stop());
  return {
    name: "moto",
    start: async () => {
      running ??= startMotoServer(python, ["-m", "moto.server"]);
      const { url } = await running;
      const place = { address: url, account: ACCOUNT };
      const stop = async (): Promise<void> => {
        await fetch(`${url}/moto-api/reset`, { method: "POST" });
      };
      return { place, open: async () => reachAws(place), stop };
    },
  };
};

/** In which moto makes what it is asked for by keys that it has not given out itself. */
const ACCOUNT = "123456789012";

export interface MotoServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts moto's server on a free port of this machine; `main` is what Python runs. Throws where it does not answer. */
export const startMotoServer = async (python: string, main: readonly string[]): Promise<MotoServer> => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const running = start(python, [...main, "-H", "127.0.0.1", "-p", String(port)], {
    cwd: "/",
    env: { NO_COLOR: "1" },
  });
  await orEnd(running, answering(`${url}/moto-api/`, running));
  return { url, stop: async () => running[Symbol.asyncDispose]() };
};
