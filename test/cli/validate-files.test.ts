import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { absent, contradicting, fixtures } from "../caliper/seeds.ts";
import { good as statements } from "../xapi/good.ts";
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

describe("The files of jlt validate", { concurrency: true }, () => {
  it("finds no problems in good files of each kind, several at once, and says by which version", () =>
    withFiles(
      {
        "envelope.json": json(envelope),
        "array.json": json([event, envelope]),
        "events.ndjson": `\uFEFF\n${ndjson(event, "", event)}\n`,
        "dos.ndjson": ndjson(event, envelope).replaceAll("\n", "\r\n"),
        "no-end.json": JSON.stringify(event),
      },
      async (folder) => {
        const files = ["envelope.json", "array.json", "events.ndjson", "dos.ndjson", "no-end.json"];
        const { status, stdout, stderr } = await jlt(folder, ["validate", "caliper", ...files]);
        assert.equal(stdout, "8 values checked (8 as Caliper 1.2): no problems found.\n");
        assert.deepEqual([status, stderr], [0, ""]);
      },
    ));

  it("finds no problems in good statements, in batches of them, and in an empty batch", async () => {
    const all = Object.values(statements);
    const inLines = await judged("xapi", ndjson(...all));
    assert.deepEqual([inLines.status, inLines.checked, inLines.problems], [0, all.length, []]);
    const batch = await judged("xapi", json([bare, bare]));
    assert.deepEqual([batch.status, batch.checked, batch.versions], [0, 2, { "1.0.3": 2 }]);
    const none = await judged("xapi", "[]");
    assert.deepEqual([none.status, none.checked, none.problems[0]?.rule], [1, 0, "empty"]);
  });

  it("tells where a line stops being JSON, and checks the others all the same", async () => {
    const first = await judged("xapi", ndjson(bare, "", `{"actor": ${SECRET}}`, verbless));
    const told = ({ line, column, rule }: { line: number; column: number; rule: string }) => [
      line,
      column,
      rule,
    ];
    assert.deepEqual(first.problems.map(told), [
      [3, 11, "malformed"],
      [4, 1, "missing-property"],
    ]);
    assert.deepEqual([first.checked, first.versions], [3, { "1.0.3": 2 }]);
    const atStart = await judged("xapi", ndjson('{"actor": ', bare, bare));
    assert.deepEqual(atStart.problems.map(told), [[1, 11, "malformed"]]);
    assert.equal(atStart.checked, 3);
  });

  it("tells where a value of many lines stops being JSON, once", async () => {
    const texts: readonly (readonly [text: string, line: number, column: number])[] = [
      ['{\n  "a": [\n    {},\n  ]\n}\n', 4, 3],
      ['[\n{"a":1},\n{"b":1}\n{"c":1}\n]\n', 4, 1],
      ["\n\n  ]", 3, 3],
      ['{\n  "a": 1\n', 2, 9],
    ];
    for (const [text, line, column] of texts) {
      const { problems, checked } = await judged("caliper", text);
      const told = problems.map((problem) => [problem.line, problem.column, problem.rule]);
      assert.deepEqual([checked, told], [1, [[line, column, "malformed"]]]);
    }
  });

  it("takes no other break than a line feed for the end of a line", async () => {
    const { status, checked } = await judged(
      "xapi",
      ndjson({ ...bare, verb: { ...verbOf(bare), display: { en: "a\u2028b" } } }, bare),
    );
    assert.deepEqual([status, checked], [0, 2]);
  });

  it("does not pass what is empty: there nothing was checked", async () => {
    for (const text of ["", "\n \n", "\uFEFF"]) {
      const { status, checked, problems } = await judged("xapi", text);
      assert.deepEqual([status, checked, problems.length, problems[0]?.rule], [1, 0, 1, "empty"]);
    }
  });

  it("answers 2 where a file cannot be read, and checks the others all the same", () =>
    withFiles({ "good.json": json(bare), "bad.json": json(verbless) }, async (folder) => {
      await mkdir(join(folder, "sub"));
      const { status, stdout, stderr } = await jlt(folder, [
        "validate",
        "xapi",
        "sub",
        "none.json",
        "bad.json",
        "good.json",
      ]);
      assert.equal(status, 2);
      assert.equal(
        stderr,
        "sub is a folder: name the files in it.\nThere is no file none.json.\nSee: jlt validate --help\n",
      );
      assert.match(stdout, /^bad\.json:1:1 .*\n2 values checked .*: 1 problem in 1 of them\.\n$/);
    }));

  it("finds one bad line among 5 MB of good ones", async () => {
    const line = JSON.stringify(statements.whole);
    const lines = Array.from({ length: Math.ceil(5e6 / line.length) }, () => line);
    const at = lines.length - 3;
    lines[at] = JSON.stringify({ ...statements.whole, result: { success: "yes" } });
    const { checked, problems } = await judged("xapi", `${lines.join("\n")}\n`);
    assert.deepEqual([checked, problems.length], [lines.length, 1]);
    assert.deepEqual([problems[0]?.line, problems[0]?.pointer], [at + 1, "/result/success"]);
  });

  it("finds no problems in the published fixtures, but in those that contradict Caliper", {
    skip: absent,
  }, () => {
    const named = fixtures().map(({ name, value }) => [`${name}.json`, json(value)]);
    return withFiles(Object.fromEntries(named), async (folder) => {
      const files = named.map(([name = ""]) => name);
      const { stdout } = await jlt(folder, ["validate", "caliper", "--json", ...files]);
      const { checked, problems } = JSON.parse(stdout);
      assert.equal(checked, files.length);
      const found: readonly { readonly file: string; readonly rule: string; readonly line: number }[] =
        problems;
      const rules = Object.fromEntries(found.map(({ file, rule }) => [file.replace(".json", ""), rule]));
      assert.deepEqual(rules, contradicting);
      for (const { file, line } of found)
        assert.ok(line <= (await readFile(join(folder, file), "utf8")).split("\n").length);
    });
  });
});

const verbOf = ({ verb }: { readonly verb?: unknown }): object =>
  typeof verb === "object" ? { ...verb } : {};
