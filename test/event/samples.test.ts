import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { isObject, type JsonObject } from "../../src/event/json.ts";
import type { Site } from "../../src/site.ts";
import { message } from "../support/events.ts";
import { shippedSite, siteWith } from "../support/site.ts";
import { learnerToken, serviceToken } from "../support/tokens.ts";
import { type Translating, translating } from "../support/translating.ts";
import { eventsIn, sampleFiles, skip, textOf } from "./collected.ts";

/** Samples that are no events, and why. */
const NO_EVENTS: Readonly<Record<string, string>> = {
  "config-sqs/samples/sqs_receive_message.json": "a message as a queue gives it: its body is the event",
  "gigantum/samples/activity-log.txt": "a commit's message; as JSON it is read, below",
  "lti-identity/samples/canvas-hub-groups.yaml": "names of groups",
  "lti-identity/samples/lti11-launch-args.json": "a launch of LTI 1.1",
  "lti-identity/samples/lti13-id_token-claims.json": "a launch of LTI 1.3",
};

/** Schemas that stand for any in their producers' documentation and tests: a site has to add them. */
const PLACEHOLDERS = ["http://myapplication.org/example-event", "myapplication.org/example-event"];
const PLACEHOLDER_IDS = new Set([...PLACEHOLDERS, "org.jupyter.foo", "test.event", "TestSchema"]);

const schema = (id: string, version: number, properties: JsonObject): string =>
  JSON.stringify({ $id: id, version, type: "object", properties, required: Object.keys(properties) });

const mapping = (event: string, more: JsonObject = {}): string =>
  JSON.stringify({
    event,
    title: "A placeholder",
    ...more,
    translations: [
      {
        name: "seen",
        caliper: {
          type: "ToolUseEvent",
          action: "Used",
          object: { id: "${ hub.id }", type: "SoftwareApplication" },
        },
        xapi: { verb: "interacted", object: { id: "${ hub.id }" } },
      },
    ],
  });

const text = { type: "string" };
const [example = ""] = PLACEHOLDERS;
const person = { type: "object", properties: { id: text, email: { ...text, "personal-data": true } } };

const everything = (protocol: string, version: string): string => `title: Everything
protocol: ${protocol}
version: "${version}"
url: https://store.example.edu/${protocol}
auth: { scheme: none }
select: { translations: ["*", "+*"] }
`;

const FILES = {
  "endpoints/all-caliper.yml": everything("caliper", "1.2"),
  "endpoints/all-xapi.yml": everything("xapi", "1.0.3"),
  "mappings/placeholder/example/schema.v1.yml": schema(example, 1, { name: text }),
  "mappings/placeholder/example/mapping.yml": mapping(example, { also: [PLACEHOLDERS[1]] }),
  "mappings/placeholder/foo/schema.v1.yml": schema("org.jupyter.foo", 1, { foo: text }),
  "mappings/placeholder/foo/mapping.yml": mapping("org.jupyter.foo"),
  "mappings/placeholder/test/schema.v1.yml": schema("test.event", 1, {
    "nothing-exciting": text,
    user: person,
  }),
  "mappings/placeholder/test/mapping.yml": mapping("test.event"),
  "mappings/placeholder/capsule/schema.v123.yml": schema("TestSchema", 123, { value: text, nested: {} }),
  "mappings/placeholder/capsule/mapping.yml": mapping("TestSchema"),
};

type Side = "caliper" | "xapi";

/** Events of which nothing is made: what is declared in the README beside the mapping, and which events it is about. */
const NOTHING: readonly {
  readonly source: string;
  readonly row: string;
  readonly sides: readonly Side[];
  readonly is: (event: JsonObject) => boolean;
}[] = [
  {
    source: "jupyter-server/contents",
    row: "get of anything else | nothing",
    sides: ["caliper", "xapi"],
    is: ({ action, path }) => action === "get" && !String(path).endsWith(".ipynb"),
  },
  {
    source: "jupyter-server/kernel-actions",
    row: "anything that failed | nothing",
    sides: ["caliper", "xapi"],
    is: ({ status }) => status === "error",
  },
  {
    source: "jupyter-collaboration/session",
    row: "initialize, overwrite, clean | nothing",
    sides: ["caliper", "xapi"],
    is: ({ action }) => ["initialize", "overwrite", "clean"].includes(String(action)),
  },
  {
    source: "jupyter-collaboration/awareness",
    row: "leave | nothing: Caliper has no action for it | leave",
    sides: ["caliper"],
    is: ({ action }) => action === "leave",
  },
  {
    source: "jupyterlab-pioneer/notebook",
    row: "NotebookHiddenEvent | nothing",
    sides: ["caliper", "xapi"],
    is: (event) => pioneerName(event) === "NotebookHiddenEvent",
  },
  {
    source: "jupyterlab-pioneer/notebook",
    row: "ClipboardCopyEvent, ClipboardCutEvent, ClipboardPasteEvent | nothing",
    sides: ["caliper", "xapi"],
    is: (event) => pioneerName(event).startsWith("Clipboard"),
  },
];

const pioneerName = ({ eventDetail }: JsonObject): string =>
  isObject(eventDetail) ? String(eventDetail.eventName) : "";

/** The sample's own statement of its schema. */
const idOf = ({ __schema__, schema: other }: JsonObject): string => String(__schema__ ?? other);

/** Who would send it: the hub and its services what names somebody, or nobody; a learner's server all else. */
const tokenFor = (event: JsonObject): Promise<string> =>
  "username" in event || idOf(event).startsWith("binderhub") ? serviceToken() : learnerToken("ada");

const run = async (site: Site, event: unknown, token: string): Promise<[Translating, string | undefined]> => {
  const one = await translating({ site });
  const { counts, settled } = await one.translate([await message(event, { token })]);
  assert.deepEqual(settled, [undefined]);
  assert.equal(counts.setAside, 0);
  return [one, Object.keys(counts.quarantined)[0]];
};

const events = (): readonly (readonly [string, JsonObject])[] =>
  sampleFiles()
    .filter((file) => !(file in NO_EVENTS))
    .flatMap((file) => eventsIn(file).map((event) => [file, event] as const));

describe("what Jupyter was seen to emit", { skip }, () => {
  let site: Site;
  before(async () => {
    site = await siteWith(FILES);
  });

  it("is known file by file: events, or what is named here as something else", () => {
    const files = sampleFiles();
    for (const file of Object.keys(NO_EVENTS)) assert.ok(files.includes(file), file);
    for (const file of files) if (!(file in NO_EVENTS)) assert.ok(eventsIn(file).length > 0, file);
    assert.ok(events().length >= 75, `only ${events().length} events`);
  });

  it("is read and told to an endpoint that takes everything, or kept back as the mapping's README says", async () => {
    const told = { caliper: 0, xapi: 0 };
    for (const [file, event] of events()) {
      const where = `${file}: ${JSON.stringify(event)}`;
      const [{ bucket, statements }, reason] = await run(site, event, await tokenFor(event));
      assert.equal(reason, undefined, where);
      const [raw] = await bucket.records("raw");
      const source = String(raw?.source);
      const data = { ...event, ...(isObject(event.data) && event.data) };
      const kept = NOTHING.filter((each) => each.source === source && each.is(data));
      for (const { row } of kept)
        assert.ok(readFileSync(join(project, "mappings", source, "README.md"), "utf8").includes(row), row);
      for (const side of ["caliper", "xapi"] as const) {
        const made = statements(`all-${side}`);
        assert.equal(
          made.length === 0,
          kept.some(({ sides }) => sides.includes(side)),
          `${side} ${where}`,
        );
        told[side] += made.length;
      }
    }
    assert.ok(told.caliper >= 45 && told.xapi >= 45, JSON.stringify(told));
  });

  it("is in quarantine at the shipped site only where its schema stands for any", async () => {
    const shipped = await shippedSite();
    for (const [file, event] of events()) {
      const [, reason] = await run(shipped, event, await tokenFor(event));
      assert.equal(reason, PLACEHOLDER_IDS.has(idOf(event)) ? "schema.unknown" : undefined, file);
    }
  });

  it("has used each of these rules and placeholders", () => {
    const all = events().map(([, event]) => event);
    for (const { row, is } of NOTHING) assert.ok(all.some(is), row);
    for (const id of PLACEHOLDER_IDS)
      assert.ok(
        all.some((event) => idOf(event) === id),
        id,
      );
  });

  it("is kept with the null of a category that its producer keeps back", async () => {
    const [event] = eventsIn("jupyter_telemetry/samples/category-redacted.json");
    const [{ bucket }] = await run(site, event, await learnerToken("ada"));
    assert.deepEqual((await bucket.records("raw"))[0]?.event, event);
  });

  it("is read from the body of a message as a queue gives it", async () => {
    const received: unknown = JSON.parse(textOf("config-sqs/samples/sqs_receive_message.json"));
    assert.ok(Array.isArray(received) && received.length === 1);
    const [{ statements }, reason] = await run(site, received[0].Body, await learnerToken("ada"));
    assert.equal(reason, undefined);
    assert.equal(statements("all-xapi").length, 1);
  });

  it("is read from a commit's message as the README of Gigantum's mapping says", async () => {
    const log = textOf("gigantum/samples/activity-log.txt");
    const field = (name: string): string => new RegExp(`^${name}:(.*)\\*\\*$`, "m").exec(log)?.[1] ?? "";
    const event = {
      __timestamp__: "2020-11-24T10:00:00Z",
      __schema__: "https://w3id.org/jupyter-lms-translator/events/gigantum-activity",
      __schema_version__: "1",
      project: "ada/climate",
      msg: field("msg"),
      ...(JSON.parse(field("metadata")) as JsonObject),
      details: [log],
    };
    const [{ bucket, statements }, reason] = await run(site, event, await learnerToken("ada"));
    assert.equal(reason, undefined);
    const [raw] = await bucket.records("raw");
    const { details: _, msg: __, ...kept } = event;
    assert.ok(event.msg !== "");
    assert.deepEqual(raw?.event, kept);
    for (const side of ["caliper", "xapi"]) assert.equal(statements(`all-${side}`).length, 1);
    const [hidden] = await run(site, { ...event, show: false }, await learnerToken("ada"));
    for (const side of ["caliper", "xapi"]) assert.deepEqual(hidden.statements(`all-${side}`), []);
  });
});
