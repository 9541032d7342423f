import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import { type DeliverParts, deliverer } from "../../src/deliver.ts";
import type { Statement } from "../../src/delivery/pack.ts";
import type { Endpoint } from "../../src/endpoint/endpoint.ts";
import { type Certificate, certificateFor, trusting } from "../support/certificate.ts";
import { endpointAt, SENSOR, statement } from "../support/delivering.ts";
import { type QueueRecord, queueRecord } from "../support/delivery-queue.ts";
import { listening } from "../support/listener.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";

/** An LMS with a Caliper endpoint, encrypted and on this machine. */
export interface Lms extends AsyncDisposable {
  readonly host: string;
  /** What it heard, in order. */
  readonly heard: readonly Heard[];
  /** The ids of the Caliper events that it took. */
  taken(): readonly string[];
}

export interface Heard {
  readonly request: string;
  readonly authorization: string | undefined;
  readonly ids: readonly string[];
  readonly status: number;
}

/** The status that a request with these events is answered with, or none at all. */
export type Reply = (ids: readonly string[]) => number | "silence";

const lmsWith = async (certificate: Certificate, reply: Reply, log: string[]): Promise<Lms> => {
  const heard: Heard[] = [];
  const server = createServer(certificate, async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { data = [] } = JSON.parse(Buffer.concat(chunks).toString("utf8") || "{}");
    const ids = data.map(({ id }: { readonly id: string }) => id.replace("urn:uuid:", ""));
    const status = reply(ids);
    log.push(request.headers.host ?? "");
    const { method, url, headers } = request;
    heard.push({
      request: `${method} ${url}`,
      authorization: headers.authorization,
      ids,
      status: status === "silence" ? 0 : status,
    });
    // Whoever is in trouble wants to be left alone.
    const wants = status === 200 ? {} : { "retry-after": "600" };
    if (status !== "silence") response.writeHead(status, wants).end();
  });
  const { port, [Symbol.asyncDispose]: dispose } = await listening(server);
  return {
    host: `127.0.0.1:${port}`,
    heard,
    taken: () => heard.flatMap(({ status, ids }) => (status === 200 ? ids : [])).sort(),
    [Symbol.asyncDispose]: dispose,
  };
};

/** Learning systems, one for each reply; `order` has the host of each request to any of them. */
export const withLms = async (
  replies: readonly Reply[],
  use: (all: readonly Lms[], order: readonly string[]) => Promise<void>,
): Promise<void> => {
  const certificate = certificateFor(["127.0.0.1"]);
  const order: string[] = [];
  const all: Lms[] = [];
  try {
    for (const reply of replies) all.push(await lmsWith(certificate, reply, order));
    await trusting(certificate, () => use(all, order));
  } finally {
    for (const lms of all) await lms[Symbol.asyncDispose]();
  }
};

/** An endpoint whose address launches name, at one of these hosts. */
export const launchEndpoint = (hosts: readonly string[], changes: Partial<Endpoint> = {}): Endpoint =>
  endpointAt("", "caliper", { url: { hosts }, ...changes });

/** A learner's statement that is on its way to `to`. */
export const bound = (to: string | undefined, learner = "0123456789abcdef"): Statement => ({
  ...statement("caliper", "file"),
  learner,
  ...(to !== undefined && { to }),
});

/** So many statements that are on their way to the endpoint of an LMS. */
export const boundFor = ({ host }: Pick<Lms, "host">, count = 1): readonly Statement[] =>
  Array.from({ length: count }, () => bound(`https://${host}/caliper`));

export const idsOf = (all: readonly { readonly id: string }[]): readonly string[] =>
  all.map(({ id }) => id).sort();

/** What delivers to an endpoint, with a clock that can be put forward. */
export const delivererTo = (endpoint: Endpoint, changes: Partial<DeliverParts> = {}) => {
  const bucket: MemoryBucket = memoryBucket();
  const queue: QueueRecord = queueRecord();
  let passed = 0;
  const deliver = deliverer({
    endpoint,
    secret: "a-token",
    sensor: SENSOR,
    bucket,
    queue,
    random: () => 0,
    now: () => Date.now() + passed,
    ...changes,
  });
  return {
    bucket,
    queue,
    deliver,
    pass: (time: number): void => {
      passed += time;
    },
  };
};
