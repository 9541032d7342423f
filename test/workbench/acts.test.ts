import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { failedLine } from "../../src/archive/records.ts";
import { unpack } from "../../src/delivery/pack.ts";
import { SiteError } from "../../src/document/problem.ts";
import { recoverGroup } from "../../workbench/acts/recover.ts";
import { retryGroup } from "../../workbench/acts/retry.ts";
import { newSteps, progress } from "../../workbench/acts/steps.ts";
import type { Step } from "../../workbench/api/steps.ts";
import type { Desk } from "../../workbench/desk.ts";
import { NotAllowed, NotFound, Overtaken } from "../../workbench/trouble.ts";
import { failuresOf } from "../../workbench/views/failures.ts";
import { refused } from "../retell/support.ts";
import { endOf, refusedArchive, stepsOf, type TestDesk, testDesk, until } from "./acts-support.ts";

const keysOf = ({ desk }: Pick<TestDesk, "desk">): readonly string[] =>
  failuresOf(desk).groups.map(({ key }) => key);

/** The ids of statements that were sent. */
const idsSent = ({ sent }: TestDesk): readonly string[] =>
  sent.flatMap(({ body }) => unpack(body).statements.map(({ id }) => id));

const PROBLEM = { file: "translator.yml", line: 1, column: 1, message: "This is wrong." };

describe("sending a group of failures again", () => {
  it("sends this group and no other, tells how far it is and what came of it; then the group is gone", async () => {
    const { bucket, refused: all } = await refusedArchive([422, 422, 422, 400]);
    const made = await testDesk({ bucket });
    const [key = "", other] = keysOf(made);
    const steps = await stepsOf(retryGroup(made.desk, key));
    assert.deepEqual(steps[0], { done: 0, of: 3 });
    const last = steps.at(-1);
    assert.ok(last !== undefined && "end" in last && last.end === "done");
    assert.equal(last.told, "3 statements sent to the queue of campus-lrs, for 3 that were set aside.");
    assert.deepEqual([last.answered?.again, last.answered?.statements, last.answered?.unsent], [3, 3, {}]);
    const expected = all.slice(0, 3).map(({ id }) => id);
    assert.deepEqual(idsSent(made).toSorted(), expected.toSorted());
    assert.deepEqual(keysOf(made), [other]);
    assert.throws(() => retryGroup(made.desk, key), NotFound);
  });

  it("knows no group of another key", async () => {
    const made = await testDesk({ bucket: (await refusedArchive([422])).bucket });
    assert.throws(() => retryGroup(made.desk, "0123456789abcdef"), NotFound);
  });

  it("sends nothing that somebody else has sent again since the page was loaded, and says so", async () => {
    const { bucket, refused: all } = await refusedArchive([422]);
    const made = await testDesk({ bucket });
    const [key = ""] = keysOf(made);
    const marks = all.map((each) => {
      const record = refused(each, "campus-lrs", { status: 422 });
      const at = new Date(Date.parse(record.at) + 1).toISOString();
      return failedLine({ ...record, at, class: "again" });
    });
    await writeLines(bucket, prefixOf("failed", "campus-lrs"), marks);
    const { end, told } = await endOf(retryGroup(made.desk, key));
    assert.equal(end, "failed");
    assert.match(told, /nothing of this group any more/);
    assert.deepEqual(made.sent, []);
  });

  it("leaves all set aside where a queue fails, says what happened, and lets the next one begin", async () => {
    const { bucket } = await refusedArchive([422, 422]);
    let isDown = true;
    const sent: string[] = [];
    const made = await testDesk({
      bucket,
      send: async (_, bodies) => {
        if (isDown) throw new Error("It quotes what nobody foresaw.");
        sent.push(...bodies);
        return bodies.map(() => true);
      },
    });
    const [key = ""] = keysOf(made);
    const failed = await endOf(retryGroup(made.desk, key));
    assert.equal(failed.end, "failed");
    assert.doesNotMatch(failed.told, /nobody foresaw/);
    assert.equal(failuresOf(made.desk).groups[0]?.count, 2);
    isDown = false;
    assert.equal((await endOf(retryGroup(made.desk, key))).end, "done");
    assert.equal(sent.flatMap((body) => unpack(body).statements).length, 2);
    assert.deepEqual(keysOf(made), []);
  });

  it("tells what the queue did not take, which stays set aside", async () => {
    const { bucket } = await refusedArchive([422]);
    const made = await testDesk({ bucket, send: async (_, bodies) => bodies.map(() => false) });
    const [key = ""] = keysOf(made);
    const { end, told } = await endOf(retryGroup(made.desk, key));
    assert.equal(end, "done");
    assert.match(told, /1 the queue did not take\. Send them again\./);
    assert.deepEqual(keysOf(made), [key]);
  });
});

describe("acts that change something", () => {
  it("are refused where the workbench only looks, or the files have mistakes", async () => {
    const { bucket } = await refusedArchive([422]);
    const looking = await testDesk({ bucket, mayWrite: false });
    const mistaken = await testDesk({ bucket, loaded: { problems: [PROBLEM] } });
    const [key = ""] = keysOf(looking);
    // Whether there is such a group is not even looked for.
    for (const each of [key, "no-such-group"]) {
      assert.throws(() => retryGroup(looking.desk, each), NotAllowed);
      assert.throws(() => recoverGroup(looking.desk, each), NotAllowed);
    }
    assert.throws(() => retryGroup(mistaken.desk, key), SiteError);
    assert.deepEqual([looking.sent, mistaken.sent], [[], []]);
  });

  it("are not done where the files have got mistakes since the page was loaded, and these are told", async () => {
    const made = await testDesk({ bucket: (await refusedArchive([422])).bucket });
    const [key = ""] = keysOf(made);
    let problems: readonly (typeof PROBLEM)[] = [];
    const { desk } = made;
    const edited: Desk = {
      ...desk,
      site: () => ({ ...desk.site(), problems }),
      refresh: async () => {
        problems = [PROBLEM];
      },
    };
    assert.deepEqual(await endOf(retryGroup(edited, key)), {
      end: "failed",
      told: "The files have mistakes. translator.yml:1:1 This is wrong.",
    });
    assert.deepEqual(made.sent, []);
  });

  it("go on to their end where the page is closed, and meanwhile refuse another, in words", async () => {
    const { bucket } = await refusedArchive([422, 422, 400]);
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    const sent: string[] = [];
    const made = await testDesk({
      bucket,
      send: async (_, bodies) => {
        await opened;
        sent.push(...bodies);
        return bodies.map(() => true);
      },
    });
    const [key = "", other = ""] = keysOf(made);
    for await (const step of retryGroup(made.desk, key)) {
      assert.deepEqual(step, { done: 0, of: 2 });
      break;
    }
    assert.throws(
      () => retryGroup(made.desk, other),
      (error) => error instanceof Overtaken && /campus-lrs is being sent again/.test(error.message),
    );
    open();
    await until(() => keysOf(made).length === 1);
    assert.equal(sent.flatMap((body) => unpack(body).statements).length, 2);
    assert.deepEqual(keysOf(made), [other]);
    assert.equal((await endOf(retryGroup(made.desk, other))).end, "done");
  });

  it("are one after another for one service, and beside each other for two", async () => {
    const one = await testDesk({ bucket: (await refusedArchive([422])).bucket });
    const two = await testDesk({ bucket: (await refusedArchive([422])).bucket });
    const [[first = ""], [second = ""]] = [keysOf(one), keysOf(two)];
    const both = [retryGroup(one.desk, first), retryGroup(two.desk, second)];
    assert.throws(() => retryGroup(one.desk, first), Overtaken);
    assert.deepEqual(
      (await Promise.all(both.map(endOf))).map(({ end }) => end),
      ["done", "done"],
    );
  });
});

describe("how far an act is", () => {
  it("is told forwards, and never beyond its end", () => {
    fc.assert(
      fc.property(fc.nat({ max: 50 }), fc.array(fc.nat({ max: 20 })), (of, parts) => {
        const told: Step[] = [];
        const step = progress(of, (each) => told.push(each));
        for (const more of parts) step(more);
        const numbers = told.flatMap((each) => ("done" in each ? [each.done] : []));
        assert.equal(numbers.length, told.length);
        assert.deepEqual(
          numbers,
          numbers.toSorted((a, b) => a - b),
        );
        assert.ok((numbers.at(-1) ?? 0) <= of);
      }),
    );
  });

  it("is told now and then only, however often more is done", (t) => {
    let time = 0;
    t.mock.method(performance, "now", () => time);
    const told: Step[] = [];
    const step = progress(1000, (each) => told.push(each));
    for (let done = 1; done <= 1000; done++) {
      time += 1;
      step();
    }
    assert.deepEqual(
      told.map((each) => ("done" in each ? each.done : undefined)),
      [0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000],
    );
  });

  it("is kept as of the latest only for whoever listens late, and nothing else is lost", async () => {
    const step = fc.oneof(
      fc.record({ done: fc.nat(), of: fc.nat() }),
      fc.string().map((told) => ({ finding: { check: "files", end: "good", told } }) as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step), async (all) => {
        const steps = newSteps();
        for (const each of all) steps.tell(each);
        steps.end();
        const heard = await stepsOf(steps.all());
        const isNews = (each: Step, at: number, some: readonly Step[]): boolean => {
          const next = some[at + 1];
          return !("done" in each && next !== undefined && "done" in next);
        };
        assert.deepEqual(heard, all.filter(isNews));
      }),
    );
  });
});
