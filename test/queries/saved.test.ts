/** The questions that are shipped, asked of an archive whose answers are known; of objects, and of tables. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { DAY_COLUMNS } from "../../src/archive/day-file.ts";
import { EVENT_VIEW } from "../../src/queries/events.ts";
import { MACROS } from "../../src/queries/macros.ts";
import { bucket, EVENTS } from "./known.ts";
import { ago, ask, askSaved, compacted, saved, stateWith, tables } from "./support.ts";

const objects = new Map(bucket.objects);
await compacted(bucket);
const states = { "in objects": await stateWith(objects), "in tables": await stateWith(bucket.objects) };
const day = (days: number): string => ago(days).slice(0, 10);
const sqlTime = (time: string): string => time.replace("T", " ").replace(".000Z", "");

for (const [form, state] of Object.entries(states))
  describe(`A saved query, of events that lie ${form},`, () => {
    it("is asked of an archive that has the service's test events as well", async () => {
      const { rows } = await ask(state, "select count(*) from events where source = 'translator/probe'");
      assert.deepEqual(
        rows.map((row) => row.map(Number)),
        [[3]],
      );
    });

    it("tells progress per course and assignment", async () => {
      assert.deepEqual(await askSaved(state, "progress"), [
        {
          ...{ course: "stat101", assignment: "hw1", due: sqlTime(ago(1, 12)) },
          ...{ fetched: 3, submitted: 2, graded: 3, score_low: 40, score_median: 60, score_high: 90 },
        },
      ]);
    });

    it("tells who has handed in what, and when", async () => {
      const [ada, bert, cleo, ...others] = await askSaved(state, "hand-ins");
      assert.deepEqual(others, []);
      const about = { course: "stat101", assignment: "hw1", max_score: 10 };
      assert.deepEqual(ada, {
        ...{ ...about, username: "ada", fetched: sqlTime(ago(5, 12)), submitted: sqlTime(ago(2, 12)) },
        ...{ hand_ins: 2, hours_before_due: 24, score: 9 },
      });
      assert.deepEqual(bert, {
        ...{ ...about, username: "bert", fetched: sqlTime(ago(1, 6)), submitted: sqlTime(ago(1, 10)) },
        ...{ hand_ins: 1, hours_before_due: 2, score: 4 },
      });
      assert.deepEqual(cleo, {
        ...{ ...about, username: "cleo", fetched: sqlTime(ago(1, 14)), submitted: null },
        ...{ hand_ins: 0, hours_before_due: null, score: 6 },
      });
    });

    it("tells when learners start, relative to the due date", async () => {
      assert.deepEqual(await askSaved(state, "starts"), [
        {
          ...{ course: "stat101", assignment: "hw1", due: sqlTime(ago(1, 12)), learners: 3 },
          ...{ first_hours: 96, median_hours: 6, on_the_last_day: 1, too_late: 1 },
        },
      ]);
    });

    it("tells who has fallen silent", async () => {
      const rows = await askSaved(state, "last-activity");
      assert.deepEqual(
        rows.map(({ course, username, events }) => [course, username, events]),
        [
          ["data8", "dora", 1],
          ["stat101", "ada", 4],
          ["stat101", "bert", 4],
          ["stat101", "cleo", 1],
        ],
      );
      assert.equal(rows[0]?.days_ago, Math.floor((Date.now() - Date.parse(ago(10))) / 86_400_000));
    });

    it("tells failures by reason and endpoint, and how many are still set aside", async () => {
      const rows = await askSaved(state, "failures");
      assert.deepEqual(
        rows.map((row) => [row.reason, row.class, row.status, row.statements, row.still_set_aside]),
        [
          ["endpoint.refused", "setAside", 422, 3, 1],
          ["endpoint.refused", "again", 422, 1, 0],
          ["mapping.failed", "mapping", 422, 1, 0],
        ],
      );
      assert.deepEqual([rows[0]?.first_at, rows[0]?.last_at], [ago(3, 1), ago(2, 3)]);
    });

    it("tells what is in quarantine by reason, less what was taken in since", async () => {
      assert.deepEqual(await askSaved(state, "quarantine"), [
        {
          ...{ reason: "schema.unknown", events: 2, first_arrived: ago(3), last_arrived: ago(2) },
          last_detail: "A detail of q2.",
        },
        {
          ...{ reason: "json.malformed", events: 1, first_arrived: ago(1), last_arrived: ago(1) },
          last_detail: "A detail of q3.",
        },
      ]);
    });

    it("tells deliveries per endpoint and day, and how long they took", async () => {
      const rows = await askSaved(state, "deliveries");
      assert.deepEqual(rows, [
        {
          ...{ endpoint: "campus-lrs", day: day(5), statements: 1 },
          ...{ median_seconds: 2, most_within_seconds: 2, longest_seconds: 2 },
        },
        {
          // Of two of them it is not known when their events came.
          ...{ endpoint: "campus-lrs", day: day(1), statements: 4 },
          ...{ median_seconds: 4, most_within_seconds: 60, longest_seconds: 60 },
        },
      ]);
    });

    it("tells events per source and day", async () => {
      const rows = await askSaved(state, "events-per-day");
      assert.deepEqual(
        rows.filter(({ dt }) => dt === day(1)),
        [{ dt: day(1), source: "assignment/hand-in", events: 9, learners: 3 }],
      );
      assert.equal(
        rows.reduce((sum, { events }) => sum + Number(events), 0),
        EVENTS,
      );
    });

    it("tells what the archive holds per day, in objects and in tables", async () => {
      const rows = await askSaved(state, "archive");
      const yesterday = rows.find(({ dt }) => dt === day(1));
      assert.deepEqual([yesterday?.events, yesterday?.sources], [9, 1]);
      const inTables = form === "in tables";
      assert.deepEqual(rows[0], {
        ...{ dt: day(10), events: 1, in_tables: inTables ? 1 : 0, in_objects_only: inTables ? 0 : 1 },
        ...{ sources: 1, learners: 1 },
      });
    });
  });

describe("Every saved query", () => {
  it("is asked here", () => {
    assert.deepEqual(
      saved.map(({ name }) => name),
      [
        ...["archive", "deliveries", "events-per-day", "failures", "hand-ins"],
        ...["last-activity", "progress", "quarantine", "starts"],
      ],
    );
  });

  it("answers the same where max_by takes what is null for a value, as Athena's does", async () => {
    for (const { name, sql } of saved) {
      const asAthena = sql.replaceAll("max_by(", "arg_max_null(");
      for (const state of Object.values(states))
        assert.deepEqual(await ask(state, asAthena), await ask(state, sql), name);
    }
    assert.ok(saved.some(({ sql }) => sql.includes("max_by(")));
  });

  it("answers with no rows where there is nothing, and looks at some days only", async () => {
    const empty = await stateWith(new Map());
    for (const { name, sql } of saved) {
      assert.deepEqual(await askSaved(empty, name), [], name);
      assert.match(sql, /where dt >= date_format|and dt >= date_format/, name);
    }
  });
});

describe("docs/queries.md", () => {
  const words = (cell = ""): readonly string[] => [...cell.matchAll(/`(\w+)`/g)].map(([, word = ""]) => word);
  const rows = readFileSync(join(project, "docs/queries.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => line.split("|").slice(1, -1));

  it("has the columns of every table, and no others", () => {
    const told = new Map(
      rows.flatMap(([name, , columns]) =>
        columns === undefined ? [] : [[words(name).at(-1), words(columns)] as const],
      ),
    );
    const fixed = (columns: readonly { readonly name: string }[]) => columns.map(({ name }) => name);
    const own = tables.find(({ name }) => name === "jupyter_server_contents")?.columns ?? [];
    const wanted = new Map([
      ["events", fixed(EVENT_VIEW)],
      ["jupyter_server_contents", fixed(own).slice(0, DAY_COLUMNS.length)],
      ...tables
        .filter(({ form }) => form === "lines")
        .map(({ name, columns, partitions }) => [name, [...fixed(columns), ...partitions]] as const),
    ]);
    for (const [name, columns] of wanted)
      assert.deepEqual(told.get(name)?.toSorted(), columns.filter((each) => each !== "dt").toSorted(), name);
  });

  it("has every saved query", () => {
    const told = rows.map(([name]) => /`([\w-]+)`/.exec(name ?? "")?.[1]);
    assert.deepEqual(
      saved.map(({ name }) => name).filter((name) => !told.includes(name)),
      [],
    );
  });

  it("has every function that DuckDB gets", () => {
    const text = readFileSync(join(project, "docs/queries.md"), "utf8");
    const names = MACROS.map((macro) => /^\w+/.exec(macro)?.[0]);
    assert.deepEqual(
      names.filter((name) => !text.includes(`\`${name}\``)),
      [],
    );
  });
});
