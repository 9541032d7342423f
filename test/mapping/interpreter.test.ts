// biome-ignore-all lint/suspicious/noTemplateCurlyInString: mappings hold such texts.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { Environment } from "@marcbachmann/cel-js";
import fc from "fast-check";
import { readDocument } from "../../src/document/document.ts";
import type { JsonObject } from "../../src/event/json.ts";
import { environmentFor } from "../../src/mapping/environment.ts";
import { compileExpression } from "../../src/mapping/expression.ts";
import * as f from "../../src/mapping/functions.ts";
import * as r from "../../src/mapping/runtime.ts";
import { SCHEMA } from "./support.ts";

/** Expressions of each type; each is well-typed, as the check would want it. */
const { text, int, bool } = fc.letrec<{ text: string; int: string; bool: string }>((of) => {
  const joined = (...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
    fc
      .tuple(...parts.map((part) => (typeof part === "string" ? fc.constant(part) : part)))
      .map((all) => all.join(""));
  const [t, i, b] = [of("text"), of("int"), of("bool")];
  const literal = fc
    .array(fc.constantFrom("a", "B", "/", ".", "é", "👍", '\\"', "\\\\", "${", "}", "'"), { maxLength: 4 })
    .map((all) => `"${all.join("")}"`);
  const order = fc.constantFrom(" < ", " <= ", " > ", " >= ", " == ", " != ");
  const called = fc.constantFrom("basename", "dirname", "extension", "lower", "string");
  const asked = fc.constantFrom("startsWith", "endsWith", "contains");
  const depth = { maxDepth: 4, depthSize: "small" as const };
  return {
    text: fc.oneof(
      { ...depth, withCrossShrink: true },
      fc.oneof(
        literal,
        fc.constantFrom("event.text", "event.other", "event.choice", "event.inner.text", "hub.id"),
      ),
      joined("(", t, " + ", t, ")"),
      joined(called, "(", t, ")"),
      joined("string(", i, ")"),
      joined("iri(", t, ", ", t, ", string(", i, "))"),
      joined("(", b, " ? ", t, " : ", t, ")"),
      joined(t, ".orElse(", t, ")"),
      joined("[", t, ", ", t, "][", fc.constantFrom("0", "1"), "]"),
    ),
    int: fc.oneof(
      depth,
      fc.oneof(
        fc.integer({ min: -99, max: 99 }).map(String),
        fc.constantFrom("event.count", "event.inner.deep.count"),
      ),
      joined("(", i, fc.constantFrom(" + ", " - "), i, ")"),
      joined("-(", i, ")"),
      joined("size(", t, ")"),
      joined("size([", t, ", ", t, "])"),
      joined("(", b, " ? ", i, " : ", i, ")"),
    ),
    bool: fc.oneof(
      depth,
      fc.constantFrom("true", "false", "event.flag", "has(event.text)"),
      joined("(", t, order, t, ")"),
      joined("(", i, order, i, ")"),
      joined("(", b, fc.constantFrom(" && ", " || ", " == ", " != "), b, ")"),
      joined("!", b),
      joined("(", t, " in [", t, ", ", t, "])"),
      joined("(", i, " in [", i, "])"),
      joined("([", t, "] == [", t, "])"),
      joined(t, ".", asked, "(", t, ")"),
    ),
  };
});

const word = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 6 }),
  fc.constantFrom("", "a/b.IPYNB", "..", "a.b"),
);
const whole = fc.integer({ min: -1000, max: 1000 });
const events = fc.record({
  text: word,
  other: word,
  choice: fc.constantFrom("first", "second"),
  count: whole,
  flag: fc.boolean(),
  inner: fc.record({ text: word, deep: fc.record({ count: whole }) }),
});

const schema = readDocument("schema.yml", SCHEMA).value as JsonObject;
const hub = { id: "https://hub.example.edu", name: "Hub", files: "https://hub.example.edu/files" };

/** JSON's whole numbers are CEL's ints, which its interpreter has as BigInt; and back. */
const toCel = (value: unknown): unknown => {
  if (typeof value === "number") return BigInt(value);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toCel(inner)]));
};
const fromCel = (value: unknown): unknown => (typeof value === "bigint" ? Number(value) : value);

const interpret = (environment: Environment, source: string, event: unknown): unknown =>
  fromCel(environment.evaluate(source, { event: toCel(event), hub }));

const run = (environment: Environment, source: string, event: unknown): unknown => {
  const compiled = compileExpression(source, environment, { hub });
  if ("message" in compiled) return assert.fail(`${source}: ${compiled.message}`);
  return new Function("r", "f", "$event", `return ${compiled.code};`)(r, f, event);
};

describe("A compiled expression", () => {
  it("has the value that CEL's own interpreter gives, for whatever event", () => {
    const environment = environmentFor(schema);
    fc.assert(
      fc.property(fc.oneof(text, int, bool), events, (source, event) => {
        fc.pre(environment.check(source).valid);
        const [expected, found] = [interpret(environment, source, event), run(environment, source, event)];
        assert.ok(
          isDeepStrictEqual(found, expected),
          `${source} is ${JSON.stringify(found)}, interpreted ${JSON.stringify(expected)}`,
        );
      }),
      { numRuns: 2000 },
    );
  });

  it("is refused for a syntax or a type error, and never ends the check with an error of its own", () => {
    const token = fc.constantFrom(
      ..."event . text count flag any tags map inner deep hub learner course time ( ) [ ] { } , : ? ! && || == != < <= > >= + - * / % in has size string iri basename orElse matches exists true null 1 1.5 2u 'a' \"b\" b'c' r'd' $ # ; \n // __proto__ constructor int type dyn const".split(
        " ",
      ),
    );
    const environment = environmentFor(schema);
    fc.assert(
      fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
        const source = tokens.join(" ");
        const compiled = compileExpression(source, environment, { hub });
        if ("message" in compiled) {
          assert.match(compiled.message, /^["A-Z].*[.?]$/s);
          assert.ok(compiled.offset >= 0 && compiled.offset <= source.length);
        } else {
          // What was compiled runs on anything, and reads nothing that is not there.
          const names = ["r", "f", "$event", "$learner", "$course", "$time"];
          new Function(...names, `"use strict"; return ${compiled.code};`)(r, f, {}, {}, {}, "");
        }
      }),
      { numRuns: 5000 },
    );
  });
});
