import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Filter, LedgerEntry, Made } from "../../src/ledger/ledger.ts";
import { account } from "../../src/ledger/tally.ts";

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
  const lines: LedgerEntry[] = [];
  const [delivered, setAside] = [new Set<string>(), new Set<string>()];
  for (const [event, { made, ends }] of histories.entries()) {
    const idOf = (at: number): string => (made === "failed" ? `${event}` : `${event}/${at}`);
    lines.push(lineOf(`${event}`, typeof made === "string" ? made : made.map((_, at) => idOf(at))));
    for (const [at, all] of ends.entries())
      for (const end of all) (end === "delivered" ? delivered : setAside).add(idOf(at));
  }
  return { lines, ends: { delivered, setAside } };
};

const lineOf = (event: string, made: Made): LedgerEntry => ({ event, to: { store: made } });

const isIds = (made: Made | undefined): made is readonly string[] => Array.isArray(made);

/** Lines of a few events that came again and again, and became something else each time. */
const differing: fc.Arbitrary<readonly LedgerEntry[]> = fc.array(
  fc
    .tuple(
      fc.constantFrom("a", "b", "c"),
      fc.oneof(
        fc.constantFrom<Made>("selection", "where", "mapping", "repeat", "failed"),
        fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { minLength: 1 }),
      ),
    )
    .map(([event, made]) =>
      lineOf(event, typeof made === "string" ? made : made.map((at) => `${event}/${at}`)),
    ),
);

const byMade = (one: LedgerEntry, other: LedgerEntry): number =>
  JSON.stringify(one).localeCompare(JSON.stringify(other));

describe("an endpoint's account", () => {
  it("balances: received = delivered + filtered + set aside + waiting, whatever happened how often", () => {
    fc.assert(
      fc.property(fc.array(history), (histories) => {
        const { lines, ends } = archive(histories);
        const { received, delivered, filtered, setAside, waiting, unexplained } = account(
          "store",
          lines,
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

  it("is the same in whatever order the lines are read, and balances where an event's lines differ", () => {
    fc.assert(
      fc.property(differing, (lines) => {
        const told = new Set(lines.flatMap(({ to: { store = "failed" } }) => (isIds(store) ? store : [])));
        const failed = lines.filter(({ to }) => to.store === "failed").map(({ event }) => event);
        // Each statement was delivered, set aside or neither, by its last letter; and each failure was set aside.
        const ends = {
          delivered: new Set([...told].filter((id) => id.endsWith("0"))),
          setAside: new Set([...[...told].filter((id) => /[01]$/.test(id)), ...failed]),
        };
        const found = account("store", lines, ends);
        for (const order of [lines.toReversed(), lines.toSorted(byMade), [...lines, ...lines]])
          assert.deepEqual(account("store", order, ends), found);

        const { received, delivered, filtered, setAside, waiting, unexplained } = found;
        const silent = filtered.selection + filtered.where + filtered.mapping + filtered.repeat;
        assert.equal(received, delivered + silent + setAside + waiting);
        assert.equal(unexplained, 0);
        assert.equal(delivered, ends.delivered.size);
        assert.equal(waiting, [...told].filter((id) => /[23]$/.test(id)).length);
        const events = [...Map.groupBy(lines, ({ event }) => event).values()];
        const without = events.filter((each) => !each.some(({ to: { store } }) => isIds(store)));
        assert.equal(received, told.size + without.length);
        const failures = without.filter((each) => each.some(({ to }) => to.store === "failed"));
        assert.equal(silent, without.length - failures.length);
      }),
      { numRuns: 500 },
    );
  });

  it("counts what was a repeat in one batch and told in another as told, and of two filters the later one", () => {
    const nothing = { delivered: new Set<string>(), setAside: new Set<string>() };
    const told = account("store", [lineOf("e", ["s"]), lineOf("e", "repeat")], nothing);
    assert.deepEqual([told.received, told.waiting, told.filtered.repeat], [1, 1, 0]);
    const kept = account("store", [lineOf("e", "mapping"), lineOf("e", "selection")], nothing);
    assert.deepEqual([kept.received, kept.filtered.mapping, kept.filtered.selection], [1, 1, 0]);
  });

  it("counts an event that a mapping failed at first as what it became later", () => {
    const { received, delivered, setAside, unexplained } = account(
      "store",
      [lineOf("e", "failed"), lineOf("e", ["s"])],
      { delivered: new Set(["s"]), setAside: new Set(["e"]) },
    );
    assert.deepEqual([received, delivered, setAside, unexplained], [1, 1, 0, 0]);
  });

  it("calls unexplained what was delivered or set aside without having been made", () => {
    const { unexplained, delivered, waiting } = account("store", [lineOf("e", ["s"])], {
      delivered: new Set(["s", "lost"]),
      setAside: new Set(["gone"]),
    });
    assert.deepEqual([delivered, waiting, unexplained], [1, 0, 2]);
  });

  it("counts a statement once that two events made", () => {
    const lines = [lineOf("e", ["s"]), lineOf("f", ["s", "t"])];
    const { received, waiting } = account("store", lines, { delivered: new Set(), setAside: new Set() });
    assert.deepEqual([received, waiting], [2, 2]);
  });

  it("counts nothing of the events from before the endpoint was added", () => {
    const nothing = { delivered: new Set<string>(), setAside: new Set<string>() };
    assert.equal(account("store", [{ event: "e", to: { other: ["s"] } }], nothing).received, 0);
  });
});
