import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Sandbox, startSandbox } from "../../local/sandbox/server.ts";
import { readAnswers } from "../../src/endpoint/answers.ts";
import { body, delivering, deliverTo, endpointAt, statement, statements } from "../support/delivering.ts";
import { listener } from "../support/listener.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { comeAgain } from "../support/translating.ts";

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.stop());

const one = { events: 1, bytes: 512 * 1024, wait: 0 };

describe("a function whose time is nearly over", () => {
  it("sends no more, and has written down what it sent", async () => {
    const { store, deliver, receipts } = delivering(sandbox, "xapi", { changes: { batch: one } });
    const all = statements("xapi", 5);
    // Time for two requests of at most two seconds each, and for the receipts.
    const left = [30_000, 20_000, 10_000, 4_000, 2_000, 1_000];
    const { settled, counts } = await deliver(
      all.map((each) => body(each)),
      () => left.shift() ?? 0,
    );
    assert.deepEqual(comeAgain({ settled }), [2, 3, 4]);
    assert.deepEqual([counts.delivered, counts.waiting], [2, 3]);
    assert.equal((await receipts()).length, 2);
    assert.equal(sandbox.requests(store).length, 2);
  });
});

describe("an endpoint in trouble", () => {
  for (const [status, why] of [
    [503, "retry"],
    [500, "retry"],
    [429, "retry"],
    [408, "retry"],
    [401, "setup"],
    [403, "setup"],
    [404, "setup"],
    // What no class names is for the administrator to find out.
    [418, "setup"],
  ] as const) {
    it(`that answers ${status} lets all messages wait (${why}), after a single request`, async () => {
      const { store, deliver, receipts, failed, pass } = delivering(sandbox, "xapi", {
        changes: { batch: one },
      });
      sandbox.behave(store, { status });
      const bodies = statements("xapi", 5).map((each) => body(each));
      const { settled, counts } = await deliver(bodies);
      assert.deepEqual(comeAgain({ settled }), [0, 1, 2, 3, 4]);
      assert.deepEqual(counts.trouble, { why, status });
      assert.deepEqual([counts.delivered, counts.setAside, counts.waiting], [0, 0, 5]);
      assert.deepEqual([await receipts(), await failed()], [[], []]);
      assert.equal(sandbox.requests(store).length, 1);
      sandbox.behave(store, {});
      pass(1000);
      assert.deepEqual(comeAgain(await deliver(bodies)), []);
      assert.equal((await receipts()).length, 5);
    });
  }

  it("that recovers and fails in turns loses nothing, and what it took is not sent for again", async () => {
    const { store, deliver, receipts, pass } = delivering(sandbox, "xapi", { changes: { batch: one } });
    sandbox.behave(store, { failEvery: 3 });
    let bodies = statements("xapi", 10).map((each) => body(each));
    for (let round = 0; bodies.length > 0 && round < 20; round++) {
      pass(1000);
      const again = comeAgain(await deliver(bodies));
      bodies = bodies.filter((_, at) => again.includes(at));
    }
    assert.equal(sandbox.statements(store).length, 10);
    assert.equal((await receipts()).length, 10);
    assert.equal(sandbox.requests(store).filter(({ status }) => status === 200).length, 10);
  });

  it("that does not answer in time lets its messages wait", async () => {
    const { store, deliver } = delivering(sandbox, "xapi", {
      changes: { limits: { concurrency: 2, timeout: 100 } },
    });
    sandbox.behave(store, { hang: true });
    const { settled, counts } = await deliver([body(...statements("xapi", 2))]);
    assert.deepEqual(comeAgain({ settled }), [0]);
    const detail = "No answer came (ETIMEDOUT).";
    assert.deepEqual(counts.trouble, { why: "retry", status: "network", detail });
  });

  it("that drops the connection after it has taken a batch is asked again, and has each statement once", async () => {
    const { store, deliver, receipts, pass } = delivering(sandbox, "xapi");
    sandbox.behave(store, { reset: true });
    const bodies = [body(...statements("xapi", 3))];
    assert.deepEqual(comeAgain(await deliver(bodies)), [0]);
    assert.deepEqual(await receipts(), []);
    sandbox.behave(store, {});
    pass(1000);
    assert.deepEqual(comeAgain(await deliver(bodies)), []);
    assert.equal(sandbox.statements(store).length, 3);
    assert.equal((await receipts()).length, 3);
  });

  it("that has answered is believed, though the rest of its answer never comes", async () => {
    await using server = await listener(() => ({ headers: { "content-length": "100" }, text: "[" }));
    const endpoint = endpointAt(server.url, "xapi", { limits: { concurrency: 2, timeout: 1000 } });
    const deliver = deliverTo(endpoint);
    const { settled, counts } = await deliver([body(...statements("xapi", 2))]);
    assert.deepEqual([comeAgain({ settled }), counts.delivered, server.requests.length], [[], 2, 1]);
  });

  it("that is not there lets its messages wait, and its address is not in what is said", async () => {
    const bucket = memoryBucket();
    const endpoint = endpointAt("http://127.0.0.1:1/xapi", "xapi");
    const deliver = deliverTo(endpoint, { bucket });
    const { settled, counts } = await deliver([body(...statements("xapi", 1))]);
    assert.deepEqual(comeAgain({ settled }), [0]);
    assert.equal(settled[0]?.message, "a-store does not take it now.");
    const detail = "No answer came (ECONNREFUSED).";
    assert.deepEqual(counts.trouble, { why: "retry", status: "network", detail });
  });

  it("that refuses a statement and then fails has that one set aside, and the others wait", async () => {
    const { store, deliver, failed } = delivering(sandbox, "xapi", { changes: { batch: one } });
    sandbox.behave(store, { refuseAbout: "the-bad-one", failEvery: 2 });
    const bad = statement("xapi", "the-bad-one");
    const { settled } = await deliver([body(bad), ...statements("xapi", 2).map((each) => body(each))]);
    assert.deepEqual(comeAgain({ settled }), [1, 2]);
    assert.deepEqual(await failed(), [bad.id]);
  });

  it("means by its answers what its file says that they mean", async () => {
    for (const [status, answers, end] of [
      [403, { setAside: [403], setup: [401, 404] }, "setAside"],
      [404, { done: ["400-404"], setup: [401, 403] }, "delivered"],
      [204, { retry: [204] }, "waiting"],
      [422, {}, "setAside"],
    ] as const) {
      const { store, deliver } = delivering(sandbox, "xapi", { changes: { answers: readAnswers(answers) } });
      sandbox.behave(store, { status });
      assert.equal((await deliver([body(...statements("xapi", 1))])).counts[end], 1, `${status}`);
    }
  });
});

describe("a store that refuses a whole batch for one statement", () => {
  for (const status of [400, 409, 422]) {
    it(`with ${status} has that one set aside, and gets the others`, async () => {
      const bad = statement("xapi", "the-bad-one");
      await using server = await listener((_, text) => ({ status: text.includes(bad.id) ? status : 200 }));
      const bucket = memoryBucket();
      const endpoint = endpointAt(server.url, "xapi");
      const deliver = deliverTo(endpoint, { bucket });
      const { counts } = await deliver([body(...statements("xapi", 6).toSpliced(3, 0, bad))]);
      assert.deepEqual([counts.delivered, counts.setAside], [6, 1]);
      const failed = await bucket.records("failed", endpoint.name);
      assert.deepEqual(
        failed.map(({ id }) => id),
        [bad.id],
      );
    });
  }
});

describe("a file that gives a status another meaning", () => {
  it("need not take the status away from its default class as well", async () => {
    for (const [status, answers, end] of [
      [403, { setAside: [403] }, "setAside"],
      [400, { setAside: [400] }, "setAside"],
      [429, { setAside: [429] }, "setAside"],
    ] as const) {
      const { store, deliver } = delivering(sandbox, "xapi", { changes: { answers: readAnswers(answers) } });
      sandbox.behave(store, { status });
      assert.equal((await deliver([body(...statements("xapi", 2))])).counts[end], 2, `${status}`);
    }
  });
});

describe("credentials", () => {
  it("are sent as the endpoint's scheme has them", async () => {
    const guarded = await startSandbox({ credentials: { a: "Basic dXNlcjpww6Rzcw==", b: "Bearer token" } });
    try {
      for (const [protocol, store, secret] of [
        ["xapi", "a", "user:päss\n"],
        ["caliper", "b", "token"],
      ] as const) {
        const endpoint = endpointAt(`${guarded.url}/${protocol}/${store}`, protocol);
        const send = (key: string) => deliverTo(endpoint, { secret: key })([body(statement(protocol, "f"))]);
        assert.equal((await send(secret)).counts.delivered, 1);
        assert.equal((await send("wrong:one")).counts.trouble?.why, "setup");
      }
    } finally {
      await guarded.stop();
    }
  });

  it("that cannot be right let the messages wait for the administrator, and nothing is sent", async () => {
    for (const [protocol, secret] of [
      ["xapi", undefined],
      ["xapi", "hush"],
      ["caliper", "hush\nhush"],
    ] as const) {
      await using server = await listener(() => ({}));
      const endpoint = endpointAt(server.url, protocol);
      const { settled, counts } = await deliverTo(endpoint, { secret })([body(...statements(protocol, 2))]);
      assert.deepEqual([comeAgain({ settled }), counts.trouble?.why], [[0], "setup"]);
      assert.equal(server.requests.length, 0);
    }
  });
});

describe("a redirect", () => {
  it("is not followed, whichever it is: records and credentials stay, and the administrator must look", async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      await using server = await listener(() => ({ status, headers: { Location: "/elsewhere" } }));
      const bucket = memoryBucket();
      const endpoint = endpointAt(server.url, "xapi");
      const deliver = deliverTo(endpoint, { bucket });
      const { settled, counts } = await deliver([body(...statements("xapi", 2))]);
      assert.deepEqual(
        server.requests.map(({ path }) => path),
        ["/statements"],
      );
      assert.deepEqual(comeAgain({ settled }), [0]);
      assert.deepEqual(counts.trouble, { why: "setup", status });
    }
  });
});
