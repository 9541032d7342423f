import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { lastOf } from "./install.ts";
import { type Installed, pythonWith } from "./python.ts";

/** The Python that has moto, or why there is none: see `pythonWith`. */
export const moto = (): Promise<Installed> => pythonWith("moto");

/** An S3 as moto plays it, with one bucket. */
export interface MotoBucket {
  readonly client: S3Client;
  /** Another client of the same. */
  newClient(): S3Client;
  stop(): Promise<void>;
}

/** Starts moto on a free port of this machine, and makes a bucket in it. */
export const startMoto = async (python: string, bucket: string): Promise<MotoBucket> => {
  const server = await startMotoServer(python, ["-m", "moto.server"]);
  const newClient = (): S3Client =>
    new S3Client({
      region: "us-east-1",
      endpoint: server.url,
      forcePathStyle: true,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
  const client = newClient();
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const stop = async (): Promise<void> => {
    client.destroy();
    await server.stop();
  };
  return { client, newClient, stop };
};

export interface MotoServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts moto's server on a free port of this machine; `main` is what Python runs. Throws where it does not answer. */
export const startMotoServer = async (python: string, main: readonly string[]): Promise<MotoServer> => {
  const port = await freePort();
  const child = spawn(python, [...main, "-H", "127.0.0.1", "-p", String(port)], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { PATH: process.env.PATH, NO_COLOR: "1" },
  });
  const said = lastOf(child.stderr);
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill();
    await once(child, "exit");
  };
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    try {
      await (await fetch(`${url}/moto-api/`)).body?.cancel();
      return { url, stop };
    } catch {
      if (tries < 300 && child.exitCode === null) await sleep(200);
      else {
        await stop();
        throw new Error(`moto does not answer. It said:\n${said()}`);
      }
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
