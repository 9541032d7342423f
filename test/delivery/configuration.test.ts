import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { DeliverParts, DeliverResult } from "../../src/deliver.ts";
import { readConfiguration } from "../../src/delivery/configuration.ts";
import type { Endpoint } from "../../src/endpoint/endpoint.ts";
import { body, deliverTo, endpointAt, statements } from "../support/delivering.ts";
import { type Listener, listener, type Reply } from "../support/listener.ts";

const V1P1 = "http://purl.imsglobal.org/ctx/caliper/v1p1";
const V1P2 = "http://purl.imsglobal.org/ctx/caliper/v1p2";

/** A Caliper endpoint that answers a GET, which has no body, with this; and takes whatever is posted. */
const saying = (configuration: Reply | object): Promise<Listener> =>
  listener((_, sent) => {
    if (sent !== "") return {};
    return "status" in configuration ? configuration : { text: JSON.stringify(configuration) };
  });

const deliver = (
  store: Listener,
  changes: Partial<Endpoint> = {},
  protocol: Endpoint["protocol"] = "caliper",
  parts: Partial<DeliverParts> = {},
): ((name: string) => Promise<DeliverResult>) => {
  const endpoint = endpointAt(store.url, protocol, changes);
  const run = deliverTo(endpoint, { secret: "a:token", ...parts });
  return (name) => run([body(...statements(protocol, 10, name))]);
};

const posts = ({ requests }: Listener): readonly string[] =>
  requests.map((each) => each.body).filter((sent) => sent !== "");

const asked = ({ requests }: Listener): number => requests.filter((each) => each.body === "").length;

describe("a Caliper endpoint's own configuration", () => {
  it("is asked for once, however many batches are delivered", async () => {
    await using store = await saying({});
    const run = deliver(store);
    for (const name of ["one", "two", "three"]) assert.equal((await run(name)).counts.delivered, 10);
    assert.equal(asked(store), 1);
    assert.equal(posts(store).length, 3);
  });

  it("makes requests as small as the endpoint wants them, under either spelling", async () => {
    for (const key of ["caliperMaximumPayloadSize", "caliper_maximum_payload_size"]) {
      await using store = await saying({ [key]: 8 });
      const { counts } = await deliver(store)("small".repeat(100));
      assert.equal(counts.delivered, 10);
      assert.ok(posts(store).length >= 2);
      for (const sent of posts(store)) assert.ok(Buffer.byteLength(sent) <= 8000);
    }
  });

  it("never makes them larger than the endpoint's file says", async () => {
    await using store = await saying({ caliperMaximumPayloadSize: 512 });
    const { counts } = await deliver(store, { batch: { events: 50, bytes: 1500, wait: 0 } })("small");
    assert.equal(counts.delivered, 10);
    for (const sent of posts(store)) assert.ok(Buffer.byteLength(sent) <= 1500);
  });

  it("lets statements wait, unsent, where it does not know the version of the endpoint's file", async () => {
    await using store = await saying({ caliperSupportedVersions: [V1P1] });
    const { counts, settled } = await deliver(store)("waiting");
    assert.deepEqual(counts.trouble, { why: "version" });
    assert.equal(counts.waiting, 10);
    assert.equal(settled[0]?.name, "ComesAgain");
    assert.equal(posts(store).length, 0);
  });

  it("is asked for again as long as it does not know the version", async () => {
    let versions = [V1P1];
    let now = Date.now();
    await using store = await listener((_, sent) =>
      sent === "" ? { text: JSON.stringify({ caliperSupportedVersions: versions }) } : {},
    );
    const run = deliver(store, {}, "caliper", { now: () => now });
    assert.equal((await run("waiting")).counts.waiting, 10);
    versions = [V1P1, V1P2];
    now += 1000;
    assert.equal((await run("waiting")).counts.delivered, 10);
  });

  it("is no hindrance where the version is among those that it knows", async () => {
    for (const versions of [[V1P1, V1P2], [`${V1P2.replace("http", "https")}/`]]) {
      await using store = await saying({ caliper_supported_versions: versions });
      assert.equal((await deliver(store)("taken")).counts.delivered, 10);
    }
  });

  it("is no hindrance where there is none, or none that can be read", async () => {
    for (const reply of [
      { status: 404 },
      { status: 405 },
      { status: 500, text: "down" },
      { status: 302, headers: { location: "https://elsewhere.example.edu" } },
      { status: 200, text: "<html>" },
      { status: 200, text: '{"caliperMaximumPayloadSize":"much","caliperSupportedVersions":"all"}' },
      { status: 200, text: '{"caliperMaximumPayloadSize":-1,"caliperSupportedVersions":[]}' },
      { status: 200, text: '{"caliperMaximumPayloadSize":0.001,"caliperSupportedVersions":["1.2",null]}' },
    ]) {
      await using store = await saying(reply);
      assert.equal((await deliver(store)("sent")).counts.delivered, 10, JSON.stringify(reply));
      assert.equal(posts(store).length, 1);
    }
  });

  it("is not asked for where the standard has none: in Caliper 1.1 and xAPI", async () => {
    await using caliper = await saying({});
    await deliver(caliper, { version: "1.1" })("sent");
    assert.equal(asked(caliper), 0);
    await using xapi = await saying({});
    await deliver(xapi, {}, "xapi")("sent");
    assert.equal(asked(xapi), 0);
  });

  it("never throws, whatever the endpoint says", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const { bytes = 1 } = readConfiguration(text, "1.2");
        assert.ok(bytes >= 0);
      }),
    );
  });
});

describe("the version in what is sent", () => {
  it("is the one that the endpoint's file names", async () => {
    await using store = await saying({});
    await deliver(store, { version: "1.1" })("old");
    await deliver(store)("new");
    const [old, recent] = posts(store).map((sent) => JSON.parse(sent).dataVersion);
    assert.deepEqual([old, recent], [V1P1, V1P2]);
  });
});
