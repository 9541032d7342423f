import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { type Sandbox, startSandbox } from "../../local/sandbox/server.ts";
import { runs } from "../support/runs.ts";
import { intoTables } from "../support/tables.ts";
import { CALIPER, cells, type Deployed, deployed, LRS, world } from "./support.ts";

let sandbox: Sandbox;
let shipped: Deployed;
before(async () => {
  sandbox = await startSandbox();
  shipped = await deployed();
});
after(() => sandbox.stop());

describe("a replay", () => {
  it("right after normal operation sends nothing, whatever came twice, in lines or in tables", async () => {
    const one = fc.tuple(
      fc.constantFrom("ada", "grace"),
      fc.array(fc.tuple(fc.constantFrom("start", "end"), fc.nat(1)), { minLength: 1, maxLength: 4 }),
    );
    const all = fc.record({
      messages: fc.array(one, { minLength: 1, maxLength: 4 }),
      batches: fc.array(fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(all, async ({ messages, batches }) => {
        const made = await Promise.all(messages.map(([learner, steps]) => cells(learner, steps)));
        const { take, replay, waiting, bucket, faults } = world(sandbox);
        await take(shipped, ...batches.map((each) => each.flatMap((at) => made[at % made.length] ?? [])));
        for (const form of ["lines", "tables"]) {
          if (form === "tables") await intoTables(bucket);
          const { endpoints } = await replay(shipped);
          for (const { endpoint, statements } of endpoints) {
            assert.equal(statements, 0, `${endpoint}, ${form}`);
            assert.deepEqual(waiting(endpoint), []);
          }
        }
        assert.deepEqual(await faults(LRS, CALIPER), []);
      }),
      { numRuns: runs(25) },
    );
  });
});
