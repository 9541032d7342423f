import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { EVENT_LIMIT, EVENTS_LIMIT, type ReceivedText, readBody } from "../../src/event/message.ts";

const gz = (text: string): string => gzipSync(text).toString("base64");

const textsOf = (all: readonly ReceivedText[]): readonly string[] => all.map(({ text }) => text);

/** For each event its value, or its reason. */
const outcomes = (all: readonly ReceivedText[]): readonly unknown[] =>
  all.map(({ read }) => ("value" in read ? read.value : read.reason));

describe("reading a message's body", () => {
  it("takes a single event, with its text as received", () => {
    const text = `{ "a":  1.0 }`;
    assert.deepEqual(readBody(` ${text}\r\n`), [{ text, read: { value: { a: 1 } } }]);
  });

  it("takes a pretty-printed event as one", () => {
    const text = JSON.stringify({ a: [1, { b: "x\ny" }] }, null, 2);
    assert.deepEqual(readBody(text), [{ text, read: { value: { a: [1, { b: "x\ny" }] } } }]);
  });

  it("takes an array's elements one by one, with their texts as received", () => {
    const all = readBody(`[ {"a":1} ,\n{"b": "],[\\"" }]\n`);
    assert.deepEqual(textsOf(all), [`{"a":1}`, `{"b": "],[\\"" }`]);
    assert.deepEqual(outcomes(all), [{ a: 1 }, { b: `],["` }]);
  });

  it("takes NDJSON line by line, whatever ends the lines, and passes over empty ones", () => {
    assert.deepEqual(outcomes(readBody(`{"a":1}\r\n\r\n{"a":2}\n   \n{"a":3}\n`)), [
      { a: 1 },
      { a: 2 },
      { a: 3 },
    ]);
  });

  it("keeps the good lines of NDJSON when others are malformed", () => {
    const bodies = ["oops", `{"a":1}`, `{"a":`, `{"a":2}`];
    assert.deepEqual(outcomes(readBody(bodies.join("\n"))), [
      "json.malformed",
      { a: 1 },
      "json.malformed",
      { a: 2 },
    ]);
    assert.deepEqual(outcomes(readBody(bodies.slice(2).join("\n"))), ["json.malformed", { a: 2 }]);
  });

  it("keeps the good elements of an array when others are malformed", () => {
    assert.deepEqual(outcomes(readBody(`[{"a":1}, {"a":oops}, {"a":2},]`)), [
      { a: 1 },
      "json.malformed",
      { a: 2 },
      "json.malformed",
    ]);
  });

  it("refuses a message with more events than fit in memory, and keeps it as small as it came", () => {
    for (const text of [`[${"1,".repeat(8_000_000)}1]`, "{}\n".repeat(5_000_000)]) {
      const body = gz(text);
      const [only, ...others] = readBody(body, "gzip");
      assert.deepEqual([only?.text, others.length], [body, 0]);
      assert.ok(only !== undefined && "reason" in only.read);
      assert.equal(only.read.reason, "size.exceeded");
    }
    assert.equal(readBody("{}\n\n".repeat(EVENTS_LIMIT)).length, EVENTS_LIMIT);
    assert.equal(readBody(`[${"{},".repeat(EVENTS_LIMIT - 1)}{}]`).length, EVENTS_LIMIT);
  });

  it("refuses an array whose brackets do not match as a whole", () => {
    for (const body of [`[{"a":1}`, `[{"a":1}}`, `[{"a":1}] x`, `[{"a":"1}]`, `[`, `[1]]`, `[1}`]) {
      assert.deepEqual(outcomes(readBody(body)), ["json.malformed"], body);
      assert.deepEqual(textsOf(readBody(body)), [body]);
    }
  });

  it("keeps no text that is longer than an event may be, whatever is wrong with it", () => {
    const long = EVENT_LIMIT + 1;
    const endless = `[${"\u0001".repeat(4 * EVENT_LIMIT)}`;
    const bodies = [
      [gz(endless), "gzip"],
      [gz(`${endless}]]`), "gzip"],
      [gz(`[${" ".repeat(long)}]`), "gzip"],
      [`[${"x".repeat(long)}`, undefined],
      ["x".repeat(long), undefined],
      ["x".repeat(long), "br"],
      ["x".repeat(long), "gzip"],
      [gz(`{"a":${"\u0001".repeat(long)}`), "gzip"],
    ] as const;
    for (const [body, encoding] of bodies)
      for (const { read } of readBody(body, encoding)) {
        assert.ok("reason" in read);
        assert.equal(read.reason, "size.exceeded");
        assert.match(
          read.detail,
          /longer than \d+ characters; it came as \d+ characters, which are not kept\.$/,
        );
      }
    const texts = fc.stringMatching(/^[[\]{}",\\ \n1]{0,40}$/);
    fc.assert(
      fc.property(texts, texts, fc.constantFrom(" ", "1", "\n", "[", '"'), (before, after, filling) => {
        for (const { text, read } of readBody(gz(before + filling.repeat(long) + after), "gzip"))
          assert.ok(text.length <= EVENT_LIMIT || ("reason" in read && read.reason === "size.exceeded"));
      }),
      { numRuns: 60 },
    );
  });

  it("says of a body without events that it is empty", () => {
    for (const body of ["", " \t\r\n ", "[]", "[ \n ]"])
      assert.deepEqual(outcomes(readBody(body)), ["body.empty"], body);
    assert.deepEqual(outcomes(readBody(gz(""), "gzip")), ["body.empty"]);
  });

  it("unpacks gzip in base64 where the attribute says so", () => {
    assert.deepEqual(outcomes(readBody(gz(`{"a":"ä"}\n{"a":2}`), "gzip")), [{ a: "ä" }, { a: 2 }]);
    assert.deepEqual(outcomes(readBody(`{"a":1}`, "identity")), [{ a: 1 }]);
  });

  it("refuses an unknown encoding, and what is not gzip, keeping the body as it came", () => {
    for (const [body, encoding] of [
      [`{"a":1}`, "br"],
      [`{"a":1}`, "gzip"],
      ["", "gzip"],
      [gz(`{"a":1}`).slice(0, 24), "gzip"],
    ] as const) {
      assert.deepEqual(outcomes(readBody(body, encoding)), ["encoding.invalid"]);
      assert.deepEqual(textsOf(readBody(body, encoding)), [body]);
    }
  });

  it("does not unpack a gzip bomb", () => {
    const bomb = gz(" ".repeat(64 * 1024 * 1024));
    assert.ok(bomb.length < 128 * 1024);
    const before = process.memoryUsage().rss;
    assert.deepEqual(outcomes(readBody(bomb, "gzip")), ["size.exceeded"]);
    assert.ok(process.memoryUsage().rss - before < 48 * 1024 * 1024);
  });

  it("reads a body of 1 MiB full of events", () => {
    const line = JSON.stringify({ path: "x".repeat(1000) });
    const body = Array.from({ length: 1024 }, () => line).join("\n");
    assert.equal(readBody(body).length, 1024);
    assert.equal(readBody(`[${body.replaceAll("\n", ",")}]`).length, 1024);
  });

  it("refuses an event over the limit and keeps its neighbours", () => {
    const large = JSON.stringify({ path: "x".repeat(EVENT_LIMIT) });
    const fitting = JSON.stringify({ p: "x".repeat(EVENT_LIMIT - 8) });
    assert.equal(fitting.length, EVENT_LIMIT);
    assert.deepEqual(outcomes(readBody(large)), ["size.exceeded"]);
    assert.deepEqual(outcomes(readBody(fitting)), [JSON.parse(fitting)]);
    for (const body of [`${large}\n{"a":1}`, `[${large},{"a":1}]`])
      assert.deepEqual(outcomes(readBody(body)), ["size.exceeded", { a: 1 }]);
  });

  it("takes a pretty-printed event that is too large for one event, though a line of it looks like one", () => {
    const pretty = JSON.stringify({ outputs: ["]}", {}], text: "x".repeat(EVENT_LIMIT) }, null, 2);
    assert.deepEqual(outcomes(readBody(pretty)), ["size.exceeded"]);
    assert.deepEqual(outcomes(readBody(`{"a":1}\n${pretty.replaceAll("\n", " ")}\n{"a":2}`)), [
      { a: 1 },
      "size.exceeded",
      { a: 2 },
    ]);
  });

  it("says of what is too large how long it was", () => {
    const large = JSON.stringify({ path: "x".repeat(EVENT_LIMIT) });
    const many = gz("{}\n".repeat(EVENTS_LIMIT + 1));
    for (const [body, encoding] of [[large], [many, "gzip"]] as const) {
      const [only] = readBody(body, encoding);
      assert.ok(only !== undefined && "reason" in only.read);
      assert.match(
        only.read.detail,
        new RegExp(`; it came as ${body.length} characters, which are not kept\\.$`),
      );
    }
  });

  it("takes a pretty-printed event that is malformed or too large for one event, not one per line", () => {
    const pretty = JSON.stringify({ a: Array.from({ length: 60_000 }, (_, at) => at), b: { c: 1 } }, null, 2);
    assert.deepEqual(outcomes(readBody(pretty)), ["size.exceeded"]);
    assert.deepEqual(outcomes(readBody(pretty.slice(0, 500))), ["json.malformed"]);
  });

  it("never quotes what it could not read", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{6,12}$/), fc.integer({ min: 1000 }), (word, number) => {
        for (const body of [
          word,
          `position ${number} ${word}`,
          `{"name": ${word}}`,
          `{"name": "${word}`,
          `{"${word}": 1 "at position ${number}`,
          `[{"x": ${word}}]`,
        ]) {
          for (const { read } of [...readBody(body), ...readBody(body, "gzip"), ...readBody(body, word)]) {
            assert.ok("reason" in read);
            // Words of our own sentences cannot be told from the text's.
            assert.ok(!read.detail.replace(/[A-Z].* (JSON|gzip)/, "").includes(word), read.detail);
            assert.ok(!read.detail.includes(String(number + 1)) && !read.detail.includes(String(number)));
          }
        }
      }),
    );
  });

  it("never throws, whatever the text and the encoding", () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom("[", "]", "{", "}", '"', "\\", ",", "\n", "1", " ") }),
      fc.string({ unit: "binary" }).map(gz),
      fc.json(),
    );
    fc.assert(
      fc.property(texts, fc.constantFrom(undefined, "gzip", "identity", "zstd"), (text, encoding) => {
        const all = readBody(text, encoding);
        assert.ok(all.length > 0);
      }),
      { numRuns: 1000 },
    );
    const deep = "[".repeat(500_000) + "]".repeat(500_000);
    assert.equal(readBody(deep).length, 1);
    assert.equal(readBody(`{"a":${deep}}`).length, 1);
  });

  it("finds in NDJSON the values that were written, in their order", () => {
    const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1 });
    fc.assert(
      fc.property(objects, (values) => {
        const lines = values.map((each) => JSON.stringify(each));
        const parsed = lines.map((each): unknown => JSON.parse(each));
        assert.deepEqual(outcomes(readBody(lines.join("\n"))), parsed);
        assert.deepEqual(outcomes(readBody(gz(lines.join("\r\n")), "gzip")), parsed);
      }),
    );
  });
});
