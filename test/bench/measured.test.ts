import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { measured } from "../../bench/cost/measured.ts";
import { readRecorded } from "../../bench/page/recorded.ts";
import { errorOf, fitted } from "../../bench/steps/fit.ts";
import { runs } from "../support/runs.ts";

/** As far may two measurements of the same be from each other. */
const FACTOR = 1.5;

const { translate, deliver, ledgerMemory, bytes } = measured;

/** What measured.ts has, by the figure of `npm run bench -- steps` that it is from. */
const FROM: Readonly<Record<string, number>> = {
  "steps.translate_batch_ms": translate.batch,
  "steps.translate_message_ms": translate.message,
  "steps.translate_event_ms": translate.event,
  "steps.translate_statement_ms": translate.statement,
  "steps.deliver_invocation_ms": deliver.invocation,
  "steps.deliver_statement_ms": deliver.statement,
  "steps.ledger_memory_event": ledgerMemory.event,
  "steps.ledger_memory_statement": ledgerMemory.statement,
  "steps.bytes_event": bytes.event,
  "steps.bytes_attributes": bytes.context,
  "steps.bytes_line": bytes.line,
  "steps.bytes_raw": bytes.raw,
  "steps.bytes_ledger": bytes.ledger,
  "steps.bytes_receipt": bytes.receipt,
  "steps.bytes_statement": bytes.statement,
};

test("What costs are worked out from is what the page says that the steps take", async () => {
  const { steps } = await readRecorded();
  if (steps === undefined) return;
  for (const [figure, used] of Object.entries(FROM)) {
    const found = steps.figures[figure] ?? Number.NaN;
    assert.ok(
      found <= used * FACTOR && used <= found * FACTOR,
      `${figure} is ${found}, measured.ts has ${used}`,
    );
  }
  assert.deepEqual(
    Object.keys(steps.figures).filter((figure) => !(figure in FROM)),
    ["steps.translate_error"],
  );
});

test("What parts take is found again from sums of them, and nothing of them is below nothing", () => {
  const part = fc.double({ min: 0.01, max: 1, noNaN: true });
  fc.assert(
    fc.property(part, part, part, (batch, message, event) => {
      const shapes = [
        [1, 1, 1],
        [1, 1, 10],
        [1, 10, 10],
        [1, 10, 100],
      ];
      const of = (amounts: readonly number[]) => ({
        amounts,
        took: [batch, message, event].reduce((sum, each, at) => sum + each * (amounts[at] ?? 0), 0),
      });
      const found = fitted(shapes.map(of), 3);
      for (const each of found) assert.ok(each >= 0);
      for (const shape of [...shapes, [1, 5, 20]]) assert.ok(Math.abs(errorOf(of(shape), found)) < 0.01);
    }),
    { numRuns: runs(50) },
  );
});
