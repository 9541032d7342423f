import assert from "node:assert/strict";
import { cp, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { buildSite, project } from "../../build/bundle.ts";
import { SiteError } from "../../src/document/problem.ts";
import { folder } from "./support.ts";

describe("a build", () => {
  it("leaves nothing of an earlier one", async () => {
    const out = join(folder, "again");
    await mkdir(join(out, "deliver-gone"), { recursive: true });
    await buildSite(project, out);
    assert.deepEqual((await readdir(out)).sort(), ["consent", "deliver", "infra", "translate"]);
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
