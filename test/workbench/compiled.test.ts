import assert from "node:assert/strict";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { project } from "../../build/bundle.ts";
import { SIDES } from "../../src/mapping/understand.ts";
import type { MappingDetail, Sample } from "../../workbench/api/mappings.ts";
import type { Desk } from "../../workbench/desk.ts";
import { type Tried, tryMapping } from "../../workbench/page/compiled.ts";
import { mappingOf } from "../../workbench/views/mapping.ts";
import { exampleMessages } from "../retell/support.ts";
import { archive, deskOver, ownSite } from "./support.ts";

const CONTENTS = "jupyter-server/contents";
const GATEWAY = "jupyter-server/gateway-client";

let desk: Desk;
before(async () => {
  const shipped = await ownSite();
  const filled = await archive(shipped);
  await filled.translate(await exampleMessages(shipped.site));
  desk = await deskOver(filled, shipped);
});

/** As the page has it. */
const detailOf = async (name: string): Promise<MappingDetail> =>
  JSON.parse(JSON.stringify(await mappingOf(desk, name)));

describe("a mapping's text in the page", () => {
  const sampleOf = ({ samples }: MappingDetail, name: RegExp): Sample => {
    const found = samples.find((each) => name.test(each.name));
    assert.ok(found !== undefined);
    return found;
  };

  it("has its mistakes told at their place", async () => {
    const detail = await detailOf(CONTENTS);
    const [first] = detail.samples;
    const line = detail.text.split("\n").findIndex((each) => each.includes("event.path"));
    const wrong = detail.text.replace("event.path", "event.pth");
    const { problems, sides } = tryMapping(detail, wrong, first);
    const [problem] = problems;
    assert.deepEqual([problem?.file, problem?.line], [`mappings/${CONTENTS}/mapping.yml`, line + 1]);
    assert.equal(problem?.column, (wrong.split("\n")[line]?.indexOf("pth") ?? 0) + 1);
    assert.match(problem?.message ?? "", /"path"/);
    assert.deepEqual(sides, {});
    assert.equal(tryMapping(detail, "translations: {", first).problems.length > 0, true);
  });

  it("says nothing for a side of which it says nothing, and nothing at all without a sample", async () => {
    const detail = await detailOf(CONTENTS);
    assert.deepEqual(tryMapping(detail, detail.text, undefined), { problems: [], sides: {} });
    const { sides } = tryMapping(detail, detail.text, detail.samples[0]);
    assert.deepEqual(
      Object.keys(sides),
      SIDES.filter((side) => detail.text.includes(`${side}:`)),
    );
  });

  it("says why it fails for an event that is not as its schema says", async () => {
    const detail = await detailOf(CONTENTS);
    const sample = sampleOf(detail, /sav/i);
    const { path: _, ...data } = sample.data;
    const { sides } = tryMapping(detail, detail.text, { ...sample, data });
    assert.match(sides.xapi?.failed ?? "", /^mappings\/.*:\d+:\d+ has no value for this event\.$/);
    assert.deepEqual(sides.xapi?.statements, []);
  });

  it("leaves out what repeats something in its batch, until it is told every time", async () => {
    const detail = await detailOf(GATEWAY);
    const sample = sampleOf(detail, /fails again/);
    const once = tryMapping(detail, detail.text, sample);
    assert.deepEqual([once.sides.xapi?.statements, once.sides.xapi?.repeated], [[], 1]);
    const often = tryMapping(detail, detail.text.replace(/^ *within: .*\n/gm, ""), sample);
    assert.deepEqual(often.problems, []);
    assert.deepEqual([often.sides.xapi?.statements.length, often.sides.xapi?.repeated], [1, 0]);
  });

  it("looks back on the event that it says itself, not on what the file said", async () => {
    const detail = await detailOf("jupyter-server-nbmodel/cell-execution");
    const when = 'when: event.event_type == "execution_start"';
    assert.ok(detail.text.includes(when));
    const never = detail.text.replace(when, 'when: event.event_type == "never"');
    const sidesOf = (text: string): string => {
      const tried = detail.samples.map((sample) => tryMapping(detail, text, sample));
      assert.deepEqual(
        tried.flatMap(({ problems }) => problems),
        [],
      );
      return JSON.stringify(tried);
    };
    assert.match(sidesOf(detail.text), /"duration":"PT/);
    assert.doesNotMatch(sidesOf(never), /"duration":"PT/);
  });

  it("has made-up ids and pseudonyms, the same whenever it is tried", async () => {
    const detail = await detailOf(CONTENTS);
    for (const sample of detail.samples) {
      const tried = tryMapping(detail, detail.text, sample);
      assert.deepEqual(tryMapping(detail, detail.text, sample), tried);
      for (const { statement } of tried.sides.xapi?.statements ?? [])
        assert.match(String((statement as { id: unknown }).id), /^00000000-0000-5000-8000-00000000000\d$/);
    }
  });

  it("is tried in a browser, where there is nothing of Node", async () => {
    const { outputFiles } = await build({
      entryPoints: [join(project, "workbench/page/compiled.ts")],
      bundle: true,
      write: false,
      platform: "browser",
      format: "iife",
      globalName: "page",
      minify: true,
    });
    const browser = createContext({ URL, TextEncoder, TextDecoder });
    runInContext(outputFiles[0]?.text ?? "", browser);
    for (const name of [CONTENTS, GATEWAY]) {
      const detail = await detailOf(name);
      for (const sample of detail.samples) {
        Object.assign(browser, { asked: JSON.stringify([detail, detail.text, sample]) });
        const tried: Tried = JSON.parse(
          runInContext("JSON.stringify(page.tryMapping(...JSON.parse(asked)))", browser),
        );
        assert.deepEqual(tried, JSON.parse(JSON.stringify(tryMapping(detail, detail.text, sample))));
      }
    }
  });
});
