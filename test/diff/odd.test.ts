import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readRaw } from "../../src/archive/raw.ts";
import { beginDiff, type Version } from "../../src/diff/diff.ts";
import type { JsonObject } from "../../src/event/json.ts";
import { MappingError } from "../../src/mapping/runtime.ts";
import type { Scope } from "../../src/site.ts";
import { contents, message } from "../support/events.ts";
import type { MemoryBucket } from "../support/memory-bucket.ts";
import { learnerToken } from "../support/tokens.ts";
import { EDITS } from "./edits.ts";
import { archiveOf, compared, DAYS, only, versionWith } from "./support.ts";

const CONTENTS = "mappings/jupyter-server/contents/mapping.yml";

const LAKE = `title: The lake
protocol: json
url: https://lake.example.edu
auth: { scheme: none }
personalData: allow
select: { translations: ["*"] }
`;

describe("A comparison of odd batches", () => {
  it("names no field that an event names itself, however many there are", async () => {
    const files = {
      "endpoints/lake.yml": () => LAKE,
      "mappings/odd/schema.v1.yml": () => `$id: https://example.edu/odd
version: "1"
title: Odd
type: object
properties: { details: { type: object }, other: { type: object } }
`,
      "mappings/odd/mapping.yml": () => mapping("event.details"),
    };
    const mapping = (whole: string): string => `event: https://example.edu/odd
title: Odd
translations:
  - name: odd
    json: { event: odd, inside: { details: "\${ ${whole} }", list: ["\${ ${whole} }"] } }
`;
    const before = await versionWith(files);
    const after = await versionWith({
      ...files,
      "mappings/odd/mapping.yml": () => mapping("event.other"),
    });
    const event = {
      __timestamp__: "2026-11-22T01:07:49.726071Z",
      __schema__: "https://example.edu/odd",
      __schema_version__: "1",
      details: { "ada's": 1, deep: { er: 1 } },
      other: { "ada's": 2, deep: { er: 2 } },
    };
    const bucket = await archiveOf(after, [[await message(event)]]);
    const { tallied } = await compared(bucket, before, after);
    const [lake] = tallied.endpoints.filter(({ endpoint }) => endpoint === "lake");
    assert.deepEqual(lake?.translations[0]?.fields, { "inside.details": 1, "inside.list[*]": 1 });
  });

  it("tells apart what came twice in a batch", async () => {
    const shipped = await versionWith();
    const edited = await versionWith(EDITS["repeats that are told no more"]?.edits);
    const token = await learnerToken("ada");
    const bucket = await archiveOf(shipped, [[await message(contents(), { token })]]);
    const lines = await linesOf(bucket);
    const kinds = (after: Version): readonly string[] => {
      const found: string[] = [];
      const diff = beginDiff(shipped, after, { onFinding: ({ kind }) => found.push(kind) });
      diff.take(diff.read([...lines, ...lines]));
      return found;
    };
    assert.deepEqual(kinds(shipped), ["same", "same", "same", "same"]);
    assert.deepEqual(kinds(edited), ["same", "same", "gone", "gone"]);
  });

  it("says of what is gone that no translation says it, also where all else that is said repeats", async () => {
    const versions = ['event.action == "save"', 'event.action == "get"'].map((when) =>
      versionWith({
        "endpoints/lake.yml": () => LAKE,
        [CONTENTS]: (text) => `${text.replace("- name: saved\n", "- name: saved\n    within: 1h\n")}
  - name: seen
    when: ${when}
    json: { event: seen }
`,
      }),
    );
    const [before, after] = await Promise.all(versions);
    if (before === undefined || after === undefined) return assert.fail();
    const saves = await Promise.all(
      ["a", "b"].map(async (each) => message(contents({ more: each }), { token: await learnerToken("ada") })),
    );
    const { findings } = await compared(await archiveOf(before, [saves]), before, after, {
      endpoint: "lake",
    });
    assert.deepEqual(
      only(findings, "gone").map(({ translation, why }) => [translation, why]),
      [1, 2].map(() => ["jupyter-server/contents:seen", "mapping"]),
    );
  });

  it("says nothing of statements that are the same but for the order of their names", async () => {
    const lake = (inside: string) =>
      versionWith({
        "endpoints/lake.yml": () => LAKE,
        [CONTENTS]: (text) => text.replace("json: { event: file.saved,", `json: { ${inside},`),
      });
    const [before, after] = [
      await lake("event: a, more: { b: 1, c: 2 }"),
      await lake("more: { c: 2, b: 1 }, event: a"),
    ];
    const bucket = await archiveOf(before, [[await message(contents())]]);
    const { tallied, findings } = await compared(bucket, before, after, { endpoint: "lake" });
    assert.deepEqual([tallied.differs, only(findings, "same").length], [false, 1]);
  });

  it("says of each event at which a mapping fails why, and of nothing else", async () => {
    const shipped = await versionWith();
    const failing = (event: JsonObject): never => {
      throw new MappingError(`mappings/x.yml:${String(event.path).length}:1`);
    };
    const routes = Object.entries(shipped.site.routes).map(([endpoint, { translate }]) => [
      endpoint,
      {
        translate: {
          ...translate,
          "jupyter-server/contents": (event: JsonObject, scope: Scope) =>
            event.action === "delete"
              ? failing(event)
              : (translate["jupyter-server/contents"]?.(event, scope) ?? []),
        },
      },
    ]);
    const after: Version = { ...shipped, site: { ...shipped.site, routes: Object.fromEntries(routes) } };
    const acts = ["delete", "save", "delete", "save", "delete"];
    const events = await Promise.all(
      acts.map(async (action, at) =>
        message(contents({ action, path: "x".repeat(at + 1) }), { token: await learnerToken("ada") }),
      ),
    );
    const { findings } = await compared(await archiveOf(shipped, [events]), shipped, after);
    assert.deepEqual(
      only(findings, "failing").map(({ detail }) => /x\.yml:(\d)/.exec(detail)?.[1]),
      ["1", "1", "3", "3", "5", "5"],
    );
    assert.equal(only(findings, "same").length, 4);
  });

  it("compares all of a batch that comes to more than there is room for at once", async () => {
    const files = { "endpoints/lake.yml": () => LAKE };
    const mapping = (text: string): string =>
      text.replaceAll("json: { event: file.saved,", 'json: { event: file.saved, path: "${ event.path }",');
    const [before, after] = [
      await versionWith({ ...files, [CONTENTS]: mapping }),
      await versionWith({
        ...files,
        [CONTENTS]: (text) => mapping(text).replace("event: file.saved", "event: saved"),
      }),
    ];
    const bucket = await archiveOf(before, [
      [await message(contents(), { token: await learnerToken("ada") })],
    ]);
    const [line = ""] = await linesOf(bucket);
    const large = Array.from({ length: 250 }, (_, at) =>
      line
        .replace("hw1/hw1.ipynb", `${at}${"x".repeat(200_000)}`)
        .replace(/"id":".{8}/, `"id":"${String(at).padStart(8, "0")}`),
    );
    const diff = beginDiff(before, after, { endpoint: "lake" });
    diff.take(diff.read(large));
    const { events, endpoints } = diff.result();
    assert.deepEqual(
      [events, endpoints[0]?.changed, endpoints[0]?.translations[0]?.fields],
      [250, 250, { event: 250 }],
    );
  });
});

const linesOf = async (bucket: MemoryBucket): Promise<readonly string[]> => {
  const lines: string[] = [];
  for await (const { batches } of readRaw(bucket, { days: DAYS })) lines.push(...batches.flat());
  return lines;
};
