import assert from "node:assert/strict";
import { promises as dns } from "node:dns";
import { describe, it } from "node:test";
import type { Statement } from "../../src/delivery/pack.ts";
import { localEndpoint } from "../../src/endpoint/local.ts";
import { body } from "../support/delivering.ts";
import { messageOf } from "../support/delivery-queue.ts";
import { listener } from "../support/listener.ts";
import {
  bound,
  boundFor,
  delivererTo,
  idsOf,
  launchEndpoint,
  type Reply,
  withLms,
} from "./launch-support.ts";

const taking: Reply = () => 200;

const messages = (...all: readonly (readonly Statement[])[]) =>
  all.map((each) => messageOf(body(...each), { receipt: each[0]?.id ?? "" }));

describe("an endpoint whose address the launch names", () => {
  it("gets each statement at the address that its learner's launch named, with the file's secret", () =>
    withLms([taking, taking], async ([one, other]) => {
      assert.ok(one && other);
      const { deliver, bucket } = delivererTo(launchEndpoint([one.host, other.host]));
      const [here, alsoHere, there] = [
        bound(`https://${one.host}/caliper?of=stat101`, "1".repeat(16)),
        bound(`https://${one.host}/other`, "2".repeat(16)),
        bound(`https://${other.host}/caliper`, "3".repeat(16)),
      ];
      const { counts } = await deliver(messages([here], [alsoHere], [there]));
      assert.deepEqual([counts.delivered, counts.waiting, counts.setAside], [3, 0, 0]);
      assert.deepEqual(
        [...one.heard, ...other.heard].map(({ request, authorization, ids }) => [
          request,
          authorization,
          ids,
        ]),
        [
          ["POST /caliper?of=stat101", "Bearer a-token", [here.id]],
          ["POST /other", "Bearer a-token", [alsoHere.id]],
          ["POST /caliper", "Bearer a-token", [there.id]],
        ],
      );
      const receipts = await bucket.records("receipts", "a-store");
      assert.deepEqual(
        new Map(receipts.map(({ id, to, learner }) => [id, [to, learner]])),
        new Map([here, alsoHere, there].map(({ id, to, learner }) => [id, [to, learner]])),
      );
    }));

  it("is not asked what it takes: a launch's addresses may be many", () =>
    withLms([taking], async ([lms]) => {
      assert.ok(lms);
      const { deliver } = delivererTo(launchEndpoint([lms.host]));
      await deliver(messages(boundFor(lms, 3)));
      assert.deepEqual(
        lms.heard.map(({ request }) => request),
        ["POST /caliper"],
      );
    }));

  it("is told once of what came in messages to two addresses", () =>
    withLms([taking, taking], async ([one, other]) => {
      assert.ok(one && other);
      const { deliver } = delivererTo(launchEndpoint([one.host, other.host]));
      const [told] = boundFor(one);
      assert.ok(told);
      const { settled } = await deliver(messages([told], [{ ...told, to: `https://${other.host}/caliper` }]));
      assert.deepEqual(settled, [undefined, undefined]);
      assert.equal(one.taken().length + other.taken().length, 1);
    }));
});

describe("trouble at one address", () => {
  for (const [status, why] of [
    [503, "retry"],
    [429, "retry"],
    [401, "setup"],
  ] as const)
    it(`(${status}) leaves the others as they are, and is told with its host`, () =>
      withLms([() => status, taking], async ([bad, good]) => {
        assert.ok(bad && good);
        const { deliver, queue } = delivererTo(launchEndpoint([bad.host, good.host]));
        const [waiting, first, second] = [boundFor(bad, 2), boundFor(good, 2), boundFor(good, 2)];
        const { settled, counts } = await deliver(messages(waiting, first));
        assert.deepEqual(
          settled.map((each) => each === undefined),
          [false, true],
        );
        assert.deepEqual([counts.delivered, counts.waiting], [2, 2]);
        assert.deepEqual([counts.trouble?.why, counts.trouble?.host], [why, bad.host]);
        // It is left alone, and the other one is not.
        await deliver(messages(waiting, second));
        assert.deepEqual(good.taken(), idsOf([...first, ...second]));
        assert.deepEqual([bad.heard.length, queue.sent], [1, []]);
      }));

  it("is met after the others were asked, so that none of them waits for it", () =>
    withLms([() => "silence", taking], async ([bad, good], order) => {
      assert.ok(bad && good);
      const limits = { concurrency: 2, timeout: 400 };
      const { deliver, pass } = delivererTo(launchEndpoint([bad.host, good.host], { limits }));
      await deliver(messages(boundFor(bad), boundFor(good)));
      assert.deepEqual(order, [bad.host, good.host]);
      pass(60_000);
      await deliver(messages(boundFor(bad), boundFor(good)));
      assert.deepEqual(order.slice(2), [good.host, bad.host]);
    }));

  it("is no failure of what there was no time for", () =>
    withLms([() => "silence", taking], async ([bad, good], order) => {
      assert.ok(bad && good);
      const limits = { concurrency: 2, timeout: 400 };
      const { deliver, queue } = delivererTo(launchEndpoint([bad.host, good.host], { limits }));
      const late = messages(boundFor(bad), boundFor(good)).map((each) => ({ ...each, received: 7 }));
      const { counts } = await deliver(late, () => (order.length === 0 ? 60_000 : 0));
      assert.deepEqual([counts.waiting, good.heard.length], [2, 0]);
      const [failed, unasked] = queue.hidden;
      assert.ok(failed && unasked && unasked.seconds === 1 && failed.seconds > 10);
    }));

  it("that takes less than others is sent less, and the others are not", () =>
    withLms([(ids) => (ids.length > 2 ? 413 : 200), taking], async ([small, large]) => {
      assert.ok(small && large);
      const { deliver } = delivererTo(launchEndpoint([small.host, large.host]));
      await deliver(messages(boundFor(small, 8), boundFor(large, 8)));
      await deliver(messages(boundFor(small, 2), boundFor(large, 8)));
      assert.equal(small.taken().length, 10);
      assert.deepEqual(
        large.heard.map(({ ids }) => ids.length),
        [8, 8],
      );
    }));
});

describe("an address that the file does not allow", () => {
  it("is never sent anything, whatever a message says", () =>
    withLms([taking, taking], async ([listed, other]) => {
      assert.ok(listed && other);
      await using plain = await listener(() => ({}));
      const [, port] = listed.host.split(":");
      const { deliver, bucket } = delivererTo(launchEndpoint([listed.host], { network: "private" }));
      const addresses = [
        `https://${other.host}/caliper`,
        `http://${listed.host}/caliper`,
        `http://127.0.0.1:${new URL(plain.url).port}/caliper`,
        `https://me@${listed.host}/caliper`,
        `https://me:secret@${listed.host}/caliper`,
        `https://${listed.host}@${other.host}/caliper`,
        `https://${other.host}\\@${listed.host}/caliper`,
        `https://${listed.host}/caliper#part`,
        `https://localhost:${port}/caliper`,
        `https://[::ffff:127.0.0.1]:${port}/caliper`,
        "https://127.0.0.1/caliper",
        "https://169.254.169.254/latest/meta-data",
        "not an address",
        "",
        undefined,
      ];
      const all = addresses.map((to) => bound(to, "f".repeat(16)));
      const { settled, counts } = await deliver(messages(...all.map((each) => [each])));
      assert.ok(settled.every((each) => each === undefined));
      assert.deepEqual([counts.delivered, counts.setAside, counts.waiting], [0, all.length, 0]);
      assert.deepEqual([listed.heard, other.heard, plain.requests], [[], [], []]);
      const failed = await bucket.records("failed", "a-store");
      assert.deepEqual(failed.map(({ id }) => String(id)).sort(), idsOf(all));
      for (const { id, reason, class: why, learner, to, statement, status } of failed) {
        const given = all.find((each) => each.id === id);
        assert.deepEqual(
          [reason, why, learner, to ?? "", status],
          ["endpoint.unlisted", "setAside", "f".repeat(16), given?.to ?? "", undefined],
        );
        assert.deepEqual(statement, JSON.parse(given?.text ?? ""));
      }
    }));

  it("holds up nothing for those that it allows", () =>
    withLms([taking], async ([lms]) => {
      assert.ok(lms);
      const { deliver } = delivererTo(launchEndpoint([lms.host]));
      const good = boundFor(lms, 2);
      const { settled } = await deliver(messages([bound("https://elsewhere.example.edu/caliper")], good));
      assert.deepEqual(settled, [undefined, undefined]);
      assert.deepEqual(lms.taken(), idsOf(good));
    }));

  it("comes again where the archive does not take it", async () => {
    const { deliver, queue } = delivererTo(launchEndpoint(["lms.example.edu"]), {
      bucket: {
        put: () => Promise.reject(new Error("SlowDown")),
        get: assert.fail,
        open: assert.fail,
        list: assert.fail,
      },
    });
    await assert.rejects(deliver(messages([bound("https://elsewhere.example.edu/caliper")])), /SlowDown/);
    assert.equal(queue.hidden.length, 1);
  });
});

describe("a listed host", () => {
  it("that leads into a private network is sent nothing, and the log says of which host", async (t) => {
    t.mock.method(dns, "lookup", async () => [{ address: "10.0.0.7", family: 4 }]);
    const { deliver } = delivererTo(launchEndpoint(["lms.example.edu"]));
    const { counts } = await deliver(messages([bound("https://lms.example.edu/caliper")]));
    assert.deepEqual(counts.trouble, {
      why: "setup",
      status: "setup",
      detail:
        "Look at the address that the LMS's launch names: it leads into a private network, and the file does not say network: private (EPRIVATE).",
      host: "lms.example.edu",
    });
  });
});

describe("where the file itself says where the endpoint is", () => {
  it("what was on its way to a launch's address goes there, as on one machine to the sandbox", async () => {
    await using store = await listener(() => ({}));
    const endpoint = localEndpoint(launchEndpoint(["lms.example.edu"]), `${store.url}/sandbox`);
    const { deliver } = delivererTo(endpoint);
    const all = [
      bound("https://lms.example.edu/one"),
      bound("https://lms.example.edu/other"),
      bound(undefined),
    ];
    const { counts } = await deliver(messages(...all.map((each) => [each])));
    assert.equal(counts.delivered, 3);
    assert.deepEqual([...new Set(store.requests.map(({ path }) => path))], ["/sandbox"]);
  });
});
