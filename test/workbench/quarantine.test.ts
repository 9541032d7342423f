import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { prefixOf } from "../../src/archive/layout.ts";
import type { EventMessage } from "../../src/intake.ts";
import { recoverGroup } from "../../workbench/acts/recover.ts";
import { NotFound } from "../../workbench/trouble.ts";
import { quarantinedOf, quarantineOf } from "../../workbench/views/quarantine.ts";
import { by, translatedBy, withoutSchemas } from "../recovery/support.ts";
import { contents, envelope, message } from "../support/events.ts";
import { shippedSite } from "../support/site.ts";
import { type DeskOptions, endOf, testDesk } from "./acts-support.ts";

const CONTENTS = "jupyter-server/contents";
/** What somebody put into an event: nobody may take it for more than text. */
const HOSTILE = "<script>alert(1)</script>\u001b[31m\u202e";

const quarantined = async (
  messages: readonly (EventMessage | Promise<EventMessage>)[],
  options: DeskOptions = {},
) => {
  const site = withoutSchemas(await shippedSite(), CONTENTS);
  const { bucket } = await translatedBy(site, await Promise.all(messages));
  return testDesk({ bucket, ...options });
};

describe("the view of quarantine", () => {
  it("groups events by reason and schema, with how many the files accept, and what to do", async () => {
    const { desk } = await quarantined([
      by("ada"),
      by("grace"),
      message("{ cut off"),
      message(envelope(`https://evil.example.edu/${HOSTILE}`, { path: "x" })),
    ]);
    const { groups } = quarantineOf(desk);
    assert.deepEqual(groups.map(({ reason, count, accepted }) => [reason, count, accepted]).toSorted(), [
      ["json.malformed", 1, 0],
      ["schema.unknown", 1, 0],
      ["schema.unknown", 2, 2],
    ]);
    assert.equal(new Set(groups.map(({ key }) => key)).size, 3);
    for (const { advice, events, count, example } of groups) {
      assert.match(advice, /\.$/);
      assert.equal(events.length, count);
      assert.ok(events.some(({ id }) => id === example));
    }
    assert.equal(
      groups.find(({ schema }) => schema?.includes("evil"))?.schema,
      `https://evil.example.edu/${HOSTILE}`,
    );
  });

  it("names a hundred events of a large group, the latest, and counts all", async () => {
    const { desk } = await testDesk();
    const quarantine = Array.from({ length: 250 }, (_, at) => ({
      id: `id-${at}`,
      arrived: new Date(1.7e12 + at).toISOString(),
      reason: "schema.unknown" as const,
      key: "quarantine/a",
      at,
      size: 1,
    }));
    const seen = { ...desk, index: { ...desk.index, version: 2, quarantine: () => quarantine } };
    const [group] = quarantineOf(seen).groups;
    assert.deepEqual([group?.count, group?.events.length, group?.events[0]?.id], [250, 100, "id-249"]);
  });
});

describe("one event in quarantine", () => {
  it("is shown whole, with what to do and what the files make of it now", async () => {
    const { desk } = await quarantined([by("ada", "hw1.ipynb"), message(`{ cut off ${HOSTILE}`)]);
    const shown = await Promise.all(desk.index.quarantine().map(({ id }) => quarantinedOf(desk, id)));
    const unknown = shown.find(({ reason }) => reason === "schema.unknown");
    const cut = shown.find(({ reason }) => reason === "json.malformed");
    assert.deepEqual(JSON.parse(unknown?.text ?? ""), contents({ path: "hw1.ipynb" }));
    assert.equal(unknown?.now, "The files of this folder accept it.");
    assert.match(unknown?.advice ?? "", /Add one with its schema and a mapping, deploy, and recover it\./);
    assert.equal(cut?.text, `{ cut off ${HOSTILE}`);
    assert.match(cut?.now ?? "", /^The files of this folder do not accept it \(json\.malformed\): /);
    assert.ok(shown.every(({ note }) => note === undefined));
  });

  it("is read out of its own object, and no other", async () => {
    const made = await quarantined([by("ada")]);
    const [event] = made.desk.index.quarantine();
    assert.ok(event !== undefined);
    const read: string[] = [];
    const bucket = {
      ...made.bucket,
      find: (key: string) => {
        read.push(key);
        return made.bucket.find(key);
      },
      list: () => assert.fail("Nothing is listed."),
    };
    const { held } = made.desk;
    const desk = { ...made.desk, held: { ...held, stage: { ...held.stage, bucket } } };
    assert.equal((await quarantinedOf(desk, event.id)).id, event.id);
    assert.deepEqual(read, [event.key]);
  });

  it("says that it was recovered since, also where it lies elsewhere by now", async () => {
    const made = await quarantined([by("ada")]);
    const [event] = made.desk.index.quarantine();
    assert.ok(event !== undefined);
    const [group] = quarantineOf(made.desk).groups;
    assert.equal((await endOf(recoverGroup(made.desk, group?.key ?? ""))).end, "done");
    const shown = await quarantinedOf(made.desk, event.id);
    assert.match(shown.note ?? "", /^Recovered on 20/);
    assert.equal(shown.id, event.id);
  });

  it("is found where its object was moved since the archive was read", async () => {
    const made = await quarantined([by("ada")]);
    const [event] = made.desk.index.quarantine();
    assert.ok(event !== undefined);
    const body = await made.bucket.get(event.key);
    await made.bucket.put(`${prefixOf("quarantine")}dt=2026-12-01/moved.unknown.ndjson.gz`, body);
    await made.bucket.remove(event.key);
    assert.equal((await quarantinedOf(made.desk, event.id)).id, event.id);
  });

  it("is not there where none is called so", async () => {
    const { desk } = await quarantined([by("ada")]);
    await assert.rejects(quarantinedOf(desk, "none"), NotFound);
  });
});
