import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { DamagedArchive } from "../../src/archive/damaged.ts";
import { countBounded, type TrueTables } from "../../src/report/count.ts";
import { type Question, rowsOf } from "../../src/report/question.ts";
import { runs } from "../support/runs.ts";
import { asked, COURSES, DAYS, dated, KINDS, type Line } from "./support.ts";

const LOT = "a lot";

const count = (lines: readonly Line[], question: Question, lot = LOT): Promise<TrueTables> =>
  countBounded(dated(lines), question, lot);

/** Few ids, so that the same event comes again, on other days and as another learner's. */
const line: fc.Arbitrary<Line> = fc.record({
  id: fc.nat(30).map(String),
  day: fc.constantFrom(...DAYS),
  username: fc.constantFrom("ada", "ben", "cleo", undefined),
  course: fc.constantFrom(...COURSES, "some-other", undefined),
  source: fc.constantFrom(...KINDS, "gone/mapping"),
});
const archive = fc.array(line, { maxLength: 60 });
const contribution = fc.integer({ min: 1, max: 8 });

/** For each table, by how much two of them differ in all. */
const distances = (one: TrueTables, other: TrueTables): readonly number[] =>
  [...one].map(([dimension, rows]) =>
    rows.reduce((sum, each, at) => sum + Math.abs(each - (other.get(dimension)?.[at] ?? 0)), 0),
  );

const idsOf = (lines: readonly Line[]): number => new Set(lines.map(({ id }) => id)).size;

describe("Counting for a report", () => {
  it("lets no learner change a table by more than the bound, whoever else is there", async () => {
    await fc.assert(
      fc.asyncProperty(archive, contribution, async (lines, most) => {
        const question = asked({ contribution: most });
        const all = await count(lines, question);
        for (const learner of ["ada", "ben", "cleo"]) {
          const own = lines.filter(({ username }) => username === learner);
          const without = await count(
            lines.filter(({ username }) => username !== learner),
            question,
          );
          const changed = Math.min(most, idsOf(own));
          assert.deepEqual(distances(all, without), [changed, changed, changed]);
        }
      }),
      { numRuns: runs(100) },
    );
  });

  it("lets an event that is nobody's change a table by one", async () => {
    await fc.assert(
      fc.asyncProperty(archive, contribution, async (lines, most) => {
        const question = asked({ contribution: most });
        const all = await count(lines, question);
        const nobodys = lines.filter(({ username }) => username === undefined);
        for (const gone of nobodys.slice(0, 3)) {
          const without = lines.filter(({ id, username }) => username !== undefined || id !== gone.id);
          assert.deepEqual(distances(all, await count(without, question)), [1, 1, 1]);
        }
        const left = await count(lines, asked({ contribution: most, learnersOnly: true }));
        assert.equal(distances(all, left)[0], idsOf(nobodys));
      }),
      { numRuns: runs(100) },
    );
  });

  it("counts an event once, on its first day, in whichever order it is read and however often", async () => {
    await fc.assert(
      fc.asyncProperty(archive, fc.array(fc.nat(59)), contribution, async (lines, again, most) => {
        const question = asked({ contribution: most });
        const repeated = again.flatMap((at) => lines[at] ?? []);
        const mixed = [...repeated, ...lines.toReversed()];
        assert.deepEqual(await count(mixed, question), await count(lines, question));
      }),
      { numRuns: runs(100) },
    );
    const twice = DAYS.toReversed().map((day): Line => ({ id: "1", day, username: "ada", source: KINDS[0] }));
    assert.deepEqual((await count(twice, asked())).get("day"), [1, 0, 0]);
  });

  it("counts everything in its own row where nobody is above the bound", async () => {
    const lines: readonly Line[] = [
      { id: "1", day: DAYS[0], username: "ada", course: "data8", source: KINDS[0] },
      { id: "2", day: DAYS[0], username: "ada", course: "data8", source: KINDS[1] },
      { id: "3", day: DAYS[2], username: "ben", course: "chemistry", source: KINDS[1] },
      { id: "4", day: DAYS[2], source: "gone/mapping" },
    ];
    const tables = await count(lines, asked());
    assert.deepEqual(Object.fromEntries(tables), {
      day: [2, 0, 2],
      course: [2, 0, 2],
      kind: [1, 2, 1],
    });
  });

  it("leaves out the service's test events, also of a question that names them", async () => {
    const probes = Array.from({ length: 288 }, (_, at): Line => {
      return { id: `probe ${at}`, day: DAYS[1], source: "translator/probe" };
    });
    const lines: readonly Line[] = [...probes, { id: "1", day: DAYS[1], username: "ada", source: KINDS[0] }];
    const tables = await count(lines, asked({ kinds: [KINDS[0], "translator/probe"] }));
    assert.deepEqual(Object.fromEntries(tables), { day: [0, 1, 0], course: [0, 0, 1], kind: [1, 0, 0] });
  });

  it("has the same rows whatever is in the archive", async () => {
    const question = asked();
    await fc.assert(
      fc.asyncProperty(archive, async (lines) => {
        for (const [dimension, rows] of await count(lines, question))
          assert.equal(rows.length, rowsOf(question, dimension).length);
      }),
      { numRuns: runs(30) },
    );
    assert.deepEqual(Object.fromEntries(await count([], question)), {
      day: [0, 0, 0],
      course: [0, 0, 0],
      kind: [0, 0, 0],
    });
  });

  it("draws by lot which events of a busy learner count, each with the same chance", async () => {
    const DRAWN = runs(500);
    const days = Array.from({ length: 9 }, (_, at) => `2026-11-0${at + 1}`);
    const lines = Array.from({ length: 90 }, (_, at): Line => {
      return { id: `event ${at}`, day: days[at % 9] ?? "", username: "ada", source: KINDS[0] };
    });
    const question = asked({ days: { from: "2026-11-01", to: "2026-11-09" }, by: ["day"], contribution: 9 });
    const sums = days.map(() => 0);
    for (let drawn = 0; drawn < DRAWN; drawn++) {
      const rows = (await count(lines, question, randomBytes(32).toString("hex"))).get("day") ?? [];
      assert.equal(
        rows.reduce((sum, each) => sum + each, 0),
        9,
      );
      for (const [at, each] of rows.entries()) sums[at] = (sums[at] ?? 0) + each;
    }
    // Of 90 events 9 are drawn: a day has one on average, and the variance of that is 9 · 1/9 · 8/9 · 81/89 = 0.81.
    for (const sum of sums) assert.ok(Math.abs(sum - DRAWN) < 6.5 * Math.sqrt(0.81 * DRAWN), sums.join(" "));
  });

  it("takes no line for nobody's that does not say whose it is, and does not tell what is in it", async () => {
    const broken = [{ id: "ada" }, { id: "ada", source: "a", learner: { username: 5 } }, { learner: "ada" }];
    for (const each of broken) {
      const lines = (async function* () {
        yield { line: each, day: DAYS[0] };
      })();
      await assert.rejects(
        countBounded(lines, asked(), LOT),
        (error) => error instanceof DamagedArchive && !/\bada\b/.test(error.message),
      );
    }
  });
});
