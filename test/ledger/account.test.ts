import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { account, type Filter, type LedgerEntry, type Made } from "../../src/ledger/ledger.ts";

/** What one endpoint made of an event, and where each of its statements ended: everywhere it ever was. */
interface History {
  readonly made: Made;
  readonly ends: readonly (readonly ("delivered" | "setAside")[])[];
}

const ends = fc.array(fc.constantFrom("delivered" as const, "setAside" as const), { maxLength: 3 });

const history: fc.Arbitrary<History> = fc.oneof(
  fc.constantFrom<Filter>("selection", "where", "mapping").map((made) => ({ made, ends: [] })),
  fc.constant<History>({ made: "failed", ends: [["setAside"]] }),
  fc.array(ends, { minLength: 1, maxLength: 3 }).map((all) => ({ made: all.map(() => ""), ends: all })),
);

/** An archive in which these histories happened, with an event's position for its id. */
const archive = (histories: readonly History[]) => {
  const entries = new Map<string, LedgerEntry["to"]>();
  const [delivered, setAside] = [new Set<string>(), new Set<string>()];
  for (const [event, { made, ends }] of histories.entries()) {
    const idOf = (at: number): string => (made === "failed" ? `${event}` : `${event}/${at}`);
    entries.set(`${event}`, { store: typeof made === "string" ? made : made.map((_, at) => idOf(at)) });
    for (const [at, all] of ends.entries())
      for (const end of all) (end === "delivered" ? delivered : setAside).add(idOf(at));
  }
  return { entries, ends: { delivered, setAside } };
};

describe("an endpoint's account", () => {
  it("balances: received = delivered + filtered + set aside + waiting, whatever happened how often", () => {
    fc.assert(
      fc.property(fc.array(history), (histories) => {
        const { entries, ends } = archive(histories);
        const { received, delivered, filtered, setAside, waiting, unexplained } = account(
          "store",
          entries,
          ends,
        );
        const silent = filtered.selection + filtered.where + filtered.mapping;
        assert.equal(received, delivered + silent + setAside + waiting);
        assert.equal(unexplained, 0);
        for (const count of [received, delivered, setAside, waiting]) assert.ok(count >= 0);
        const statements = histories.flatMap((each) => (typeof each.made === "string" ? [] : each.ends));
        const failed = histories.filter(({ made }) => made === "failed").length;
        assert.equal(
          silent,
          histories.length - failed - histories.filter(({ made }) => typeof made !== "string").length,
        );
        assert.equal(delivered, statements.filter((all) => all.includes("delivered")).length);
        assert.equal(waiting, statements.filter((all) => all.length === 0).length);
        assert.equal(setAside, failed + statements.length - delivered - waiting);
      }),
      { numRuns: 500 },
    );
  });

  it("calls unexplained what was delivered or set aside without having been made", () => {
    const entries = new Map([["e", { store: ["s"] }]]);
    const { unexplained, delivered, waiting } = account("store", entries, {
      delivered: new Set(["s", "lost"]),
      setAside: new Set(["gone"]),
    });
    assert.deepEqual([delivered, waiting, unexplained], [1, 0, 2]);
  });

  it("counts a statement once that two events made", () => {
    const entries = new Map([
      ["e", { store: ["s"] }],
      ["f", { store: ["s", "t"] }],
    ]);
    const { received, waiting } = account("store", entries, { delivered: new Set(), setAside: new Set() });
    assert.deepEqual([received, waiting], [2, 2]);
  });

  it("counts nothing of the events from before the endpoint was added", () => {
    const entries = new Map([["e", { other: ["s"] as Made }]]);
    const nothing = { delivered: new Set<string>(), setAside: new Set<string>() };
    assert.equal(account("store", entries, nothing).received, 0);
  });
});
