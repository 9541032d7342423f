import { randomUUID } from "node:crypto";
import type { Sandbox } from "../../local/sandbox/server.ts";
import { type DeliverBatch, deliverer } from "../../src/deliver.ts";
import { pack, type Statement } from "../../src/delivery/pack.ts";
import { readAnswers } from "../../src/endpoint/answers.ts";
import type { Endpoint } from "../../src/endpoint/endpoint.ts";
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
  const text = JSON.stringify(protocol === "xapi" ? xapi : caliper);
  return { id, event: randomUUID(), translation: "jupyter-server/contents:saved", text };
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
  version: protocol === "xapi" ? "1.0.3" : "1.2",
  url,
  auth: { scheme: protocol === "xapi" ? "basic" : "bearer", secret: "ssm:/secret" },
  learners: "pseudonym",
  federatedSession: false,
  batch: { events: 50, bytes: 512 * 1024, wait: 0 },
  limits: { concurrency: 2, timeout: 2000 },
  answers: readAnswers(),
  ...changes,
});

/** A store that no other test uses, with what delivers to it. */
export interface Delivering {
  readonly store: string;
  readonly bucket: MemoryBucket;
  readonly deliver: DeliverBatch;
  /** Ids under `receipts/` and `failed/`. */
  readonly receipts: () => Promise<readonly string[]>;
  readonly failed: () => Promise<readonly string[]>;
}

export interface DeliveringOptions extends MemoryBucketOptions {
  readonly changes?: Partial<Endpoint>;
  readonly secret?: string;
}

export const delivering = (
  { url }: Pick<Sandbox, "url">,
  protocol: Endpoint["protocol"],
  { changes, secret = "user:password", ...options }: DeliveringOptions = {},
): Delivering => {
  const store = `store-${randomUUID()}`;
  const bucket = memoryBucket(options);
  const endpoint = endpointAt(`${url}/${protocol}/${store}`, protocol, changes);
  const idsOf = async (part: "receipts" | "failed"): Promise<readonly string[]> =>
    (await bucket.records(part, endpoint.name)).map(({ id }) => String(id));
  return {
    store,
    bucket,
    deliver: deliverer({ endpoint, secret, sensor: SENSOR, bucket }),
    receipts: () => idsOf("receipts"),
    failed: () => idsOf("failed"),
  };
};
