import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { FailedRecord } from "../../src/archive/records.ts";
import type { Unsent } from "../../src/retell/retold.ts";
import type { Site } from "../../src/site.ts";
import { contents, envelope, message } from "../support/events.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { copies, FAILED_AT, shippedSite, siteThatFails } from "../support/site.ts";
import { type Translating, translating } from "../support/translating.ts";
import { byId, contentsSite, failuresIn, only, refused, retold, sentOf, unsentOf } from "./support.ts";

const LRS = "campus-lrs";
const RUN = "https://events.jupyter.org/jupyter_server_nbmodel/cell_execution/v1";

const run = (kind: "start" | "end", second: number): unknown => ({
  ...envelope(RUN, { event_type: `execution_${kind}`, cell_id: "c1", document_id: "json:notebook:1" }),
  __timestamp__: `2026-11-22T01:00:0${second}.000Z`,
  timestamp: `2026-11-22T01:00:0${second}.000Z`,
  ...(kind === "end" && { success: true }),
});

const reasons = (all: readonly Unsent[]): readonly string[] => all.map(({ reason }) => reason);

describe("telling an endpoint again, by the mappings as they are now,", () => {
  let site: Site;
  before(async () => {
    site = await shippedSite();
  });

  const translate = async (bodies: readonly unknown[], by = site, arrived?: number): Promise<Translating> => {
    const way = await translating({ site: by });
    const options = arrived === undefined ? {} : { arrived };
    await way.translate(await Promise.all(bodies.map((body) => message(body, options))));
    return way;
  };

  it("sends what was refused under the same id, in the same bytes where nothing has changed", async () => {
    const way = await translate([contents(), contents({ path: "b.ipynb" }), run("end", 3)]);
    const statements = way.statements(LRS);
    assert.equal(statements.length, 3);
    const all = await retold(
      statements.map((each) => refused(each, LRS)),
      site,
      LRS,
      way.bucket,
    );
    const sent = sentOf(all);
    assert.equal(sent.length, 3);
    assert.deepEqual(byId(sent.flatMap((each) => each.statements)), byId(statements));
    for (const { ledger, replaces, setAside, becomes } of sent)
      assert.deepEqual([ledger, replaces, setAside, becomes], [[], [], [], "again"]);
  });

  it("sends what a mended mapping makes under the same id", async () => {
    const way = await translate([contents()]);
    const mended = await contentsSite((text) => text.replace("verb: save", "verb: update"));
    const failure = refused(only(way.statements(LRS)), LRS);
    const { statements } = only(sentOf(await retold([failure], mended, LRS, way.bucket)));
    const { id, text, mapping } = only(statements);
    assert.equal(id, failure.id);
    assert.equal(JSON.parse(text).verb.id, "http://activitystrea.ms/schema/1.0/update");
    assert.equal(mapping, mended.hashes["jupyter-server/contents"]);
    assert.notEqual(mapping, failure.mappingHash);
  });

  it("sends what no mapping could make then, as if it had been able to, and says so for the ledger", async () => {
    const fails = await siteThatFails(copies);
    const copy = contents({ action: "copy", source_path: "a.ipynb", path: "b.ipynb" });
    const way = await translate([copy, contents()], fails);
    const failure = only(await failuresIn(way.bucket, LRS));
    assert.equal(failure.class, "mapping");
    const right = (await translate([copy], site)).statements(LRS);
    const { statements, ledger, becomes } = only(sentOf(await retold([failure], site, LRS, way.bucket)));
    assert.deepEqual(statements, right);
    assert.equal(becomes, "again");
    const { partition, text } = only(ledger);
    assert.deepEqual(JSON.parse(text), {
      event: failure.event,
      to: { [LRS]: right.map((each) => each.id) },
      learner: only(right).learner,
    });
    assert.equal(partition, "dt=2026-12-01");
  });

  it("tells an event with the others of its batch, as its mapping looks back on them", async () => {
    const way = await translate([run("start", 1), run("end", 3)]);
    const statement = only(way.statements(LRS));
    const { statements } = only(sentOf(await retold([refused(statement, LRS)], site, LRS, way.bucket)));
    assert.deepEqual(statements, [statement]);
    assert.equal(JSON.parse(statement.text).result.duration, "PT2S");
  });

  it("finds what an event was told alone that it was not beside one that it repeats", async () => {
    const folding = await contentsSite((text) =>
      text.replace("- name: saved", "- name: saved\n    within: 5s"),
    );
    // In some of these, the batch where it repeats another is read first.
    for (const path of ["a", "b", "c", "d", "e", "f", "g", "h"]) {
      const saved = (second: number): unknown =>
        contents({ path: `${path}.ipynb`, __timestamp__: `2026-11-22T01:00:0${second}.000Z` });
      const way = await translating({ site: folding });
      const [first, second] = [await message(saved(0)), await message(saved(2))];
      await way.translate([first, second]);
      await way.translate([second]);
      const told = way.statements(LRS);
      assert.equal(new Set(told.map(({ id }) => id)).size, 2);
      const failures = told.map((each) => refused(each, LRS));
      const sent = sentOf(await retold(failures, folding, LRS, way.bucket));
      assert.deepEqual(byId(sent.flatMap(({ statements }) => statements)), byId(told));
    }
  });

  it("leaves out what the endpoint has already, of an event that failed in another batch", async () => {
    const way = await translate([contents()]);
    const { id, event, mapping } = only(way.statements(LRS));
    const failure = { ...refused(only(way.statements(LRS)), LRS), id: event, class: "mapping" as const };
    const delivered = new Map([[id, mapping]]);
    const all = await retold([failure], site, LRS, way.bucket, { delivered });
    assert.deepEqual(reasons(unsentOf(all)), ["delivered.already"]);
  });

  it("says why nothing is sent, where it cannot be", async () => {
    const way = await translate([contents()]);
    const statement = only(way.statements(LRS));
    const failure = refused(statement, LRS);
    const tell = async (
      by: Site,
      changes: Partial<FailedRecord> = {},
      bucket = way.bucket,
    ): Promise<Unsent> => only(unsentOf(await retold([{ ...failure, ...changes }], by, LRS, bucket)));

    assert.equal((await tell(site, {}, memoryBucket())).reason, "event.gone");
    assert.equal((await tell({ ...site, schemas: [] })).reason, "event.unknown");
    const { reason, detail } = await tell(await siteThatFails(() => true));
    assert.equal(reason, "mapping.failed");
    assert.ok(detail.startsWith(FAILED_AT), detail);
    const route = site.routes[LRS];
    assert.ok(route !== undefined);
    const routed = (changes: Partial<typeof route>): Site => ({
      ...site,
      routes: { [LRS]: { ...route, ...changes } },
    });
    assert.equal((await tell(routed({ translate: {} }))).reason, "not.selected");
    assert.equal((await tell(routed({ where: () => false }))).reason, "not.selected");
    const silent = await contentsSite((text) =>
      text.replace('event.action == "save"', 'event.action == "x"'),
    );
    assert.equal((await tell(silent)).reason, "no.statement");
    const renamed = await contentsSite((text) => text.replace("name: saved", "name: kept"));
    assert.equal((await tell(renamed)).reason, "no.statement");
    const batch = { events: 5, bytes: 300, wait: 0 };
    const small = { ...site, endpoints: site.endpoints.map((each) => ({ ...each, batch })) };
    assert.equal((await tell(small)).reason, "size.exceeded");
    assert.equal((await tell(small, { id: failure.event, class: "size" })).reason, "size.exceeded");
    for (const each of [reason, detail]) assert.ok(!each.includes("hw1"));
  });

  it("tells every part of an event of which one is too large, and what to set aside of it", async () => {
    const way = await translate([contents()]);
    const statement = only(way.statements(LRS));
    const two: Site = {
      ...site,
      routes: {
        [LRS]: {
          translate: {
            "jupyter-server/contents": (_, scope) =>
              ["a", "b"].map((translation, at) => ({
                translation,
                id: scope.id(translation, 0),
                text: JSON.stringify({ id: scope.id(translation, 0), text: "x".repeat(at * 600_000) }),
              })),
          },
        },
      },
    };
    const failure = {
      ...refused(statement, LRS),
      id: statement.event,
      class: "mapping" as const,
    };
    const { statements, setAside, ledger } = only(sentOf(await retold([failure], two, LRS, way.bucket)));
    assert.deepEqual(
      [statements.map(({ translation }) => translation), setAside.map(({ translation }) => translation)],
      [["a"], ["b"]],
    );
    const made = [...statements, ...setAside].map(({ id }) => id);
    assert.deepEqual(JSON.parse(only(ledger).text).to, { [LRS]: made });
  });

  it("tells what a batch comes to by now part by part, where there is no room for it at once", async () => {
    const way = await translate(Array.from({ length: 40 }, (_, at) => contents({ path: `${at}.ipynb` })));
    const failures = way.statements(LRS).map((each) => refused(each, LRS));
    assert.equal(failures.length, 40);
    const grown: Site = {
      ...site,
      endpoints: site.endpoints.map((each) => ({ ...each, batch: { events: 1, bytes: 2e6, wait: 0 } })),
      routes: {
        [LRS]: {
          translate: {
            "jupyter-server/contents": (_, scope) => {
              const id = scope.id("jupyter-server/contents:saved", 0);
              return [
                { translation: "jupyter-server/contents:saved", id, text: `{"x":"${"x".repeat(1e6)}"}` },
              ];
            },
          },
        },
      },
    };
    const sent = sentOf(await retold(failures, grown, LRS, way.bucket));
    assert.deepEqual(sent.map(({ failure }) => failure.id).sort(), failures.map(({ id }) => id).sort());
  });
});
