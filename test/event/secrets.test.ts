import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readSchema } from "../../src/event/schema.ts";
import { withoutPaths, withoutRedacted } from "../../src/event/secrets.ts";

describe("removing secrets from an event", () => {
  it("takes away the property at a path, at the top, inside, and in every element of an array", () => {
    const event = {
      token: "s",
      env: { HUB: "s", LANG: "en" },
      cells: [{ id: 1, source: "s" }, { id: 2 }, 3],
    };
    assert.deepEqual(withoutPaths(event, [["token"], ["env", "HUB"], ["cells", "*", "source"]]), {
      env: { LANG: "en" },
      cells: [{ id: 1 }, { id: 2 }],
    });
    assert.deepEqual(withoutPaths(event, [["env"], ["env", "HUB"], ["cells"]]), { token: "s" });
  });

  it("takes away as a whole what is of another kind than the path leads through, but not null", () => {
    const path = [["a", "*", "b"]];
    for (const other of ["s", 1, true, { 0: { b: "s" } }, { "*": { b: "s" } }])
      assert.deepEqual(withoutPaths({ a: other, c: 1 }, path), { c: 1 }, JSON.stringify(other));
    assert.deepEqual(withoutPaths({ a: [{ b: "s" }, "s", [{ b: "s" }], null, { c: 1 }] }, path), {
      a: [{}, null, { c: 1 }],
    });
    for (const other of ["s", 1, [{ c: "s" }]])
      assert.deepEqual(withoutPaths({ a: other, c: 1 }, [["a", "b", "c"]]), { c: 1 });
    for (const nothing of [{ a: null }, { a: { b: null } }, {}])
      assert.deepEqual(withoutPaths(nothing, [["a", "b", "c"]]), nothing);
  });

  it("takes away elements that are marked themselves", () => {
    assert.deepEqual(withoutPaths({ words: ["s", "s"] }, [["words", "*"]]), { words: [] });
  });

  it("takes * for a name in the event itself, which is no array", () => {
    assert.deepEqual(withoutPaths({ "*": "s", a: 1 }, [["*"]]), { a: 1 });
  });

  it("takes away a null that was redacted, and changes nothing else", () => {
    const event = { a: { b: null }, c: [{ d: null }, "x", { d: 1 }], e: "text" };
    const paths = [
      ["a", "b"],
      ["c", "*", "d"],
      ["e", "f"],
    ];
    assert.deepEqual(withoutRedacted(event, paths), { a: {}, c: [{}, "x", { d: 1 }], e: "text" });
    assert.deepEqual(withoutRedacted({ words: [null, "x"] }, [["words", "*"]]), { words: [null, "x"] });
  });

  it("leaves alone the event that others hold, and what does not have the path", () => {
    const event = Object.freeze({ a: Object.freeze({ b: 1 }) });
    assert.deepEqual(withoutPaths(event, [["a", "b"]]), { a: {} });
    assert.deepEqual(event, { a: { b: 1 } });
    for (const other of [null, {}, { a: null }, { b: 1 }])
      assert.deepEqual(withoutPaths(other, [["a", "b"]]), other);
  });

  it("does not reach for inherited names", () => {
    const event = {};
    assert.equal(withoutPaths(event, [["constructor"], ["__proto__", "x"]]), event);
  });

  it("keeps no value that is anywhere below a path, whatever is there instead", () => {
    const text = fc.constantFrom("s3cret", 1, true, null, undefined);
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom("b", "*", "0"), tie("value"), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(value, (a) => {
        const kept = withoutPaths({ a }, [
          ["a", "*", "b"],
          ["a", "*", "*"],
          ["a", "*", "0"],
        ]);
        assert.ok(!JSON.stringify(kept).includes("s3cret"), JSON.stringify({ a }));
      }),
      { numRuns: 500 },
    );
  });

  it("leaves no trace of a marked value anywhere, and changes nothing else", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (others) => {
        const { env: _, list: __, ...rest } = others;
        const event = { ...rest, env: { token: "s3cret", ok: 1 }, list: [[{ token: "s3cret" }]] };
        const kept = withoutPaths(event, [
          ["env", "token"],
          ["list", "*", "*", "token"],
        ]);
        assert.ok(!JSON.stringify(kept).includes("s3cret"));
        assert.deepEqual(kept, { ...rest, env: { ok: 1 }, list: [[{}]] });
      }),
    );
  });
});

describe("marks in a schema", () => {
  const read = (yaml: string): ReturnType<typeof readSchema> =>
    readSchema("schema.v1.yml", `$id: s\nversion: 1\ntype: object\n${yaml}`);

  it("name the learner, and what is never stored", () => {
    const schema = read(`properties:
  username: { type: string, learner: true }
  never-store: { type: boolean }
  learner: true
  env: { type: object, properties: { token: { never-store: true } } }
  cells: { type: array, items: { type: object, properties: { source: { never-store: true } } } }
  words: { type: array, items: { type: string, never-store: true } }
`);
    assert.ok("neverStore" in schema);
    assert.equal(schema.learner, "username");
    assert.deepEqual(schema.neverStore, [
      ["env", "token"],
      ["cells", "*", "source"],
      ["words", "*"],
    ]);
  });

  for (const [where, yaml] of Object.entries({
    "in a definition": "definitions: { secret: { never-store: true } }",
    "in one of several":
      "properties: { a: { anyOf: [{ type: object, properties: { b: { never-store: true } } }] } }",
    "under a pattern": "patternProperties: { TOKEN: { never-store: true } }",
    "on any other property": "additionalProperties: { never-store: true }",
    "on elements told apart": "properties: { a: { type: array, items: [{ never-store: true }] } }",
    "on the event": "never-store: true",
    "on a learner below the top":
      "properties: { user: { type: object, properties: { name: { learner: true } } } }",
  })) {
    it(`are a problem ${where}, where they would protect nothing`, () => {
      const problems = read(yaml);
      assert.ok(Array.isArray(problems));
      assert.equal(problems.length, 1);
      assert.match(problems[0]?.message ?? "", /^(never-store|learner) counts only on /);
      assert.equal(problems[0]?.line, 4);
    });
  }
});
