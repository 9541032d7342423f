/** NannyML's usage logging, by Segment's library, pointed at the address that events are posted to. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { SignJWT } from "jose";
import { project } from "../../../build/bundle.ts";
import { readDated } from "../../../src/archive/read.ts";
import { isObject, type JsonObject } from "../../../src/event/json.ts";
import { temporaryFolder, toldTo } from "../../service/support.ts";
import { pythonWith } from "../support/parts.ts";
import { endpointFile, runWhole, type Whole } from "../support/whole.ts";
import { runToEnd } from "./older.ts";

const [STORE, SENSOR] = ["store", "sensor"];
const EXTENSIONS = "https://w3id.org/jupyter-lms-translator/extensions";

const files = {
  [`endpoints/${STORE}.yml`]: endpointFile("xapi", ["+nannyml/usage:used"]),
  [`endpoints/${SENSOR}.yml`]: endpointFile("caliper", ["+nannyml/usage:used"]),
};

/** The lines that docs/ingest.md tells a site to put into IPython's startup. */
const startup = async (): Promise<string> => {
  const text = await readFile(join(project, "docs", "ingest.md"), "utf8");
  const [, lines = ""] = /```python\n([^`]*analytics\.default_client[^`]*)```/.exec(text) ?? [];
  assert.ok(lines.includes("LMS_LEARNER_CONTEXT"));
  return lines;
};

/** What NannyML was used for, and whether it went well. */
const ACTS = [
  ["Data Quality Calculator Missing Values fit", false],
  ["Data Quality Calculator Missing Values fit", true],
  ["Data Quality Calculator Missing Values run", true],
  ["Data Quality Calculator Missing Values run", true],
] as const;

const found = await pythonWith("nannyml");
const skip = "missing" in found ? found.missing : false;

describe("NannyML, its sender pointed at the ingest function by the documented lines", { skip }, async () => {
  if ("missing" in found) return;
  const service = await runWhole({ files });
  const token = await learnerContext(service);

  it("tells the learning systems what was used, for how long, and whether it went well", async () => {
    const home = await temporaryFolder();
    const written = await runToEnd(found.python, ["nannyml_use.py", await startup()], home, {
      // Without NML_DISABLE_USAGE_LOGGING.
      HOME: home,
      MPLCONFIGDIR: home,
      MPLBACKEND: "agg",
      LMS_INGEST_URL: service.ingestUrl,
      LMS_LEARNER_CONTEXT: token,
    });
    assert.equal(written.trim(), "[]");
    for (const endpoint of [STORE, SENSOR]) await toldTo(service, endpoint);

    const events = (await kept(service, "raw")).map(({ event }) => Object(event));
    const statements = service.sandbox.statements(STORE).map((each) => Object(each));
    const acts = statements.map(({ context, result }) => [
      context.extensions[`${EXTENSIONS}/command`],
      result.success,
    ]);
    assert.deepEqual(acts.sort(), ACTS);
    for (const { actor, verb, object, context } of statements) {
      assert.equal(actor.account.name, "ada");
      assert.equal(verb.id, "http://adlnet.gov/expapi/verbs/interacted");
      assert.match(object.id, /\/tools\/nannyml$/);
      assert.match(context.contextActivities.grouping[0].id, /\/courses\/stat101$/);
    }
    // Each has the time and the duration of its call.
    assert.deepEqual(
      statements.map(({ timestamp, result }) => [timestamp, secondsOf(result.duration)]).sort(),
      events
        .map(({ timestamp, properties }) => [
          new Date(timestamp).toISOString(),
          Number(properties.run_time.toFixed(2)),
        ])
        .sort(),
    );

    const tools = service.sandbox.caliper(SENSOR).map((each) => Object(each));
    assert.deepEqual(
      tools
        .filter(({ type }) => type === "ToolUseEvent")
        .map(({ action, object, extensions }) => [
          action,
          object.name,
          object.version,
          extensions[`${EXTENSIONS}/command`],
          extensions[`${EXTENSIONS}/success`],
        ])
        .sort(),
      ACTS.map(([command, success]) => ["Used", "NannyML", "0.13.1", command, success]),
    );
  });

  it("leaves nothing of the machine, of Segment's own, or of the learner context anywhere", async () => {
    const [raw, quarantine] = [await kept(service, "raw"), await kept(service, "quarantine")];
    assert.equal(raw.length, ACTS.length);
    for (const { event } of raw)
      assert.deepEqual(Object.keys(Object(event)).sort(), [
        "event",
        "integrations",
        "messageId",
        "properties",
        "timestamp",
        "type",
      ]);
    // A call that is no track is an event that nobody knows.
    assert.deepEqual(
      quarantine.map(({ reason }) => reason),
      ["schema.unknown"],
    );
    const all = JSON.stringify([raw, quarantine]) + (await readFile(service.log, "utf8"));
    for (const each of [token, "sentAt", "writeKey", "analytics-python", "somebody"])
      assert.ok(!all.includes(each), each);
  });
});

const secondsOf = (duration: string): number => Number(/^PT([\d.]+)S$/.exec(duration)?.[1]);

const learnerContext = ({ hub: { LMS_CONTEXT_KEY } }: Whole): Promise<string> =>
  new SignJWT({ role: "learner", course: { id: "stat101" } })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject("ada")
    .setAudience("jupyter-lms-translator")
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(LMS_CONTEXT_KEY));

const kept = async ({ bucket }: Whole, part: "raw" | "quarantine"): Promise<readonly JsonObject[]> => {
  const all: JsonObject[] = [];
  for await (const { line } of readDated(bucket, `${part}/`)) {
    assert.ok(isObject(line));
    all.push(line);
  }
  return all;
};
