import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { project } from "../../build/bundle.ts";
import { withSite } from "../mapping/support.ts";
import { jlt } from "./support.ts";

const events = join("examples", "events.ndjson");

describe("jlt", { concurrency: true }, () => {
  it("finds no problem in what is shipped", async () => {
    const { stdout } = await promisify(execFile)(join(project, "jlt"), ["check"], { cwd: project });
    assert.match(stdout, /^No problems: /);
  });

  it("gives problems as data with --json, on standard output", () =>
    withSite({ "translator.yml": "hub: 5\n" }, async (folder) => {
      for (const args of [["check"], ["try", "-"]]) {
        const { status, stdout, stderr } = await jlt(folder, [...args, "--json"]);
        assert.deepEqual([status, stderr], [1, ""]);
        assert.equal(JSON.parse(stdout).problems[0].file, "translator.yml");
      }
    }));

  it("shows what the shipped endpoint gets of the shipped events, as the README says", async () => {
    const args = ["try", events, "--endpoint", "campus-lrs", "--course", "data8", "--json"];
    const { stdout, status } = await jlt(project, args);
    const tried = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    // Some of the events are bad on purpose.
    assert.equal(status, 1);
    assert.ok(tried.filter(({ statement }) => statement !== undefined).length > 100);
  });

  it("says why nothing comes out of an event that is in no course", async () => {
    const { stdout } = await jlt(project, ["try", events, "--endpoint", "campus-lrs"]);
    assert.match(stdout, /condition keeps it back; it is in no course here: try --course ID/);
  });

  it("reads standard input", async () => {
    const { stdout, status } = await jlt(project, ["try", "-"], '\uFEFF{"__schema__": 1}\r\n');
    assert.deepEqual([status, stdout.includes("schema.unknown")], [1, true]);
  });

  it("answers 2 where it is used wrongly, and says where to look", async () => {
    const wrong = [
      ["no-such"],
      ["check", "a", "b"],
      ["check", "--no"],
      ["try"],
      ["try", "no-such-file"],
      ["test", "no-such"],
      ["explain"],
      ["schema", "ad", "x"],
      ["schema", "add", "no-such-file"],
    ];
    await Promise.all(
      wrong.map(async (args) => {
        const { stderr, status } = await jlt(project, args);
        assert.equal(status, 2, args.join(" "));
        assert.match(stderr, /See: jlt (\w+ )?--help\n$/, args.join(" "));
        assert.doesNotMatch(stderr, /^\s+at /m);
      }),
    );
  });

  it("has help with an example, and --json, for each command", async () => {
    const { stdout, status } = await jlt(project, ["-h"]);
    assert.equal(status, 0);
    const names = [...stdout.matchAll(/^ {2}jlt (\w+)/gm)].map(([, name = ""]) => name);
    assert.ok(names.length >= 5);
    await Promise.all(
      names.map(async (name) => {
        const help = await jlt(project, [name, "--help"]);
        assert.deepEqual([help.status, help.stdout.includes(`\n  jlt ${name}`)], [0, true], name);
        assert.match(help.stdout, /--json/, name);
      }),
    );
  });

  it("lists its commands where it is called without any", async () => {
    const { stdout, status } = await jlt(project, []);
    assert.match(stdout, /\n {2}jlt check {2,}reads over /);
    assert.equal(status, 2);
  });
});
