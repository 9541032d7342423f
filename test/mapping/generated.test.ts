import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { JsonObject } from "../../src/event/json.ts";
import { readSchema } from "../../src/event/schema.ts";
import { compileMapping } from "../../src/mapping/compile.ts";
import * as f from "../../src/mapping/functions.ts";
import { readMapping } from "../../src/mapping/read.ts";
import * as r from "../../src/mapping/runtime.ts";
import { type UnderstoodMapping, understand } from "../../src/mapping/understand.ts";
import type { Scope, Translate } from "../../src/site.ts";
import { runs } from "../support/runs.ts";
import { CALIPER_CASES, caliperSide, XAPI_CASES, xapiSide } from "./generated.ts";
import { type Dice, dice, FIELDS } from "./generated-values.ts";
import { eventsOf } from "./schema-events.ts";
import { problemsOf } from "./standards.ts";

const APPLICATION = { id: "https://hub.example.edu", name: "Example Hub" };
const CONSTANTS = { hub: { ...APPLICATION, files: `${APPLICATION.id}/files` } };

const schema = readSchema("schema.v1.yml", JSON.stringify(FIELDS));
const files = "schema" in schema ? [schema] : assert.fail("the schema is wrong");

/** What the check understands of a mapping with one side, or undefined where it has complaints. */
const checked = (side: object): UnderstoodMapping | undefined => {
  const [whole] = [{ event: FIELDS.$id, title: "An event", translations: [{ name: "told", ...side }] }];
  const read = readMapping("told", "mapping.yml", JSON.stringify(whole));
  if (!("translations" in read)) return undefined;
  const known = understand(read, files, CONSTANTS);
  return "translations" in known ? known : undefined;
};

const LEARNERS = ["https://hub.example.edu/learner/p1", "http://purl.imsglobal.org/caliper/Person"];

const scope = (protocol: string, learner: string): Scope => ({
  learner: { id: learner },
  pseudonym: (name) => (typeof name === "string" ? "p2" : undefined),
  course: undefined,
  session: undefined,
  sender: {},
  previous: undefined,
  actor:
    protocol === "caliper"
      ? JSON.stringify({ id: learner, type: "Person" })
      : '{"objectType":"Agent","account":{"homePage":"https://hub.example.edu","name":"p1"}}',
  group: "",
  registration: "",
  membership: "",
  sessions: "",
  grouping: ',"grouping":[{"id":"https://example.edu/course"}]',
  activities: ',"contextActivities":{"grouping":[{"id":"https://example.edu/course"}]}',
  marks: "",
  extensions: "",
  time: "2026-01-15T10:15:00.000Z",
  id: () => "6f0c8a3e-5d1c-5b7e-9c55-0a4b8c3b1f2d" as ReturnType<Scope["id"]>,
});

const VERSIONS = { caliper: ["1.1", "1.2"], xapi: ["1.0.3", "2.0.0"] } as const;

/** Odd addresses that ajv takes, and numbers out of every range. */
const odd = fc.record(
  {
    url: fc.constantFrom("http:a", "http:///x", "urn:x", "http://purl.imsglobal.org/caliper/Person", "a:"),
    path: fc.constantFrom("caliper/Person", "Person", "en", "6f0c8a3e-5d1c-4b7e-9c55-0a4b8c3b1f2d", "\ud800"),
    count: fc.constantFrom(-1, 1e300, 2 ** 53, 0),
    ratio: fc.constantFrom(Number.POSITIVE_INFINITY, 1e308, -1, 0.5),
    at: fc.constantFrom("2026-01-15T10:15:00+01:00Z", "2026-02-30T00:00:00Z"),
  },
  { requiredKeys: [] },
);

const events = fc.tuple(eventsOf(FIELDS), odd).map(([event, more]): JsonObject => ({ ...event, ...more }));

/** Some of them, for all the mappings: to think up new ones for each would take most of the time. */
const EVENTS = fc.sample(events, 300);

const RUNS = runs(400);

interface Tally {
  let: number;
  refused: number;
  statements: number;
  failed: number;
}

/** What a mapping that the check lets pass makes of events has no problem; what it cannot make is set aside. */
const holds = (protocol: "caliper" | "xapi", side: object, from: Dice, tally: Tally): void => {
  const mapping = checked({ [protocol]: side });
  if (mapping === undefined) {
    tally.refused += 1;
    return;
  }
  tally.let += 1;
  for (const version of VERSIONS[protocol]) {
    const target = {
      protocol,
      version,
      application: APPLICATION,
      takes: () => true,
      personal: "free",
    } as const;
    const code = compileMapping(mapping, target);
    const translate: Translate = new Function("r", "f", `return ${code};`)(r, f);
    for (const event of [from.pick(EVENTS), from.pick(EVENTS)])
      for (const learner of LEARNERS) {
        try {
          for (const { text } of translate(event, scope(protocol, learner))) {
            tally.statements += 1;
            const problems = problemsOf(JSON.parse(text), target);
            if (problems.length > 0) assert.fail(JSON.stringify({ problems, side, event, text }));
            assert.ok(text.isWellFormed() && !/\\ud[89a-f]/i.test(JSON.stringify(JSON.parse(text))), text);
          }
        } catch (error) {
          if (!(error instanceof r.MappingError)) throw error;
          tally.failed += 1;
        }
      }
  }
};

describe("A mapping that the check lets pass makes nothing that a checker refuses:", () => {
  it("Caliper, of each event type with each action and object", (test) => {
    const tally: Tally = { let: 0, refused: 0, statements: 0, failed: 0 };
    fc.assert(
      fc.property(fc.constantFrom(...CALIPER_CASES), fc.integer(), (each, seed) => {
        const from = dice(seed);
        holds("caliper", caliperSide(each, from), from, tally);
      }),
      { numRuns: RUNS },
    );
    test.diagnostic(JSON.stringify(tally));
    assert.ok(tally.let > RUNS / 3 && tally.refused > RUNS / 20, JSON.stringify(tally));
  });

  it("xAPI, of each verb with each activity type", (test) => {
    const tally: Tally = { let: 0, refused: 0, statements: 0, failed: 0 };
    fc.assert(
      fc.property(fc.constantFrom(...XAPI_CASES), fc.integer(), (each, seed) => {
        const from = dice(seed);
        holds("xapi", xapiSide(each, from), from, tally);
      }),
      { numRuns: RUNS },
    );
    test.diagnostic(JSON.stringify(tally));
    assert.ok(tally.let > RUNS / 3 && tally.refused > RUNS / 20, JSON.stringify(tally));
  });
});
