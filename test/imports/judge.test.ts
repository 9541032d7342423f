import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { project } from "../../build/bundle.ts";
import { eventReader } from "../../src/event/catalog.ts";
import { faultIn } from "../../src/imports/fault.ts";
import { takeIn } from "../../src/intake.ts";
import { contents, serverAction } from "../support/events.ts";
import { runs } from "../support/runs.ts";
import { shippedSite } from "../support/site.ts";
import { ADA, alone, HUB, shippedJudge } from "./support.ts";

const { schemas, settings } = await shippedSite();
const judges = { ada: await shippedJudge(ADA), hub: await shippedJudge(HUB) };
const examples = (await readFile(join(project, "examples", "events.ndjson"), "utf8")).trimEnd().split("\n");

/** What the translator makes of a line, if it comes from there. */
const translated = async (line: string, sender: typeof ADA, now: number) => {
  const readers = {
    readEvent: eventReader(schemas),
    trust: settings.trust,
    readSender: async () => sender,
  };
  const { accepted, quarantined, crash } = await takeIn(alone(line, now), 0, readers);
  assert.equal(crash, undefined);
  return {
    accepted: accepted.map(({ source }) => source).sort(),
    refused: quarantined.map(({ reason, detail }) => `${reason} ${detail}`).sort(),
  };
};

const agree = async (line: string): Promise<void> => {
  const now = Date.now();
  for (const [judge, sender] of [[judges.ada, ADA] as const, [judges.hub, HUB] as const]) {
    const judged = judge(line, now);
    const found = {
      accepted: judged.flatMap((each) => ("refusal" in each ? [] : [each.source])).sort(),
      refused: judged
        .flatMap((each) => ("refusal" in each ? [`${each.refusal.reason} ${each.refusal.detail}`] : []))
        .sort(),
    };
    assert.deepEqual(found, await translated(line, sender, now));
  }
};

describe("A look at a line", () => {
  it("says what the translator will say, of every shipped event and of what is left of it when it is cut", async () => {
    for (const line of examples) await agree(line);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...examples), fc.nat(), async (line, cut) => {
        await agree(line.slice(0, cut % (line.length + 1)) || "{");
      }),
      { numRuns: runs(200) },
    );
  });

  it("says it of arrays and of values that are no events", async () => {
    const good = JSON.stringify(contents());
    for (const line of [
      `[${good},${good}]`,
      `[${good}, {"a":1}, {"broken":, 3]`,
      "[]",
      "[[1]]",
      "3",
      '"text"',
      "null",
      `[${good}`,
      `[${Array.from({ length: 10_001 }, () => "1").join(",")}]`,
      JSON.stringify(contents({ path: "x".repeat(300_000) })),
      `\uFEFF ${good}\r`,
      `{"schema":"x","revision":1,"ip":${"[".repeat(20_000)}${"]".repeat(20_000)},"event":{}}`,
    ])
      await agree(line);
  });

  it("tells the column at which a line stops being JSON, and never what stands there", () => {
    const [judged] = judges.ada('  {"a": 1, secret}', Date.now());
    assert.deepEqual(judged, {
      refusal: { reason: "json.malformed", detail: "The text stops being JSON at character 10." },
      column: 12,
    });
    const [first, second] = judges.ada('[1, {"a": x}]', Date.now());
    assert.ok(first !== undefined && "refusal" in first && first.column === undefined);
    assert.ok(second !== undefined && "refusal" in second);
    assert.equal(second.column, 11);
    // Each where it stands, though it is written as another is, or is a part of one.
    const alike = judges.ada('["a x", x, {"x": x}, x]', Date.now());
    assert.deepEqual(
      alike.map((each) => ("column" in each ? each.column : undefined)),
      [undefined, 9, 18, 22],
    );
  });

  it("finds the column of every fault, whatever it is", () => {
    const columns = [
      '{"a": 1',
      "",
      "nul",
      "nulp",
      '{"a" 1}',
      "[1,]",
      '{"a":1,}',
      '"x',
      "[-",
      "1 2",
      '["a\\q"]',
    ];
    assert.deepEqual(
      columns.map((text) => faultIn(text) + 1),
      [8, 1, 4, 1, 6, 4, 8, 3, 3, 3, 2],
    );
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, pick) => {
        assert.equal(faultIn(text), text.length);
        const end = pick % text.length;
        // A number that is cut off may be one without its last characters.
        const fault = faultIn(text.slice(0, end));
        assert.ok(fault <= end && fault >= end - 2);
        assert.equal(faultIn(`${text} §`), text.length + 1);
      }),
      { numRuns: runs(300) },
    );
  });

  it("knows which events do not say when they happened", () => {
    const untimed = JSON.stringify({
      schema_id: "https://events.jupyter.org/jupyter_server/contents_service/v1",
      action: "save",
      path: "a.ipynb",
    });
    const told = [untimed, JSON.stringify(contents())].map((line) => {
      const [judged] = judges.ada(line, Date.now());
      return judged !== undefined && "untimed" in judged ? judged.untimed : undefined;
    });
    assert.deepEqual(told, [true, false]);
  });

  it("needs events of a service to name their learner, and those of a learner to name nobody else", () => {
    const line = JSON.stringify(serverAction({ username: "grace" }));
    const reasons = [judges.hub, judges.ada].map((judge) =>
      judge(line, Date.now()).map((each) => ("refusal" in each ? each.refusal.reason : each.source)),
    );
    assert.deepEqual(reasons, [["jupyterhub/server-action"], ["identity.mismatch"]]);
  });
});
