import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { type Bucket, prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { systemBits } from "../../src/report/geometric.ts";
import { publish, readPublished, withNoise } from "../../src/report/publish.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { asked, DAYS, epsilon, KINDS, type Line, textOf } from "./support.ts";

/** With so large an ε there is no noise: it would come up once in e^300 reports. */
const LOUD = epsilon("900");
const publishing = { hub: "Hub", total: epsilon("999"), at: "2026-11-22T10:00:00.000Z" };

const put = (bucket: Bucket, lines: readonly Line[]): Promise<void> =>
  writeLines(
    bucket,
    prefixOf("raw"),
    lines.map((line) => ({ id: line.id, partition: `dt=${line.day}/hour=12`, text: textOf(line) })),
  );

const lines: readonly Line[] = [
  { id: "1", day: DAYS[0], username: "ada", course: "data8", source: KINDS[0] },
  { id: "2", day: DAYS[1], username: "ben", course: "data8", source: KINDS[1] },
  { id: "3", day: DAYS[2], username: "cleo", course: "secret-course", source: "gone/mapping" },
  { id: "4", day: DAYS[2], source: KINDS[1] },
];
const elsewhere: readonly Line[] = [
  { id: "5", day: "2026-10-31", username: "ada", source: KINDS[0] },
  { id: "6", day: "2026-11-04", username: "ben", source: KINDS[0] },
];

describe("A report of an archive", () => {
  it("tells of the days that are asked for, each event once, in the rows that are asked for", async () => {
    const bucket = memoryBucket();
    await put(bucket, [...lines, ...elsewhere]);
    // A redelivery: the same event in another object.
    await put(bucket, lines.slice(0, 1));
    await put(bucket, [{ ...lines[0], day: DAYS[1] } as Line]);
    const { tables, all } = await publish(bucket, asked({ epsilon: LOUD, contribution: 1 }), publishing);
    const rows = tables.map(({ by, rows }) => [by, rows.map(({ name, events }) => [name, events])]);
    assert.deepEqual(Object.fromEntries(rows), {
      day: [
        [DAYS[0], 1],
        [DAYS[1], 1],
        [DAYS[2], 2],
      ],
      course: [
        ["data8", 2],
        ["stat101", 0],
        [null, 2],
      ],
      kind: [
        [KINDS[0], 1],
        [KINDS[1], 2],
        [null, 1],
      ],
    });
    assert.equal(all.events, 4);
  });

  it("draws a lot of its own for what counts of a learner who has more than that", async () => {
    const days = new Set<string>();
    for (let times = 0; times < 40; times++) {
      const bucket = memoryBucket();
      await put(
        bucket,
        DAYS.map((day, at) => ({ id: `${at}`, day, username: "ada", source: KINDS[0] })),
      );
      const question = asked({ epsilon: LOUD, contribution: 1, by: ["day"] });
      const { tables } = await publish(bucket, question, publishing);
      for (const { name, events } of tables[0]?.rows ?? []) if (events > 0) days.add(String(name));
    }
    // Of three days it is the same one in all of 40 lots once in 3^39.
    assert.ok(days.size > 1, [...days].join());
  });

  it("has noise in every number where little is spent, also where the archive is empty", async () => {
    const { tables, promise } = await publish(
      memoryBucket(),
      asked({ epsilon: epsilon("0.000001"), contribution: 1000 }),
      publishing,
    );
    // A number is zero once in 6 · 10^9 times.
    for (const { rows } of tables) for (const { events } of rows) assert.notEqual(events, 0);
    assert.deepEqual([promise.scale, promise.delta], [3e9, 0]);
  });

  it("spends the same ε however many tables there are", () => {
    const drawn = (by: readonly ("day" | "kind")[]): number => {
      const tables = new Map(by.map((each) => [each, Array.from({ length: 1500 }, () => 0)]));
      const rows = withNoise(tables, { contribution: 2, by, epsilon: epsilon("1") }, systemBits).get("day");
      return (rows ?? []).reduce((sum, each) => sum + Math.abs(each), 0) / 1500;
    };
    // The mean size of the noise is about its scale: 2 for one table, 4 for each of two. Six deviations are 0.3 and 0.6.
    const [one, two] = [drawn(["day"]), drawn(["day", "kind"])];
    assert.ok(one > 1.5 && one < 2.4 && two > 3.2 && two < 4.7, `${one} ${two}`);
  });

  it("is kept as it was told, and names nobody", async () => {
    const bucket = memoryBucket();
    await put(bucket, lines);
    const report = await publish(bucket, asked(), publishing);
    assert.deepEqual(await readPublished(bucket), [report]);
    for (const [key, body] of bucket.objects)
      if (key.startsWith("reports/"))
        assert.doesNotMatch(String(gunzipSync(body)), /\b(ada|ben|cleo|secret-course|gone)\b/);
  });
});
