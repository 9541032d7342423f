import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parseArgs } from "node:util";
import { project } from "../../build/bundle.ts";
import { collectedOf } from "../../build/collected.ts";
import { loadSite } from "../../build/load.ts";
import { withoutProbe, withProbe } from "../../build/probe.ts";
import { readSite } from "../../build/site.ts";
import { askedFor, reportOptions } from "../../cli/report-options.ts";
import { SiteError } from "../../src/document/problem.ts";
import { probeEndpoint } from "../../src/probe/endpoint.ts";
import { probeMessage } from "../../src/probe/event.ts";
import { PROBE_RECORDS } from "../../src/probe/receive.ts";
import { jlt } from "../cli/support.ts";
import { siteWith } from "../support/site.ts";
import { ARRIVED, PSEUDONYM_KEY } from "../support/tokens.ts";
import { translating } from "../support/translating.ts";

const site = await readSite(project);
const named = ({ endpoints }: typeof site): readonly string[] =>
  endpoints.map(({ endpoint }) => endpoint.name);

describe("the test target", () => {
  it("is an endpoint of what is deployed, unless the site wants no test, and of nothing else", () => {
    assert.ok(!named(site).includes("probe"));
    assert.deepEqual(named(withProbe(site)), [...named(site), "probe"]);
    const alarms = { ...site.settings.alarms, probe: false };
    assert.deepEqual(named(withProbe({ ...site, settings: { ...site.settings, alarms } })), named(site));
  });

  it("alone gets test events, and nothing but these", async () => {
    const probing = await translating({ site: await loadSite(withProbe(site)) });
    const all = { id: "m", arrived: ARRIVED, ...probeMessage(PSEUDONYM_KEY, ARRIVED - 10) };
    await probing.translate([all]);
    for (const name of named(site)) assert.deepEqual(probing.statements(name), []);
    const [statement] = probing.statements("probe");
    assert.ok(statement !== undefined);
    const { sent, tag, learner } = JSON.parse(statement.text);
    assert.deepEqual(
      [`${sent}.${tag}`, learner],
      [all.attributes.probe, "https://hub.example.edu/anonymous"],
    );
    const [entry] = await probing.bucket.records("ledger");
    assert.deepEqual(entry?.to, {
      ...Object.fromEntries(named(site).map((name) => [name, "selection"])),
      probe: [statement.id],
    });
  });

  it("is found by a variable, which moves no other endpoint", () => {
    const url = "https://abc.execute-api.eu-central-1.amazonaws.com/probe";
    for (const { endpoint } of withProbe(site).endpoints) {
      assert.equal(probeEndpoint(endpoint, undefined), endpoint);
      const found = probeEndpoint(endpoint, url);
      assert.deepEqual(found, endpoint.name === "probe" ? { ...endpoint, url } : endpoint);
    }
  });

  it("takes as many records at once as it is sent in a batch", () => {
    const [target] = withProbe(site).endpoints.filter(({ endpoint }) => endpoint.name === "probe");
    assert.equal(target?.endpoint.batch.events, PROBE_RECORDS);
  });

  it("keeps its name for itself", async () => {
    const text = readFileSync(join(project, "endpoints/campus-lrs.yml"), "utf8");
    await assert.rejects(siteWith({ "endpoints/probe.yml": text }), (error) => {
      assert.ok(error instanceof SiteError);
      const [problem, ...others] = error.problems;
      assert.deepEqual([problem?.file, others], ["endpoints/probe.yml", []]);
      assert.match(problem?.message ?? "", /name probe is that of the service's own test target/);
      return true;
    });
  });

  it("needs the mapping of test events as it is shipped: else no test would ever end well", () => {
    const without = { ...site, sources: site.sources.filter(({ name }) => name !== "translator/probe") };
    const missing = (error: unknown): boolean =>
      error instanceof SiteError &&
      /put this folder back.*probe: false/.test(error.problems[0]?.message ?? "");
    assert.throws(() => withProbe(without), missing);
    const someones = site.sources.map((source) => ({
      ...source,
      schemas: source.schemas.map((schema) => ({ ...schema, anonymous: false })),
    }));
    assert.throws(() => withProbe({ ...site, sources: someones }), missing);
  });

  it("is nothing that a learner is told of", () => {
    const { endpoints, events } = collectedOf(withoutProbe(withProbe(site)));
    assert.doesNotMatch(JSON.stringify([endpoints, events]), /probe/i);
    assert.equal(events.length, site.sources.length - 1);
  });

  it("is in no catalog that an institution publishes, and no report", async () => {
    const catalog = await jlt(project, ["catalog", "--json"]);
    assert.equal(catalog.status, 0);
    assert.equal(JSON.parse(catalog.stdout).events.length, site.sources.length - 1);
    assert.doesNotMatch(catalog.stdout, /translator\/probe/);
    const { values } = parseArgs({ args: [], options: reportOptions });
    const { kinds } = askedFor(values, site).question;
    assert.equal(kinds.length, site.sources.length - 1);
    assert.ok(!kinds.includes("translator/probe"));
  });
});
