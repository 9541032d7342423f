import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { CALIPER, mappingFile, withSite, XAPI } from "../mapping/support.ts";
import { jlt, withShippedSite } from "./support.ts";

const CONTENTS = "mappings/jupyter-server/contents/examples.yml";

/** Changes a text of a site; the change must find something to change. */
const edit = async (path: string, from: string | RegExp, to: string): Promise<void> => {
  const text = await readFile(path, "utf8");
  assert.notEqual(text.replace(from, to), text, `${path} has no ${from}`);
  await writeFile(path, text.replace(from, to));
};

const told = (more: string): string => `- title: An event
  event: { __timestamp__: "2026-11-20T09:00:00Z", __schema__: https://example.edu/event, __schema_version__: "1"${more} }
`;

describe("jlt test", { concurrency: true }, () => {
  it("finds every shipped example as it expects it, and every translation in one of them", async () => {
    const { status, stdout } = await jlt(project, ["test"]);
    assert.match(stdout, /^\d+ examples of \d+ mappings: (\d+) as expected\.\n$/);
    assert.equal(status, 0);
  });

  it("holds for an imagined hub, whatever translator.yml says", () =>
    withShippedSite(async (folder) => {
      await edit(join(folder, "translator.yml"), /hub\.example\.edu/, "hub.other.example.org");
      await rm(join(folder, "endpoints"), { recursive: true });
      assert.equal((await jlt(folder, ["test"])).status, 0);
    }));

  it("shows each difference on a line, with the place of its example, and mends it with --update", () =>
    withShippedSite(async (folder) => {
      const path = join(folder, CONTENTS);
      const shipped = await readFile(path, "utf8");
      await edit(path, "          name: hw1.ipynb\n", "          name: hw2.ipynb\n");
      await edit(path, "en: opened", "en: opened\n            de: offen");
      await edit(path, "        action: Modified\n", "");
      await edit(path, "    deleted:", "    delted:");
      await edit(path, "quarantine: schema.invalid", "quarantine: size.exceeded");
      const { status, stdout } = await jlt(folder, ["test", "jupyter-server/contents"]);
      assert.equal(status, 1);
      const lines = stdout.split("\n");
      assert.deepEqual(lines.slice(0, 9), [
        `${CONTENTS}:4:3 Ada saves a notebook`,
        "  saved, caliper",
        '    object.name: expected "hw2.ipynb", got "hw1.ipynb"',
        `${CONTENTS}:89:3 Ada opens a notebook`,
        "  opened, xapi",
        '    verb.display.de: missing, expected "offen"',
        `${CONTENTS}:197:3 Ada renames a notebook`,
        "  renamed, caliper",
        '    action: unexpected "Modified"',
      ]);
      assert.match(stdout, / {2}delted, caliper \(there is no such translation; did you mean "deleted"\?\)/);
      assert.match(stdout, / {2}quarantine: expected "size.exceeded", got "schema.invalid": jupyter-server/);
      assert.ok(lines.every((line) => line.length < 200));

      const updated = await jlt(folder, ["test", "--update"]);
      assert.deepEqual([updated.status, /5 updated\.\n$/.test(updated.stdout)], [0, true]);
      assert.equal(await readFile(path, "utf8"), shipped);
    }));

  it("keeps comments and all else in the file when it updates", () =>
    withSite({}, async (folder) => {
      const path = join(folder, "mappings/told/examples.yml");
      const [first = ""] = told(", text: a").split("\n  event");
      const text = `# Ours\n\n${told(',   text: "a"')}  expect:\n    # what we send\n    told:\n      caliper: { id: wrong }\n\n# Next\n${told(", count: many")}`;
      await writeFile(path, text);
      assert.equal((await jlt(folder, ["test", "told", "--update"])).status, 0);
      const updated = await readFile(path, "utf8");
      assert.ok(updated.startsWith(`# Ours\n\n${first}`));
      assert.match(
        updated,
        /"1", {3}text: "a" }\n {2}expect:\n {4}# what we send\n {4}told:\n {6}caliper:\n/,
      );
      assert.match(updated, /\n\n# Next\n(.*\n)+ {2}expect:\n {4}quarantine: schema.invalid\n$/);
      assert.equal((await jlt(folder, ["test", "mappings/told/"])).status, 0);
    }));

  it("takes a list where each element makes a statement, and a json side", () =>
    withSite(
      {
        "mappings/told/mapping.yml": mappingFile({ xapi: XAPI }).replace(
          "    xapi:",
          '    forEach: { tag: event.tags }\n    json: { tag: "${ tag }" }\n    xapi:',
        ),
        "mappings/told/examples.yml": told(", tags: [a, b]"),
      },
      async (folder) => {
        await jlt(folder, ["test", "--update"]);
        const path = join(folder, "mappings/told/examples.yml");
        assert.match(await readFile(path, "utf8"), /json:\n {8}- id: \S+\n(.*\n)+ {10}tag: b\n/);
        await edit(path, "tag: b", "tag: c");
        const { stdout } = await jlt(folder, ["test"]);
        assert.match(stdout, / {2}told, json\n {4}\[1\]\.tag: expected "c", got "b"\n/);
      },
    ));

  it("names mistakes in an examples.yml by their place, as jlt check does", () =>
    withSite({ "mappings/told/examples.yml": `${told("")}  expct: {}\n` }, async (folder) => {
      for (const command of ["test", "check"]) {
        const { status, stdout } = await jlt(folder, [command]);
        assert.equal(status, 1);
        assert.match(
          stdout,
          /^mappings\/told\/examples\.yml:3:3 There is no key "expct".*did you mean "expect"\?/,
        );
      }
      const { stdout } = await jlt(folder, ["test", "--json"]);
      assert.deepEqual([JSON.parse(stdout).problems[0].line, JSON.parse(stdout).examples], [3, []]);
    }));

  it("notes a mapping without examples and a translation in none of them, and finds no fault in it", () =>
    withSite({}, async (folder) => {
      const none = await jlt(folder, ["test"]);
      assert.deepEqual(
        [none.status, none.stdout.split("\n")[0]],
        [0, "Note: told has no examples: write mappings/told/examples.yml."],
      );
      await writeFile(
        join(folder, "mappings/told/examples.yml"),
        `${told(", count: many")}  expect: { quarantine: schema.invalid }\n`,
      );
      const { status, stdout } = await jlt(folder, ["test"]);
      assert.deepEqual(
        [status, stdout],
        [0, "Note: No example makes told:told.\n1 example of 1 mapping: 1 as expected.\n"],
      );
    }));

  it("calls a mapping that fails a fault that --update cannot mend", () =>
    withSite(
      {
        "mappings/told/mapping.yml": mappingFile({
          caliper: CALIPER.replace('"https://example.edu/thing"', '"${ iri(hub.id, event.any) }"'),
        }),
        "mappings/told/examples.yml": told(""),
      },
      async (folder) => {
        const { status, stdout } = await jlt(folder, ["test", "--update"]);
        assert.equal(status, 1);
        assert.match(stdout, /mappings\/told\/mapping\.yml:\d+:\d+/);
      },
    ));
});
