import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pack } from "../../src/delivery/pack.ts";
import type { Batch, Endpoint } from "../../src/endpoint/endpoint.ts";
import { body, deliverTo, endpointAt, statements } from "../support/delivering.ts";
import { listener } from "../support/listener.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { comeAgain } from "../support/translating.ts";

const deliverAt = (url: string, protocol: Endpoint["protocol"], batch: Partial<Batch> = {}) => {
  const endpoint = endpointAt(url, protocol, {
    batch: { events: 1000, bytes: 512 * 1024, wait: 0, ...batch },
  });
  return deliverTo(endpoint);
};

/** The bytes of the requests that deliver 40 statements of about this size, each in a message of its own. */
const sizesOf = async (
  protocol: Endpoint["protocol"],
  bytes: number,
  name: string,
): Promise<readonly number[]> => {
  await using server = await listener(() => ({}));
  const all = statements(protocol, 40, name);
  const bodies = all.flatMap((each) => pack([each], { events: 1000, bytes, wait: 0 }).map((one) => one.body));
  assert.deepEqual(comeAgain(await deliverAt(server.url, protocol, { bytes })(bodies)), []);
  return server.requests.map((each) => Buffer.byteLength(each.body)).filter((size) => size > 0);
};

describe("a request", () => {
  it("is filled with the statements of several messages, up to about the endpoint's bytes", async () => {
    for (const protocol of ["xapi", "caliper"] as const) {
      const sizes = await sizesOf(protocol, 8192, "file");
      assert.ok(sizes.length > 1 && sizes.slice(0, -1).every((size) => size > 8192 - 1200));
    }
  });

  it("is never larger than the endpoint's bytes, its envelope included", async () => {
    for (const protocol of ["xapi", "caliper"] as const) {
      for (let more = 0; more < 60; more += 4) {
        const sizes = await sizesOf(protocol, 8192, "x".repeat(100 + more));
        assert.ok(Math.max(...sizes) <= 8192, `${protocol}: ${Math.max(...sizes)} bytes`);
      }
    }
  });

  it("keeps to limits that became smaller after its messages were packed", async () => {
    await using server = await listener(() => ({}));
    const deliver = deliverAt(server.url, "xapi", { events: 5 });
    assert.deepEqual(comeAgain(await deliver([body(...statements("xapi", 12))])), []);
    const counts = server.requests.map((each) => (JSON.parse(each.body) as readonly unknown[]).length);
    assert.ok(counts.every((count) => count <= 5));
  });

  it("whose refused statement is no JSON fails only its own message", async () => {
    await using server = await listener((_, text) => ({ status: text.includes("broken") ? 400 : 200 }));
    const bodies = [body(...statements("xapi", 2)), "statements/2\t\t\t\na\tb\tc\td\tbroken"];
    const { settled } = await deliverAt(server.url, "xapi")(bodies);
    assert.equal(settled[0], undefined);
  });

  it("that is answered at length is settled, and only the beginning of the answer is kept", async () => {
    await using server = await listener(() => ({ status: 422, text: "no ".repeat(1_000_000) }));
    const bucket = memoryBucket();
    const endpoint = endpointAt(server.url, "xapi");
    const deliver = deliverTo(endpoint, { bucket });
    assert.equal((await deliver([body(...statements("xapi", 1))])).counts.setAside, 1);
    const [record] = await bucket.records("failed", endpoint.name);
    assert.equal(String(record?.answer).length, 500);
  });
});
