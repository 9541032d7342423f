import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { prefixOf } from "../../src/archive/layout.ts";
import { readLines } from "../../src/archive/lines.ts";
import { isObject } from "../../src/event/json.ts";
import { runService, saveOf, toldTo } from "./support.ts";

const service = await runService();
const { ingest } = service;
assert.ok(ingest !== undefined);
const { url, token: tokenFile } = ingest;
const token = await readFile(tokenFile, "utf8");
const headers = { authorization: `Bearer ${token}`, "content-type": "application/x-ndjson" };

const posted = async (
  body: string | Uint8Array<ArrayBuffer>,
  more: Readonly<Record<string, string>> = {},
) => {
  const answer = await fetch(url, { method: "POST", headers: { ...headers, ...more }, body });
  const told: unknown = await answer.json();
  assert.ok(isObject(told));
  return { status: answer.status, headers: answer.headers, told };
};

/** How many statements the xAPI store has. */
const statements = (): number => service.sandbox.statements("campus-lrs").length;

describe("Events that are posted to the local service", () => {
  it("are statements at the learning systems, by the deployed function", async () => {
    const lines = [saveOf("stat101/hw1.ipynb"), "{cut off", saveOf("stat101/hw2.ipynb")];
    const plain = await posted(lines.join("\n"));
    assert.equal(plain.status, 202);
    assert.deepEqual([plain.told.taken, plain.headers.get("cache-control")], [2, "no-store"]);
    assert.match(JSON.stringify(plain.told.refused), /^\[\{"index":1,"reason":"json\.malformed","detail":"/);
    const packed = await posted(gzipSync(`[${saveOf("stat101/hw3.ipynb")}]`), { "content-encoding": "gzip" });
    assert.deepEqual([packed.status, packed.told], [202, { taken: 1, refused: [] }]);
    await toldTo(service, "campus-lrs");
    assert.equal(statements(), 3);
    // What was sent twice is one event.
    assert.equal((await posted(saveOf("stat101/hw1.ipynb"))).status, 202);
    await toldTo(service, "campus-lrs");
    assert.equal(statements(), 3);
  });

  it("are taken from jupyterlab-pioneer's remote exporter, and the token that they carry is kept nowhere", async () => {
    const before = statements();
    const event = {
      data: {
        eventDetail: {
          eventName: "NotebookOpenEvent",
          eventTime: 1_793_523_600_000,
          eventInfo: { environ: {} },
        },
        notebookState: { sessionID: "s", notebookPath: "stat101/hw1.ipynb", notebookContent: null },
      },
      params: null,
      env: [{ LMS_LEARNER_CONTEXT: token }],
    };
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(event),
    });
    assert.equal(answer.status, 202);
    await toldTo(service, "campus-lrs");
    assert.equal(statements(), before + 1);
    let lines = 0;
    for await (const line of readLines(service.bucket, prefixOf("raw"))) {
      lines++;
      assert.ok(!JSON.stringify(line).includes(token));
    }
    // What was posted twice is kept twice.
    assert.equal(lines, 5);
  });

  it("are taken from Segment's libraries, and neither their write key nor their time of sending is kept", async () => {
    const before = statements();
    const body = JSON.stringify({
      batch: [JSON.parse(saveOf("stat101/hw4.ipynb")), { type: "identify", traits: { key: token } }],
      sentAt: "2026-11-20T09:00:13.987+00:00",
      writeKey: token,
    });
    const answer = await fetch(new URL("/v1/batch", url), {
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from(`${token}:`).toString("base64")}`,
        "content-type": "application/json",
      },
      body,
    });
    assert.deepEqual([answer.status, await answer.json()], [202, { taken: 2, refused: [] }]);
    await toldTo(service, "campus-lrs");
    assert.equal(statements(), before + 1);
    const kept: string[] = [];
    for (const part of ["raw", "quarantine"] as const)
      for await (const line of readLines(service.bucket, prefixOf(part))) kept.push(JSON.stringify(line));
    assert.ok(kept.some((each) => each.includes("stat101/hw4.ipynb")));
    assert.ok(kept.some((each) => each.includes("identify")));
    for (const each of kept) assert.ok(!each.includes(token) && !each.includes("09:00:13.987"));
  });

  it("go to quarantine where nobody knows their schema: they are taken, and not lost", async () => {
    const before = statements();
    assert.equal((await posted('{"__schema__":"https://example.edu/unknown","a":1}\n5')).told.taken, 2);
    await toldTo(service, "campus-lrs");
    const reasons: unknown[] = [];
    for await (const line of readLines(service.bucket, prefixOf("quarantine"))) {
      assert.ok(isObject(line));
      reasons.push(line.reason);
    }
    assert.deepEqual(reasons, Array(3).fill("schema.unknown"));
    assert.equal(statements(), before);
  });

  it("are refused as the deployed function refuses them, and the log holds nothing of them", async () => {
    const without = await fetch(url, {
      method: "POST",
      body: "{}",
      headers: { "content-type": "application/json" },
    });
    assert.deepEqual(
      [without.status, without.headers.get("www-authenticate")],
      [401, 'Bearer realm="jupyter-lms-translator"'],
    );
    assert.equal((await posted("x".repeat(2_000_000))).status, 413);
    assert.equal(
      (await posted(gzipSync(Buffer.alloc(8_000_000)), { "content-encoding": "gzip" })).status,
      413,
    );
    assert.equal((await posted("{}", { "content-type": "text/plain" })).status, 415);
    assert.equal((await fetch(url, { headers })).status, 405);
    assert.equal((await fetch(url.replace("/events", "/"), { headers })).status, 404);
    assert.equal((await fetch(url, { method: "OPTIONS" })).status, 204);
    const log = await readFile(service.log, "utf8");
    assert.match(log, /Events were posted\./);
    assert.doesNotMatch(log, /hw1|local-learner/);
    assert.ok(!log.includes(token));
  });
});
