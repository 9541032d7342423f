import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { deliverer } from "../../src/deliver.ts";
import type { Endpoint } from "../../src/endpoint/endpoint.ts";
import { scales } from "./batches.ts";

/** Answers whatever it is sent, in a process of its own, so that what it costs is not counted. */
const SERVER = `
  const { createServer } = require("node:http");
  createServer((request, response) => {
    request.resume();
    request.on("end", () => response.writeHead(204).end());
  }).listen(0, "127.0.0.1", function () { console.log(this.address().port); });
`;

export interface Delivering extends AsyncDisposable {
  /** Delivers bodies of the endpoint's queue, as one invocation of the function does. */
  deliver(bodies: readonly string[]): Promise<void>;
  /** Bytes of objects, by the archive's part. */
  readonly objects: Map<string, number>;
}

/** The deliver function's work for an endpoint, to a server on this machine that takes everything. */
export const delivering = async (endpoint: Endpoint): Promise<Delivering> => {
  const server = spawn(process.execPath, ["-e", SERVER], { stdio: ["ignore", "pipe", "inherit"] });
  const [port] = await once(createInterface({ input: server.stdout }), "line");
  const objects = new Map<string, number>();
  const deliver = deliverer({
    endpoint: { ...endpoint, url: `http://127.0.0.1:${port}`, network: "private", auth: { scheme: "none" } },
    secret: undefined,
    sensor: "https://hub.example.edu",
    bucket: scales(objects),
    queue: { send: async (bodies) => bodies.map(() => true), hide: async () => {} },
  });
  return {
    objects,
    deliver: async (bodies) => {
      const { counts } = await deliver(
        bodies.map((body, at) => ({ body, receipt: String(at), received: 1, sent: Date.now() })),
      );
      if (counts.waiting + counts.setAside > 0) throw new Error("The server did not take everything.");
    },
    [Symbol.asyncDispose]: async () => {
      server.kill();
      await once(server, "close");
    },
  };
};
