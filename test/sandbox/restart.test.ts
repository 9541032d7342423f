import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { type Sandbox, startSandbox } from "../../local/sandbox/server.ts";
import {
  caliperHeaders,
  envelope,
  event,
  type Json,
  jsonHeaders,
  sandbox,
  statement,
  xapiHeaders,
} from "./support.ts";

describe("a sandbox with a folder", () => {
  const folder = mkdtempSync(join(tmpdir(), "sandbox-lms-"));
  const said = statement();
  const seen = event();
  after(() => rmSync(folder, { recursive: true }));

  const during = async (work: (url: string, it: Sandbox) => Promise<void>): Promise<void> => {
    const own = await startSandbox({ folder });
    try {
      await work(own.url, own);
    } finally {
      await own.stop();
    }
  };
  const post = (url: string, headers: Record<string, string>, body: unknown) =>
    fetch(url, { method: "POST", headers, body: JSON.stringify(body) });

  it("has an accepted request on disk before it answers, one line each", async () => {
    await during(async (url) => {
      assert.equal((await post(`${url}/xapi/lrs/statements`, xapiHeaders, [said, statement()])).status, 200);
      assert.equal((await post(`${url}/xapi/lrs/statements`, xapiHeaders, said)).status, 200);
      assert.equal((await post(`${url}/xapi/lrs/statements`, xapiHeaders, {})).status, 400);
      assert.equal((await post(`${url}/caliper/lrs`, caliperHeaders, envelope([seen]))).status, 200);
      assert.deepEqual(readdirSync(folder).toSorted(), ["lrs.caliper.ndjson", "lrs.xapi.ndjson"]);
      assert.equal(readFileSync(join(folder, "lrs.xapi.ndjson"), "utf8").split("\n").length, 3);
    });
  });

  it("knows it after a restart, even where the last line was torn", async () => {
    for (const kind of ["xapi", "caliper"])
      appendFileSync(join(folder, `lrs.${kind}.ndjson`), '{"at":"2026-01-15T1');
    await during(async (url, own) => {
      assert.deepEqual(own.caliper("lrs"), [seen]);
      assert.equal(own.statements("lrs").length, 2);
      const summary = (await (await fetch(`${url}/sandbox/lrs`)).json()) as Json;
      assert.deepEqual([summary.kind, summary.accepted, summary.distinct], ["several", 4, 3]);
      assert.equal((await post(`${url}/xapi/lrs/statements`, xapiHeaders, said)).status, 200);
      assert.equal(
        (await post(`${url}/xapi/lrs/statements`, xapiHeaders, { ...said, result: {} })).status,
        409,
      );
      assert.equal((await post(`${url}/xapi/lrs/statements`, xapiHeaders, statement())).status, 200);
    });
    await during(async (_url, own) => assert.equal(own.statements("lrs").length, 3));
  });

  it("knows after a restart what is voided, and the records of plain JSON", async () => {
    const object = { objectType: "StatementRef", id: said.id };
    const voiding = statement({ verb: { id: "http://adlnet.gov/expapi/verbs/voided" }, object });
    const records = [{ id: 1 }, { id: 1 }, {}, {}];
    await during(async (url, own) => {
      assert.equal((await post(`${url}/xapi/lrs/statements`, xapiHeaders, voiding)).status, 200);
      assert.equal((await post(`${url}/json/plain`, jsonHeaders, records)).status, 200);
      assert.deepEqual(own.voided("lrs"), [said.id]);
    });
    await during(async (url, own) => {
      assert.deepEqual(own.voided("lrs"), [said.id]);
      assert.deepEqual(own.records("plain"), records);
      const summary = (await (await fetch(`${url}/sandbox/plain`)).json()) as Json;
      assert.deepEqual([summary.kind, summary.accepted, summary.distinct], ["json", 4, 3]);
    });
  });

  it("does not start on a file that it did not write, and says which line", async () => {
    appendFileSync(join(folder, "other.xapi.ndjson"), "nonsense\n");
    await assert.rejects(startSandbox({ folder }), /other\.xapi\.ndjson:1/);
  });
});

describe("a sandbox that stops", () => {
  it("does so at once, though requests hang or wait", async () => {
    const own = await startSandbox();
    own.behave("a", { hang: true });
    own.behave("b", { delayMs: 60_000 });
    const open = ["a", "b"].map((store) =>
      fetch(`${own.url}/xapi/${store}/statements`, {
        method: "POST",
        headers: xapiHeaders,
        body: JSON.stringify(statement()),
      }),
    );
    const outcomes = Promise.allSettled(open);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await own.stop();
    assert.deepEqual(
      (await outcomes).map(({ status }) => status),
      ["rejected", "rejected"],
    );
    assert.equal(own.statements("b").length, 0);
    await assert.rejects(fetch(own.url));
  });

  it("gives its port back, and cannot share one", async () => {
    const port = Number(new URL(sandbox.url).port);
    await assert.rejects(startSandbox({ port }), { code: "EADDRINUSE" });
    const own = await startSandbox();
    const taken = Number(new URL(own.url).port);
    await own.stop();
    const next = await startSandbox({ port: taken });
    assert.equal(next.url, own.url);
    await next.stop();
  });

  it("lets a client leave in the middle of its body", async () => {
    const request = httpRequest(`${sandbox.url}/caliper/left`, {
      method: "POST",
      headers: { ...caliperHeaders, "Content-Length": 1000 },
    });
    request.on("error", () => undefined);
    request.write('{"sensor":');
    await new Promise((resolve) => setTimeout(resolve, 30));
    request.destroy();
    assert.equal((await fetch(sandbox.url)).status, 200);
  });
});
