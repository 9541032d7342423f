import assert from "node:assert/strict";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { loadSite } from "../../build/load.ts";
import { loadSiteApart } from "../../build/load-apart.ts";
import { readSite } from "../../build/site.ts";
import { SiteError } from "../../src/document/problem.ts";

describe("A site that another process compiles", () => {
  it("is the one that this process would compile", async () => {
    const [apart, here] = [await loadSiteApart(project), await loadSite(await readSite(project))];
    const plain = ({ settings, endpoints, hashes, schemas, routes }: typeof apart) => ({
      settings,
      endpoints,
      hashes,
      schemas: schemas.map(({ validate: _, ...schema }) => schema),
      routes: Object.entries(routes).map(([name, { translate }]) => [name, Object.keys(translate)]),
    });
    assert.deepEqual(plain(apart), plain(here));
  });

  it("has its problems told as such", async () => {
    const folder = await mkdtemp(join(tmpdir(), "site-apart-"));
    try {
      for (const each of ["translator.yml", "endpoints", "mappings"])
        await cp(join(project, each), join(folder, each), { recursive: true });
      await writeFile(join(folder, "endpoints", "wrong.yml"), "protocol: xapy\n");
      await assert.rejects(
        loadSiteApart(folder),
        (error) =>
          error instanceof SiteError && error.problems.some(({ file }) => file === "endpoints/wrong.yml"),
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
