import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { environmentFor } from "../../src/mapping/environment.ts";
import { compileExpression } from "../../src/mapping/expression.ts";
import * as f from "../../src/mapping/functions.ts";
import * as r from "../../src/mapping/runtime.ts";
import { TWIN_SCHEMA, twinEvents, twins } from "./expressions.ts";

describe("A condition", () => {
  it("holds exactly where its value is true, whatever the event has and lacks", () => {
    const environment = environmentFor(TWIN_SCHEMA);
    const hub = { id: "https://hub.example.edu" };
    const seen = { true: 0, false: 0, undefined: 0 };
    fc.assert(
      fc.property(twins.bool, fc.array(twinEvents, { minLength: 3, maxLength: 3 }), ({ ours }, events) => {
        const compiled = compileExpression(ours, environment, { hub });
        fc.pre(!("message" in compiled));
        const value = new Function("r", "f", "$event", `return ${compiled.code};`);
        const test = new Function("r", "f", "$event", `return ${compiled.test};`);
        for (const event of events) {
          const found: unknown = value(r, f, event);
          if (String(found) in seen) seen[String(found) as keyof typeof seen]++;
          assert.equal(test(r, f, event), found === true, ours);
        }
      }),
      { numRuns: 1000 },
    );
    for (const [value, times] of Object.entries(seen)) assert.ok(times > 200, `${value}: ${times}`);
  });
});
