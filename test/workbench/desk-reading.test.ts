import assert from "node:assert/strict";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { dayOf, daysAfter } from "../../src/archive/days.ts";
import type { OpenDesk } from "../../workbench/open-desk.ts";
import { contents, message } from "../support/events.ts";
import type { MemoryBucket } from "../support/memory-bucket.ts";
import { learnerToken } from "../support/tokens.ts";
import { until } from "./acts-support.ts";
import { archiveOfToday, opening } from "./desk-opening.ts";
import { EMPTY } from "./held.ts";
import { type Archived, type OwnSite, ownSite } from "./support.ts";

const CALIPER = "endpoints/campus-caliper.yml";

let shipped: OwnSite;
before(async () => {
  shipped = await ownSite();
});

const addEvent = async ({ translate }: Archived, path: string): Promise<void> => {
  const arrived = Date.now();
  const token = await learnerToken("ada", { exp: arrived / 1000 + 3600 });
  await translate([await message(contents({ path }), { arrived, token })]);
};

const namesOf = (desk: OpenDesk) => ({
  archive: desk.index.accounts().map(({ endpoint }) => endpoint),
  files: desk.site().site.endpoints.map(({ name }) => name),
});

it("A desk looks at no day of which the archive does not keep everything any more", async () => {
  await opening(await archiveOfToday(shipped), async ({ open }) => {
    const { failed } = shipped.site.settings.retention;
    const desk = await open({}, { days: failed + 30 });
    await desk.refresh();
    const today = dayOf(Date.now());
    const { from } = desk.index.reading;
    assert.ok(
      [today, daysAfter(today, -1)].some((day) => from === daysAfter(day, 1 - failed)),
      from,
    );
  });
});

describe("A desk, when its archive must be read anew as files have changed", () => {
  it("goes on where it was when the archive did not answer, until all is shown", async () => {
    const filled = await archiveOfToday(shipped);
    for (let each = 0; each < 10; each++) await addEvent(filled, `${each}.ipynb`);
    let left = Number.POSITIVE_INFINITY;
    const bucket: MemoryBucket = {
      ...filled.bucket,
      find: async (key) => {
        if (left-- <= 0) throw new Error("SlowDown");
        return filled.bucket.find(key);
      },
    };
    await opening({ bucket }, async ({ folder, open }) => {
      const desk = await open();
      await desk.refresh();
      await rm(join(folder, CALIPER));
      let looks = 0;
      for (; looks < 30 && namesOf(desk).files.length > 1; looks++) {
        left = 5;
        await desk.refresh().catch(({ message }: Error) => assert.equal(message, "SlowDown"));
      }
      assert.ok(looks > 1);
      assert.deepEqual(namesOf(desk), { archive: ["campus-lrs"], files: ["campus-lrs"] });
      assert.equal(desk.index.totals().accepted, 11);
    });
  });

  it("goes on by the former ones meanwhile", async () => {
    const filled = await archiveOfToday(shipped);
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    let there: ReadonlySet<string> = new Set();
    const bucket: MemoryBucket = {
      ...filled.bucket,
      find: async (key) => {
        if (there.has(key)) await released;
        return filled.bucket.find(key);
      },
    };
    await opening({ bucket }, async ({ folder, open }) => {
      let asked = 0;
      const desk = await open({ depths: async () => ({ ...EMPTY, events: ++asked }) });
      await desk.refresh();
      const former = namesOf(desk);
      await rm(join(folder, CALIPER));
      there = new Set(filled.bucket.objects.keys());
      await addEvent(filled, "new.ipynb");
      const refreshing = desk.refresh();
      await until(() => desk.index.totals().accepted === 2 && asked === 2);
      assert.deepEqual(namesOf(desk), former);
      release();
      await refreshing;
      assert.deepEqual(namesOf(desk), { archive: ["campus-lrs"], files: ["campus-lrs"] });
      assert.equal(desk.index.totals().accepted, 2);
    });
  });

  it("never shows the ends at one endpoint under another", async () => {
    await opening(await archiveOfToday(shipped), async ({ folder, state, open }) => {
      // What the service was made of is asked for as well, which takes a while.
      await cp(folder, join(state, "functions/site"), { recursive: true });
      const desk = await open();
      await desk.refresh();
      await rm(join(folder, CALIPER));
      let isOver = false;
      const refreshing = desk.refresh().finally(() => {
        isOver = true;
      });
      while (!isOver) {
        const { archive, files } = namesOf(desk);
        assert.deepEqual(archive, files);
        await new Promise(setImmediate);
      }
      await refreshing;
      assert.deepEqual(namesOf(desk).files, ["campus-lrs"]);
    });
  });
});
