import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { type Environment, EvaluationError } from "@marcbachmann/cel-js";
import fc from "fast-check";
import { readDocument } from "../../src/document/document.ts";
import { isObject, type JsonObject } from "../../src/event/json.ts";
import { environmentFor } from "../../src/mapping/environment.ts";
import { compileExpression } from "../../src/mapping/expression.ts";
import * as f from "../../src/mapping/functions.ts";
import * as r from "../../src/mapping/runtime.ts";
import { TWIN_SCHEMA, twinEvents, twins } from "./expressions.ts";
import { SCHEMA } from "./support.ts";

const schema = readDocument("schema.yml", SCHEMA).value as JsonObject;
const hub = { id: "https://hub.example.edu", name: "Hub", files: "https://hub.example.edu/files" };

/** JSON's whole numbers are CEL's ints, which its interpreter has as BigInt, where the schema says so; and back. */
const toCel = (value: unknown, of: unknown): unknown => {
  if (!isObject(of)) return value;
  if (typeof value === "number") return of.type === "integer" ? BigInt(value) : value;
  if (!isObject(value)) return value;
  const { properties } = of;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      toCel(inner, isObject(properties) ? properties[key] : {}),
    ]),
  );
};
const fromCel = (value: unknown): unknown => unsigned(typeof value === "bigint" ? Number(value) : value);

/** JSON text has no negative zero. */
const unsigned = (value: unknown): unknown => (value === 0 ? 0 : value);

/** What CEL's own interpreter gives; its errors mean that there is no value. */
const interpret = (environment: Environment, source: string, event: unknown): unknown => {
  try {
    return fromCel(environment.evaluate(source, { event: toCel(event, TWIN_SCHEMA), hub }));
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
};

const run = (environment: Environment, source: string, event: unknown): unknown => {
  const compiled = compileExpression(source, environment, { hub });
  if ("message" in compiled) return assert.fail(`${source}: ${compiled.message}`);
  return new Function("r", "f", "$event", `return ${compiled.code};`)(r, f, event);
};

describe("A compiled expression", () => {
  it("has the value that CEL's own interpreter gives, and none where that gives an error, for whatever event", () => {
    const environment = environmentFor(TWIN_SCHEMA);
    const { text, int, double, bool } = twins;
    const seen = { absent: 0, there: 0 };
    fc.assert(
      fc.property(fc.oneof(text, int, double, bool), twinEvents, ({ ours, cel }, event) => {
        fc.pre(environment.check(ours).valid && environment.check(cel).valid);
        const [expected, found] = [
          interpret(environment, cel, event),
          unsigned(run(environment, ours, event)),
        ];
        seen[expected === undefined ? "absent" : "there"]++;
        assert.ok(
          isDeepStrictEqual(found, expected),
          `${ours} is ${JSON.stringify(found)}, interpreted ${JSON.stringify(expected)}`,
        );
      }),
      { numRuns: 4000 },
    );
    assert.ok(seen.absent > 400 && seen.there > 1000, JSON.stringify(seen));
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
      { numRuns: 4000 },
    );
  });
});
