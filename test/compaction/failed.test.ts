import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dayText, endText } from "../../cli/compact-text.ts";
import type { ReadValues } from "../../src/archive/day-file-write.ts";
import { daysAfter } from "../../src/archive/days.ts";
import { isDayFile } from "../../src/archive/layout.ts";
import { valuesReader } from "../../src/compaction/values.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import {
  archive,
  compacted,
  DAY,
  early,
  jobsIn,
  lines,
  NOW,
  rowsIn,
  SOURCES,
  smallIn,
  tablesIn,
} from "./support.ts";

const DAYS = [daysAfter(DAY, -1), DAY] as const;

const ofDays = async () => {
  const bucket = memoryBucket();
  for (const [at, day] of DAYS.entries())
    await archive(bucket, [{ number: at, who: "ada", source: SOURCES[0], hour: 9, day }]);
  return bucket;
};

/** Fails at the first of the days. */
const readValues: ReadValues = ({ value }) => {
  if (String(value.arrived).startsWith(DAYS[0])) throw new RangeError("secret of ada");
  return undefined;
};

const line = (source: string, tag: string, event = "{}"): string =>
  `{"id":"00000000-0000-5000-8000-000000000077","arrived":"${DAYS[0]}T09:00:00.000Z","source":${source},"learner":{"username":"ada","tag":${tag}},"event":${event}}`;

const keyOf = (digit: string, day = DAYS[0]): string =>
  `raw/dt=${day}/hour=09/${digit.repeat(32)}.03f.ndjson.gz`;

describe("A day that cannot be put into tables", () => {
  it("stays as it was, and does not keep the next ones from it", async () => {
    const bucket = await ofDays();
    const before = await rowsIn(bucket);
    const told: unknown[] = [];
    const onFailed = (...args: readonly unknown[]) => told.push(args);
    const { days } = await compacted(bucket, { readValues, onFailed });
    assert.deepEqual(
      days.map(({ day, end, error }) => [day, end, error]),
      [
        [DAYS[0], "failed", "RangeError"],
        [DAYS[1], "done", undefined],
      ],
    );
    assert.deepEqual(told, [[DAYS[0], "RangeError"]]);
    assert.doesNotMatch(JSON.stringify(days), /secret|ada/);
    assert.deepEqual(await rowsIn(bucket), before);
    assert.deepEqual([smallIn(bucket).length, tablesIn(bucket).length, jobsIn(bucket).length], [1, 1, 1]);
    // It is tried again, when all others had their turn.
    await archive(bucket, [{ number: 7, who: "ada", source: SOURCES[0], hour: 10, day: DAYS[1] }]);
    const again = await compacted(bucket);
    assert.deepEqual(
      again.days.map(({ day, end }) => [day, end]),
      [
        [DAYS[1], "done"],
        [DAYS[0], "done"],
      ],
    );
    assert.deepEqual([smallIn(bucket), jobsIn(bucket)], [[], []]);
  });

  it("leaves no table, though one of its sources had one already", async () => {
    const bucket = await early();
    const before = await rowsIn(bucket);
    let tables = 0;
    const failing = {
      ...bucket,
      put: async (key: string, body: Uint8Array) => {
        await bucket.put(key, body);
        if (isDayFile(key)) tables++;
      },
    };
    const { days } = await compacted(failing, {
      onFailed: () => {},
      readValues: ({ source }) => {
        if (source === SOURCES[1] && tables > 0) throw new TypeError("secret");
        return undefined;
      },
    });
    assert.deepEqual([days.map(({ end }) => end), tables], [["failed"], 1]);
    assert.deepEqual(await rowsIn(bucket), before);
    assert.deepEqual(tablesIn(bucket), []);
  });

  it("is told on a line, without what it failed of", async () => {
    const { days } = await compacted(await ofDays(), { readValues, onFailed: () => {} });
    const [failed = assert.fail()] = days;
    assert.match(
      dayText(failed, false),
      new RegExp(`^${DAYS[0]}.*failed \\(RangeError\\); it stays as it was`),
    );
    const text = endText({ stage: "dev", isDry: false, days, passedOver: [] });
    assert.match(
      text,
      /1 day put into tables \(dev\)\.\n.*1 day could not be put into tables\. Nothing was discarded\./,
    );
    assert.doesNotMatch(text, /secret|ada/);
  });

  it("is in the log, where nobody else is told, by the kind of error only", async (t) => {
    const logged = t.mock.method(console, "error", () => {});
    await compacted(await ofDays(), { readValues });
    assert.deepEqual(
      logged.mock.calls.map(({ arguments: all }) => all),
      [
        [
          {
            message: "A day could not be put into tables. It stays as it was.",
            day: DAYS[0],
            error: "RangeError",
          },
        ],
      ],
    );
  });

  it("is none where the archive does not answer: that is thrown", async () => {
    for (const what of ["list", "find", "put"] as const) {
      const bucket = await ofDays();
      const before = await rowsIn(bucket);
      const silent = {
        ...bucket,
        ...(what === "list"
          ? {
              list: async function* (prefix: string) {
                if (prefix === "erasures/") throw new Error("SlowDown");
                yield* bucket.list(prefix);
              },
            }
          : {
              [what]: async (key: string, body: Uint8Array) => {
                if (key.startsWith("raw/")) throw new Error("SlowDown");
                return what === "put" ? bucket.put(key, body) : bucket.find(key);
              },
            }),
      };
      await assert.rejects(compacted(silent), /^Error: SlowDown$/, what);
      assert.deepEqual(await rowsIn(bucket), before);
    }
  });
});

describe("An event", () => {
  it("that is nested 20,000 levels deep comes into a table like the others, and so does the next day", async () => {
    const depth = 20_000;
    const deep = line(
      JSON.stringify(SOURCES[0]),
      '"03f0000000000000"',
      `{"x":${"[".repeat(depth)}${"]".repeat(depth)}}`,
    );
    const columns = { [SOURCES[0]]: [{ property: "x", name: "x", type: "json" as const }] };
    for (const changes of [{ columns }, { columns, readValues: valuesReader([]) }]) {
      const bucket = await ofDays();
      await bucket.put(keyOf("a"), lines(deep));
      const before = await rowsIn(bucket);
      const { days, troubles } = await compacted(bucket, changes);
      assert.deepEqual([days.map(({ end }) => end), troubles], [["done", "done"], []]);
      assert.deepEqual([await rowsIn(bucket), smallIn(bucket)], [before, []]);
    }
  });

  it("of a source that is called like what every object has, comes into a table", async () => {
    for (const source of ["constructor", "__proto__", "toString"]) {
      const bucket = memoryBucket();
      await bucket.put(keyOf("a"), lines(line(JSON.stringify(source), '"03f0000000000000"')));
      const before = await rowsIn(bucket);
      const { days, troubles } = await compacted(bucket);
      assert.deepEqual([days.map(({ end }) => end), troubles], [["done"], []]);
      assert.deepEqual(Object.entries(days[0]?.events ?? {}), [[source, 1]]);
      assert.deepEqual([await rowsIn(bucket), smallIn(bucket)], [before, []]);
    }
  });

  it("whose source or tag no table could give back is damaged: its object is passed over, and others are not", async () => {
    for (const [source, tag] of [
      ['"\\ud800"', '"03f0000000000000"'],
      ['"\uFEFFx"', '"03f0000000000000"'],
      ['"a/b"', '"\\udc00"'],
    ] as const) {
      const bucket = await ofDays();
      await bucket.put(keyOf("a"), lines(line(source, tag)));
      const { days, troubles } = await compacted(bucket, { now: () => NOW });
      assert.deepEqual(
        days.map(({ end }) => end),
        ["done", "done"],
      );
      assert.deepEqual(
        troubles.map(({ key, why, detail }) => [key, why, detail]),
        [[keyOf("a"), "damaged", `Line 1 of the archive's object ${keyOf("a")} is damaged.`]],
      );
      assert.deepEqual(smallIn(bucket), [keyOf("a")]);
    }
  });
});
