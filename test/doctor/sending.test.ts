import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { isReached } from "../../src/doctor/ask.ts";
import { type Reply, serving } from "../support/listener.ts";
import { answering, asStore, isVoiding } from "./stores.ts";
import { only } from "./support.ts";

/** What a store answers to the test statement, and to that which voids it; to questions as a store does. */
const taking = (test: Reply | undefined, voiding?: Reply) => (_: string, body: string) => {
  if (body === "") return undefined;
  return isVoiding(body) ? voiding : test;
};

describe("a test statement", () => {
  it("that refuses the test is judged by what its file says of answers", async () => {
    const refusing = (status: number) => (_: string, body: string) => (body === "" ? undefined : { status });
    for (const [status, words] of [
      [400, /It answered 400 to a test statement: it refuses it, and would refuse others/],
      [415, /others like it would be set aside/],
      [503, /what is for it waits, and is sent again/],
      [401, /waits until somebody has seen to it/],
    ] as const) {
      const found = only("statement", (await answering(refusing(status))).findings);
      assert.equal(found.end, "bad");
      assert.match(found.told, words);
    }
    const { findings } = await answering(refusing(418), { answers: "{ done: [200-299, 418] }" });
    assert.equal(only("statement", findings).end, "good");
  });

  it("that was refused is not voided", async () => {
    for (const status of [400, 401, 403, 404, 409, 413, 415, 422]) {
      const { findings, bodies } = await answering(taking({ status }));
      assert.equal(bodies.length, 1);
      assert.doesNotMatch(only("statement", findings).told, /all the same/);
    }
  });

  it("that a store may have taken, though it did not say so, is voided and told with its id", async () => {
    for (const status of [408, 500, 502, 504]) {
      const { findings, bodies } = await answering(taking({ status }));
      const [test, voiding] = bodies.map((each) => JSON.parse(each)[0]);
      assert.equal(bodies.length, 2);
      assert.equal(voiding.object.id, test.id);
      const { end, told } = only("statement", findings);
      assert.equal(end, "bad");
      const all = `It may have taken the test statement ${test.id} all the same; it has taken the statement that voids it.`;
      assert.ok(told.endsWith(all), told);
    }
    const { findings, bodies } = await answering(taking({ status: 504 }, { status: 504 }));
    assert.equal(bodies.length, 2);
    assert.match(only("statement", findings).told, /all the same; what voids it was not taken \(504\)\.$/);
  });

  it("that is not answered in time is voided as well; not where nobody can have heard it", async () => {
    const posts: string[] = [];
    await using store = await serving(async (request, response) => {
      const body = await text(request);
      if (body !== "") posts.push(body);
      if (posts.length === 1 && body !== "") return;
      const reply = asStore(request.url ?? "", body, request.headers);
      response.writeHead(reply.status ?? 200).end(reply.text);
    });
    const lines = { url: store.url, limits: "{ concurrency: 2, timeout: 1s }" };
    const { findings } = await answering(() => undefined, lines);
    assert.match(
      only("statement", findings).told,
      /^There was no answer to a test statement: .* No answer came \(ETIMEDOUT\)\. It may have taken .* it has taken the statement that voids it\.$/,
    );
    assert.deepEqual(posts.map(isVoiding), [false, true]);
    assert.deepEqual(["ETIMEDOUT", "ECONNRESET", "EPIPE"].map(isReached), [true, true, true]);
    assert.deepEqual(
      ["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH", "CERT_HAS_EXPIRED", "EPRIVATE"].map(isReached),
      [false, false, false, false, false],
    );
  });

  it("is good only where the store names it, and shows that it is voided", async () => {
    for (const text of ["[]", "ok", '["x"]', "{}", ""]) {
      const { findings, bodies } = await answering(taking({ text }));
      const { end, told, mend } = only("statement", findings);
      assert.equal(end, "bad");
      assert.match(
        told,
        /^It answered 200 to a test statement, but not as an xAPI store does, with its id\./,
      );
      assert.equal(mend, "Look at url in endpoints/store.yml.");
      assert.equal(bodies.length, 2);
    }
    const unnamed = await answering(taking(undefined, { text: "[]" }));
    assert.match(only("statement", unnamed.findings).told, /but not the statement that voids it \(200\)/);
    for (const text of ['{"statements":[]}', "<html>", '{"id":"another"}']) {
      const { findings } = await answering((path) => (path.includes("voided") ? { text } : undefined));
      const { end, told } = only("statement", findings);
      assert.deepEqual([end, /but not with the statement/.test(told)], ["note", true]);
    }
  });

  it("is sent and voided without a break, whoever would end it meanwhile", async () => {
    const during: number[] = [];
    let sent = 0;
    const whole = async <T>(run: () => Promise<T>): Promise<T> => {
      const before = sent;
      const result = await run();
      during.push(sent - before);
      return result;
    };
    await answering(
      (_, body) => {
        if (body !== "") sent++;
        return undefined;
      },
      {},
      { parts: { whole } },
    );
    assert.deepEqual(during, [2]);
  });

  it("of which nothing tells whether it arrived may have arrived, also where it cannot be voided", async () => {
    for (const lines of [
      { protocol: "caliper", version: '"1.1"' },
      { protocol: "json", version: "1" },
    ]) {
      const late = await answering((_, body) => (body === "" ? undefined : { status: 504 }), lines);
      assert.match(
        only("statement", late.findings).told,
        /The test [0-9a-f-]{36} may have arrived all the same\.$/,
      );
      const refused = await answering((_, body) => (body === "" ? undefined : { status: 400 }), lines);
      assert.doesNotMatch(only("statement", refused.findings).told, /arrived/);
    }
  });

  it("is answered in words that are shown only where they are plain text or JSON", async () => {
    const text = "Not <b>this</b> one";
    for (const [type, isShown] of [
      ["text/plain; charset=utf-8", true],
      ["application/json", true],
      ["application/problem+json", true],
      ["text/html", false],
      ["image/svg+xml", false],
    ] as const) {
      const headers = { "content-type": type };
      const { told } = only("statement", (await answering(taking({ status: 400, headers, text }))).findings);
      assert.equal(told.includes(" It said: Not"), isShown, told);
    }
  });
});
