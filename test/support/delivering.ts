import { randomUUID } from "node:crypto";
import type { Sandbox } from "../../local/sandbox/server.ts";
import { type DeliverBatch, type DeliverParts, type DeliverResult, deliverer } from "../../src/deliver.ts";
import { pack, type Statement } from "../../src/delivery/pack.ts";
import { readAnswers } from "../../src/endpoint/answers.ts";
import type { Endpoint } from "../../src/endpoint/endpoint.ts";
import { deliveringBodies, type QueueRecord, queueRecord } from "./delivery-queue.ts";
import { type MemoryBucket, type MemoryBucketOptions, memoryBucket } from "./memory-bucket.ts";

export const SENSOR = "https://hub.example.edu";

const CALIPER = "http://purl.imsglobal.org/ctx/caliper/v1p2";

/** A statement that a store takes, about a file of this name. */
export const statement = (protocol: Endpoint["protocol"], name: string): Statement => {
  const id = randomUUID();
  const file = `https://hub.example.edu/files/${encodeURIComponent(name)}`;
  const xapi = {
    id,
    actor: { objectType: "Agent", account: { homePage: SENSOR, name: "pseudonym" } },
    verb: { id: "http://activitystrea.ms/schema/1.0/save", display: { en: "saved" } },
    object: { objectType: "Activity", id: file, definition: { name: { en: name } } },
    timestamp: "2026-11-22T01:07:49.726Z",
  };
  const caliper = {
    "@context": CALIPER,
    id: `urn:uuid:${id}`,
    type: "ResourceManagementEvent",
    profile: "ResourceManagementProfile",
    actor: { id: "https://hub.example.edu/learner/pseudonym", type: "Person" },
    action: "Saved",
    object: { id: file, type: "Document", name },
    eventTime: "2026-11-22T01:07:49.726Z",
  };
  const json = { id, time: "2026-11-22T01:07:49.726Z", file: name };
  const text = JSON.stringify({ xapi, caliper, json }[protocol]);
  const translation = "jupyter-server/contents:saved";
  return { id, event: randomUUID(), translation, mapping: "0123456789ab", text };
};

export const statements = (
  protocol: Endpoint["protocol"],
  count: number,
  name = "file",
): readonly Statement[] => Array.from({ length: count }, (_, at) => statement(protocol, `${name}-${at}`));

/** The body of a delivery message with these statements, as the first function writes it. */
export const body = (...inside: readonly Statement[]): string => {
  const [only, ...others] = pack(inside, { events: 10_000, bytes: 1e9, wait: 0 });
  if (only === undefined || others.length > 0) throw new Error("These statements do not fit a message.");
  return only.body;
};

/** An endpoint at a store of a sandbox, with short limits. */
export const endpointAt = (
  url: string,
  protocol: Endpoint["protocol"],
  changes: Partial<Endpoint> = {},
): Endpoint => ({
  name: "a-store",
  title: "A store",
  protocol,
  version: { xapi: "1.0.3", caliper: "1.2", json: "1" }[protocol],
  url,
  network: "public",
  request: { headers: {}, body: "array" },
  auth: { scheme: protocol === "xapi" ? "basic" : "bearer", secret: "ssm:/secret" },
  learners: "pseudonym",
  personalData: "allow",
  federatedSession: false,
  batch: { events: 50, bytes: 512 * 1024, wait: 0 },
  limits: { concurrency: 2, timeout: 2000 },
  answers: readAnswers(),
  ...changes,
});

/** What delivers message bodies to an endpoint. */
export const deliverTo = (endpoint: Endpoint, parts: Partial<DeliverParts> = {}): Delivering["deliver"] =>
  deliveringBodies(delivererTo(endpoint, parts));

const delivererTo = (endpoint: Endpoint, parts: Partial<DeliverParts>): DeliverBatch =>
  deliverer({
    endpoint,
    secret: "user:password",
    sensor: SENSOR,
    bucket: memoryBucket(),
    queue: queueRecord(),
    ...parts,
  });

/** A store that no other test uses, with what delivers to it. */
export interface Delivering {
  readonly store: string;
  readonly bucket: MemoryBucket;
  readonly queue: QueueRecord;
  /** Delivers message bodies, as if they had just been sent. */
  readonly deliver: (bodies: readonly string[], remaining?: () => number) => Promise<DeliverResult>;
  readonly deliverMessages: DeliverBatch;
  /** Lets so many milliseconds go by. */
  readonly pass: (time: number) => void;
  /** Ids under `receipts/` and `failed/`. */
  readonly receipts: () => Promise<readonly string[]>;
  readonly failed: () => Promise<readonly string[]>;
}

export interface DeliveringOptions extends MemoryBucketOptions {
  readonly changes?: Partial<Endpoint>;
  readonly secret?: string;
  readonly random?: () => number;
  /** Whether the queue takes a body, by its place among those of a call. */
  readonly takes?: (at: number) => boolean;
}

export const delivering = (
  { url }: Pick<Sandbox, "url">,
  protocol: Endpoint["protocol"],
  {
    changes,
    secret = "user:password",
    random = Math.random,
    takes = () => true,
    ...options
  }: DeliveringOptions = {},
): Delivering => {
  const store = `store-${randomUUID()}`;
  const bucket = memoryBucket(options);
  const queue = queueRecord(takes);
  let passed = 0;
  const now = (): number => Date.now() + passed;
  const endpoint = endpointAt(`${url}/${protocol}/${store}`, protocol, changes);
  const deliverMessages = delivererTo(endpoint, { secret, bucket, queue, random, now });
  const idsOf = async (part: "receipts" | "failed"): Promise<readonly string[]> =>
    (await bucket.records(part, endpoint.name)).map(({ id }) => String(id));
  return {
    store,
    bucket,
    queue,
    deliver: deliveringBodies(deliverMessages),
    deliverMessages,
    pass: (time) => {
      passed += time;
    },
    receipts: () => idsOf("receipts"),
    failed: () => idsOf("failed"),
  };
};
