import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { loadSite } from "../../build/load.ts";
import { readSite, type SiteFiles } from "../../build/site.ts";
import { takes } from "../../src/endpoint/select.ts";

const folder = join(project, "examples", "endpoints");
const names = (await readdir(folder)).filter((name) => name.endsWith(".yml")).sort();

describe("Each file of examples/endpoints", () => {
  let site = "";
  let files: SiteFiles;
  before(async () => {
    site = await mkdtemp(join(tmpdir(), "jupyter-lms-examples-"));
    for (const name of ["translator.yml", "mappings"])
      await cp(join(project, name), join(site, name), { recursive: true });
    await mkdir(join(site, "endpoints"));
    for (const name of names) await cp(join(folder, name), join(site, "endpoints", name));
    // It throws where a file has a problem, by itself or with the mappings.
    files = await readSite(site);
  });
  after(() => rm(site, { recursive: true }));

  it("passes the check where it is copied to endpoints/, beside all others", () => {
    const read = files.endpoints.map(({ endpoint }) => `${endpoint.name}.yml`);
    assert.deepEqual(read.sort(), names);
    const protocols = files.endpoints.map(({ endpoint }) => `${endpoint.protocol} ${endpoint.version}`);
    assert.deepEqual(new Set(protocols), new Set(ALL));
  });

  it("gets something of the shipped mappings, of whatever it selects", async () => {
    const { routes } = await loadSite(files);
    for (const { endpoint, select } of files.endpoints) {
      const translations = files.sources.flatMap(({ mapping }) => mapping.translations);
      const silent = select.translations.filter(
        (pattern) =>
          !translations.some(
            (each) => takes({ translations: [pattern] }, each) && each.sides[endpoint.protocol] !== undefined,
          ),
      );
      assert.deepEqual(silent, [], endpoint.name);
      assert.notDeepEqual(Object.keys(routes[endpoint.name]?.translate ?? {}), [], endpoint.name);
    }
  });

  it("keeps its url as it is, a query in it as well", () => {
    const azure = files.endpoints.find(({ endpoint }) => endpoint.name === "azure-log-analytics")?.endpoint;
    assert.match(
      String(azure?.url),
      /\/dataCollectionRules\/dcr-0+\/streams\/Custom-\w+\?api-version=2023-01-01$/,
    );
  });

  it("says against what it was tried, keeps each secret elsewhere, and is in the README", async () => {
    const readme = await readFile(join(folder, "README.md"), "utf8");
    for (const name of names) {
      const [editor, tried] = (await readFile(join(folder, name), "utf8")).split("\n");
      assert.equal(editor, "# yaml-language-server: $schema=endpoint.schema.json", name);
      assert.match(tried ?? "", /^# .*\btried (against|with)\b/i, name);
      assert.ok(readme.includes(`[${name}](${name})`), name);
    }
    const secrets = files.endpoints.map(({ endpoint: { auth } }) => ("secret" in auth ? auth.secret : ""));
    assert.equal(new Set(secrets).size, names.length);
  });
});

/** The protocols with their versions, each of which has an example. */
const ALL = ["caliper 1.1", "caliper 1.2", "xapi 1.0.3", "xapi 2.0.0", "json 1"];
