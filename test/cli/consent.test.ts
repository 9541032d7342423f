import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { project } from "../../build/bundle.ts";
import { openState } from "../../local/state.ts";
import { temporaryFolder } from "../service/support.ts";
import { jlt, withShippedSite } from "./support.ts";

/** The folder of a local service that has ended, with nothing in it. */
const stateFolder = async (): Promise<string> => {
  const folder = join(await temporaryFolder(), "state");
  await (await openState(folder, true)).close();
  return folder;
};

/** Runs jlt consent on such a folder. */
const consentOn = async (site = project) => {
  const folder = await stateFolder();
  return async (args: readonly string[], input = "") => {
    const { status, stdout, stderr } = await jlt(site, ["consent", ...args, "--state", folder], input);
    return { status, stdout, stderr };
  };
};

describe("jlt consent", () => {
  test("shows what a learner has chosen, and chooses for them", async () => {
    const consent = await consentOn();
    const before = await consent(["show", "ada"]);
    assert.deepEqual([before.status, before.stderr], [0, ""]);
    assert.match(before.stdout, /^ada is collected \(opt-out; local, .*\)\.\nNothing was chosen yet\.\n$/);
    const out = await consent(["out", "ada"]);
    assert.match(
      out.stdout,
      /ada is not collected .*\n {2}\S+ {2}out, by the administrator\nIt takes effect within a minute/,
    );
    await consent(["in", "ada"]);
    await consent(["out", "ada", "--endpoint", "campus-lrs"]);
    assert.match((await consent(["show", "ada"])).stdout, /ada is collected .*\nNot told to campus-lrs\.\n/);
    const { stdout } = await consent(["show", "ada", "--json"]);
    const { collected, choice, changes } = JSON.parse(stdout);
    assert.deepEqual([collected, choice], [true, { all: "in", endpoints: { "campus-lrs": "out" } }]);
    assert.equal(changes.length, 3);
  });

  test("imports many from CSV, changes nothing the second time, and exports what it can import", async () => {
    const consent = await consentOn();
    const csv =
      'username,choice,endpoint\r\nada,out\r\n"grace, ""h""",in\r\ngrace,in\r\ngrace,out,campus-lrs\r\n';
    const dry = await consent(["import", "-", "--dry-run"], csv);
    assert.match(dry.stdout, /^4 would change, 0 as they were already/);
    assert.match((await consent(["import", "-"], csv)).stdout, /^4 changed, 0 as they were already/);
    assert.match((await consent(["import", "-"], csv)).stdout, /^0 changed, 4 as they were already/);
    const { stdout, stderr } = await consent(["export"]);
    assert.equal(stderr, "");
    const lines = stdout.trim().split("\n").sort();
    assert.deepEqual(lines, [
      '{"username":"ada","choice":"out"}',
      '{"username":"grace","choice":"in"}',
      '{"username":"grace","choice":"out","endpoint":"campus-lrs"}',
      '{"username":"grace, \\"h\\"","choice":"in"}',
    ]);
    assert.match((await consent(["import", "-"], stdout)).stdout, /^0 changed, 4 as/);
    const other = await consentOn();
    assert.match((await other(["import", "-"], stdout)).stdout, /^4 changed/);
    const data = JSON.parse((await other(["export", "--json"])).stdout);
    assert.deepEqual([data.choices.length, data.erased], [4, 0]);
  });

  test("names each wrong line of a file, and then imports none of it", async () => {
    const consent = await consentOn();
    const csv = 'ada,out\ngrace,maybe\n,in\nemmy,in,campus-lsr\n"katherine,in\na,in,campus-lrs,more\n';
    const { status, stdout, stderr } = await consent(["import", "-"], csv);
    assert.deepEqual([status, stdout], [1, ""]);
    const [maybe, nobody, nowhere, quote, more, last] = stderr.trim().split("\n");
    assert.equal(maybe, "-:2 The choice must be in or out.");
    assert.equal(nobody, "-:3 There is no user name.");
    assert.match(nowhere ?? "", /^-:4 There is no such endpoint; did you mean "campus-lrs"\?/);
    assert.match(quote ?? "", /^-:5 .*quotes/);
    assert.match(more ?? "", /^-:6 /);
    assert.equal(last, "5 lines are wrong. Nothing was imported.");
    assert.equal((await consent(["export"])).stdout, "");
    const json = await consent(
      ["import", "-", "--json"],
      '{"username":"ada","choice":"in"}\n{"username":1}\n',
    );
    assert.deepEqual([json.status, JSON.parse(json.stdout).problems.length], [1, 1]);
  });

  test("says that a change has no effect where the site leaves no choice", () =>
    withShippedSite(async (site) => {
      const file = join(site, "translator.yml");
      const text = await readFile(file, "utf8");
      await writeFile(
        file,
        text
          .replace(/policy: opt-out.*/, "policy: required-by-site")
          .replace(/perEndpoint: true/, "perEndpoint: false"),
      );
      const consent = await consentOn(site);
      const { stdout } = await consent(["out", "ada"]);
      assert.match(
        stdout,
        /ada is collected \(required-by-site;[\s\S]*It has no effect as long as translator\.yml says/,
      );
      const single = await consent(["out", "ada", "--endpoint", "campus-lrs"]);
      assert.deepEqual([single.status, /perEndpoint/.test(single.stderr)], [2, true]);
    }));

  test("puts choices under a new key, and finds nothing to do without one", async () => {
    const consent = await consentOn();
    await consent(["out", "ada"]);
    const { status, stdout } = await consent(["rekey"]);
    assert.deepEqual(
      [status, stdout],
      [0, "0 put under the current key, 0 removed that were under keys of before.\n"],
    );
  });

  test("answers 2 where it is used wrongly", async () => {
    const wrong = [
      [],
      ["show"],
      ["show", "ada", "grace"],
      ["maybe", "ada"],
      ["export", "ada"],
      ["out", "ada", "--endpoint", "campus-lsr"],
      ["show", "ada", "--endpoint", "campus-lrs"],
      ["out", "ada", "--dry-run"],
      ["out", ""],
      ["import", "no-such-file"],
    ];
    for (const args of wrong) {
      const { status, stderr } = await jlt(project, ["consent", ...args]);
      assert.equal(status, 2, args.join(" "));
      assert.match(stderr, /See: jlt consent --help\n$/);
    }
  });
});
