import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as breath } from "node:timers/promises";
import fc from "fast-check";
import { unpack } from "../../src/delivery/pack.ts";
import type { Endpoint } from "../../src/endpoint/endpoint.ts";
import { type SendToDelivery, sending } from "../../src/sending.ts";
import type { StatementOfMessage } from "../../src/statements.ts";
import { shippedSite } from "../support/site.ts";

/** The shipped endpoints, with batches of so many statements. */
const endpointsWith = async (events: number): Promise<readonly Endpoint[]> => {
  const { endpoints } = await shippedSite();
  return endpoints.map((each) => ({ ...each, batch: { ...each.batch, events, bytes: 900_000 } }));
};

const statement = (message: number, at: number, text = "{}"): StatementOfMessage => ({
  id: `id-${message}-${at}`,
  event: `event-${message}-${at}`,
  translation: "a:b",
  mapping: "0123456789ab",
  message,
  text,
});

/** Messages as a queue has them, request by request. */
const recording = (takes: (body: string) => boolean = () => true) => {
  const requests: { readonly endpoint: string; readonly bodies: readonly string[] }[] = [];
  const send: SendToDelivery = async (endpoint, bodies) => {
    requests.push({ endpoint, bodies });
    await breath();
    return bodies.map(takes);
  };
  return { requests, send };
};

const idsIn = (bodies: readonly string[]): readonly string[] =>
  bodies.flatMap((body) => unpack(body).statements.map(({ id }) => id));

describe("statements that are sent while others are made", () => {
  it("are all sent once, each endpoint's in their order, in full requests but for the last", async () => {
    const each = fc.record({ events: fc.integer({ min: 1, max: 4 }), counts: fc.array(fc.nat({ max: 30 })) });
    await fc.assert(
      fc.asyncProperty(each, async ({ events, counts }) => {
        const endpoints = await endpointsWith(events);
        const { requests, send } = recording();
        const { put, room, end } = sending(send);
        const expected = new Map(endpoints.map(({ name }) => [name, [] as string[]]));
        for (const [message, count] of counts.entries()) {
          for (let at = 0; at < count; at++) {
            const to = endpoints[(message + at) % endpoints.length] ?? assert.fail();
            put(to, statement(message, at));
            expected.get(to.name)?.push(statement(message, at).id);
          }
          await room();
        }
        assert.equal((await end()).size, 0);
        for (const { name } of endpoints) {
          const own = requests.filter(({ endpoint }) => endpoint === name).map(({ bodies }) => bodies);
          assert.deepEqual(own.flatMap(idsIn), expected.get(name));
          for (const bodies of own.slice(0, -1)) {
            assert.equal(bodies.length, 10);
            for (const body of bodies) assert.equal(unpack(body).statements.length, events);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it("have their messages come again where a queue did not take them, whenever it was", async () => {
    const [endpoint = assert.fail()] = await endpointsWith(2);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat({ max: 79 })), async (refused) => {
        const isRefused = new Set(refused.map((at) => statement(Math.floor(at / 4), at % 4).id));
        const { requests, send } = recording((body) => !idsIn([body]).some((id) => isRefused.has(id)));
        const { put, end } = sending(send);
        for (let at = 0; at < 80; at++) put(endpoint, statement(Math.floor(at / 4), at % 4));
        const again = await end();
        assert.equal(requests.length, 4);
        assert.deepEqual(
          [...again.keys()].sort((a, b) => a - b),
          [...new Set(refused.map((at) => Math.floor(at / 4)))].sort((a, b) => a - b),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("wait for room while much is under way", async () => {
    const [one = assert.fail()] = await endpointsWith(1);
    const endpoints = Array.from({ length: 4 }, (_, at) => ({ ...one, name: `endpoint-${at}` }));
    const open: (() => void)[] = [];
    let characters = 0;
    const { put, room, end } = sending(async (_, bodies) => {
      const size = bodies.reduce((sum, body) => sum + body.length, 0);
      characters += size;
      await new Promise<void>((resolve) => open.push(resolve));
      characters -= size;
      return bodies.map(() => true);
    });
    const LARGE = 500_000;
    let made = 0;
    const making = (async () => {
      for (; made < 100; made++) {
        put(endpoints[made % 4] ?? one, statement(made, 0, `"${"x".repeat(LARGE)}"`));
        await room();
      }
    })();
    let most = 0;
    for (let held = -1; made < 100; ) {
      await breath();
      most = Math.max(most, characters);
      // Nothing happens any more, until something is taken.
      if (held === made) open.shift()?.();
      held = made;
    }
    await making;
    const ended = end();
    while (open.length > 0) {
      open.shift()?.();
      await breath();
    }
    assert.equal((await ended).size, 0);
    assert.ok(most > 8_000_000 && most < 8 * 1024 * 1024 + 3 * LARGE, String(most));
  });

  it("have no more requests of one endpoint under way than a few, however small these are", async () => {
    const [one = assert.fail(), other = assert.fail()] = await endpointsWith(1);
    const open: (() => void)[] = [];
    const { put, room, end } = sending(async (_, bodies) => {
      await new Promise<void>((resolve) => open.push(resolve));
      return bodies.map(() => true);
    });
    for (let at = 0; at < 10; at++) put(other, statement(at, 1));
    let made = 0;
    const making = (async () => {
      for (; made < 200; made++) {
        put(one, statement(made, 0));
        await room();
      }
    })();
    for (let turn = 0; turn < 100; turn++) await breath();
    // Five requests of ten messages; and the other's.
    assert.deepEqual([made, open.length], [49, 6]);
    const ended = making.then(end);
    for (let turn = 0; turn < 200; turn++) {
      open.shift()?.();
      await breath();
    }
    assert.equal((await ended).size, 0);
    assert.equal(made, 200);
  });

  it("fill a request as far as SQS allows, and no further", async () => {
    const [endpoint = assert.fail()] = await endpointsWith(1);
    const sizes = fc.array(fc.integer({ min: 1, max: 800_000 }), { minLength: 2, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(sizes, async (all) => {
        const { requests, send } = recording();
        const { put, end } = sending(send);
        for (const [at, size] of all.entries()) put(endpoint, statement(at, 0, `"${"x".repeat(size)}"`));
        await end();
        const bytes = requests.map(({ bodies }) => bodies.map((body) => Buffer.byteLength(body)));
        for (const [at, own] of bytes.entries()) {
          const sum = own.reduce((total, each) => total + each, 0);
          assert.ok(sum <= 1024 * 1024 && own.length <= 10);
          const next = bytes[at + 1]?.[0];
          if (next !== undefined) assert.ok(own.length === 10 || sum + next > 1024 * 1024);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("are not said to be sent where that ends with an error that nobody foresaw", async () => {
    const [endpoint = assert.fail()] = await endpointsWith(1);
    let count = 0;
    const { put, room, end } = sending(async (_, bodies) => {
      if (++count === 2) throw new TypeError("Nobody foresaw it.");
      return bodies.map(() => true);
    });
    for (let at = 0; at < 30; at++) put(endpoint, statement(at, 0));
    await breath();
    await assert.rejects(room(), /Nobody foresaw it/);
    await assert.rejects(end(), /Nobody foresaw it/);
  });
});
