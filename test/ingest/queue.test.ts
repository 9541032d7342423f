import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readBody } from "../../src/event/message.ts";
import { attributeBytes, LARGEST } from "../../src/imports/message.ts";
import { BODY_LIMIT } from "../../src/ingest/body.ts";
import { parcelsOf } from "../../src/ingest/messages.ts";
import { logging } from "../support/logging.ts";
import { runs } from "../support/runs.ts";
import { learnerToken } from "../support/tokens.ts";
import { ingesting, post, toldBy } from "./support.ts";

const KB = 1024;

/** Text that does not pack: letters and signs in no order that repeats, but for quotes and backslashes. */
const noise = (size: number, seed: number): string => {
  let state = seed + 1;
  const next = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return 0x23 + (state % 90);
  };
  const signs = Array.from({ length: size }, () => String.fromCharCode(next()));
  return signs.join("").replaceAll("\\", "~");
};

const eventsOf = (...texts: readonly string[]) => texts.map((text, index) => ({ index, text }));
const noisy = (count: number, size: number) =>
  eventsOf(...Array.from({ length: count }, (_, at) => `{"text":"${noise(size, at)}"}`));

describe("What goes into the events queue", () => {
  it("is one message of all that the shipped sender puts into a request, whatever letters it has", () => {
    // 200,000 characters, none of which packs well.
    const wide = Array.from({ length: 200_000 }, (_, at) =>
      String.fromCharCode(0x4e00 + ((at * at * 31) % 20_011)),
    );
    const events = Array.from(
      { length: 40 },
      (_, at) => `"${wide.slice(at * 5000, (at + 1) * 5000).join("")}"`,
    );
    assert.equal(parcelsOf(eventsOf(...events)).length, 1);
  });

  it("is as few messages as fit, plain where packing would spare nothing", () => {
    const plain = parcelsOf(noisy(10, 5 * KB));
    assert.deepEqual(
      plain.map(({ encoding, events }) => [encoding, events.length]),
      [[undefined, 10]],
    );
    const packed = parcelsOf(eventsOf(...Array(900).fill(`{"text":"${"x".repeat(KB)}"}`)));
    assert.deepEqual(
      packed.map(({ encoding, events }) => [encoding, events.length]),
      [["gzip", 900]],
    );
    const many = parcelsOf(noisy(200, 5 * KB));
    assert.equal(many.length, 2);
    assert.ok(many.every(({ body }) => body.length <= 768 * KB));
  });

  it("is packed where it holds characters that a message may not", () => {
    for (const text of ['"\ufffe"', '"\uffff"', `"${noise(100 * KB, 1)}\uffff"`])
      assert.deepEqual(
        parcelsOf(eventsOf(text)).map(({ encoding }) => encoding),
        ["gzip"],
      );
    assert.equal(parcelsOf(eventsOf('"\u007f\ufffd\u{10ffff}"'))[0]?.encoding, undefined);
  });

  it("holds every event once, in order, as the first function reads it, whatever characters it has", async () => {
    const text = fc.oneof(
      fc.json(),
      fc.string({ unit: "binary" }).map((each) => JSON.stringify(each)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 60 }), async (texts) => {
        const parcels = parcelsOf(eventsOf(...texts));
        const read = parcels.flatMap(({ body, encoding }) => readBody(body, encoding));
        assert.deepEqual(
          read.map((each) => each.text),
          texts.map((each) => each.trim()),
        );
        assert.ok(read.every((each) => "value" in each.read));
        const carried = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;
        assert.ok(parcels.every(({ body }) => carried.test(body)));
      }),
      { numRuns: runs(150) },
    );
  });

  it("is within what SQS takes in one message, for the largest bodies that there are", async () => {
    const token = await learnerToken("ada", { groups: ["x".repeat(6000)] });
    const wide = "\u4e2d".repeat(250 * KB);
    const bodies = [
      noisy(200, 5 * KB)
        .map(({ text }) => text)
        .join("\n"),
      `{"a":"${wide}"}\n{"b":"${noise(100 * KB, 1)}"}`,
      `${"{}\n".repeat(9000)}${[1, 2, 3, 4].map((seed) => `{"a":"${noise(240 * KB, seed)}"}`).join("\n")}`,
      `{"a":"\ufffe${noise(200 * KB, 3)}"}`,
    ];
    for (const body of bodies) {
      assert.ok(Buffer.byteLength(body) <= BODY_LIMIT);
      const all = ingesting();
      const answer = await post(all, body, { token });
      assert.equal(answer.status, 202);
      assert.ok(all.sent.length <= 3);
      for (const { body: message, attributes } of all.sent)
        assert.ok(Buffer.byteLength(message) + attributeBytes(attributes) <= LARGEST);
      assert.equal(all.events().length, toldBy(answer).taken);
    }
  });
});

describe("A queue that does not take everything", () => {
  const BODY = noisy(200, 5 * KB)
    .map(({ text }) => text)
    .join("\n");
  const silent = <T>(run: () => Promise<T>): Promise<T> => logging(run).then(({ value }) => value);

  it("is asked once more, and the answer tells nothing of it where it takes it then", async () => {
    const all = ingesting({ says: (_, at) => (at < 2 ? { code: "Busy", again: true } : { message: "id" }) });
    const answer = await silent(() => post(all, BODY));
    assert.deepEqual([answer.status, toldBy(answer)], [202, { taken: 200, refused: [] }]);
    assert.equal(all.sent.length, 4);
    assert.equal(new Set(all.events()).size, 200);
  });

  it("leaves the rest to be sent again, each by its place", async () => {
    const first: string[] = [];
    const all = ingesting({
      says: (message) => {
        if (first.length === 0) first.push(message.body);
        return first.includes(message.body) ? { code: "Busy", again: true } : { message: "id" };
      },
    });
    const answer = await silent(() => post(all, `${BODY}\n{`));
    const { taken = 0, refused = [] } = toldBy(answer);
    assert.equal(answer.status, 202);
    const late = refused.filter(({ retry }) => retry === true);
    assert.ok(taken > 0 && late.length > 0);
    assert.equal(taken + late.length, 200);
    assert.deepEqual(
      late.map(({ index }) => index),
      late.map((_, at) => at),
    );
    assert.deepEqual(new Set(late.map(({ reason }) => reason)), new Set(["queue.unavailable"]));
    assert.deepEqual(
      refused.filter(({ retry }) => retry === undefined).map(({ index, reason }) => [index, reason]),
      [[200, "json.malformed"]],
    );
    assert.equal(all.events().length, taken);
  });

  it("is said to be silent where it takes nothing, and all may be sent again", async () => {
    const says = [
      () => ({ code: "RequestThrottled", again: true }),
      () => {
        throw new Error("socket hang up");
      },
    ];
    for (const each of says) {
      const answer = await silent(() => post(ingesting({ says: each }), '{"a":1}\n{'));
      assert.deepEqual([answer.status, answer.headers["retry-after"]], [503, "5"]);
      const { error, taken, refused } = toldBy(answer);
      assert.match(error ?? "", /Send them again\.$/);
      assert.deepEqual(
        [taken, refused?.map(({ index, reason, retry }) => [index, reason, retry])],
        [
          0,
          [
            [0, "queue.unavailable", true],
            [1, "json.malformed", undefined],
          ],
        ],
      );
    }
  });
});
