import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  assertRefused,
  caliperHeaders,
  envelope,
  event,
  fresh,
  type Json,
  sandbox,
  sendCaliper,
  setBehaviour,
  V1P1,
  V1P2,
  without,
} from "./support.ts";

const ask = (store: string, options: RequestInit = {}): Promise<Response> =>
  fetch(`${sandbox.url}/caliper/${store}`, { headers: caliperHeaders, ...options });

const asked = async (store: string): Promise<Json> => {
  const response = await ask(store);
  assert.equal(response.status, 200);
  return (await response.json()) as Json;
};

describe("the configuration of a Caliper endpoint", () => {
  it("states the largest payload, the versions with the extensions of 1.1, and more, and no other property", async () => {
    const configuration = await asked(fresh());
    assert.deepEqual(Object.keys(configuration), [
      "caliperMaximumPayloadSize",
      "caliperSupportedVersions",
      "caliperSupportedExtensions",
    ]);
    assert.equal(configuration.caliperMaximumPayloadSize, 16 * 1024);
    const versions = configuration.caliperSupportedVersions;
    assert.ok(Array.isArray(versions));
    for (const version of [V1P1, `${V1P1}/ToolLaunchProfile-extension`, V1P2])
      assert.ok(versions.includes(version));
    assert.equal(typeof configuration.caliperSupportedExtensions, "object");
  });

  it("takes the limit that the store has anyway", async () => {
    const store = fresh();
    sandbox.behave(store, { maxBytes: 2048 });
    assert.equal((await asked(store)).caliperMaximumPayloadSize, 2);
  });

  it("says what it is told, in the spelling that it is told", async () => {
    const store = fresh();
    const told = { payloadKB: 512, versions: [V1P1], extensions: { endpoint: "A" } };
    sandbox.behave(store, { configuration: told });
    assert.deepEqual(await asked(store), {
      caliperMaximumPayloadSize: 512,
      caliperSupportedVersions: [V1P1],
      caliperSupportedExtensions: { endpoint: "A" },
    });
    await setBehaviour(store, { configuration: { ...told, spelling: "snake_case" } });
    assert.deepEqual(await asked(store), {
      caliper_maximum_payload_size: 512,
      caliper_supported_versions: [V1P1],
      caliper_supported_extensions: { endpoint: "A" },
    });
  });

  it("holds for POST: 413 to a larger payload, 422 to another version", async () => {
    const store = fresh();
    sandbox.behave(store, { configuration: { payloadKB: 1, versions: [V1P2] } });
    const text = JSON.stringify(envelope([event()]));
    const padded = (bytes: number): string => text + " ".repeat(bytes - text.length);
    assert.equal((await sendCaliper(store, padded(1024))).status, 200);
    await assertRefused(await sendCaliper(store, padded(1025)), 413);
    const old = envelope([without(event({ "@context": V1P1 }), "profile")], { dataVersion: V1P1 });
    await assertRefused(await sendCaliper(store, old), 422, "/dataVersion");
    assert.equal(sandbox.caliper(store).length, 1);
    sandbox.behave(store, {});
    assert.equal((await sendCaliper(store, padded(1025))).status, 200);
    assert.equal((await sendCaliper(store, old)).status, 200);
  });

  it("says nothing of a version that the sandbox does not know, though told to state it", async () => {
    const store = fresh();
    const dataVersion = "http://purl.imsglobal.org/ctx/caliper/v1p3";
    sandbox.behave(store, { configuration: { versions: [dataVersion] } });
    await assertRefused(await sendCaliper(store, envelope([event()], { dataVersion })), 422, "/dataVersion");
  });

  it("can be taken away, from everybody, while POST goes on", async () => {
    for (const status of [404, 405]) {
      const store = fresh();
      sandbox.behave(store, { configuration: { status } });
      const response = await ask(store, { headers: {} });
      assert.equal(response.headers.get("Allow"), status === 405 ? "POST" : null);
      await assertRefused(response, status);
      assert.equal((await sendCaliper(store, envelope([event()]))).status, 200);
    }
  });

  it("can be rubbish, of any kind", async () => {
    const store = fresh();
    for (const answer of ["<html>", "", "{", null, 7, [], { caliperSupportedVersions: "all" }]) {
      sandbox.behave(store, { configuration: { answer } });
      const text = await (await ask(store)).text();
      assert.equal(text, typeof answer === "string" ? answer : JSON.stringify(answer));
    }
    sandbox.behave(store, { configuration: { status: 500, answer: "out of order" } });
    const response = await ask(store);
    assert.deepEqual([response.status, await response.text()], [500, "out of order"]);
    assert.equal((await sendCaliper(store, envelope([event()]))).status, 200);
  });

  it("can hang, while POST goes on, until the behaviour changes", async () => {
    const store = fresh();
    sandbox.behave(store, { configuration: { hang: true } });
    const left = ask(store);
    await assert.rejects(ask(store, { signal: AbortSignal.timeout(50) }), { name: "TimeoutError" });
    assert.equal((await sendCaliper(store, envelope([event()]))).status, 200);
    sandbox.behave(store, {});
    assert.equal((await left).status, 200);
  });

  it("can come late, while POST does not wait for it", async () => {
    const store = fresh();
    sandbox.behave(store, { configuration: { delayMs: 300 } });
    const order: string[] = [];
    const late = ask(store).then(() => order.push("GET"));
    await sendCaliper(store, envelope([event()])).then(() => order.push("POST"));
    await late;
    assert.deepEqual(order, ["POST", "GET"]);
  });

  it("is for those who may send", async () => {
    await assertRefused(await ask(fresh(), { headers: {} }), 401);
    await assertRefused(await ask("guarded"), 401);
    assert.equal((await ask("guarded", { headers: { Authorization: "Bearer right" } })).status, 200);
  });

  it("is not told nonsense", async () => {
    for (const [configuration, at] of [
      [7, ""],
      [{ sulk: true }, "/sulk"],
      [{ payloadKB: 0 }, "/payloadKB"],
      [{ versions: V1P1 }, "/versions"],
      [{ versions: ["1.1"] }, "/versions"],
      [{ extensions: [] }, "/extensions"],
      [{ spelling: "kebab-case" }, "/spelling"],
      [{ status: 99 }, "/status"],
      [{ delayMs: -1 }, "/delayMs"],
      [{ hang: "yes" }, "/hang"],
    ] as const) {
      await assertRefused(await setBehaviour(fresh(), { configuration }), 400, `/configuration${at}`);
    }
  });
});
