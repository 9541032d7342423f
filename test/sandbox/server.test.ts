import assert from "node:assert/strict";
import { connect } from "node:net";
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
  sendXapi,
  statement,
  xapiHeaders,
} from "./support.ts";

describe("a sandbox LMS", () => {
  it("says what it is, in its greeting and in every answer", async () => {
    const greeting = await fetch(sandbox.url);
    assert.match(await greeting.text(), /for local runs and tests only/);
    for (const path of [
      "/",
      "/nothing",
      "/sandbox",
      "/xapi/x/statements",
      "/caliper/UPPER",
      "/xapi/a%",
      "//x",
      "/caliper/a/b",
    ]) {
      const answer = await fetch(sandbox.url + path);
      assert.equal(answer.headers.get("X-Sandbox-LMS"), "for local runs and tests only", path);
    }
  });

  it("answers to this machine only", () => {
    assert.match(sandbox.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it("survives bytes that are not HTTP, and says that it is a sandbox", async () => {
    const answer = await new Promise<string>((resolve) => {
      let got = "";
      const socket = connect(Number(new URL(sandbox.url).port), "127.0.0.1", () =>
        socket.end("\0\0 nonsense\r\n\r\n"),
      );
      socket.on("data", (chunk) => {
        got += chunk.toString();
      });
      socket.on("close", () => resolve(got));
    });
    assert.match(answer, /^HTTP\/1\.1 400[\s\S]*X-Sandbox-LMS/);
    assert.equal((await fetch(sandbox.url)).status, 200);
  });

  it("refuses JSON that is deeper than anything real, and goes on", async () => {
    const deep = "[".repeat(1_000_000) + "]".repeat(1_000_000);
    await assertRefused(await sendXapi(fresh(), deep), 400);
    await assertRefused(await sendCaliper(fresh(), `{"data":${deep}}`), 400);
  });

  it("refuses a body above 16 MiB with 413", async () => {
    await assertRefused(await sendXapi(fresh(), "x".repeat(16 * 1024 * 1024 + 1)), 413);
  });

  it("refuses a compressed body with 415", async () => {
    await assertRefused(
      await sendXapi(fresh(), statement(), { ...xapiHeaders, "Content-Encoding": "gzip" }),
      415,
    );
    await assertRefused(
      await sendCaliper(fresh(), envelope([event()]), { ...caliperHeaders, "Content-Encoding": "gzip" }),
      415,
    );
  });

  it("remembers the requests of a store, with how many items each carried", async () => {
    const store = fresh();
    await sendXapi(store, [statement(), statement()]);
    await sendXapi(store, [statement(), {}]);
    assert.deepEqual(
      sandbox.requests(store).map(({ method, path, status, items }) => ({ method, path, status, items })),
      [
        { method: "POST", path: `/xapi/${store}/statements`, status: 200, items: 2 },
        { method: "POST", path: `/xapi/${store}/statements`, status: 400, items: 2 },
      ],
    );
  });

  it("sums up what each store got", async () => {
    const store = fresh();
    const same = statement();
    await sendXapi(store, [same, statement()]);
    await sendXapi(store, same);
    await sendXapi(store, {});
    const expected = { store, kind: "xapi", accepted: 3, distinct: 2, refused: 1, behaviour: {} };
    assert.deepEqual(await (await fetch(`${sandbox.url}/sandbox/${store}`)).json(), expected);
    const all = (await (await fetch(`${sandbox.url}/sandbox`)).json()) as readonly Json[];
    assert.deepEqual(
      all.find((summary) => summary.store === store),
      expected,
    );
  });
});
