import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { project } from "../../build/bundle.ts";
import { isObject, type JsonObject } from "../../src/event/json.ts";
import type { Site } from "../../src/site.ts";
import { message } from "../support/events.ts";
import { shippedSite, siteWith } from "../support/site.ts";
import { learnerToken, serviceToken } from "../support/tokens.ts";
import { type Translating, translating } from "../support/translating.ts";

/** What must be nowhere. */
const MARK = "s3cr3t-m4rk";

const time = "2026-11-22T01:07:49.726071+00:00Z";
const now = Date.parse("2026-11-22T01:07:49.726Z");

const pioneer = (eventName: string, eventInfo: unknown): JsonObject => ({
  eventDetail: { eventName, eventTime: now, eventInfo },
  notebookState: {
    sessionID: "0b5e",
    notebookPath: "hw1.ipynb",
    notebookContent: { cells: [{ source: MARK }] },
  },
});

const cell = { id: "a1b2", index: 2, type: "code", source: MARK, outputs: [{ text: MARK }] };

const infos: Readonly<Record<string, unknown>> = {
  NotebookOpenEvent: { environ: { JUPYTERHUB_API_TOKEN: MARK } },
  CellExecuteEvent: {
    cells: [cell, { ...cell, id: "c3d4" }],
    success: false,
    kernelError: { errorName: "NameError", errorValue: MARK, traceback: [MARK] },
  },
  CellEditEvent: { index: 2, doc: [MARK], changes: [3, [0, MARK]], selection: MARK },
  ClipboardPasteEvent: { cells: [cell], selection: MARK },
};

const args = { path: MARK, "*": MARK, text: { deep: [MARK] }, command_args: MARK, constructor: MARK };
const given = { session_id: "7f3b", command_id: "docmanager:open", command_args: args };
const NAME = "org.jupyterlab.commands.docmanager:open";
const underscored = (schema: string): JsonObject => ({
  __timestamp__: time,
  __schema__: schema,
  __schema_version__: "1",
});
const COMMANDS = "lab.jupyter.org/command-invocations";
const used = { nannyml_version: "0.6.3", kind: "performance", run_time: 1.5 };

/** A form of event that may carry what nobody may keep, marked; and where its time is. */
type Form = readonly [name: string, event: JsonObject, time?: readonly string[]];

const forms: readonly Form[] = [
  ...Object.entries(infos).flatMap(([name, info]) => {
    const event = pioneer(name, info);
    const at = ["eventDetail", "eventTime"];
    const remote = { data: event, env: [{ JPY_API_TOKEN: MARK }], params: { key: MARK } };
    return [
      [`pioneer's ${name}`, event, at],
      [`pioneer's ${name} from its remote exporter`, remote, ["data", ...at]],
    ] as const;
  }),
  ["a command in the log", { timestamp: time, schema: COMMANDS, version: 1, ...given }, ["timestamp"]],
  ["a command as it was put", { schema: COMMANDS, version: 1, event: given }],
  ["a command through jupyter_events", { ...underscored(COMMANDS), ...given }, ["__timestamp__"]],
  ["a recorded command", { schema: NAME, version: 1, body: args, publishTime: time }, ["publishTime"]],
  ["a command of its own schema", { ...underscored(NAME), ...args }, ["__timestamp__"]],
  [
    "a command of its own schema in the log",
    { timestamp: time, schema: NAME, version: 1, ...args },
    ["timestamp"],
  ],
  ["a command of its own schema as it was put", { schema: NAME, version: 1, event: args }],
  [
    "a command of its own schema, posted",
    { schema_id: NAME, version: "1", data: args, timestamp: time },
    ["timestamp"],
  ],
  ["a command of its own schema, in a frame", { schema_id: NAME, ...args }],
  [
    "the log of a session",
    { id: "7f3b", commands: [{ id: "docmanager:open", args, date: "2026-11-22T01:07:49.726Z" }] },
    ["commands", "0", "date"],
  ],
  [
    "NannyML's call",
    {
      type: "track",
      event: "plot",
      properties: used,
      timestamp: time,
      userId: MARK,
      anonymousId: MARK,
      context: { ip: MARK, device: { id: MARK }, userAgent: MARK },
    },
    ["timestamp"],
  ],
  ["NannyML's package", { event: "plot", ...used, userId: MARK }],
  [
    "Wikimedia's capsule",
    {
      schema: COMMANDS,
      revision: 1,
      event: given,
      dt: time,
      clientIp: MARK,
      ip: MARK,
      userAgent: { browser: MARK },
    },
    ["dt"],
  ],
];

const changed = (value: unknown, [key = "", ...rest]: readonly string[], to: unknown): unknown => {
  if (Array.isArray(value))
    return value.map((each, at) => (String(at) === key ? changed(each, rest, to) : each));
  if (!isObject(value)) return to;
  return { ...value, [key]: rest.length > 0 ? changed(value[key], rest, to) : to };
};

/** Everything that was written or sent, as text. */
const everything = ({ bucket, bodies }: Translating, site: Site): string =>
  [
    ...bucket.puts,
    ...[...bucket.objects.values()].map((object) => gunzipSync(object).toString("utf8")),
    ...site.endpoints.flatMap(({ name }) => bodies(name)),
  ].join("\n");

const ALL = `title: All
protocol: xapi
version: 1.0.3
url: https://lrs.example.edu/xapi
auth: { scheme: none }
select: { translations: ["*", "+*"] }
`;

describe("what is never stored", () => {
  let site: Site;
  before(async () => {
    site = await siteWith({ "endpoints/all.yml": ALL });
  });

  /** Runs one event through the translator; gives its reason, or "accepted", and all that was written of it. */
  const run = async (body: unknown, token: string | undefined): Promise<readonly [string, string]> => {
    const one = await translating({ site });
    const { counts, settled } = await one.translate([await message(body, { token })]);
    assert.deepEqual(settled, [undefined]);
    const [reason = "accepted"] = Object.keys(counts.quarantined);
    assert.equal(counts.accepted, reason === "accepted" ? 1 : 0);
    return [reason, everything(one, site)];
  };

  for (const [name, event, at] of forms)
    it(`is nowhere, whatever becomes of the event: ${name}`, async () => {
      const ada = await learnerToken("ada");
      const cases: [string, unknown, string | undefined][] = [
        ["accepted", event, ada],
        ["identity.missing", event, undefined],
        ["identity.missing", event, await serviceToken()],
        ["identity.forged", event, "eyJ.a.b"],
      ];
      if (at !== undefined) {
        // A session's log without a date that can be read happened when it arrived.
        const undated = at[0] === "commands" ? "accepted" : "time.invalid";
        cases.push([undated, changed(event, at, "yesterday"), ada]);
        cases.push(["time.invalid", changed(event, at, "2036-11-22T01:07:49Z"), ada]);
      }
      for (const [expected, body, token] of cases) {
        assert.ok(JSON.stringify(body).includes(MARK));
        const [reason, all] = await run(body, token);
        assert.equal(reason, expected);
        assert.ok(!all.includes(MARK), `${expected}: ${all}`);
      }
    });

  it("is nowhere where the event does not fit its schema", async () => {
    const ada = await learnerToken("ada");
    const wrong: readonly JsonObject[] = [
      pioneer("CellFlyEvent", { environ: MARK, cells: [cell] }),
      { data: pioneer("CellFlyEvent", { selection: MARK }), env: MARK, params: [MARK] },
      { ...underscored(COMMANDS), command_id: 7, command_args: MARK },
      { schema: COMMANDS, version: 1, event: { command_args: args } },
      { schema: COMMANDS, revision: 1, event: { command_args: args }, dt: time, clientIp: MARK, ip: MARK },
      { id: "7f3b", commands: [{ args }, { args: MARK, date: "2026-11-22T01:07:49.726Z" }] },
      { type: "track", event: "plot", properties: { nannyml_version: 7 }, timestamp: time, userId: MARK },
      { event: "plot", nannyml_version: 7, userId: MARK },
    ];
    for (const event of wrong) {
      const [reason, all] = await run(event, ada);
      assert.equal(reason, "schema.invalid", JSON.stringify(event));
      assert.ok(!all.includes(MARK), all);
    }
  });

  it("is nowhere under a name that would change an object's nature", async () => {
    const proto = (text: string): string => text.replace('"text":', '"__proto__":');
    for (const [name, event] of forms.filter(([, event]) => JSON.stringify(event).includes(NAME))) {
      const [reason, all] = await run(proto(JSON.stringify(event)), await learnerToken("ada"));
      assert.equal(reason, "accepted", name);
      assert.ok(!all.includes(MARK), `${name}: ${all}`);
    }
  });

  it("is nowhere where the event names another learner than its token", async () => {
    const schema = readFileSync(join(project, "mappings/nannyml/usage/schema.v1.yml"), "utf8");
    const named = schema.replace(
      "description: What was used,",
      "learner: true\n    description: What was used,",
    );
    assert.notEqual(named, schema);
    const other = await translating({
      site: await siteWith({ "mappings/nannyml/usage/schema.v1.yml": named }),
    });
    const event = { event: "grace", ...used, userId: MARK };
    const { counts } = await other.translate([await message(event)]);
    assert.deepEqual(counts.quarantined, { "identity.mismatch": 1 });
    assert.ok(!everything(other, site).includes(MARK));
  });

  it("is kept by a site that has taken never-store from beside it, and then is all there", async () => {
    const path = "mappings/jupyterlab-pioneer/notebook/schema.v1.yml";
    const text = readFileSync(join(project, path), "utf8");
    const open = await siteWith({ [path]: text.replaceAll(/^ *never-store: true\n/gm, "") });
    const one = await translating({ site: open });
    const event = pioneer("ClipboardPasteEvent", { cells: [cell], selection: MARK });
    const remote = { data: event, env: [{ TOKEN: MARK }], params: null };
    await one.translate([await message([event, remote])]);
    const raw = await one.bucket.records("raw");
    assert.deepEqual(
      raw.map((line) => line.event),
      [event, remote],
    );
  });

  it("is little: all else of an event is kept as it came", async () => {
    const one = await translating({ site: await shippedSite() });
    await one.translate([await message(pioneer("CellExecuteEvent", infos.CellExecuteEvent))]);
    const bare = { id: "a1b2", index: 2, type: "code" };
    const cells = [bare, { ...bare, id: "c3d4" }];
    const eventInfo = { cells, success: false, kernelError: { errorName: "NameError" } };
    assert.deepEqual((await one.bucket.records("raw"))[0]?.event, {
      eventDetail: { eventName: "CellExecuteEvent", eventTime: now, eventInfo },
      notebookState: { sessionID: "0b5e", notebookPath: "hw1.ipynb" },
    });
  });
});
