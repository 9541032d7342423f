import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { eventReader } from "../../src/event/catalog.ts";
import { isObject, type JsonObject } from "../../src/event/json.ts";
import { EVENT_LIMIT, EVENTS_LIMIT } from "../../src/event/message.ts";
import { type Readers, takeIn } from "../../src/intake.ts";
import { senderReader } from "../../src/learner/sender.ts";
import { CONTENTS, message } from "../support/events.ts";
import { shippedSite } from "../support/site.ts";
import { KEY, KEY_AT } from "../support/tokens.ts";

/** What must not be kept. */
const MARK = "s3cr3t-m4rk";

const time = "2026-11-22T01:07:49.726071+00:00Z";
const cell = { id: "a1b2", index: 2, type: "code", source: MARK, outputs: [{ text: MARK }] };
const error = { errorName: "NameError", errorValue: MARK, traceback: [MARK] };
const pioneer = {
  eventDetail: {
    eventName: "CellExecuteEvent",
    eventTime: Date.parse("2026-11-22T01:07:49Z"),
    eventInfo: { environ: { T: MARK }, cells: [cell], kernelError: error, doc: MARK, selection: MARK },
  },
  notebookState: { notebookPath: "hw1.ipynb", notebookContent: { cells: [cell] } },
};
const remote = { data: pioneer, env: [{ T: MARK }], params: { key: MARK } };

/** The same value with one of its inner values in a list, in a text or, for a list, an object, for each of them. */
const deformed = (value: unknown): readonly unknown[] => {
  if (!isObject(value) && !Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    [[inner], Array.isArray(inner) ? { 0: inner } : [[inner]], JSON.stringify(inner), ...deformed(inner)].map(
      (each) => (Array.isArray(value) ? value.with(Number(key), each) : { ...value, [key]: each }),
    ),
  );
};

describe("what is kept of an event", () => {
  let readers: Readers;
  before(async () => {
    const { schemas, settings } = await shippedSite();
    const { trust } = settings;
    readers = { readEvent: eventReader(schemas), readSender: senderReader(trust, { [KEY_AT]: KEY }), trust };
  });

  /** The reasons for which a message's events were put into quarantine, and all texts that were kept of them. */
  const take = async (
    body: unknown,
    attributes = {},
  ): Promise<{ reasons: readonly string[]; texts: readonly string[]; all: string }> => {
    const { accepted, quarantined, crash } = await takeIn(await message(body, { attributes }), 0, readers);
    assert.equal(crash, undefined);
    const all = JSON.stringify([accepted, quarantined]);
    return { reasons: quarantined.map((one) => one.reason), texts: quarantined.map((one) => one.text), all };
  };

  it("is nothing where it is too large to be read, but an id of its own and how long it was", async () => {
    const pad = "x".repeat(EVENT_LIMIT);
    const content = { cells: [cell, {}], pad };
    const save = { ...pioneer, notebookState: { notebookPath: "hw1.ipynb", notebookContent: content } };
    const many = `${JSON.stringify(pioneer)}\n`.repeat(EVENTS_LIMIT + 1);
    const huge = JSON.stringify({ ...pioneer, pad: pad.repeat(70) });
    const gzip = { "content-encoding": "gzip" };
    for (const [body, attributes] of [
      [save],
      [JSON.stringify(save, null, 2)],
      [gzipSync(many).toString("base64"), gzip],
      [gzipSync(huge).toString("base64"), gzip],
    ] as const) {
      const { reasons, texts, all } = await take(body, attributes);
      assert.deepEqual([reasons, texts], [["size.exceeded"], [""]]);
      assert.ok(!all.includes(MARK));
      assert.match(all, /it came as \d+ characters, which are not kept\./);
    }
    const two = [save, { ...save, notebookState: { ...save.notebookState, notebookPath: "hw2.ipynb" } }];
    const { quarantined } = await takeIn(await message(two), 0, readers);
    assert.equal(new Set(quarantined.map(({ id }) => id)).size, 2);
  });

  it("is nothing that jupyterlab-pioneer must not tell, wherever a value of another kind stands in its event", async () => {
    for (const event of [pioneer, remote]) {
      const all = deformed(event);
      assert.ok(all.length > 50);
      for (const each of all) {
        const { all: kept } = await take(each);
        assert.ok(!kept.includes(MARK), `${JSON.stringify(each)}\n${kept}`);
      }
    }
  });

  it("is nothing of the server's variables in jupyterlab-pioneer's remote form, wherever they stand", async () => {
    for (const event of [
      { data: { ...pioneer, env: MARK, params: MARK } },
      { data: { ...pioneer, env: MARK, params: MARK }, env: null, params: { a: 1 } },
      { ...pioneer, env: MARK, params: MARK },
    ]) {
      const { reasons, all } = await take(event);
      assert.deepEqual(reasons, []);
      assert.ok(!all.includes(MARK), all);
    }
  });

  it("is little of what looks like jupyterlab-pioneer's, and is known by no schema", async () => {
    const stray: readonly JsonObject[] = [
      { data: MARK },
      { data: remote.data, env: remote.env },
      { schema: "s", timestamp: time },
      { schema: "s", revision: 1, event: pioneer, dt: time },
      { schema: "s", version: 1, publishTime: time, body: pioneer },
      { __schema__: "s", __timestamp__: time, data: [MARK] },
      { schema_id: "s" },
      { __schema__: CONTENTS, __schema_version__: "99", __timestamp__: time },
    ];
    const events = [
      ...stray.map((each) => ({ ...pioneer, ...each })),
      { schema_id: "s", version: "1", ...remote },
    ];
    for (const event of events) {
      const { reasons, all } = await take(event);
      assert.deepEqual(reasons, ["schema.unknown"]);
      assert.ok(!all.includes(MARK), all);
    }
  });

  it("is nothing of who called Segment, whoever it was, and no machine's address", async () => {
    const who = { userId: MARK, anonymousId: MARK, context: { traits: { email: MARK }, ip: MARK, os: MARK } };
    for (const [reason, event] of [
      ["schema.unknown", { type: "identify", ...who, traits: { email: MARK } }],
      ["schema.unknown", { type: "alias", ...who, previousId: MARK }],
      ["schema.unknown", { type: "track", event: "plot", timestamp: time, ...who }],
      [
        undefined,
        { type: "track", event: "plot", timestamp: time, ...who, properties: { nannyml_version: "1" } },
      ],
      [undefined, { event: "plot", nannyml_version: "1", ...who }],
    ] as const) {
      const { reasons, all } = await take(event);
      assert.equal(reasons[0], reason);
      assert.ok(!all.includes(MARK), all);
    }
  });

  it("is nothing of who sent Wikimedia's capsule, whatever its schema", async () => {
    const who = { ip: MARK, client_ip: MARK, clientIp: MARK, userAgent: MARK, http: { client_ip: MARK } };
    const command = { command_id: "docmanager:open" };
    for (const schema of ["s", "lab.jupyter.org/command-invocations"]) {
      const { all } = await take({ schema, revision: 1, event: command, dt: time, ...who });
      assert.ok(!all.includes(MARK), all);
      assert.ok(all.includes("docmanager:open"));
    }
  });

  it("is nothing of a command's arguments, whatever their names: the envelope alone", async () => {
    const NAME = "org.jupyterlab.commands.docmanager:open";
    const args = { taskName: MARK, "*": { a: MARK }, path: MARK, data: MARK };
    const flat = { __schema__: NAME, __schema_version__: "1", __timestamp__: time };
    const forms: readonly (readonly [JsonObject, JsonObject])[] = [
      [flat, args],
      [{ schema: NAME, version: 1, timestamp: time }, args],
      [{ schema_id: NAME }, args],
      [{ schema_id: NAME, version: "1", timestamp: time }, { data: args }],
      [{ schema: NAME, version: 1 }, { event: args }],
      [{ schema: NAME, version: 1, publishTime: time }, { body: args }],
    ];
    for (const [envelope, given] of forms) {
      const { accepted } = await takeIn(await message({ ...envelope, ...given }), 0, readers);
      const [{ line } = { line: undefined }] = accepted;
      assert.deepEqual(JSON.parse(line?.text ?? "").event, envelope);
    }
  });

  it("is nothing of a session's arguments, where its commands are lists or have no date", async () => {
    const command = { id: "docmanager:open", args: { text: MARK }, date: "then" };
    for (const commands of [
      [[command]],
      [command, JSON.stringify(command)],
      [{ ...command, args: [MARK] }],
    ]) {
      const { all } = await take({ id: "7f3b", commands });
      assert.ok(!all.includes(MARK), all);
    }
  });

  it("is the text as it came where it is no JSON, or nobody knows its form", async () => {
    for (const text of ['{"hello":', '{"hello":"world"}', '"text"', "oops"])
      assert.deepEqual((await take(text)).texts, [text]);
  });

  it("is nothing of an event that was cut off and looks like jupyterlab-pioneer's", async () => {
    for (const whole of [pioneer, remote].map((each) => JSON.stringify(each)))
      for (const least of [whole.indexOf(MARK) + MARK.length, whole.length - 1])
        assert.deepEqual((await take(whole.slice(0, least))).texts, [""]);
  });
});
