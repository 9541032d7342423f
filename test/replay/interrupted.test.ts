import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { project } from "../../build/bundle.ts";
import { type Sandbox, startSandbox } from "../../local/sandbox/server.ts";
import { CannotRun } from "../../src/cannot-run.ts";
import type { EventMessage } from "../../src/intake.ts";
import { watched } from "../erasure/support.ts";
import { runs } from "../support/runs.ts";
import { intoTables } from "../support/tables.ts";
import { type Deployed, deployed, LRS, saved, sumOf, world } from "./support.ts";

const MAPPING = "mappings/jupyter-server/contents/mapping.yml";
const NEW = "new-lrs";

let sandbox: Sandbox;
let shipped: Deployed;
let edited: Deployed;
let batches: readonly (readonly EventMessage[])[];
before(async () => {
  sandbox = await startSandbox();
  shipped = await deployed();
  const mapping = readFileSync(join(project, MAPPING), "utf8");
  const lrs = readFileSync(join(project, "endpoints/campus-lrs.yml"), "utf8");
  edited = await deployed({
    [MAPPING]: mapping.replace("verb: save", "verb: update"),
    [`endpoints/${NEW}.yml`]: lrs.replace("title: Campus", "title: New"),
  });
  const made = Array.from({ length: 8 }, (_, at) =>
    saved(`${at}.ipynb`, { learner: `learner-${at % 5}`, ...(at % 3 === 0 && { action: "upload" }) }),
  );
  const messages = await Promise.all(made);
  batches = [messages.slice(0, 2), messages.slice(2, 3), messages.slice(3, 7), messages.slice(7)];
});
after(() => sandbox.stop());

/** A service with some events, of which two were set aside. */
const begun = async (form: "lines" | "tables") => {
  const own = world(sandbox);
  sandbox.behave(own.store(LRS), { refuseAbout: "schema/1.0/create" });
  await own.take(shipped, ...batches);
  sandbox.behave(own.store(LRS), {});
  if (form === "tables") await intoTables(own.bucket);
  return own;
};

const STEPS = { together: 2, noted: 1 };

describe("a replay that is cut off", () => {
  it("anywhere, and taken up again, leaves the stores as one that is not, and the accounts balance", async () => {
    const whole = await begun("lines");
    await whole.replay(edited, {}, STEPS);
    await whole.deliver(edited);
    const told = [LRS, NEW].map((name) => whole.told(name));
    assert.deepEqual(
      told.map(({ length }) => length),
      [8, 8],
    );

    const cut = fc.record({
      form: fc.constantFrom("lines" as const, "tables" as const),
      most: fc.array(fc.nat(90), { minLength: 1, maxLength: 3 }),
      isLate: fc.boolean(),
      isDelivered: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(cut, async ({ form, most, isLate, isDelivered }) => {
        const { replay, deliver, bucket, stage, send, ...own } = await begun(form);
        for (const count of most) {
          const cutOff = watched(bucket, count);
          cutOff.lateBy(isLate);
          // The queue may have a message, and nobody hear of it.
          const sending = async (...args: Parameters<typeof send>): Promise<readonly boolean[]> => {
            const taken = await send(...args);
            await cutOff.bucket.find("jobs/none");
            return taken;
          };
          await replay(edited, {}, { ...STEPS, on: stage(cutOff.bucket, sending) }).catch((error) => {
            if (!String(error).includes("CutOff")) throw error;
          });
          if (isDelivered) await deliver(edited);
        }
        await replay(edited, {}, STEPS);
        await deliver(edited);
        assert.deepEqual(
          [LRS, NEW].map((name) => own.told(name)),
          told,
        );
        assert.deepEqual(await own.faults(LRS, NEW), []);
        const again = await replay(edited, {}, STEPS);
        for (const { statements } of again.endpoints) assert.equal(statements, 0);
        assert.deepEqual(
          [...bucket.objects.keys()].filter((key) => key.startsWith("jobs/")),
          [],
        );
      }),
      { numRuns: runs(30) },
    );
  });

  it("goes on where it was, and says so, unless it is to begin anew", async () => {
    for (const anew of [false, true]) {
      const { replay, bucket, stage, send, waiting } = await begun("lines");
      let left = 3;
      const short = async (...args: Parameters<typeof send>): Promise<readonly boolean[]> =>
        left-- > 0 ? send(...args) : args[1].map(() => false);
      await assert.rejects(
        replay(edited, { endpoint: NEW }, { ...STEPS, on: stage(bucket, short) }),
        (error) => error instanceof CannotRun && /did not take everything/.test(error.message),
      );
      const before = waiting(NEW).length;
      const said = await replay(edited, { endpoint: NEW, anew }, STEPS);
      assert.equal(said.resumed !== undefined, !anew);
      assert.deepEqual([sumOf(said, NEW, "sent"), said.endpoints[0]?.events], [8, 8]);
      const all = waiting(NEW);
      assert.equal(new Set(all).size, 8);
      assert.equal(all.length === before + 8, anew, "what was sent before is not sent again");
    }
  });

  it("reads a folder again whose objects became others meanwhile, so that nothing is missed", async () => {
    const { replay, bucket, stage, send, deliver, told } = await begun("lines");
    let left = 1;
    const short = async (...args: Parameters<typeof send>): Promise<readonly boolean[]> =>
      left-- > 0 ? send(...args) : args[1].map(() => false);
    await assert.rejects(replay(edited, { endpoint: NEW }, { ...STEPS, on: stage(bucket, short) }));
    // As an erasure does: what had its turn to come has a name now that comes before.
    const keys = [...bucket.objects.keys()].filter((key) => key.startsWith("raw/")).sort();
    const last = keys.at(-1) ?? "";
    const body = await bucket.get(last);
    await bucket.put(last.replace(/[0-9a-f]{32}/, "0".repeat(32)), body);
    await bucket.discard([last]);
    await replay(edited, { endpoint: NEW }, STEPS);
    await deliver(edited);
    assert.equal(told(NEW).length, 8);
  });

  it("is left to a run that does the same and was begun later", async () => {
    const { replay, bucket, stage, send } = await begun("lines");
    let other: Promise<unknown> | undefined;
    const slow = async (...args: Parameters<typeof send>): Promise<readonly boolean[]> => {
      other ??= replay(edited, { endpoint: NEW }, STEPS).then(
        (said) => said,
        (error) => error,
      );
      await other;
      return send(...args);
    };
    // The words of both go to the same place, so that only one of them is read.
    await assert.rejects(
      replay(edited, { endpoint: NEW }, { ...STEPS, on: stage(bucket, slow) }),
      (error) => error instanceof CannotRun && /goes on/.test(error.message),
    );
  });
});
