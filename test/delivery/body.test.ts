import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Frame, writeBody } from "../../src/delivery/body.ts";
import type { Statement } from "../../src/delivery/pack.ts";
import { type Room, requests, sizeOf } from "../../src/delivery/requests.ts";
import { body, deliverTo, endpointAt } from "../support/delivering.ts";
import { listener } from "../support/listener.ts";
import { memoryBucket } from "../support/memory-bucket.ts";

/** Texts of any letters, half surrogates among them. */
const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constant("\uD83D"));
const statements = fc.array(
  text.map((each): Statement => ({ id: "i", event: "e", translation: "t", mapping: "m", text: each })),
  { maxLength: 20 },
);

describe("a request's body", () => {
  it("holds what its texts are when they are joined, in UTF-8", () => {
    const frame: fc.Arbitrary<Frame> = fc.record({ before: text, between: text, after: text });
    fc.assert(
      fc.property(frame, fc.array(text), ({ before, between, after }, texts) => {
        // Each by itself: two halves of a letter that meet at a seam are no letter.
        const parts = [before, ...texts.flatMap((each, at) => (at === 0 ? [each] : [between, each])), after];
        const written = writeBody({ before, between, after }, texts);
        assert.deepEqual(Buffer.from(written), Buffer.concat(parts.map((each) => Buffer.from(each))));
      }),
    );
  });

  it("has every statement as it came in its message: none is read or written anew", async () => {
    const texts = [
      '{"id": 1.0,  "name":"\\u00e9 é – 😀", "name":"twice"}',
      "[1e2]",
      "this is no JSON",
      '{"verb":{"id":"StatementRef"',
    ];
    const all = texts.map((each, at) => ({
      ...{ id: `${at}`, event: "e", translation: "a/b:c", mapping: "m" },
      text: each,
    }));
    for (const [protocol, around] of [
      ["xapi", /^\[(.*)\]$/s],
      ["caliper", /^\{"sensor":"[^"]+","sendTime":"[^"]+","dataVersion":"[^"]+","data":\[(.*)\]\}$/s],
      ["json", /^\[(.*)\]$/s],
    ] as const) {
      await using server = await listener((_, sent) => (sent === "" ? { status: 404 } : {}));
      const bucket = memoryBucket();
      const deliver = deliverTo(endpointAt(server.url, protocol), { bucket });
      assert.equal((await deliver([body(...all)])).counts.delivered, texts.length);
      const [posted] = server.requests.flatMap((each) => around.exec(each.body)?.[1] ?? []);
      // What a queue could not carry is escaped on the way there, and means the same.
      assert.equal(posted, texts.join(",").replace("😀", "\\ud83d\\ude00"));
      assert.equal((await bucket.records("receipts", "a-store")).length, texts.length);
    }
  });
});

describe("what is put into requests", () => {
  const rooms: fc.Arbitrary<Room> = fc.record({
    events: fc.integer({ min: 1, max: 10 }),
    bytes: fc.integer({ min: 2, max: 200 }),
    around: fc.integer({ min: 0, max: 20 }),
  });

  it("is every statement in its order, as many in each as there is room for", () => {
    fc.assert(
      fc.property(statements, rooms, (all, room) => {
        const parts = requests(all, room);
        assert.deepEqual(parts.flat(), all);
        for (const [at, part] of parts.entries()) {
          assert.ok(part.length > 0 && part.length <= room.events);
          assert.ok(part.length === 1 || sizeOf(part, room) <= room.bytes);
          const [next] = parts[at + 1] ?? [];
          if (next !== undefined)
            assert.ok(part.length === room.events || sizeOf([...part, next], room) > room.bytes);
        }
      }),
    );
  });
});

describe("an endpoint's answer", () => {
  it("is kept where it refuses a statement, and nothing of it where it took what was sent", async () => {
    const said = "Bearer abc, ada@example.edu: no.";
    for (const status of [200, 422]) {
      await using server = await listener(() => ({ status, text: said }));
      const bucket = memoryBucket();
      const deliver = deliverTo(endpointAt(server.url, "xapi"), { bucket });
      const one = { id: "1", event: "e", translation: "a/b:c", mapping: "m", text: "{}" };
      await deliver([body(one)]);
      const [failed] = await bucket.records("failed", "a-store");
      assert.equal(failed?.answer, status === 200 ? undefined : "Bearer …, …: no.");
      const [receipt] = await bucket.records("receipts", "a-store");
      assert.equal(JSON.stringify(receipt ?? "").includes("example.edu"), false);
    }
  });
});
