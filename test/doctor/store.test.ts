import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { answering, inSandbox, isVoiding } from "./stores.ts";
import { only } from "./support.ts";

describe("an xAPI store", () => {
  it("is asked for the doctor's own statements only, takes a test, and has it voided", async () => {
    const { findings, statements, voided } = await inSandbox({});
    assert.equal(only("authentication", findings).end, "good");
    const { end, told } = only("statement", findings);
    assert.equal(end, "good");
    assert.match(told, /it has it as voided\.$/);
    assert.equal(statements.length, 2);
    assert.deepEqual(voided, [statements[0]?.id]);
    assert.ok(told.includes(statements[0]?.id ?? "none"));
    const { requests } = await answering(() => undefined);
    assert.match(
      decodeURIComponent(requests[0]?.path ?? ""),
      /^\/xapi\/statements\?agent=.*jlt-doctor.*limit=1$/,
    );
  });

  it("gets nothing where nothing may be sent, and why is told", async () => {
    const parts = { maySend: async () => "Nobody can be asked here." };
    const { findings, statements } = await inSandbox({}, { parts });
    const { end, told, mend } = only("statement", findings);
    assert.deepEqual(
      [end, told, mend],
      ["skipped", "Nobody can be asked here.", "To send it: jlt doctor store --stage prod --yes"],
    );
    assert.equal(statements.length, 0);
  });

  it("that does not know us is told with the secret to look at, and gets no test", async () => {
    const { findings, statements } = await inSandbox(
      {},
      { secrets: { "ssm:/store": "canary-user:canary-wrong" } },
    );
    const { end, told, mend } = only("authentication", findings);
    assert.deepEqual([end, /does not know us \(401\)/.test(told)], ["bad", true]);
    assert.match(mend ?? "", /the secret ssm:\/store/);
    assert.equal(only("statement", findings).told, "Its authentication must be right first.");
    assert.equal(statements.length, 0);
  });

  it("that lets us write and not read is told so, and gets the test all the same", async () => {
    const { findings } = await answering((_, body) => (body === "" ? { status: 403 } : undefined));
    assert.equal(only("authentication", findings).end, "note");
    const { end, told } = only("statement", findings);
    assert.deepEqual([end, /does not let us read/.test(told)], ["good", true]);
  });

  it("that does not let our statements be voided keeps one, which is told with its id", async () => {
    const { findings } = await answering((_, body) =>
      isVoiding(body) ? { status: 403, text: "No." } : undefined,
    );
    const { end, told } = only("statement", findings);
    assert.equal(end, "note");
    assert.match(
      told,
      /It took the test statement [0-9a-f-]{36} \(200\), but not the statement that voids it \(403\)\. It said: No\./,
    );
  });

  it("that does not show the voided statement yet is told so", async () => {
    const { findings } = await answering((path) => (path.includes("voided") ? { status: 404 } : undefined));
    assert.match(only("statement", findings).told, /does not show it as voided yet/);
  });

  it("that is not at this address, leads elsewhere, or is in trouble is told so", async () => {
    for (const [status, words] of [
      [404, /There is no store/],
      [301, /redirects are not followed/],
      [503, /in trouble \(503\)/],
      [429, /in trouble \(429\)/],
    ] as const) {
      const found = only("authentication", (await answering(() => ({ status }))).findings);
      assert.equal(found.end, "bad");
      assert.match(found.told, words);
      assert.ok(found.mend !== undefined);
    }
  });

  it("that never answers is given up in its time", async () => {
    const { findings } = await inSandbox(
      { limits: "{ concurrency: 2, timeout: 1s }" },
      { behaviour: { hang: true } },
    );
    assert.match(only("authentication", findings).told, /No answer came \(ETIMEDOUT\)/);
  });

  it("is none where anything else answers, whatever its status", async () => {
    for (const text of [
      "<!doctype html><title>Please sign in</title>",
      "[]",
      "{}",
      '{"statements":{}}',
      "",
    ]) {
      const { findings, bodies } = await answering(() => ({ text }));
      const { end, told, mend } = only("authentication", findings);
      assert.deepEqual(
        [end, told, mend],
        [
          "bad",
          "What is there answers, but not as an xAPI store does.",
          "Look at url in endpoints/store.yml.",
        ],
      );
      assert.deepEqual(bodies, []);
    }
  });

  it("whose answer is too long to be read to its end is one all the same", async () => {
    const text = JSON.stringify({ statements: [{ id: "x".repeat(100_000) }] });
    const { findings } = await answering((path, _, { authorization }) =>
      path.includes("agent") && authorization !== undefined ? { text } : undefined,
    );
    assert.equal(only("authentication", findings).end, "good");
  });

  it("that answers anybody does not tell whether it knows us", async () => {
    const open = (_: string, body: string) => (body === "" ? { text: '{"statements":[]}' } : { status: 401 });
    const { findings } = await answering(open);
    const { end, told } = only("authentication", findings);
    assert.deepEqual([end, told], ["note", "It lets anybody ask: whether it knows us, only sending tells."]);
    assert.equal(only("statement", findings).end, "bad");
    const nobody = await answering(open, { auth: "{ scheme: none }" });
    assert.equal(only("authentication", nobody.findings).end, "good");
  });

  it("has its words about its statements not shown, as they may be about people", async () => {
    for (const status of [400, 401, 403, 404, 500]) {
      const text = "Last session: Ada Lovelace";
      const { findings } = await answering((_, body) => (body === "" ? { status, text } : undefined));
      assert.doesNotMatch(JSON.stringify(findings), /Ada/);
    }
  });

  // With the share of one of a thousand, each request would wait for ten seconds.
  it("is asked at its own pace, as nobody else asks beside the doctor", { timeout: 9000 }, async () => {
    const limits = "{ concurrency: 1000, requestsPerSecond: 100, timeout: 2s }";
    const { findings } = await answering(() => undefined, { limits });
    assert.equal(only("statement", findings).end, "good");
  });
});
