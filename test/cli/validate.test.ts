import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { describe, it } from "node:test";
import { jlt } from "./support.ts";
import {
  bare,
  envelope,
  event,
  json,
  judged,
  ndjson,
  SECRET,
  verbless,
  withFiles,
} from "./validate-support.ts";

const V1P1 = "http://purl.imsglobal.org/ctx/caliper/v1p1";

describe("jlt validate", { concurrency: true }, () => {
  it("names file, line, column, pointer, rule and section of each problem, and sums them up", () =>
    withFiles(
      {
        "one.json": json({ ...bare, actor: { mbox: SECRET } }),
        "many.ndjson": ndjson(bare, [bare, verbless], bare),
      },
      async (folder) => {
        const { status, stdout } = await jlt(folder, ["validate", "xapi", "one.json", "many.ndjson"]);
        const lines = stdout.trimEnd().split("\n");
        assert.equal(lines.length, 3);
        assert.match(
          lines[0] ?? "",
          /^one\.json:3:13 \/actor\/mbox mailto: .+ \(xAPI 1\.0\.3 Part Two, 2\.4\.2\.3\)$/,
        );
        const column = JSON.stringify([bare]).length + 1;
        assert.ok(lines[1]?.startsWith(`many.ndjson:2:${column} /1 missing-property: `), lines[1]);
        assert.equal(lines[2], "5 values checked (5 as xAPI 1.0.3): 2 problems in 2 of them.");
        assert.equal(status, 1);
      },
    ));

  it("gives the same as data, with the value's number and version", async () => {
    const { status, checked, versions, problems } = await judged(
      "xapi",
      ndjson(bare, [bare, verbless], bare),
    );
    assert.deepEqual([status, checked, versions, problems.length], [1, 4, { "1.0.3": 4 }, 1]);
    const [found] = problems;
    assert.ok(found !== undefined);
    const { message, section, ...rest } = found;
    const column = JSON.stringify([bare]).length + 1;
    const place = { file: "-", line: 2, column, value: 2, pointer: "/1" };
    assert.deepEqual(rest, { ...place, version: "1.0.3", rule: "missing-property" });
    assert.match(`${section} ${message}`, /^xAPI 1\.0\.3 Part Two, 2\.4 .*"verb"/);
  });

  it("checks each item of a Caliper array, and points at it from the array on", async () => {
    const { problems, checked, versions } = await judged(
      "caliper",
      json([event, { ...event, action: 5 }, 7]),
    );
    assert.deepEqual([checked, versions], [3, { "1.2": 3 }]);
    assert.deepEqual(
      problems.map(({ value, pointer }) => [value, pointer]),
      [
        [1, "/1/action"],
        [2, "/2"],
      ],
    );
  });

  it("finds ids that are twice in a batch", async () => {
    const id = "52d29653-c860-5006-8bf0-3b05a86b15ed";
    const twice = [
      { ...bare, id },
      { id: id.toUpperCase(), ...bare },
    ];
    const batch = await judged("xapi", json(twice));
    assert.deepEqual(
      [batch.status, batch.problems[0]?.pointer, batch.problems[0]?.rule],
      [1, "/1/id", "duplicate-id"],
    );
    // In lines of their own they are sent by themselves.
    assert.equal((await judged("xapi", ndjson(...twice))).status, 0);
  });

  it("goes by the version that each value says, else by the usual one", async () => {
    const said: readonly (readonly [string, unknown, string])[] = [
      ["caliper", { ...envelope, dataVersion: V1P1 }, "1.1"],
      ["caliper", { ...event, "@context": V1P1 }, "1.1"],
      ["caliper", { ...event, "@context": [`${V1P1}/SearchProfile-v1p1`, V1P1] }, "1.1"],
      ["caliper", { sensor: "https://example.org/", data: [{ ...event, "@context": V1P1 }] }, "1.1"],
      ["caliper", { ...envelope, data: [{ ...event, "@context": V1P1 }] }, "1.2"],
      ["caliper", { ...event, "@context": undefined }, "1.2"],
      ["caliper", 5, "1.2"],
      ["xapi", { ...bare, version: "2.0.0" }, "2.0.0"],
      ["xapi", [bare, { ...bare, version: "2.0.0" }], "2.0.0"],
      ["xapi", { ...bare, version: "1.0.1" }, "1.0.3"],
      ["xapi", { ...bare, version: "9" }, "1.0.3"],
      ["xapi", null, "1.0.3"],
    ];
    for (const [standard, value, version] of said) {
      const { versions } = await judged(standard, json(value));
      assert.deepEqual(Object.keys(versions), [version], json(value));
    }
  });

  it("counts the values of each version", () =>
    withFiles({ "two.ndjson": ndjson(bare, { ...bare, version: "2.0.0" }) }, async (folder) => {
      const { stdout } = await jlt(folder, ["validate", "xapi", "two.ndjson"]);
      assert.equal(stdout, "2 values checked (1 as xAPI 1.0.3, 1 as xAPI 2.0.0): no problems found.\n");
    }));

  it("goes by --version where that is asked for", async () => {
    const asked = await judged("caliper", json(envelope), "--version", "1.1");
    assert.deepEqual([asked.status, asked.versions], [1, { "1.1": 1 }]);
    assert.ok(asked.problems.some(({ rule }) => rule === "wrong-data-version"));
    const other = await judged("xapi", json({ ...bare, version: "1.0.0" }), "--version", "2.0.0");
    assert.deepEqual(
      other.problems.map(({ pointer }) => pointer),
      ["/version"],
    );
  });

  it("never shows what was checked", async () => {
    const telling = { ...bare, actor: { mbox: SECRET, name: 5 }, verb: SECRET, timestamp: SECRET };
    const caliper = { ...event, eventTime: SECRET, action: SECRET, id: SECRET, type: SECRET };
    const runs = [
      ["xapi", json(telling)],
      ["xapi", ndjson(telling, `{"x": "${SECRET}`, SECRET)],
      ["caliper", json({ ...envelope, sensor: SECRET, data: [caliper] })],
    ];
    for (const [standard = "", input] of runs)
      for (const options of [[], ["--json"]]) {
        const { status, stdout, stderr } = await jlt(
          tmpdir(),
          ["validate", standard, "-", ...options],
          input,
        );
        assert.equal(status, 1);
        assert.doesNotMatch(stdout + stderr, /secret/);
      }
  });

  it("writes keys that would steer a terminal as JSON writes them", async () => {
    const { stdout } = await jlt(
      tmpdir(),
      ["validate", "xapi", "-"],
      json({ ...bare, "\u001b[31m\n\u202ex": 1 }),
    );
    assert.ok(stdout.includes(" /\\u001b[31m\\u000a\\u202ex unknown-property: "), stdout);
  });

  it("answers 2 where it is used wrongly", async () => {
    const wrong = [
      [],
      ["xapi"],
      ["toString", "-"],
      ["xapi", "-", "-"],
      ["xapi", "-", "--version", "1.2"],
      ["caliper", "-", "--version", "2.0.0"],
      ["caliper", "-", "--html"],
    ];
    await Promise.all(
      wrong.map(async (args) => {
        const { status, stdout, stderr } = await jlt(tmpdir(), ["validate", ...args], json(bare));
        assert.deepEqual([status, stdout], [2, ""], args.join(" "));
        assert.match(stderr, /See: jlt validate --help\n$/);
      }),
    );
  });
});
