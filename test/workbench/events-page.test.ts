import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { EventRow, EventsPage } from "../../workbench/api/events.ts";
import { differenceOf, withStates } from "../../workbench/page/events-difference.ts";

const reading = { from: "2026-11-16", to: "2026-11-16", read: 1, objects: 1, isCut: false, troubles: [] };

const row = (second: number, state: EventRow["states"][number]["state"] = "waiting"): EventRow => ({
  id: `event-${second}`,
  arrived: new Date(Date.UTC(2026, 10, 16) + second * 1000).toISOString(),
  source: "jupyterhub/server-action",
  title: "A learner's server starts",
  states: [{ endpoint: "campus-lrs", state }],
});

const page = (rows: readonly EventRow[], next?: string): EventsPage => ({
  reading,
  rows,
  total: rows.length,
  ...(next !== undefined && { next }),
});

const counts = (shown: EventsPage, latest: EventsPage): readonly [number, readonly string[]] => {
  const { fresh, gone } = differenceOf(shown, latest);
  return [fresh, [...gone]];
};

describe("A page of events that is shown", () => {
  test("differs from itself by nothing", () => {
    assert.deepEqual(counts(page([row(2), row(1)]), page([row(2), row(1)])), [0, []]);
  });

  test("says how many have come, and does not take those for gone that they pushed off the page", () => {
    assert.deepEqual(counts(page([row(2), row(1)], "more"), page([row(4), row(3)], "more")), [2, []]);
  });

  test("counts those that were read late and stand between others", () => {
    assert.deepEqual(counts(page([row(3), row(1)]), page([row(3), row(2), row(1)])), [1, []]);
  });

  test("tells those that are not asked for any more, and not those that moved up for new", () => {
    assert.deepEqual(counts(page([row(3), row(2)], "more"), page([row(3), row(1)], "more")), [
      0,
      ["event-2"],
    ]);
  });

  test("keeps its rows where they are, with what became of them meanwhile", () => {
    const shown = page([row(2), row(1)], "more");
    const { rows } = withStates(shown, page([row(3), row(2, "delivered")], "more"));
    assert.deepEqual(rows, [row(2, "delivered"), row(1)]);
  });
});
