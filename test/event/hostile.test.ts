import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { type EventSchema, eventReader } from "../../src/event/catalog.ts";
import { readEnvelope } from "../../src/event/dialect/dialect.ts";
import { type Intake, type Readers, takeIn } from "../../src/intake.ts";
import { senderReader } from "../../src/learner/sender.ts";
import { message } from "../support/events.ts";
import { runs } from "../support/runs.ts";
import { shippedSite } from "../support/site.ts";
import { KEY, KEY_AT, learnerToken, serviceToken } from "../support/tokens.ts";
import { variants } from "./variants.ts";

const schemaIds = (schemas: readonly EventSchema[]): readonly string[] => [
  ...schemas.flatMap(({ ids }) => ids),
  "org.jupyterlab.commands.docmanager:open",
  "s",
];

/** The names that envelopes are made of, the names that a careless reader trips over, and some of the data's. */
const KEYS = [
  ...new Set(variants.flatMap(({ event }) => Object.keys(event))),
  "taskName",
  "originalTimestamp",
  "sentAt",
  "__proto__",
  "constructor",
  "toString",
  "valueOf",
  "toJSON",
  "length",
  "*",
  "path",
  "username",
];

const INNER = [
  "eventDetail",
  "eventName",
  "eventTime",
  "eventInfo",
  "cells",
  "nannyml_version",
  "toString",
  "date",
];

const hostile = (ids: readonly string[]): fc.Arbitrary<unknown> => {
  const odd = fc.constantFrom<unknown>(
    null,
    true,
    "",
    "1",
    "2",
    "track",
    "NotebookSaveEvent",
    "CellExecuteEvent",
    "\ud800",
    "\0",
    "2026-11-22T01:07:25.279550+00:00Z",
    "9999-12-31T23:59:59-01:00",
    ...[0, -0, 0.5, 1, -1e20, 1e308, 8.64e15, 8.640000000000001e15, 1e11, 1749800011000],
    [],
    {},
    [[]],
    { toString: 1, valueOf: null },
    { __schema__: "s" },
  );
  const scalar = fc.oneof(odd, fc.constantFrom(...ids), fc.jsonValue({ maxDepth: 2 }));
  const inner = fc.dictionary(fc.constantFrom(...KEYS, ...INNER), scalar, { maxKeys: 8 });
  const value = fc.oneof(
    scalar,
    inner,
    fc.array(inner, { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...INNER), fc.oneof(scalar, inner)),
  );
  return fc.dictionary(fc.constantFrom(...KEYS), value, { maxKeys: 14 });
};

describe("whatever is in a message", () => {
  let readers: Readers;
  let tokens: readonly (string | undefined)[];
  let ids: readonly string[];
  before(async () => {
    const { schemas, settings } = await shippedSite();
    const { trust } = settings;
    ids = schemaIds(schemas);
    readers = { readEvent: eventReader(schemas), readSender: senderReader(trust, { [KEY_AT]: KEY }), trust };
    tokens = [await learnerToken("ada"), await serviceToken(), undefined, "garbage"];
  });

  const take = async (body: string, encoding?: string): Promise<readonly Intake[]> => {
    const attributes = encoding === undefined ? {} : { "content-encoding": encoding };
    return Promise.all(
      tokens.map(async (token) => takeIn(await message(body, { token, attributes }), 0, readers)),
    );
  };

  /** No crash, and each event is in one place: kept as JSON, or with its reason. */
  const settles = async (body: string, encoding?: string): Promise<void> => {
    for (const { accepted, quarantined, crash } of await take(body, encoding)) {
      assert.equal(crash, undefined);
      assert.ok(accepted.length + quarantined.length > 0);
      for (const { line, time } of accepted) {
        assert.doesNotThrow(() => JSON.parse(line.text));
        assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      }
      for (const { reason, detail } of quarantined) assert.ok(reason !== undefined && detail.endsWith("."));
    }
  };

  it("is read without a crash where it is any JSON", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), (value) => settles(JSON.stringify(value))),
      { numRuns: runs(60) },
    );
  });

  it("is read without a crash where it is made of envelopes' own keys, with values that do not belong there", async () => {
    await fc.assert(
      fc.asyncProperty(hostile(ids), async (event) => {
        readEnvelope(event);
        await settles(JSON.stringify(event));
      }),
      { numRuns: runs(400) },
    );
  });

  it("is read without a crash where one property of an event in a known form is replaced", async () => {
    const one = fc.constantFrom(...variants).chain(({ event }) =>
      fc
        .tuple(fc.constantFrom(...Object.keys(event)), hostile(ids), fc.boolean())
        .map(([key, value, whole]) => ({
          ...event,
          [key]: whole ? value : Object.values(Object(value))[0],
        })),
    );
    await fc.assert(
      fc.asyncProperty(one, (event) => settles(JSON.stringify(event))),
      { numRuns: runs(250) },
    );
  });

  it("is read without a crash where a version or a time has a toString of its own, or is deeper than the stack", async () => {
    const deep = `${"[".repeat(12_000)}${"]".repeat(12_000)}`;
    const forms = new Map(variants.map((each) => [each.dialect, each]));
    for (const { event, version, time } of forms.values())
      for (const key of [version, time?.[0], "properties", "env", "eventDetail", "commands", "event"])
        for (const value of [`{"toString":1,"valueOf":null}`, `{"toString":"x"}`, deep, "1e308", "-1e20"]) {
          if (key === undefined) continue;
          const { [key]: _, ...others } = event;
          await settles(JSON.stringify(others).replace("{", `{"${key}":${value},`));
        }
  });

  it("is read without a crash where it is nested two hundred thousand levels deep", async () => {
    for (const [open, close] of [
      ["[", "]"],
      [`{"a":`, "}"],
    ] as const) {
      await settles(open.repeat(200_000));
      await settles(`${open.repeat(200_000)}1${close.repeat(200_000)}`);
      await settles(`{"__schema__":"s","a":${open.repeat(40_000)}1${close.repeat(40_000)}}`);
    }
  });

  it("is read without a crash where its texts hold lone surrogates", async () => {
    for (const { event } of variants)
      await settles(JSON.stringify(event).replace(/:"([^"]*)"/g, String.raw`:"$1\ud800"`));
  });

  it("is read without a crash where it says that it is packed", async () => {
    const packed = gzipSync(JSON.stringify(variants.map(({ event }) => event)));
    await settles(packed.toString("base64"), "gzip");
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.base64String(),
          fc.tuple(fc.nat(packed.length - 1), fc.nat(255)).map(([at, byte]) => {
            const broken = Buffer.from(packed);
            broken[at] = byte;
            return broken.toString("base64");
          }),
          fc.nat(packed.length).map((end) => packed.subarray(0, end).toString("base64")),
          fc.uint8Array().map((bytes) => gzipSync(bytes).toString("base64")),
        ),
        (body) => settles(body, "gzip"),
      ),
      { numRuns: runs(125) },
    );
  });
});
