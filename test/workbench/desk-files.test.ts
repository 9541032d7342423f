import assert from "node:assert/strict";
import { appendFile, cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { setImmediate as soon } from "node:timers/promises";
import { until } from "./acts-support.ts";
import { archiveOfToday, opening, UNKNOWN } from "./desk-opening.ts";
import { EMPTY } from "./held.ts";
import { held } from "./index-support.ts";
import { type Archived, type OwnSite, ownSite } from "./support.ts";

const CONTENTS = "mappings/jupyter-server/contents";

let shipped: OwnSite;
let filled: Archived;
before(async () => {
  shipped = await ownSite();
  filled = await archiveOfToday(shipped);
});

describe("a desk over files that change", () => {
  it("takes files that have changed, and keeps the former ones for as long as there are mistakes in them", () =>
    opening(filled, async ({ folder, open }) => {
      const desk = await open();
      const [file, first] = [join(folder, `${CONTENTS}/mapping.yml`), desk.site()];
      const { index } = desk;
      const text = await readFile(file, "utf8");
      await desk.refresh();
      assert.equal(desk.site(), first);

      await writeFile(file, text.replace("event.path", "event.pth"));
      await desk.refresh();
      const broken = desk.site();
      assert.equal(broken.files, first.files);
      assert.equal(broken.hash, first.hash);
      assert.ok(
        broken.problems.length > 0 && broken.problems.every((each) => each.file.startsWith(CONTENTS)),
      );

      const title = "Somebody does something to a file";
      await writeFile(file, text.replace(/^title: .*$/m, `title: ${title}`));
      await desk.refresh();
      const mended = desk.site();
      assert.deepEqual(mended.problems, []);
      assert.notEqual(mended.hash, first.hash);
      assert.ok(mended.files.sources.some(({ written }) => written.title === title));
      assert.notEqual(
        mended.site.hashes["jupyter-server/contents"],
        first.site.hashes["jupyter-server/contents"],
      );
      // Nothing of the archive looks otherwise by it.
      assert.equal(desk.index, index);

      await writeFile(file, text);
      await desk.refresh();
      assert.equal(desk.site().hash, first.hash);
    }));

  it("says what is missing among the files, too", () =>
    opening(filled, async ({ folder, open }) => {
      const desk = await open();
      await writeFile(join(folder, "endpoints/other.yaml"), "");
      await desk.refresh();
      assert.deepEqual(
        desk.site().problems.map(({ file }) => file),
        ["endpoints/other.yaml"],
      );
      await rm(join(folder, "endpoints/other.yaml"));
      await desk.refresh();
      assert.deepEqual(desk.site().problems, []);
    }));

  it("judges quarantine anew by other schemas, and shows all of it at once", () =>
    opening(filled, async ({ folder, open }) => {
      const { bucket, hold, release, isWaitedFor } = held(filled.bucket);
      const desk = await open({ bucket });
      await desk.refresh();
      const [before] = desk.index.quarantine();
      assert.deepEqual([before?.reason, before?.stays?.why], ["schema.unknown", "schema.unknown"]);
      await cp(join(folder, "mappings/nannyml/usage"), join(folder, "mappings/new"), { recursive: true });
      await rm(join(folder, "mappings/new/examples.yml"));
      await writeFile(
        join(folder, "mappings/new/schema.v1.yml"),
        `$id: ${UNKNOWN}\nversion: "1"\ntype: object\nproperties: { at: { type: integer } }\n`,
      );
      await writeFile(
        join(folder, "mappings/new/mapping.yml"),
        `event: ${UNKNOWN}\ntitle: New\ntranslations:\n  - { name: seen, json: { event: new.seen } }\n`,
      );
      const [site, index, totals] = [desk.site(), desk.index, desk.index.totals()];
      hold();
      const refreshed = desk.refresh();
      await until(isWaitedFor);
      // The archive is being read for the other schemas: until that is done, all is shown as it was.
      assert.equal(desk.site(), site);
      assert.equal(desk.index, index);
      assert.deepEqual(desk.index.totals(), totals);
      assert.deepEqual(desk.index.quarantine(), [before]);
      release();
      await refreshed;
      assert.deepEqual(desk.site().problems, []);
      const [after] = desk.index.quarantine();
      assert.deepEqual([after?.id, after?.stays], [before?.id, undefined]);
      assert.equal(desk.index.totals().accepted, 1);
    }));

  it("has an index for other endpoints, whose queues it asks from then on", () =>
    opening(filled, async ({ folder, open }) => {
      const asked: (readonly string[])[] = [];
      const depths = async (endpoints: readonly string[]) => {
        asked.push(endpoints);
        return EMPTY;
      };
      const desk = await open({ depths });
      await desk.refresh();
      await desk.refresh();
      assert.equal(desk.depths().length, 2);
      const text = await readFile(join(folder, "endpoints/campus-lrs.yml"), "utf8");
      await writeFile(join(folder, "endpoints/another.yml"), text);
      await desk.refresh();
      const names = desk.site().site.endpoints.map(({ name }) => name);
      assert.ok(names.includes("another"));
      assert.deepEqual(asked.at(-1), names);
      assert.deepEqual(
        desk.index.accounts().map(({ endpoint }) => endpoint),
        names,
      );
      assert.equal(desk.depths().length, 1);
    }));

  it("keeps no answer of the queues that was asked for when the endpoints were others", () =>
    opening(filled, async ({ folder, open }) => {
      const waiting: (() => void)[] = [];
      const desk = await open({
        depths: async ({ length: events }) => {
          await new Promise<void>((answer) => waiting.push(answer));
          return { ...EMPTY, events };
        },
      });
      const shown = (): number => desk.site().site.endpoints.length;
      const isOfThese = (): void =>
        assert.ok(
          desk.depths().every(({ events }) => events === shown()),
          `${shown()} endpoints are shown`,
        );
      const former = shown();
      let underWay = 2;
      const end = (): void => {
        underWay--;
      };
      const first = desk.refresh().finally(end);
      await until(() => waiting.length > 0);
      const text = await readFile(join(folder, "endpoints/campus-lrs.yml"), "utf8");
      await writeFile(join(folder, "endpoints/another.yml"), text);
      const second = desk.refresh().finally(end);
      for (let tick = 0; underWay > 0; tick++) {
        isOfThese();
        // They answer late, so that much can happen meanwhile.
        if (shown() > former || tick % 1000 === 999) waiting.shift()?.();
        await soon();
      }
      await Promise.all([first, second]);
      isOfThese();
      assert.deepEqual([shown(), desk.depths().length > 0], [former + 1, true]);
    }));

  it("says whether the service was made of the files as they are", () =>
    opening(filled, async ({ folder, state, open }) => {
      const desk = await open();
      assert.equal(desk.site().isSame, "unknown");
      await cp(folder, join(state, "functions/site"), { recursive: true });
      await desk.refresh();
      assert.equal(desk.site().isSame, "same");
      await appendFile(join(folder, `${CONTENTS}/mapping.yml`), "# edited\n");
      await desk.refresh();
      assert.equal(desk.site().isSame, "other");
      await cp(folder, join(state, "functions/site"), { recursive: true });
      await desk.refresh();
      assert.equal(desk.site().isSame, "same");
      await appendFile(join(folder, `${CONTENTS}/mapping.yml`), "- {");
      await desk.refresh();
      assert.equal(desk.site().isSame, "other");
      assert.equal((await open({}, { folder: join(state, "functions/site") })).site().isSame, "same");
    }));
});
