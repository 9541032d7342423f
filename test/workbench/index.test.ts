import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readAccounts } from "../../src/ledger/accounts.ts";
import { readOpenFailures } from "../../src/ledger/failures.ts";
import { surveyQuarantine } from "../../src/recovery/survey.ts";
import type { ArchiveIndex, EventFilter, IndexedEvent } from "../../workbench/index/archive-index.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { runs } from "../support/runs.ts";
import { carryOut, history, READ, tagOf } from "./index-history.ts";
import { answersOf, ENDPOINTS, indexOver, judge, WINDOW } from "./index-support.ts";

/** After which steps it is refreshed. */
const looks = fc.array(fc.boolean(), { minLength: 24, maxLength: 24 });

const some = <T>(...values: readonly T[]) =>
  fc.option(fc.constantFrom(...values), { nil: undefined, freq: 1 });
const time = some("2026-11-19T10:00:00.000Z", "2026-11-20T10:00:21.000Z", "2026-11-22T00:00:00.000Z");
const filters: fc.Arbitrary<EventFilter> = fc.record({
  endpoint: some(...ENDPOINTS),
  state: some("delivered", "waiting", "setAside", "filtered", "untold"),
  filter: some("consent", "where"),
  source: some("jupyter-server/contents"),
  translation: some(READ, READ, READ, "nobody/made:this"),
  tags: some([tagOf("ada")], [tagOf("grace"), tagOf("ada")]),
  from: time,
  to: time,
});

/** The events of which a statement of the translation was delivered, with the endpoint. */
const readersIn = async (bucket: MemoryBucket): Promise<ReadonlySet<string>> => {
  const all = ENDPOINTS.map(async (endpoint) =>
    (await bucket.records("receipts", endpoint))
      .filter(({ translation }) => translation === READ)
      .map(({ event }) => `${event} ${endpoint}`),
  );
  return new Set((await Promise.all(all)).flat());
};

/** How what an event counts for at an endpoint ended: its statements, or itself as long as there are none of it. */
const endsOf = (
  index: ArchiveIndex,
  { id, states }: IndexedEvent,
  at: number,
): readonly EventFilter["state"][] => {
  const { state = "untold", statements = [] } = states[at] ?? {};
  if (statements.length === 0 && ["untold", "filtered"].includes(state)) return [];
  const counted = statements.length === 0 ? [id] : statements;
  return counted.map((each) => index.endOf(ENDPOINTS[at] ?? "", each)?.end ?? "waiting");
};

/** What is asked for by a translation as well is a statement of that; here, these were all delivered. */
const fits = (
  index: ArchiveIndex,
  event: IndexedEvent,
  at: number,
  { state, translation }: EventFilter,
): boolean => {
  if (state === "untold" || state === "filtered") return event.states[at]?.state === state;
  return translation === undefined ? endsOf(index, event, at).includes(state) : state === "delivered";
};

const passesBy =
  (index: ArchiveIndex, filter: EventFilter, readers: ReadonlySet<string>) =>
  (event: IndexedEvent): boolean =>
    (filter.tags?.includes(event.tag ?? "") ?? true) &&
    (filter.source ?? event.source) === event.source &&
    (filter.from ?? "") <= event.arrived &&
    (filter.to === undefined || event.arrived < filter.to) &&
    event.states.some(
      (each, at) =>
        (filter.endpoint ?? ENDPOINTS[at]) === ENDPOINTS[at] &&
        (filter.state === undefined || fits(index, event, at, filter)) &&
        (filter.filter ?? each.filter) === each.filter &&
        (filter.translation === undefined ||
          (filter.translation === READ && readers.has(`${event.id} ${ENDPOINTS[at]}`))),
    );

describe("The index of an archive", () => {
  it("counts as the ledger, the failures and the quarantine are counted, in whatever portions it is read", async () => {
    const seen = { waiting: 0, unexplained: 0, failures: 0, quarantined: 0, elsewhere: 0 };
    await fc.assert(
      fc.asyncProperty(history, looks, async (steps, looks) => {
        const bucket = memoryBucket();
        const index = indexOver(bucket);
        for (const [at, step] of steps.entries()) {
          await carryOut(bucket, step, at);
          if (looks[at] === true) await index.refresh();
        }
        await index.refresh();
        assert.ok(index.isWhole);
        const { accepted, withheld, quarantined, unaccounted, endpoints } = await readAccounts(
          bucket,
          ENDPOINTS,
          { window: WINDOW },
        );
        assert.deepEqual(index.accounts(), endpoints);
        assert.equal(index.unaccounted(), unaccounted);
        const inQuarantine = Object.values(quarantined).reduce((sum, each) => sum + each, 0);
        assert.deepEqual(index.totals(), { accepted, withheld, quarantined: inQuarantine });
        const failures = await Promise.all(ENDPOINTS.map((each) => readOpenFailures(bucket, each)));
        assert.deepEqual(index.failures(), failures.flat());
        assert.deepEqual(index.quarantine(), await surveyQuarantine(bucket, judge));

        for (const { waiting, unexplained } of endpoints) {
          seen.waiting += waiting;
          seen.unexplained += unexplained;
        }
        seen.failures += failures.flat().length;
        seen.quarantined += inQuarantine;
        seen.elsewhere += index.quarantine().filter(({ elsewhere }) => elsewhere !== undefined).length;
      }),
      { numRuns: runs(300) },
    );
    assert.ok(
      Object.values(seen).every((count) => count > 3),
      JSON.stringify(seen),
    );
  });

  it("answers everything as if it had been read at once", async () => {
    await fc.assert(
      fc.asyncProperty(history, looks, async (steps, looks) => {
        const bucket = memoryBucket();
        const index = indexOver(bucket);
        for (const [at, step] of steps.entries()) {
          await carryOut(bucket, step, at);
          if (looks[at] !== true) continue;
          await index.refresh();
          // Whatever was asked for meanwhile changes nothing of it.
          answersOf(index);
        }
        await index.refresh();
        const atOnce = indexOver(bucket);
        await atOnce.refresh();
        assert.deepEqual(answersOf(index), answersOf(atOnce));
      }),
      { numRuns: runs(200) },
    );
  });

  it("finds just the events that a filter lets pass, and each where it stands among all", async () => {
    let found = 0;
    const page = fc.nat({ max: 5 });
    await fc.assert(
      fc.asyncProperty(history, filters, page, page, async (steps, filter, from, most) => {
        const bucket = memoryBucket();
        for (const [at, step] of steps.entries()) await carryOut(bucket, step, at);
        const index = indexOver(bucket);
        await index.refresh();
        const all = index.events({}, 0, 1000).events;
        assert.equal(all.length, index.totals().accepted);
        const order = all.map(({ id, arrived }) => [arrived, id] as const);
        assert.deepEqual(
          order,
          order.toSorted(([a, one], [b, other]) => (a === b ? (one < other ? -1 : 1) : a < b ? 1 : -1)),
        );
        const passes = passesBy(index, filter, await readersIn(bucket));
        const wanted = all.filter(passes);
        found += wanted.length;
        assert.deepEqual(index.events(filter, from, most), {
          events: wanted.slice(from, from + most),
          total: wanted.length,
        });
        for (const event of wanted) assert.deepEqual(index.event(event.id), event);
      }),
      { numRuns: runs(200) },
    );
    assert.ok(found > 100);
  });
});
