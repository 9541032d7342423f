import assert from "node:assert/strict";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { buildSite, project } from "../../build/bundle.ts";
import { readFiles } from "../../build/files.ts";
import { SiteError } from "../../src/document/problem.ts";
import { folder } from "./support.ts";

describe("a build", () => {
  it("leaves nothing of an earlier one", async () => {
    const out = join(folder, "again");
    await mkdir(join(out, "deliver-gone"), { recursive: true });
    await buildSite(project, out);
    assert.deepEqual((await readdir(out)).sort(), [
      "audit",
      "compact",
      "consent",
      "deliver",
      "infra",
      "ingest",
      "probe",
      "site",
      "translate",
    ]);
  });

  it("keeps the files that it was built from, byte for byte", async () => {
    const out = join(folder, "kept");
    await buildSite(project, out);
    const { files } = await readFiles(project);
    const kept = await readdir(join(out, "site"), { recursive: true, withFileTypes: true });
    assert.equal(kept.filter((each) => each.isFile()).length, files.size);
    for (const path of files.keys())
      assert.deepEqual(await readFile(join(out, "site", path)), await readFile(join(project, path)), path);
  });

  it("that finds problems leaves nothing to deploy", async () => {
    const broken = join(folder, "broken");
    for (const part of ["translator.yml", "endpoints", "mappings"]) {
      await cp(join(project, part), join(broken, part), { recursive: true });
    }
    const out = join(broken, "dist");
    await buildSite(broken, out);
    await writeFile(join(broken, "endpoints", "nowhere.yml"), "title: No protocol, no url\n");
    await assert.rejects(buildSite(broken, out), SiteError);
    assert.deepEqual((await readdir(broken)).sort(), ["endpoints", "mappings", "translator.yml"]);
  });
});
