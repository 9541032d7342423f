import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { FILTERS, type LedgerEntry, ledgerLine, type Made } from "../../src/ledger/ledger.ts";
import { runs } from "../support/runs.ts";

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);

const made: fc.Arbitrary<Made> = fc.oneof(
  fc.constantFrom(...FILTERS, "failed" as const),
  fc.array(fc.uuid(), { minLength: 1, maxLength: 4 }),
);

const entry: fc.Arbitrary<LedgerEntry> = fc.record(
  {
    event: fc.uuid(),
    to: fc.dictionary(name, made, { maxKeys: 5 }),
    learner: fc.stringMatching(/^[0-9a-f]{16}$/),
    recovered: fc.constantFrom("2026-11-22T10:00:00.000Z"),
  },
  { requiredKeys: ["event", "to"] },
);

describe("A line of the ledger", () => {
  it("is what JSON.stringify would write of it", () => {
    fc.assert(
      fc.property(entry, (each) => {
        const line = ledgerLine("2026-11-23T09:00:00.000Z", each);
        assert.equal(line.text, JSON.stringify(each));
        assert.deepEqual([line.partition, line.learner], ["dt=2026-11-23", each.learner]);
      }),
      { numRuns: runs(200) },
    );
  });
});
