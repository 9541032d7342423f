import assert from "node:assert/strict";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { setImmediate as soon } from "node:timers/promises";
import { dayOf, daysAfter } from "../../src/archive/days.ts";
import { CannotRun } from "../../src/cannot-run.ts";
import { SiteError } from "../../src/document/problem.ts";
import { wholeOver } from "../../workbench/acts/whole.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { secretsFor } from "../support/tokens.ts";
import { archiveOfToday, NOWHERE, type Opening, opening } from "./desk-opening.ts";
import { EMPTY } from "./held.ts";
import { type Archived, type OwnSite, ownSite } from "./support.ts";

const CONTENTS = "mappings/jupyter-server/contents";
const ENDING = new CannotRun("The workbench is ending.");

let shipped: OwnSite;
let filled: Archived;
before(async () => {
  shipped = await ownSite();
  filled = await archiveOfToday(shipped);
});

describe("a desk", () => {
  it("is opened over a service and a folder: what is archived is there after the first refresh", () =>
    opening(filled, async ({ folder, open }) => {
      const desk = await open();
      assert.deepEqual(
        [desk.kind, desk.name, desk.folder, desk.mayWrite, desk.take],
        ["left", "local", folder, true, undefined],
      );
      assert.deepEqual(desk.site().problems, []);
      assert.equal(desk.site().files.sources.length, shipped.files.sources.length);
      assert.deepEqual(Object.keys(desk.site().site.routes), Object.keys(shipped.site.routes));
      assert.equal(desk.index.totals().accepted, 0);
      await desk.refresh();
      assert.deepEqual(desk.index.totals(), { accepted: 1, quarantined: 1, withheld: 0 });
    }));

  it("says what it is over: a service that runs, what one left, or a deployed one", () =>
    opening(filled, async ({ open }) => {
      for (const kind of ["running", "left", "deployed"] as const)
        assert.equal((await open({ opened: { kind, place: NOWHERE } })).kind, kind);
    }));

  it("looks at all days of a local service, at two of a deployed one, or at so many as are wanted", () =>
    opening(filled, async ({ open }) => {
      const today = dayOf(Date.now());
      const from = async (...options: Parameters<Opening["open"]>): Promise<string> => {
        const desk = await open(...options);
        await desk.refresh();
        assert.ok([daysAfter(today, 1), daysAfter(today, 2)].includes(desk.index.reading.to));
        return desk.index.reading.from;
      };
      const deployed = { opened: { kind: "deployed", stack: "a-stack", place: NOWHERE } } as const;
      assert.equal(await from(), daysAfter(today, -15));
      assert.equal(await from(deployed), daysAfter(today, -1));
      assert.equal(await from(deployed, { days: 7 }), daysAfter(today, -6));
    }));

  it("is not opened over files with mistakes, and says all of them", () =>
    opening(filled, async ({ folder, open }) => {
      await appendFile(join(folder, `${CONTENTS}/mapping.yml`), "- {");
      await assert.rejects(open(), (error) => {
        assert.ok(error instanceof SiteError);
        assert.equal(error.problems[0]?.file, `${CONTENTS}/mapping.yml`);
        return true;
      });
    }));

  it("keeps the last eight answers of the queues", () =>
    opening(filled, async ({ open }) => {
      let events = 0;
      const desk = await open({ depths: async () => ({ ...EMPTY, events: events++ }) });
      for (let round = 0; round < 10; round++) await desk.refresh();
      assert.deepEqual(
        desk.depths().map((each) => each.events),
        [2, 3, 4, 5, 6, 7, 8, 9],
      );
    }));

  it("reads the archive where the queues do not answer, and says that they do not", () =>
    opening(filled, async ({ open }) => {
      const desk = await open({ depths: () => Promise.reject(new Error("No queue answers.")) });
      await assert.rejects(desk.refresh(), /No queue answers\./);
      assert.equal(desk.index.totals().accepted, 1);
    }));

  it("reads the secrets by which learners are known once, and again where it could not", () =>
    opening(filled, async ({ open }) => {
      let isThere = false;
      let asked = 0;
      const secret = async (reference: string): Promise<string> => {
        asked++;
        if (!isThere) throw new Error("There is no secret.");
        return secretsFor(shipped.site.settings)[reference] ?? "";
      };
      const desk = await open({ secret });
      await assert.rejects(desk.learners(), /There is no secret\./);
      isThere = true;
      const learners = await desk.learners();
      assert.equal(await desk.learners(), learners);
      assert.equal(asked, 2);
      assert.equal(learners.tagsOf("ada").length, 1);
    }));

  it("reads them again where the files name others", () =>
    opening(filled, async ({ folder, open }) => {
      const asked: string[] = [];
      const secret = async (reference: string): Promise<string> => {
        asked.push(reference);
        return "a-key-of-pseudonyms-of-more-than-32-bytes";
      };
      const desk = await open({ secret });
      await desk.learners();
      const file = join(folder, "translator.yml");
      const text = await readFile(file, "utf8");
      await writeFile(file, text.replace(/pseudonyms: \S+/, "pseudonyms: ssm:/another"));
      await desk.refresh();
      await desk.learners();
      assert.equal(asked.at(-1), "ssm:/another");
      assert.equal(asked.length, 2);
    }));

  it("does nothing more once it is closed, and lets nobody wait for what was under way", () =>
    opening(filled, async ({ open }) => {
      const held = memoryBucket();
      const never = new Promise<never>(() => {});
      let asked = 0;
      const desk = await open({
        bucket: held,
        depths: () => {
          asked++;
          return never;
        },
      });
      const refreshing = assert.rejects(desk.refresh(), ENDING);
      while (asked === 0) await soon();
      await desk.close();
      await refreshing;
      await assert.rejects(desk.refresh(), ENDING);
      assert.equal(asked, 1);
    }));

  it("is closed when what must not be cut off has come to its end", () =>
    opening(filled, async ({ open }) => {
      const desk = await open();
      const going = Promise.withResolvers<void>();
      let isWhole = false;
      const whole = wholeOver(desk)(async () => {
        await going.promise;
        isWhole = true;
      });
      const closed = desk.close().then(() => isWhole);
      await soon();
      going.resolve();
      assert.equal(await closed, true);
      await whole;
    }));
});
