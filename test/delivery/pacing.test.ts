import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { deliverPace } from "../../infra/pace.ts";
import { intervalOf, pacingOf } from "../../src/delivery/pacing.ts";
import { body, deliverTo, endpointAt, statements } from "../support/delivering.ts";
import { listener } from "../support/listener.ts";
import { comeAgain } from "../support/translating.ts";

const one = { events: 1, bytes: 512 * 1024, wait: 0 };

describe("an endpoint's pace", () => {
  it("is kept by all of its functions together: each has its share", () => {
    assert.equal(intervalOf({ concurrency: 2, timeout: 1, requestsPerSecond: 10 }), 200);
    assert.equal(intervalOf({ concurrency: 5, timeout: 1, requestsPerSecond: 0.5 }), 10_000);
    assert.equal(intervalOf({ concurrency: 2, timeout: 1 }), 0);
  });

  it("is never passed, and a function that was idle has not saved anything up", async () => {
    const pauses = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 2, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(pauses, async (between) => {
        let now = 0;
        const pacing = pacingOf({ concurrency: 2, timeout: 1, requestsPerSecond: 20 }, () => now);
        let last = Number.NEGATIVE_INFINITY;
        for (const pause of between) {
          now += pause;
          const wait = pacing.left();
          now += wait;
          await pacing.turn();
          assert.ok(now - last >= 100);
          last = now;
        }
      }),
    );
  });

  it("is kept in what the endpoint sees, over batches and over requests that are split", async () => {
    const times: number[] = [];
    await using server = await listener((_, text) => {
      times.push(performance.now());
      return { status: text.includes("file-3") ? 400 : 200 };
    });
    const endpoint = endpointAt(server.url, "xapi", {
      limits: { concurrency: 2, timeout: 2000, requestsPerSecond: 50 },
    });
    const deliver = deliverTo(endpoint);
    const begun = performance.now();
    await deliver([body(...statements("xapi", 6))]);
    await deliver([body(...statements("xapi", 2))]);
    assert.ok(times.length >= 5);
    const since = times.map((time) => time - begun);
    // Any request may arrive late, also the first, but none before its turn; timers may be a millisecond early.
    for (const [turn, time] of since.entries()) assert.ok(time >= turn * 38 - 5, since.join(" "));
  });

  it("lets messages wait for which a function has no time, without blaming the endpoint", async () => {
    await using server = await listener(() => ({}));
    const endpoint = endpointAt(server.url, "xapi", {
      batch: one,
      limits: { concurrency: 2, timeout: 1000, requestsPerSecond: 0.1 },
    });
    const bodies = statements("xapi", 3).map((each) => body(each));
    const { settled, counts } = await deliverTo(endpoint)(bodies, () => 6000);
    assert.deepEqual([comeAgain({ settled }), counts.trouble?.why], [[1, 2], "time"]);
    assert.equal(server.requests.length, 1);
  });

  it("gives a function the time for all of its requests", () => {
    const limits = fc.record({
      concurrency: fc.integer({ min: 2, max: 100 }),
      timeout: fc.integer({ min: 1, max: 300_000 }),
      requestsPerSecond: fc.option(fc.double({ min: 0.02, max: 1000, noNaN: true }), { nil: undefined }),
    });
    fc.assert(
      fc.property(limits, ({ requestsPerSecond, ...others }) => {
        const endpoint = endpointAt("https://lrs.example.edu", "xapi", {
          limits: { ...others, ...(requestsPerSecond !== undefined && { requestsPerSecond }) },
        });
        const { messages, timeout } = deliverPace(endpoint);
        assert.ok(messages >= 1 && timeout <= 900);
        const each = Math.max(others.timeout, intervalOf(endpoint.limits)) / 1000;
        assert.ok(messages * each <= timeout || messages === 1);
      }),
    );
  });
});
