import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { buildSite, functionNames, project } from "../../build/bundle.ts";
import { siteCode } from "../../build/code.ts";
import { readSite } from "../../build/site.ts";
import { SiteError } from "../../src/document/problem.ts";
import { withSite } from "../mapping/support.ts";

describe("The site that the project comes with", () => {
  let out = "";
  before(async () => {
    out = await mkdtemp(join(tmpdir(), "jupyter-lms-dist-"));
    await buildSite(project, out);
  });
  after(() => rm(out, { recursive: true }));

  it("has no problems, and everything that it has is taken by an endpoint", async () => {
    const { sources, endpoints } = await readSite(project);
    assert.notEqual(endpoints.length, 0);
    const code = siteCode({ settings: (await readSite(project)).settings, sources, endpoints });
    for (const { name, mapping } of sources) {
      assert.ok(code["compiled-site"].includes(JSON.stringify(name)), name);
      assert.notEqual(mapping.translations.length, 0, name);
    }
  });

  it("compiles to the same text every time", async () => {
    assert.deepEqual(siteCode(await readSite(project)), siteCode(await readSite(project)));
  });

  it("compiles to code without an interpreter that evaluates no text", async () => {
    for (const [name, text] of Object.entries(siteCode(await readSite(project)))) {
      assert.doesNotMatch(text, EVALUATES, name);
      assert.doesNotMatch(text, /cel-js|["']ajv["']|["']yaml["']/, name);
    }
  });

  for (const name of functionNames) {
    it(`has no interpreter in the bundle of ${name}, nor anything that evaluates text`, async () => {
      const bundle = await readFile(join(out, name, "index.cjs"), "utf8");
      assert.doesNotMatch(bundle, EVALUATES);
      const map = JSON.parse(await readFile(join(out, name, "index.cjs.map"), "utf8"));
      const sources: readonly string[] = map.sources;
      const interpreters = sources.filter((each) =>
        /cel-js|node_modules\/(yaml|ajv\/dist\/(?!runtime))/.test(each),
      );
      assert.deepEqual(interpreters, []);
    });
  }

  it("puts no mapping and no schema into the bundle of deliver", async () => {
    const map = JSON.parse(await readFile(join(out, "deliver", "index.cjs.map"), "utf8"));
    const sources: readonly string[] = map.sources;
    assert.deepEqual(
      sources.filter((each) => /validators|src\/mapping\//.test(each)),
      [],
    );
  });
});

describe("A site with problems", () => {
  it("is not built at all", () =>
    withSite({ "translator.yml": "hub: 5\n" }, async (folder) => {
      await assert.rejects(buildSite(folder, join(folder, "dist")), SiteError);
      await assert.rejects(readFile(join(folder, "dist", "translate", "index.cjs")), { code: "ENOENT" });
    }));
});

/** Ways to run a text as code: `eval`, the constructor of functions, node's vm. */
const EVALUATES = /(?<![\w$.])eval\(|\bnew Function\b|(?<![\w$.])Function\(|require\("(node:)?vm"\)/;
