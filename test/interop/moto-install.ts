import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { project } from "../../build/bundle.ts";

const run = promisify(execFile);
const REQUIREMENTS = join(project, "test", "interop", "moto", "requirements.txt");

/** Fails for a Python that is too old, or that cannot make virtual environments. */
const FIT = "import sys, venv, ensurepip; assert sys.version_info >= (3, 11)";

/**
 * Installs what `test/interop/moto/` pins into `.interop/moto/`, unless it is there already; gives the Python that has
 * it. Without a Python that fits it gives the reason, for a test to be skipped; where CI runs, it throws.
 */
export const moto = (): Promise<Moto> => {
  known ??= install();
  return known;
};

type Moto = { readonly python: string } | { readonly missing: string };

let known: Promise<Moto> | undefined;

const install = async (): Promise<Moto> => {
  try {
    await run("python3", ["-c", FIT]);
  } catch {
    const missing = "The interop tests with moto need Python 3.11 or newer with its venv module.";
    if (process.env.CI === "true") throw new Error(missing);
    return { missing };
  }
  const folder = join(project, ".interop", "moto");
  const python = join(folder, "bin", "python");
  const wanted = await readFile(REQUIREMENTS, "utf8");
  const stamp = join(folder, "installed");
  if ((await readFile(stamp, "utf8").catch(() => undefined)) !== wanted) {
    console.log("Installing moto into .interop/moto/ for the interop tests; this takes a minute …");
    await rm(folder, { recursive: true, force: true });
    await run("python3", ["-m", "venv", folder]);
    // The list is whole, so that nothing is installed that it does not name.
    await run(python, ["-m", "pip", "install", "--quiet", "--no-deps", "--requirement", REQUIREMENTS]);
    await writeFile(stamp, wanted);
  }
  return { python };
};

/** An S3 as moto plays it, with one bucket. */
export interface MotoBucket {
  readonly client: S3Client;
  /** Another client of the same. */
  newClient(): S3Client;
  stop(): Promise<void>;
}

/** Starts moto on a free port of this machine, and makes a bucket in it. */
export const startMoto = async (python: string, bucket: string): Promise<MotoBucket> => {
  const port = await freePort();
  const newClient = (): S3Client =>
    new S3Client({
      region: "us-east-1",
      endpoint: `http://127.0.0.1:${port}`,
      forcePathStyle: true,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
  const client = newClient();
  const child = spawn(python, ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)], {
    stdio: "ignore",
    env: { PATH: process.env.PATH, NO_COLOR: "1" },
  });
  const stop = async (): Promise<void> => {
    client.destroy();
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill();
    await once(child, "exit");
  };
  for (let tries = 0; ; tries++) {
    try {
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
      return { client, newClient, stop };
    } catch (error) {
      if (tries > 150) {
        await stop();
        throw error;
      }
      await sleep(200);
    }
  }
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
};
