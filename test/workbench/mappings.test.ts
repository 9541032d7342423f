import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { type Sandbox, startSandbox } from "../../local/sandbox/server.ts";
import { probeMessage } from "../../src/probe/event.ts";
import type { MappingRow, Mappings } from "../../workbench/api/mappings.ts";
import type { Desk } from "../../workbench/desk.ts";
import { mappingsOf } from "../../workbench/views/mappings.ts";
import { exampleMessages } from "../retell/support.ts";
import { contents, envelope, message } from "../support/events.ts";
import { ARRIVED, PSEUDONYM_KEY } from "../support/tokens.ts";
import { type Archived, archive, deskOver, type OwnSite, ownSite } from "./support.ts";

const CONTENTS = "jupyter-server/contents";
const UNKNOWN = "https://example.edu/events/unknown";

let sandbox: Sandbox;
let shipped: OwnSite;
let filled: Archived;
let desk: Desk;
before(async () => {
  sandbox = await startSandbox();
  shipped = await ownSite();
  filled = await archive(shipped);
  await filled.translate([
    ...(await exampleMessages(shipped.site)),
    await message(contents({ path: undefined })),
    await message({ ...contents({ path: "b.ipynb" }), __schema_version__: "99" }),
    ...(await Promise.all([1, 2, 3].map((at) => message(envelope(UNKNOWN, { at }))))),
    await message(probe.body, { token: undefined, attributes: probe.attributes }),
  ]);
  await filled.deliver("campus-lrs", sandbox);
  desk = await deskOver(filled, shipped);
});
after(() => sandbox.stop());

const probe = probeMessage(PSEUDONYM_KEY, ARRIVED);

const rowOf = ({ rows }: Mappings, name: string): MappingRow => {
  const found = rows.find((row) => row.name === name);
  assert.ok(found !== undefined);
  return found;
};

/** How many archived events there are of each source. */
const archivedBySource = async (): Promise<ReadonlyMap<string, number>> => {
  const counts = new Map<string, number>();
  for (const { source } of await filled.bucket.records("raw"))
    counts.set(String(source), (counts.get(String(source)) ?? 0) + 1);
  return counts;
};

describe("the mappings", () => {
  it("are all that the site has, by their titles and schemas, but for that of test events", () => {
    const { rows } = mappingsOf(desk);
    assert.deepEqual(
      rows.map(({ name }) => name),
      shipped.files.sources.map(({ name }) => name).filter((name) => name !== "translator/probe"),
    );
    const { title, ids } = rowOf(mappingsOf(desk), CONTENTS);
    assert.equal(title, shipped.files.sources.find(({ name }) => name === CONTENTS)?.written.title);
    assert.deepEqual(ids, shipped.files.sources.find(({ name }) => name === CONTENTS)?.ids);
  });

  it("have their share of all events: those that were accepted, and those of unknown schemas", async () => {
    const mappings = mappingsOf(desk);
    const counts = await archivedBySource();
    for (const { name, events, told } of mappings.rows) {
      assert.equal(events, counts.get(name) ?? 0, name);
      assert.ok(told <= events);
    }
    assert.ok(rowOf(mappings, CONTENTS).told > 0);
    const known = mappings.rows.reduce((sum, { events }) => sum + events, 0);
    const unknown = mappings.unknown.reduce((sum, { events }) => sum + events, 0);
    assert.equal(mappings.events, known + unknown);
  });

  it("say how many events do not fit their schemas, or come in a version that there is not", async () => {
    const records = await filled.bucket.records("quarantine");
    const unfit = records.filter(
      ({ reason, text }) => /^schema\./.test(String(reason)) && String(text).includes("contents_service"),
    );
    assert.deepEqual(
      new Set(unfit.map(({ reason }) => reason)),
      new Set(["schema.invalid", "schema.unknown"]),
    );
    assert.equal(rowOf(mappingsOf(desk), CONTENTS).invalid, unfit.length);
    assert.equal(rowOf(mappingsOf(desk), "nannyml/usage").invalid, 0);
  });

  it("leave over what no mapping takes: the schemas that events name, the most frequent first", () => {
    const { unknown } = mappingsOf(desk);
    assert.deepEqual(unknown[0], { schema: UNKNOWN, events: 3 });
    assert.deepEqual(
      unknown.map(({ events }) => events),
      unknown.map(({ events }) => events).toSorted((one, other) => other - one),
    );
  });

  it("no longer leave over what one was made for since, and do not call it invalid", async () => {
    const schema = `$id: ${UNKNOWN}
version: "1"
type: object
properties: { at: { type: integer } }
`;
    const mapping = `event: ${UNKNOWN}
title: Something new
translations:
  - name: seen
    xapi: { verb: interacted, object: { id: "\${ hub.id }" } }
`;
    const since = await ownSite({
      "mappings/new/schema.v1.yml": schema,
      "mappings/new/mapping.yml": mapping,
    });
    const mappings = mappingsOf(await deskOver(filled, since));
    assert.equal(
      mappings.unknown.find((each) => each.schema === UNKNOWN),
      undefined,
    );
    const { translations, ...row } = rowOf(mappings, "new");
    assert.deepEqual(row, {
      name: "new",
      title: "Something new",
      ids: [UNKNOWN],
      events: 0,
      told: 0,
      invalid: 0,
    });
    assert.deepEqual(translations, [{ name: "new:seen", optional: false, delivered: 0, takenBy: [] }]);
  });

  it("do not call invalid what they accept by now", async () => {
    const paths = ["schema.v1.yml", "mapping.yml", "examples.yml"].map(
      (file) => `mappings/${CONTENTS}/${file}`,
    );
    const [schema = ""] = paths.map((path) => readFileSync(join(project, path), "utf8"));
    const strict = await ownSite({
      [paths[0] ?? ""]: schema.replace(/^required: .*$/m, "required: [action, path, nobody]"),
    });
    const own = await archive(strict);
    await own.translate([await message(contents())]);
    assert.equal(rowOf(mappingsOf(await deskOver(own, strict)), CONTENTS).invalid, 1);
    assert.equal(rowOf(mappingsOf(await deskOver(own, shipped)), CONTENTS).invalid, 0);
  });

  it("leave over the events of folders that are no longer among the files", async () => {
    const sources = shipped.files.sources.filter(({ name }) => name !== CONTENTS);
    const files = { ...shipped.files, sources };
    const { gone, events, rows, unknown } = mappingsOf(await deskOver(filled, { ...shipped, files }));
    const count = (await archivedBySource()).get(CONTENTS);
    assert.deepEqual(gone, [{ name: CONTENTS, events: count }]);
    const all = [...rows, ...unknown, ...gone].reduce((sum, each) => sum + each.events, 0);
    assert.equal(events, all);
    assert.deepEqual(mappingsOf(desk).gone, []);
  });

  it("count what was delivered by each translation", async () => {
    const receipts = await filled.bucket.records("receipts", "campus-lrs");
    assert.ok(receipts.length > 100);
    const counts = Map.groupBy(receipts, ({ translation }) => String(translation));
    const delivered = mappingsOf(desk).rows.flatMap(({ translations }) => translations);
    for (const { name, delivered: count } of delivered)
      assert.equal(count, counts.get(name)?.length ?? 0, name);
  });

  it("say which endpoints take a translation: by name, by its being optional, and by what they speak", () => {
    const all = mappingsOf(desk).rows.flatMap(({ translations }) => translations);
    const takersOf = (name: string): readonly string[] | undefined =>
      all.find((each) => each.name === name)?.takenBy;
    for (const { name } of shipped.site.endpoints)
      for (const { translation } of filled.statements(name)) assert.ok(takersOf(translation)?.includes(name));
    assert.deepEqual(takersOf(`${CONTENTS}:saved`), ["campus-caliper", "campus-lrs"]);
    assert.deepEqual(takersOf(`${CONTENTS}:opened`), []);
    assert.deepEqual(takersOf("jupyter-collaboration/awareness:left"), ["campus-lrs"]);
    assert.deepEqual(takersOf("gigantum/activity:worked"), []);
  });
});
