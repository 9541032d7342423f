import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { idNumbers } from "../../src/ledger/ids.ts";
import { runs } from "../support/runs.ts";

describe("numbers for ids", () => {
  it("are each id's own, from 0 on, whether it is a UUID or anything else", () => {
    const id = fc.oneof(
      fc.uuid(),
      fc.uuid().map((each) => each.toUpperCase()),
      fc.uuid().map((each) => `${each} `),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(id), fc.array(id), (ids, others) => {
        const numbers = idNumbers();
        const known = new Map<string, number>();
        for (const each of ids) {
          const number = known.get(each) ?? known.size;
          assert.equal(numbers.find(each), known.get(each) ?? -1);
          assert.equal(numbers.add(each), number);
          known.set(each, number);
        }
        assert.equal(numbers.size(), known.size);
        for (const each of [...ids, ...others]) assert.equal(numbers.find(each), known.get(each) ?? -1);
      }),
      { numRuns: runs(200) },
    );
  });

  it("stay what they are, however many there are", () => {
    const ids = Array.from({ length: 60_000 }, (_, at) => (at % 50 === 0 ? `no UUID ${at}` : randomUUID()));
    const numbers = idNumbers();
    for (const [at, each] of ids.entries()) assert.equal(numbers.add(each), at);
    for (const [at, each] of ids.entries()) assert.equal(numbers.find(each), at);
  });
});
