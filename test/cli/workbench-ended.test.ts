import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { project } from "../../build/bundle.ts";
import { openState } from "../../local/state.ts";
import { temporaryFolder } from "../service/support.ts";
import { env } from "./support.ts";

/** Runs `jlt workbench` until something is so, and ends it then; gives the exit code. */
const endedWhen = async (
  is: () => Promise<unknown>,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = env,
): Promise<number | null> => {
  const command = ["--disable-warning=ExperimentalWarning", join(project, "cli", "jlt.ts"), "workbench"];
  const child = spawn(process.execPath, [...command, "--port", "0", ...args], {
    cwd: project,
    env: environment,
    stdio: "ignore",
  });
  after(() => child.kill("SIGKILL"));
  const ended = once(child, "close");
  await Promise.race([is(), ended]);
  child.kill("SIGINT");
  const [code] = await ended;
  return code;
};

describe("jlt workbench that is ended before its page is up", () => {
  it("ends at once where AWS does not answer", async () => {
    const asked = Promise.withResolvers<void>();
    const silent = createServer(() => asked.resolve());
    await new Promise<void>((listening) => silent.listen(0, "127.0.0.1", listening));
    after(() => {
      silent.close();
      silent.closeAllConnections();
    });
    const { port } = silent.address() as AddressInfo;
    const code = await endedWhen(() => asked.promise, ["--stage", "prod"], {
      ...env,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "somebody",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_EC2_METADATA_DISABLED: "true",
    });
    assert.equal(code, 130);
  });

  it("leaves what a local service left as it was found", async () => {
    const state = await openState(join(await temporaryFolder(), "state"), true);
    await writeFile(join(state.folder, "running"), "999999999");
    const taken = async (): Promise<void> => {
      // The embedded AWS is begun when the folder is taken.
      while (!(await readdir(state.folder)).includes("queues")) await sleep(5);
    };
    assert.equal(await endedWhen(taken, ["--state", state.folder]), 130);
    assert.equal(await readFile(join(state.folder, "running"), "utf8"), "999999999");
  });
});
