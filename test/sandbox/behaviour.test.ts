import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import {
  assertRefused,
  envelope,
  event,
  fresh,
  sandbox,
  sendCaliper,
  sendXapi,
  setBehaviour,
  statement,
  xapiHeaders,
} from "./support.ts";

describe("a store that misbehaves", () => {
  it("answers every request with the status it was told, and Retry-After, until it is told to behave", async () => {
    const store = fresh();
    assert.equal((await setBehaviour(store, { status: 503, retryAfter: 7 })).status, 200);
    const response = await sendXapi(store, statement());
    assert.equal(response.headers.get("Retry-After"), "7");
    await assertRefused(response, 503);
    assert.equal(sandbox.statements(store).length, 0);
    await setBehaviour(store, {});
    assert.equal((await sendXapi(store, statement())).status, 200);
  });

  it("fails every n-th request", async () => {
    const store = fresh();
    sandbox.behave(store, { failEvery: 3 });
    const answers = [];
    for (let turn = 0; turn < 6; turn += 1) answers.push((await sendXapi(store, statement())).status);
    assert.deepEqual(answers, [200, 200, 503, 200, 200, 503]);
    assert.equal(sandbox.statements(store).length, 4);
  });

  it("answers late", async () => {
    const store = fresh();
    sandbox.behave(store, { delayMs: 120 });
    const start = performance.now();
    assert.equal((await sendXapi(store, statement())).status, 200);
    assert.ok(performance.now() - start >= 115);
    assert.ok((sandbox.requests(store)[0]?.ms ?? 0) >= 115);
  });

  it("hangs until its behaviour changes, and forgets those who left", async () => {
    const store = fresh();
    sandbox.behave(store, { hang: true });
    const left = sendXapi(store, statement());
    const impatient = fetch(`${sandbox.url}/xapi/${store}/statements`, {
      method: "POST",
      headers: xapiHeaders,
      body: JSON.stringify(statement()),
      signal: AbortSignal.timeout(100),
    });
    await assert.rejects(impatient, { name: "TimeoutError" });
    assert.equal(sandbox.statements(store).length, 0);
    while (sandbox.requests(store).length === 0) await sleep(5);
    sandbox.behave(store, {});
    assert.equal((await left).status, 200);
    assert.equal(sandbox.statements(store).length, 1);
  });

  it("answers 429 with Retry-After above its rate, and takes more when that has passed", async () => {
    const store = fresh();
    sandbox.behave(store, { requestsPerSecond: 0.01 });
    assert.equal((await sendXapi(store, statement())).status, 200);
    const response = await sendXapi(store, statement());
    assert.match(response.headers.get("Retry-After") ?? "", /^(?:100|[1-9]\d?)$/);
    await assertRefused(response, 429);
    sandbox.behave(store, { requestsPerSecond: 2 });
    const answers = await Promise.all([1, 2, 3, 4].map(() => sendXapi(store, statement())));
    for (const { status, headers } of answers)
      assert.ok(status === 200 || headers.get("Retry-After") === "1");
    while ((await sendXapi(store, statement())).status !== 200);
  });

  it("answers 413 to a body above its limit", async () => {
    const store = fresh();
    sandbox.behave(store, { maxBytes: 1000 });
    await assertRefused(
      await sendXapi(
        store,
        Array.from({ length: 10 }, () => statement()),
      ),
      413,
    );
    assert.equal((await sendXapi(store, statement())).status, 200);
  });

  it("refuses a batch that mentions what it cannot stand", async () => {
    const store = fresh();
    sandbox.behave(store, { refuseAbout: "b.ipynb" });
    const offending = { id: "https://hub.example.edu/files/b.ipynb", type: "Document" };
    await assertRefused(
      await sendXapi(store, [statement(), statement({ object: { id: offending.id } })]),
      400,
      "/1",
    );
    await assertRefused(
      await sendCaliper(store, envelope([event(), event({ object: offending })])),
      400,
      "/data/1",
    );
    assert.equal((await sendXapi(store, statement())).status, 200);
    assert.equal((await sendCaliper(store, envelope([event()]))).status, 200);
  });

  it("finds what it cannot stand however its characters are escaped, and only in an item", async () => {
    const store = fresh();
    sandbox.behave(store, { refuseAbout: "naïve/b" });
    const about = (id: string): string => JSON.stringify(statement({ object: { id } }));
    const id = "https://hub.example.edu/naïve/b";
    const escaped = about(id).replace("ï", "\\u00ef").replaceAll("/", "\\/");
    for (const body of [about(id), escaped, `[${about("https://x.example/a")},${escaped}]`]) {
      await assertRefused(await sendXapi(store, body), 400, body.startsWith("[") ? "/1" : "");
    }
    const elsewhere = envelope([event()], { sensor: "https://hub.example.edu/naïve/b" });
    assert.equal((await sendCaliper(store, elsewhere)).status, 200);
    assert.equal((await sendXapi(store, about("https://x.example/a/b").replace("a", "\\u0061"))).status, 200);
  });

  it("drops the connection in the middle of an answer to what it did accept", async () => {
    const store = fresh();
    sandbox.behave(store, { reset: true });
    const said = statement();
    await assert.rejects(sendXapi(store, said).then((response) => response.text()));
    await assert.rejects(sendCaliper(store, envelope([event()])).then((response) => response.text()));
    sandbox.behave(store, {});
    assert.equal((await sendXapi(store, said)).status, 200);
    assert.equal(sandbox.statements(store).length, 1);
    assert.equal(sandbox.caliper(store).length, 1);
  });

  it("refuses a behaviour that makes no sense", async () => {
    await assertRefused(await setBehaviour(fresh(), { sulk: true }), 400, "/sulk");
    await assertRefused(await setBehaviour(fresh(), { status: 42 }), 400, "/status");
    await assertRefused(await setBehaviour(fresh(), { failEvery: 0 }), 400, "/failEvery");
    await assertRefused(await setBehaviour(fresh(), []), 400, "");
    const simple = await fetch(`${sandbox.url}/sandbox/x/behaviour`, { method: "POST", body: "{}" });
    await assertRefused(simple, 415);
    assert.throws(() => sandbox.behave("x", { delayMs: -1 }), /delayMs/);
  });

  it("leaves the others alone", async () => {
    sandbox.behave(fresh(), { status: 500 });
    assert.equal((await sendXapi(fresh(), statement())).status, 200);
  });
});
