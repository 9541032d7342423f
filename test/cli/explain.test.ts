import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { jlt } from "./support.ts";

const MAPPING = "mappings/jupyter-server/contents/mapping.yml";

describe("jlt explain", { concurrency: true }, () => {
  it("shows of a mapping each field, its expression, the event's fields in it, and its line", async () => {
    const { status, stdout } = await jlt(project, ["explain", MAPPING]);
    assert.equal(status, 0);
    const lines = (await readFile(join(project, MAPPING), "utf8")).split("\n");
    const [, line, id] = /mapping\.yml:(\d+) {2}(object\.id +\$\{ file \} +← event\.path)/.exec(stdout) ?? [];
    assert.match(lines[Number(line) - 1] ?? "", /object: \{ id: "\$\{ file \}"/);
    assert.notEqual(id, undefined);
    assert.match(stdout, / {2}when event\.action == "save" {2}← event\.action\n/);
    assert.match(stdout, /filled in by the translator\n {4}@context /);
    assert.deepEqual(
      stdout.split("\n").filter((each) => each.length > 100),
      [],
    );
    assert.ok(!stdout.includes("\u001b"));
  });

  it("takes a mapping's name, its folder, and a folder of mappings", async () => {
    const names = async (written: string): Promise<readonly string[]> => {
      const { stdout } = await jlt(project, ["explain", written, "--json"]);
      const mappings: readonly { readonly name: string }[] = JSON.parse(stdout);
      return mappings.map(({ name }) => name);
    };
    assert.deepEqual(await names("jupyterhub/server-action"), ["jupyterhub/server-action"]);
    assert.deepEqual(await names("./mappings/jupyterhub/server-action/"), ["jupyterhub/server-action"]);
    assert.deepEqual(await names(join(project, MAPPING)), ["jupyter-server/contents"]);
    assert.deepEqual(await names("jupyter-server"), [
      "jupyter-server/contents",
      "jupyter-server/gateway-client",
      "jupyter-server/kernel-actions",
    ]);
  });

  it("says of a mapping what is personal in what it sends, and what the site's endpoints get of it", async () => {
    const { status, stdout } = await jlt(project, ["explain", "jupyter-server/contents"]);
    assert.equal(status, 0);
    assert.match(stdout, /object\.id +\$\{ file \} +← event\.path \(personal\)\n/);
    assert.match(
      stdout,
      /\nWhat is personal\n {2}goes as a pseudonym, and a path as a path of pseudonyms, to: campus-caliper, campus-lrs\n$/,
    );
    const none = await jlt(project, ["explain", "jupyterlab/command"]);
    assert.doesNotMatch(none.stdout, /personal/);
  });

  it("shows of an event each field that is sent, with its value and where it comes from", async () => {
    const event = {
      __timestamp__: "2026-11-16T08:06:42.186262+00:00Z",
      __schema__: "https://events.jupyter.org/jupyter_server/contents_service/v1",
      __schema_version__: "1",
      action: "save",
      path: "stat101/hw1.ipynb",
    };
    const input = `${JSON.stringify(event)}\n${JSON.stringify({ ...event, path: 5 })}\n`;
    const { status, stdout } = await jlt(project, ["explain", "-"], input);
    assert.equal(status, 1);
    assert.match(stdout, /^line 1: jupyter-server\/contents\n {2}Caliper, jupyter-server\/contents:saved\n/);
    assert.match(
      stdout,
      /object\.name +"[0-9a-f]{16}\.ipynb"\s+← \$\{ basename\(event\.path\) \} {2}← event\.path \(personal\) {2}mapping\.yml:\d+\n/,
    );
    assert.match(stdout, /eventTime +"2026-11-16T08:06:42\.186Z" {2}← when it happened, in UTC\n/);
    assert.match(stdout, /line 2: quarantine, schema\.invalid: /);

    const { stdout: json } = await jlt(project, ["explain", "-", "--json"], input);
    const [first, second] = json
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const sides: readonly { readonly statements: readonly { readonly fields: readonly object[] }[] }[] =
      first.sides;
    const fields = sides.flatMap(({ statements }) => statements.flatMap((each) => each.fields));
    assert.ok(fields.length > 20);
    // Everything that is sent has a known origin.
    assert.deepEqual(
      fields.filter((each) => "says" in each && each.says === "the translator"),
      [],
    );
    assert.equal(second.quarantine.reason, "schema.invalid");
  });

  it("answers 2 for what is neither a mapping nor a file of events", async () => {
    for (const wrong of ["jupyter-server/content", "mappings/none/mapping.yml"]) {
      const { status, stderr } = await jlt(project, ["explain", wrong]);
      assert.equal(status, 2);
      assert.match(stderr, /is neither a file of events nor a mapping/);
    }
  });
});
