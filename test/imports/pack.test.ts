import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readBody } from "../../src/event/message.ts";
import { LARGEST, MOST_MESSAGES } from "../../src/imports/message.ts";
import { MESSAGE, MOST_EVENTS, type Shipment } from "../../src/imports/pack.ts";
import type { Place } from "../../src/imports/pieces.ts";
import { contents } from "../support/events.ts";
import { runs } from "../support/runs.ts";
import { collected, shipped, shippedJudge, textsOf } from "./support.ts";

const judge = await shippedJudge();

const good = (path: string): string => JSON.stringify(contents({ path }));

/** Any line of a log: mostly good ones, of any size, and what else there is. */
const line = fc.oneof(
  { weight: 6, arbitrary: fc.string({ maxLength: 30 }).map(good) },
  { weight: 1, arbitrary: fc.integer({ min: 1000, max: 60_000 }).map((size) => good("x".repeat(size))) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 5 }).map((size) => good("\uFFFE\uFFFF".repeat(size))) },
  {
    weight: 2,
    arbitrary: fc
      .array(fc.oneof(fc.string({ maxLength: 9 }).map(good), fc.constantFrom("3", "[1]", "{}", '{"a":')), {
        minLength: 1,
        maxLength: 5,
      })
      .map((each) => `[${each.join(", ")}]`),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "",
      " ",
      '{"a":',
      "not JSON",
      "{}",
      "[]",
      '{"\u0001":1}',
      '"x"',
      "]",
      "\uFEFF",
    ),
  },
);

const file = fc
  .tuple(fc.array(line, { maxLength: 25 }), fc.constantFrom("\n", "\r\n"))
  .map(([lines, end]) => lines.join(end));

/** The events of a file in their order, by themselves: those that would be accepted, or all. */
const eventsIn = (text: string, all: boolean): readonly string[] =>
  text
    .split("\n")
    .filter((each) => each.trim() !== "")
    .flatMap((each) => {
      const judged = judge(each, Date.now());
      const fits = judged.flatMap((one) => ("refusal" in one ? [] : [one.text]));
      return all ? readBody(each).map((one) => one.text) : fits;
    });

/** Every limit of the queue, and of a translator's message, for what one request holds. */
const withinLimits = ({ parcels, events }: Shipment): void => {
  assert.ok(parcels.length <= MOST_MESSAGES);
  assert.equal(
    parcels.reduce((sum, each) => sum + each.events, 0),
    events,
  );
  const bytes = parcels.map(({ body }) => Buffer.byteLength(body));
  assert.ok(bytes.reduce((sum, each) => sum + each, 0) + 500 * parcels.length <= LARGEST);
  for (const [at, { body, encoding, events: inside }] of parcels.entries()) {
    assert.doesNotMatch(body, /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
    assert.ok(inside <= MOST_EVENTS || body.startsWith("["));
    assert.ok((bytes[at] ?? 0) <= MESSAGE || inside === 1 || encoding !== undefined || body.startsWith("["));
  }
};

describe("What a file becomes", () => {
  it("is its events that would be accepted, each once and in their order, within the limits of the queue", async () => {
    await fc.assert(
      fc.asyncProperty(file, fc.integer({ min: 1, max: 5000 }), async (text, chunk) => {
        const shipments = await collected(shipped(text, judge, { chunk }));
        for (const each of shipments) withinLimits(each);
        assert.deepEqual(shipments.flatMap(textsOf), eventsIn(text, false));
      }),
      { numRuns: runs(100) },
    );
  });

  it("is with --all everything, as it would be read if each line came by itself", async () => {
    await fc.assert(
      fc.asyncProperty(file, async (text) => {
        const shipments = await collected(shipped(text, judge, { all: true, chunk: 5000 }));
        for (const each of shipments) withinLimits(each);
        assert.deepEqual(shipments.flatMap(textsOf), eventsIn(text, true));
      }),
      { numRuns: runs(100) },
    );
  });

  it("goes on from the place of any request with what is not in it, and nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(file, { maxLength: 4 }).map((files) => files.join("\n")),
        fc.boolean(),
        fc.integer({ min: 1, max: 20 }),
        fc.nat(),
        async (text, all, most, pick) => {
          const shipments = await collected(shipped(text, judge, { all, most }));
          const at = shipments.length === 0 ? 0 : pick % shipments.length;
          const from: Place = shipments[at]?.until ?? { line: 1, event: 0 };
          const rest = await collected(shipped(text, judge, { all, most, from }));
          assert.deepEqual(rest.flatMap(textsOf), shipments.slice(at + 1).flatMap(textsOf));
        },
      ),
      { numRuns: runs(100) },
    );
  });

  it("holds no more events in a request than go in a second, where a rate is said", async () => {
    const text = Array.from({ length: 40 }, (_, at) => good(`${at}.ipynb`)).join("\n");
    for (const most of [1, 7, 39, 40, 1000]) {
      const shipments = await collected(shipped(text, judge, { most }));
      assert.deepEqual(
        shipments.map(({ events }) => events),
        Array.from({ length: Math.ceil(40 / most) }, (_, at) => Math.min(most, 40 - at * most)),
      );
    }
  });

  it("fills requests with messages that are full", async () => {
    const text = Array.from({ length: 6000 }, (_, at) => good(`${at}.ipynb`)).join("\n");
    const shipments = await collected(shipped(text, judge, { chunk: 65_536 }));
    const [first, second] = shipments;
    assert.deepEqual([shipments.length, first?.parcels.length], [2, MOST_MESSAGES]);
    assert.ok(shipments.flatMap(({ parcels }) => parcels).every(({ encoding }) => encoding === undefined));
    assert.deepEqual(second?.until, { line: 6001, event: 0 });
  });

  it("tells of what fits into no message, and goes on behind it", async () => {
    // What cannot be compressed, in a line that is none of an event.
    const huge = Buffer.from(crypto.getRandomValues(new Uint8Array(60_000)))
      .toString("hex")
      .repeat(1);
    const noise = Array.from({ length: 25 }, () =>
      Buffer.from(crypto.getRandomValues(new Uint8Array(60_000))).toString("base64"),
    ).join("");
    const text = [good("a.ipynb"), noise, huge, good("b.ipynb")].join("\n");
    const shipments = await collected(shipped(text, judge, { all: true, chunk: 65_536 }));
    assert.deepEqual(
      shipments.flatMap(({ tooLarge }) => tooLarge),
      [{ line: 2, events: 1 }],
    );
    assert.equal(shipments.flatMap(({ parcels }) => parcels).length, 3);
    assert.deepEqual(shipments.at(-1)?.until, { line: 5, event: 0 });
  });
});
