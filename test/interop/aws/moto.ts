import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { pythonWith, type WithPython } from "../support/parts.ts";
import { answering, freePort, orEnd, start } from "../support/running.ts";

/** The Python that has moto, or why there is none: see `pythonWith`. */
export const moto = (): Promise<WithPython> => pythonWith("moto");

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
  const url = `http://127.0.0.1:${port}`;
  const running = start(python, [...main, "-H", "127.0.0.1", "-p", String(port)], {
    cwd: "/",
    env: { NO_COLOR: "1" },
  });
  await orEnd(running, answering(`${url}/moto-api/`, running));
  return { url, stop: async () => running[Symbol.asyncDispose]() };
};
