import assert from "node:assert/strict";
import type { Sandbox } from "../../local/sandbox/server.ts";
import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { failedLine } from "../../src/archive/records.ts";
import { type DeliverResult, deliverer } from "../../src/deliver.ts";
import type { Endpoint } from "../../src/endpoint/endpoint.ts";
import type { EventMessage } from "../../src/intake.ts";
import { readAccounts } from "../../src/ledger/accounts.ts";
import type { Account } from "../../src/ledger/ledger.ts";
import { againRecords, packTogether, type Retold, type Sent } from "../../src/retell/retold.ts";
import type { Site } from "../../src/site.ts";
import { SENSOR } from "../support/delivering.ts";
import { messageOf, queueRecord } from "../support/delivery-queue.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { ARRIVED } from "../support/tokens.ts";
import { translating } from "../support/translating.ts";
import { endpointOf, failuresIn, only, retold, sentOf } from "./support.ts";

let stores = 0;

/** What time it is: just after the events of these tests arrived, and later with each look at it. */
let clock = ARRIVED + 2000;

/** Delivers bodies that were put into the queue just after their events arrived. */
export const deliverSoon = (
  endpoint: Endpoint,
  bucket: MemoryBucket,
  bodies: readonly string[],
): Promise<DeliverResult> => {
  const now = (): number => clock++;
  const deliver = deliverer({
    endpoint,
    bucket,
    queue: queueRecord(),
    secret: "user:password",
    sensor: SENSOR,
    now,
  });
  return deliver(bodies.map((body) => messageOf(body, { sent: ARRIVED + 1000 })));
};

/** A site's service for one endpoint, whose store is in the sandbox; the site can be deployed anew. */
export const service = (sandbox: Pick<Sandbox, "url">, name: string) => {
  const store = `retold-${stores++}`;
  const bucket = memoryBucket();
  const at = (site: Site): Endpoint => {
    const endpoint = endpointOf(site, name);
    return { ...endpoint, url: `${sandbox.url}/${endpoint.protocol}/${store}` };
  };
  const deliver = async (site: Site, bodies: readonly string[]): Promise<void> => {
    const { counts } = await deliverSoon(at(site), bucket, bodies);
    assert.equal(counts.waiting, 0);
  };
  const tell = async (site: Site): Promise<readonly Retold[]> => {
    const failures = (await failuresIn(bucket, name)).filter((each) => each.class !== "again");
    return retold(failures, site, name, bucket, { endpoint: at(site) });
  };
  return {
    store,
    bucket,
    at,
    tell,
    /** An event comes, and is told and delivered. */
    take: async (site: Site, ...messages: readonly EventMessage[]): Promise<void> => {
      const way = await translating({ site });
      await way.translate(messages);
      for (const [key, body] of way.bucket.objects)
        if (!key.startsWith("failed/")) await bucket.put(key, body);
      await deliver(site, way.bodies(name));
    },
    /** What is set aside is sent again, as the command does it. */
    retry: async (site: Site): Promise<readonly Sent[]> => {
      const sent = sentOf(await tell(site));
      const begun = new Date(clock++).toISOString();
      for (const { ledger } of sent) await writeLines(bucket, prefixOf("ledger"), ledger);
      const groups = sent.map(({ statements }) => statements);
      await deliver(
        site,
        packTogether(groups, at(site).batch).map(({ body }) => body),
      );
      const marks = sent.flatMap((each) => againRecords(each, begun));
      await writeLines(bucket, prefixOf("failed", name), marks.map(failedLine));
      return sent;
    },
    account: async (): Promise<Account> => only((await readAccounts(bucket, [name])).endpoints),
  };
};
