import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { buildSite, project, siteHash } from "../../build/bundle.ts";
import { readFiles } from "../../build/files.ts";
import { openState } from "../../local/state.ts";
import { runService, temporaryFolder } from "../service/support.ts";
import { jlt, withShippedSite } from "./support.ts";

describe("jlt doctor", async () => {
  const state = await openState(join(await temporaryFolder(), "state"), true);
  // Where npm start builds, and the doctor looks for what was built.
  const dist = join(state.folder, "functions");
  await buildSite(project, dist);
  const service = await runService({ state, dist });
  const doctor = (...args: readonly string[]) => jlt(project, ["doctor", "--state", state.folder, ...args]);

  it("knows a build by its files: the stack says which, wherever it is built", async () => {
    const { Outputs } = JSON.parse(await readFile(join(dist, "infra", "resources.json"), "utf8"));
    assert.match(Outputs.SiteHash.Value, /^[0-9a-f]{16}$/);
    for (const folder of [project, join(dist, "site")])
      assert.equal(siteHash((await readFiles(folder)).files), Outputs.SiteHash.Value);
  });

  it("finds nothing wrong with a local service, and has its learning systems take a test", async () => {
    const { status, stdout, stderr } = await doctor("--yes");
    assert.deepEqual([status, stderr], [0, ""], stdout);
    assert.match(stdout, /^✓ good {5}files {11}No problems: \d+ mappings, 2 endpoints\.$/m);
    assert.match(
      stdout,
      /^✓ good {5}statement {7}campus-lrs: It took the test statement .* it has it as voided\.$/m,
    );
    assert.match(stdout, /\nNothing is wrong: /);
    assert.equal(service.sandbox.voided("campus-lrs").length, 1);
    assert.equal(service.sandbox.caliper("campus-caliper").length, 1);
  });

  it("sends nothing where nobody can be asked, or nobody wants it", async () => {
    const before = service.sandbox.statements("campus-lrs").length;
    for (const args of [[], ["--no-send"], ["--json"]]) {
      const { status, stdout } = await doctor("campus-lrs", ...args);
      assert.equal(status, 0, stdout);
      assert.match(stdout, /No test statement is sent/);
      assert.match(stdout, /jlt doctor campus-lrs --yes/);
    }
    assert.equal(service.sandbox.statements("campus-lrs").length, before);
  });

  it("says what is wrong and what to do, for one endpoint, also as data; no secret is in either", async () => {
    service.sandbox.behave("campus-lrs", { refuseAbout: "jlt-doctor" });
    const { status, stdout } = await doctor("campus-lrs", "--yes");
    assert.equal(status, 1);
    assert.match(
      stdout,
      /^✗ wrong {4}statement {7}campus-lrs: It answered 400 .*\n {20,}→ Look at protocol/m,
    );
    assert.doesNotMatch(stdout, /campus-caliper/);
    const json = await doctor("campus-lrs", "--yes", "--json");
    const { stage, wrong, findings } = JSON.parse(json.stdout);
    assert.deepEqual([json.status, stage, wrong], [1, "local", 1]);
    assert.deepEqual(
      findings
        .filter(({ end }: { readonly end: string }) => end === "bad")
        .map(({ check }: { readonly check: string }) => check),
      ["statement"],
    );
    service.sandbox.behave("campus-lrs", {});
    for (const name of ["pseudonyms", "learner-context", "store"])
      assert.ok(!(stdout + json.stdout).includes(state.secret(name)));
  });

  it("tells that the service was made of other files, and names every mistake in those that are here", async () => {
    await withShippedSite(async (folder) => {
      const file = join(folder, "endpoints", "campus-lrs.yml");
      const text = await readFile(file, "utf8");
      await writeFile(file, `${text}# Something else.\n`);
      const other = await jlt(folder, ["doctor", "--state", state.folder, "--no-send"]);
      assert.equal(other.status, 1);
      assert.match(other.stdout, /✗ wrong {4}deployed .* other files .*\n.*npm start/);
      await writeFile(file, text.replace("protocol: xapi", "protocol: xapy"));
      const data = await jlt(folder, ["doctor", "--state", state.folder, "--json"]);
      assert.equal(JSON.parse(data.stdout).problems[0].file, "endpoints/campus-lrs.yml");
      const wrong = await jlt(folder, ["doctor", "--state", state.folder]);
      assert.equal(wrong.status, 1);
      assert.match(wrong.stdout, /✗ wrong {4}files {11}endpoints\/campus-lrs\.yml:3:\d+ /);
    });
  });

  it("is used wrongly where there is no such endpoint, or options are opposites", async () => {
    for (const [args, words] of [
      [["campus-lsr"], /There is no endpoint "campus-lsr"; did you mean "campus-lrs"\?/],
      [["--yes", "--no-send"], /opposites/],
      [["one", "two"], /Name one endpoint/],
      [["--stage", "prod"], /two services/],
      [["--region", "eu-central-1"], /--region goes with --stage/],
    ] as const) {
      const { status, stderr } = await doctor(...args);
      assert.equal(status, 2);
      assert.match(stderr, words);
    }
  });

  it("looks at what a service left, and says where none ever ran", async () => {
    const { status, stdout } = await jlt(project, ["doctor", "--state", await temporaryFolder()]);
    assert.equal(status, 1);
    assert.match(stdout, /✗ wrong {4}service {9}Nothing ran in .* yet\. Start it: npm start/);
    assert.match(stdout, /– skipped {2}secrets /);
  });
});
