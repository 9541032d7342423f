import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type ReadRawLine, rawLineReader, readRawLine } from "../../src/archive/day-file.ts";
import { runs } from "../support/runs.ts";

const ID = "0b3c2f1e-6f0a-5d2b-8c41-1f0d9a7b6c5e";
const ARRIVED = "2026-11-22T01:08:00.000Z";

const seen = (read: ReadRawLine | undefined) =>
  read && { value: read.value, source: read.source, learner: read.learner, parts: read.parts };

/** Texts that a learner or an event may be written as, by whomever. */
const written = fc.oneof(
  fc.json(),
  fc.constantFrom(
    '{"tag":"0123456789abcdef","username":"ada"}',
    '{"tag":"0123456789abcdef","username":"a\\"da"}',
    '{ "tag": "0123456789abcdef" }',
    '{"tag":"a","tag":"b"}',
    '{"b":1,"2":1,"1":1}',
    '{"number":1e3}',
    '{"tag":"a,","event":{"nested":true}}',
    '{"tag":"\\",\\"event\\":"}',
    '{"tag":{"a":1,"event":2}}',
    '{"__proto__":{"tag":"x"}}',
    '"text"',
    "[1,2]",
    "{",
    "",
  ),
);

const line = fc
  .tuple(
    fc.constantFrom(ID, "an id", 'a\\"b'),
    fc.constantFrom(ARRIVED, "yesterday"),
    fc.constantFrom("jupyter-server/contents", 'a\\"b', "Ä"),
    written,
    written,
    fc.constantFrom("}", ',"more":1}', "} ", "", ',"event":2}'),
  )
  .map(
    ([id, arrived, source, learner, event, end]) =>
      `{"id":"${id}","arrived":"${arrived}","source":"${source}","learner":${learner},"event":${event}${end}`,
  );

describe("A reader of many lines of raw/", () => {
  it("reads each as it is read by itself, whoever wrote it", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const read = rawLineReader();
        for (const each of lines) assert.deepEqual(seen(read(each)), seen(readRawLine(each)), each);
      }),
      { numRuns: runs(500) },
    );
  });
});
