import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { isTooLarge, pack, type Statement, unpack } from "../../src/delivery/pack.ts";

/** Statements whose texts are JSON as the compiler writes it: whatever value, on one line. */
const statement: fc.Arbitrary<Statement> = fc.record({
  id: fc.uuid(),
  event: fc.uuid(),
  translation: fc.constantFrom("jupyter-server/contents:saved", "a:b", `lab/${"x".repeat(300)}:y`),
  mapping: fc.constantFrom("0123456789ab", ""),
  text: fc
    .dictionary(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }))
    .map((each) => JSON.stringify(each)),
  learner: fc.constantFrom(undefined, "0123456789abcdef", "fedcba9876543210"),
  to: fc.constantFrom(undefined, "https://lms.example.edu/caliper", "https://lms.example.edu/?of=stat101"),
});

/** Statements as they come out of messages: what a statement does not know is not in it. */
const known = (all: readonly Statement[]): readonly Statement[] =>
  all.map(({ learner, to, ...others }) => ({
    ...others,
    ...(learner !== undefined && { learner }),
    ...(to !== undefined && { to }),
  }));

/** Those of each place together, the places in the order in which they came up. */
const byPlace = (all: readonly Statement[]): readonly Statement[] =>
  [...Map.groupBy(all, ({ to }) => to).values()].flat();

const history = fc.option(
  fc.record(
    { since: fc.integer({ min: 0, max: 999_999_999_999_999 }), tries: fc.integer({ min: 0, max: 1e6 }) },
    { noNullPrototype: true },
  ),
  { nil: undefined },
);

const batch = fc.record({
  events: fc.integer({ min: 1, max: 10 }),
  bytes: fc.integer({ min: 600, max: 4000 }),
  wait: fc.constant(0),
});

describe("packing statements into messages", () => {
  it("and unpacking them gives the same statements, those of each place in the same order, each with their history", () => {
    fc.assert(
      fc.property(fc.array(statement), batch, history, (all, limits, past) => {
        const packs = pack(all, limits, past);
        for (const { body } of packs) assert.deepEqual(unpack(body).history, past);
        const got = packs.flatMap(({ body }) => unpack(body).statements);
        const ordered = byPlace(all);
        assert.deepEqual(
          got.map(({ text, ...others }) => others),
          known(ordered).map(({ text, ...others }) => others),
        );
        for (const [at, { text }] of got.entries())
          assert.deepEqual(JSON.parse(text), JSON.parse(ordered[at]?.text ?? ""));
        assert.deepEqual(
          packs.flatMap((each) => each.statements),
          ordered,
        );
      }),
    );
  });

  it("puts what goes to different places into different messages", () => {
    fc.assert(
      fc.property(fc.array(statement), batch, history, (all, limits, past) => {
        for (const { body } of pack(all, limits, past))
          assert.equal(new Set(unpack(body).statements.map(({ to }) => to)).size, 1);
      }),
    );
  });

  it("keeps to both limits, unless a statement alone is too large for a message", () => {
    fc.assert(
      fc.property(fc.array(statement), batch, history, (all, limits, past) => {
        const fitting = all.filter((each) => !isTooLarge(each, limits));
        for (const { body, statements } of pack(fitting, limits, past)) {
          assert.ok(Buffer.byteLength(body) <= limits.bytes);
          assert.ok(statements.length >= 1 && statements.length <= limits.events);
        }
        // With the longest history that there is.
        const longest = { since: 999_999_999_999_999, tries: 999_999_999 };
        for (const large of all.filter((each) => isTooLarge(each, limits)))
          assert.ok(Buffer.byteLength(pack([large], limits, longest)[0]?.body ?? "") > limits.bytes);
      }),
    );
  });

  it("fills messages: no two neighbours of one place would have fitted into one", () => {
    fc.assert(
      fc.property(fc.array(statement), batch, (all, limits) => {
        const packs = pack(
          all.filter((each) => !isTooLarge(each, limits)),
          limits,
        );
        for (const [at, { statements }] of packs.entries()) {
          const [next] = packs[at + 1]?.statements ?? [];
          if (next !== undefined && next.to === statements[0]?.to)
            assert.equal(pack([...statements, next], limits).length, 2);
        }
      }),
    );
  });

  for (const [what, char] of [
    ["SQS would not take", "\uFFFF"],
    ["others that play SQS would not take", "🎓"],
  ] as const)
    it(`escapes what ${what}, and counts its length so`, () => {
      const limits = { events: 10, bytes: 1024, wait: 0 };
      const value = char.repeat(200);
      const escaped = { id: "i", event: "e", translation: "t", mapping: "m", text: JSON.stringify(value) };
      assert.equal(isTooLarge(escaped, limits), true);
      const [only] = pack([escaped], limits);
      assert.ok(only !== undefined && !only.body.includes(char));
      assert.equal(JSON.parse(unpack(only.body).statements[0]?.text ?? ""), value);
    });

  it("makes no message of no statements", () => {
    assert.deepEqual(pack([], { events: 1, bytes: 1000, wait: 0 }), []);
  });
});

describe("unpacking a message", () => {
  it("refuses whatever is not of this form", () => {
    for (const body of [
      "",
      "[]",
      "statements",
      "statements/1",
      "statements/1\t\t\t\na\tb\tc\td\te\tf",
      "statements/2",
      "statements/2\na\tb\tc\td\te\tf",
      "statements/2\t\t",
      "statements/2\t\t\t\n",
      "statements/2\t\t\t\nid",
      "statements/2\t\t\t\na\tb\tc\td\te",
      "statements/2\t1\t\t\na\tb\tc\td\te\tf",
      "statements/2\t\t1\t\na\tb\tc\td\te\tf",
      "statements/2\tone\t1\t",
      "statements/2\t-1\t1\t",
      "statements/2\t9000000000000000\t1\t",
      "statements/2\t1\t1e9\t",
      "statements/2\t1\t1\t\t",
    ])
      assert.throws(() => unpack(body), /delivery message/, body);
  });

  it("gives statements or an error, whatever the body, and never quotes it", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("\t", "\n", "zq", "{", "}") }),
        fc.boolean(),
        (rest, formed) => {
          try {
            unpack(formed ? `statements/2\t\t\t\n${rest}` : rest);
          } catch (error) {
            assert.ok(error instanceof Error && !error.message.includes("zq"));
          }
        },
      ),
    );
  });
});
