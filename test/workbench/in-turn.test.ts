import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as soon } from "node:timers/promises";
import fc from "fast-check";
import { inTurn } from "../../workbench/in-turn.ts";

describe("what runs in turn", () => {
  it("never runs twice at once, and for everybody who asks once more after they asked", async () => {
    const pauses = fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(pauses, fc.nat({ max: 5 }), fc.boolean(), async (asking, length, fails) => {
        let running = 0;
        let begun = 0;
        const run = inTurn(async () => {
          assert.equal(++running, 1);
          begun++;
          for (let step = 0; step < length; step++) await soon();
          running--;
          if (fails) throw new Error("It went wrong.");
        });
        const waiting: Promise<void>[] = [];
        for (const pause of asking) {
          for (let step = 0; step < pause; step++) await soon();
          const before = begun;
          const asked = run();
          waiting.push(
            asked.then(
              () => assert.ok(!fails && begun > before),
              () => assert.ok(fails && begun > before),
            ),
          );
        }
        await Promise.all(waiting);
        assert.ok(begun <= asking.length);
      }),
    );
  });
});
