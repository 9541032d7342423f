import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { startAws } from "../../local/aws.ts";
import { BUCKET } from "../../local/names.ts";
import { openState } from "../../local/state.ts";
import { type Bucket, prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { s3Bucket } from "../../src/aws/bucket.ts";
import { SPENT } from "../../src/report/stored.ts";
import { type Line, textOf } from "../report/support.ts";
import { temporaryFolder } from "../service/support.ts";
import { jlt } from "./support.ts";

// Two days that the archive still keeps, and that are over whenever midnight comes.
const dayBefore = (days: number): string =>
  new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
const [since, until] = [dayBefore(5), dayBefore(4)];

const lines = Array.from(
  { length: 40 },
  (_, at): Line => ({
    id: `event ${at}`,
    day: at % 4 === 0 ? since : until,
    username: `learner-${at % 10}`,
    course: at % 2 === 0 ? "data8" : "private-course",
    source: "jupyter-server/contents",
  }),
);

/** Does something with the archive of a folder, which no service has then. */
const inArchive = async (folder: string, use: (bucket: Bucket) => Promise<void>): Promise<void> => {
  const aws = await startAws(folder);
  try {
    aws.makeBucket(BUCKET);
    await use(s3Bucket(aws.s3, BUCKET));
  } finally {
    await aws.stop();
  }
};

/** The folder of a service that has ended, with these events in its archive. */
const folderWithEvents = async (): Promise<string> => {
  const state = await openState(join(await temporaryFolder(), "state"), true);
  const archived = lines.map((line) => ({
    id: line.id,
    partition: `dt=${line.day}/hour=12`,
    text: textOf(line),
  }));
  await inArchive(state.folder, (bucket) => writeLines(bucket, prefixOf("raw"), archived));
  await state.close();
  return state.folder;
};

const period = ["--since", since, "--until", until, "--course", "data8"];

describe("jlt report", async () => {
  const folder = await folderWithEvents();
  const report = (...args: readonly string[]) => jlt(project, ["report", "--state", folder, ...args]);
  /** So large an ε that there is no noise: it would come up once in e^200 reports. */
  const loud = ["--epsilon", "600", "--budget", "603", "--contribution", "1"];

  it("says at no cost what a report would cost, and how large its noise would be", async () => {
    const { status, stdout } = await report(...period, "--dry-run");
    assert.equal(status, 0);
    assert.match(stdout, /2 rows by day, 2 rows by course, \d+ rows by kind of event/);
    assert.match(stdout, /standard deviation 212\.1/);
    assert.match(stdout, /It would cost 1 of the 10 that is left/);
    assert.match((await report("--list")).stdout, /^Of ε = 10 for all reports together, 0 is spent/);
  });

  it("spends nothing where nobody can say yes", async () => {
    for (const args of [period, [...period, "--json"]]) {
      const { status, stderr } = await report(...args);
      assert.equal(status, 2);
      assert.match(stderr, /Nobody can be asked here/);
    }
    assert.match((await report("--list")).stdout, /0 is spent and 10 left/);
  });

  it("counts every learner up to the bound, tells it as data, and shows it again at no cost", async () => {
    const { status, stdout, stderr } = await report(...period, ...loud, "--yes", "--json");
    assert.deepEqual([status, stderr], [0, ""]);
    const made = JSON.parse(stdout);
    // Ten learners, with one event each.
    assert.equal(made.all.events, 10);
    const [days, courses] = made.tables;
    assert.deepEqual(
      days.rows.map(({ name }: { readonly name: string }) => name),
      [since, until],
    );
    assert.deepEqual(courses.rows, [
      { name: "data8", events: 5 },
      { name: null, events: 5 },
    ]);
    assert.deepEqual(made.budget, { total: "603", spent: "600", left: "3" });
    assert.doesNotMatch(stdout, /learner-\d|private-course/);

    assert.equal((await report("--show", made.id, "--json")).stdout, stdout);
    const shown = await report("--show", made.id);
    assert.match(shown.stdout, /By course\n {2}data8 +5\n {2}any other +5\n/);
    assert.match(shown.stdout, /ε = 600, δ = 0/);
    assert.match((await report("--list")).stdout, new RegExp(`${since} to ${until}.*${made.id}\n`));
  });

  it("keeps account over runs, and refuses what is over the total", async () => {
    const made = await report(...period, "--epsilon", "2.5", "--yes");
    assert.equal(made.status, 0, made.stderr);
    assert.match(made.stdout, /of ε = 603 for all reports together, 602\.5 is spent and 0\.5 left/);
    const { status, stdout, stderr } = await report(...period, "--epsilon", "0.6", "--yes", "--json");
    assert.deepEqual([status, stdout], [2, ""]);
    assert.match(stderr, /no room for this report: of ε = 603 in all, 602\.5 is spent/);
  });

  it("tells nothing while a record of the budget is damaged", async () => {
    await inArchive(folder, (bucket) => bucket.put(`${SPENT}2026-01-01-x.json.gz`, Buffer.from("?")));
    for (const args of [[...period, "--epsilon", "0.1", "--yes"], ["--list"]]) {
      const { status, stdout, stderr } = await report(...args);
      assert.deepEqual([status, stdout], [2, ""]);
      assert.match(stderr, /reports\/spent\/2026-01-01-x\.json\.gz is missing or damaged/);
    }
  });

  it("answers 2 to what cannot be asked", async () => {
    const wrong = [
      ["--since", "yesterday"],
      ["--until", "2999-01-01"],
      ["--since", "2001-01-01"],
      ["--since", until, "--until", since],
      ["--epsilon", "0"],
      ["--epsilon", "a lot"],
      ["--budget", "-1"],
      ["--contribution", "0"],
      ["--contribution", "1.5"],
      ["--by", "learner"],
      ["--by", "course"],
      ["--course", ""],
      ["--list", "--show", "x"],
      ["more"],
    ];
    await Promise.all(
      wrong.map(async (args) => {
        const { status, stderr } = await report("--dry-run", ...args);
        assert.equal(status, 2, args.join(" "));
        assert.match(stderr, /See: jlt report --help\n$/, args.join(" "));
      }),
    );
  });
});
