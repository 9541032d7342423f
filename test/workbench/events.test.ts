import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import fc from "fast-check";
import { CannotRun } from "../../src/cannot-run.ts";
import { Misuse } from "../../src/misuse.ts";
import type { EventRow, EventsQuery } from "../../workbench/api/events.ts";
import type { Desk } from "../../workbench/desk.ts";
import { eventsOf } from "../../workbench/views/events.ts";
import { exampleMessages } from "../retell/support.ts";
import { contents, message } from "../support/events.ts";
import { ARRIVED, learnerToken } from "../support/tokens.ts";
import { type Archived, archive, deskOver, type OwnSite, ownSite } from "./support.ts";

let shipped: OwnSite;
let examples: Archived;
let desk: Desk;
before(async () => {
  shipped = await ownSite();
  examples = await archive(shipped);
  // All of a message arrive at the same moment, and most of these do as well.
  const messages = await exampleMessages(shipped.site);
  await examples.translate(messages.map((each, at) => ({ ...each, arrived: ARRIVED + (at < 250 ? 0 : at) })));
  desk = await deskOver(examples, shipped);
});

/** All pages of what is asked for. */
const allPages = async (query: EventsQuery = {}): Promise<readonly (readonly EventRow[])[]> => {
  const pages: (readonly EventRow[])[] = [];
  for (let after: string | undefined; ; ) {
    const page = await eventsOf(desk, { ...query, ...(after !== undefined && { after }) });
    pages.push(page.rows);
    if (page.next === undefined) return pages;
    after = page.next;
  }
};

const idsOf = (rows: readonly EventRow[]): readonly string[] => rows.map(({ id }) => id);

describe("the events", () => {
  it("come in pages of a hundred, the latest first, each once", async () => {
    const pages = await allPages();
    const rows = pages.flat();
    const archived = new Set((await examples.bucket.records("raw")).map(({ id }) => String(id)));
    assert.ok(archived.size > 200);
    assert.deepEqual(new Set(idsOf(rows)), archived);
    assert.equal(rows.length, archived.size);
    assert.deepEqual(
      pages.map((page) => page.length).slice(0, -1),
      pages.slice(1).map(() => 100),
    );
    const times = rows.map(({ arrived }) => arrived);
    assert.deepEqual(times, times.toSorted().reverse());
    assert.equal((await eventsOf(desk, {})).total, archived.size);
  });

  it("are told of with their mapping's title, and what became of them at each endpoint", async () => {
    const [row] = (await eventsOf(desk, { source: "jupyter-server/contents" })).rows;
    assert.equal(row?.title, shipped.files.sources.find(({ name }) => name === row?.source)?.written.title);
    assert.deepEqual(
      row?.states.map(({ endpoint }) => endpoint),
      shipped.site.endpoints.map(({ name }) => name),
    );
  });

  it("are those of a state at an endpoint, and only these", async () => {
    for (const { name } of shipped.site.endpoints)
      for (const state of ["waiting", "filtered"] as const) {
        const rows = (await allPages({ endpoint: name, state })).flat();
        assert.ok(rows.length > 0);
        const all = (await allPages()).flat();
        const expected = all.filter(({ states }) =>
          states.some((each) => each.endpoint === name && each.state === state),
        );
        assert.deepEqual(idsOf(rows), idsOf(expected));
      }
  });

  it("are those of a learner, found by the archive's own name", async () => {
    const rows = (await allPages({ learner: "grace" })).flat();
    const records = await examples.bucket.records("raw");
    const hers = records.filter(({ learner }) => JSON.stringify(learner).includes('"username":"grace"'));
    assert.ok(hers.length > 0);
    assert.deepEqual(new Set(idsOf(rows)), new Set(hers.map(({ id }) => id)));
    assert.deepEqual((await eventsOf(desk, { learner: "nobody-here" })).rows, []);
  });

  it("of a learner are found by nobody without the service's secrets", async () => {
    const locked = await deskOver(examples, shipped, {
      learners: async () => {
        throw new CannotRun("There is no secret.");
      },
    });
    await assert.rejects(eventsOf(locked, { learner: "grace" }), CannotRun);
    assert.ok((await eventsOf(locked, {})).rows.length > 0);
  });

  it("are those of a time, from its beginning and before its end", async () => {
    const from = new Date(ARRIVED + 250).toISOString();
    const to = new Date(ARRIVED + 260).toISOString();
    const rows = (await allPages({ from, to })).flat();
    assert.ok(rows.length > 0);
    assert.ok(rows.every(({ arrived }) => from <= arrived && arrived < to));
    const [, ...others] = await allPages({ to });
    assert.ok(others.flat().every(({ arrived }) => arrived < to));
  });

  it("go on where a page ended, whatever came in meanwhile", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 3 }),
        async (offsets) => {
          const own = await archive(shipped);
          const token = await learnerToken("ada");
          const put = async (offset: number, count: number, name: string): Promise<void> => {
            const body = Array.from({ length: count }, (_, at) =>
              JSON.stringify(contents({ path: `${name}/${at}.ipynb` })),
            ).join("\n");
            await own.translate([await message(body, { token, arrived: ARRIVED + offset })]);
          };
          await put(0, 250, "first");
          const here = await deskOver(own, shipped);
          const expected = idsOf((await eventsOf(here, {})).rows);
          const seen: string[] = [];
          const known = new Set((await own.bucket.records("raw")).map(({ id }) => String(id)));
          for (let after: string | undefined, round = 0; ; round++) {
            const page = await eventsOf(here, { ...(after !== undefined && { after }) });
            seen.push(...idsOf(page.rows));
            after = page.next;
            if (after === undefined) break;
            const offset = offsets[round];
            if (offset !== undefined) await put(offset, 7, `round-${round}`);
            await here.refresh();
          }
          assert.deepEqual(seen.slice(0, 100), expected);
          assert.equal(new Set(seen).size, seen.length, "none twice");
          for (const id of known) assert.ok(seen.includes(id), "none skipped");
        },
      ),
      { numRuns: 10 },
    );
  });

  it("go on after an event that is gone by now", async () => {
    const [first, second] = await allPages();
    const last = first?.at(-1);
    assert.ok(last !== undefined);
    const { index } = desk;
    const without: Desk = {
      ...desk,
      index: {
        ...index,
        events: (filter, from, most) => {
          const all = index.events(filter, 0, 10_000).events.filter(({ id }) => id !== last.id);
          return { events: all.slice(from, from + most), total: all.length };
        },
      },
    };
    const page = await eventsOf(without, { after: `${last.arrived}|${last.id}` });
    assert.deepEqual(idsOf(page.rows), idsOf(second ?? []));
  });

  const wrong: readonly (readonly [EventsQuery | Readonly<Record<string, string>>, RegExp])[] = [
    [{ endpoint: "campus-lsr" }, /^There is no endpoint "campus-lsr"; did you mean campus-lrs\?|campus-lrs/],
    [{ state: "lost" }, /^There is no state of an event "lost"/],
    [{ filter: "nope" }, /^There is no reason to tell nothing "nope"/],
    [{ from: "yesterday" }, /^"from" is a time/],
    [{ to: "1.1.x" }, /^"to" is a time/],
    [{ to: "+275760-09-13T00:00:00.000Z" }, /^"to" is a time/],
    [{ from: "-000001-09-13T00:00:00.000Z" }, /^"from" is a time/],
    [{ after: "+275760-09-13T00:00:00.000Z|x" }, /^This page of events was not begun here/],
    [{ after: "3" }, /^This page of events was not begun here/],
    [{ endpoint: "<script>alert(1)</script>\u202e" }, /^There is no endpoint/],
  ];
  for (const [query, told] of wrong)
    it(`cannot be asked for by ${JSON.stringify(query)}, and are told why`, async () => {
      await assert.rejects(
        eventsOf(desk, query),
        (error) => error instanceof Misuse && told.test(error.message),
      );
    });

  it("are all there where what is asked for is empty", async () => {
    const page = await eventsOf(desk, { endpoint: "", state: "", learner: "", from: "" });
    assert.equal(page.total, (await eventsOf(desk, {})).total);
  });
});
