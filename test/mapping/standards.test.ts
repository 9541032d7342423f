import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import fc from "fast-check";
import { project } from "../../build/bundle.ts";
import { loadSite } from "../../build/load.ts";
import { readSite, type SiteEndpoint, type SiteFiles } from "../../build/site.ts";
import { framesFor } from "../../src/endpoint/frame.ts";
import { readEndpoint } from "../../src/endpoint/read.ts";
import { eventReader } from "../../src/event/catalog.ts";
import type { EventId } from "../../src/event/id.ts";
import type { JsonObject } from "../../src/event/json.ts";
import type { AcceptedEvent } from "../../src/intake.ts";
import { identify } from "../../src/learner/identify.ts";
import type { Site } from "../../src/site.ts";
import { tellAll } from "../../src/statements.ts";
import { runs } from "../support/runs.ts";
import { learningLockerRefuses, tinCanRefuses } from "../support/xapi-validators.ts";
import { eventsOf } from "./schema-events.ts";
import { senders } from "./senders.ts";
import { problemsOf } from "./standards.ts";

/** An endpoint of each version, as pseudonym and as user name. */
const ENDPOINTS = [
  ["caliper", "1.1"],
  ["caliper", "1.2"],
  ["xapi", "1.0.3"],
  ["xapi", "2.0.0"],
  ["json", "1"],
].flatMap(([protocol = "", version = ""]) =>
  ["pseudonym", "username"].map((learners): readonly [string, string] => [
    `${protocol}-${version.replaceAll(".", "-")}-${learners}`,
    [
      `title: Store\nprotocol: ${protocol}\nversion: "${version}"`,
      `url: https://store.example.edu\nauth: { scheme: none }\nlearners: ${learners}`,
      `select: { translations: ["*", "+*"] }`,
      protocol === "caliper" && learners === "username" ? "federatedSession: true" : "",
    ].join("\n"),
  ]),
);

const endpointOf = ([name, text]: readonly [string, string]): SiteEndpoint => {
  const read = readEndpoint(name, `endpoints/${name}.yml`, text);
  return "endpoint" in read ? { ...read, where: undefined } : assert.fail(JSON.stringify(read));
};

/** A store may cut a duration to hundredths of a second, and SHOULD NOT refuse it (4.6); Rustici's schema does. */
const hundredths = (key: string, value: unknown): unknown =>
  key === "duration" && typeof value === "string" ? value.replace(/(\.\d\d)\d+/, "$1") : value;

/** Batches of four events for each version of each schema. */
const RUNS = runs(15);

const TIME = "2026-01-15T10:15:00.000Z";
const ARRIVED = Date.parse(TIME) + 1000;

describe("What a shipped mapping makes of an event", () => {
  let files: SiteFiles;
  let site: Site;
  before(async () => {
    const shipped = await readSite(project);
    files = { ...shipped, endpoints: ENDPOINTS.map(endpointOf) };
    site = await loadSite(files);
  });

  /** Events as the translator takes them: read by their schema, each with whose it is. */
  const accept = (
    batch: readonly (readonly [JsonObject, Parameters<typeof identify>[0]])[],
    about: Readonly<Record<string, string>>,
  ): readonly AcceptedEvent[] => {
    const readEvent = eventReader(site.schemas);
    return batch.flatMap(([event, sender], at) => {
      const read = readEvent({ __timestamp__: TIME, ...event, ...about }, ARRIVED);
      if ("reason" in read) return [];
      const trust = { trust: "attributes", user: "user" } as const;
      const learner = identify(sender, read.data, read.schema, trust);
      if ("reason" in learner) return [];
      const id = `00000000-0000-5000-8000-${String(at).padStart(12, "0")}` as EventId;
      const line = { id, text: "", partition: "" };
      const { data, schema, time } = read;
      return [{ id, source: schema.source, data, time, learner, message: at, arrived: TIME, line }];
    });
  };

  it("is what the checkers and two other validators let pass, in each version of each standard, or a flat record", (test) => {
    const frames = new Map(
      site.endpoints.map((each) => [
        each,
        framesFor(each, site.settings, { key: "a key of forty bytes, which no site has." }),
      ]),
    );
    let statements = 0;
    let events = 0;
    const failed: string[] = [];
    for (const source of files.sources)
      for (const { schema, id, version } of source.schemas) {
        const told = new Set<string>();
        fc.assert(
          fc.property(
            fc.array(fc.tuple(eventsOf(schema), senders), { minLength: 4, maxLength: 4 }),
            (batch) => {
              const accepted = accept(batch, { __schema__: id, __schema_version__: version });
              events += accepted.length;
              for (const [endpoint, all] of tellAll(accepted, site, frames).told) {
                failed.push(...all.failed.map(({ detail }) => `${endpoint.name} ${detail}`));
                for (const { text, translation } of all.statements) {
                  statements += 1;
                  told.add(`${endpoint.protocol} ${translation}`);
                  const statement: unknown = JSON.parse(text);
                  assert.ok(text.isWellFormed());
                  assert.deepEqual(problemsOf(statement, endpoint), [], text);
                  if (endpoint.protocol !== "xapi") continue;
                  assert.ok(!learningLockerRefuses(statement), text);
                  assert.ok(!tinCanRefuses(JSON.parse(text, hundredths)), text);
                }
              }
            },
          ),
          { numRuns: RUNS },
        );
        assert.ok(told.size > 0, `${source.name} ${version} tells nothing`);
      }
    test.diagnostic(`${events} events, ${statements} statements, ${failed.length} events set aside`);
    assert.deepEqual([...new Set(failed)], []);
    assert.ok(statements > 150 * RUNS, String(statements));
  });
});
