import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { beginDiff, type Version } from "../../src/diff/diff.ts";
import { copies, FAILED_AT, siteThatFails } from "../support/site.ts";
import { translating } from "../support/translating.ts";
import { EDITS } from "./edits.ts";
import { archiveOf, compared, messages, only, oracle, versionWith } from "./support.ts";

const LRS = "endpoints/campus-lrs.yml";

const LAKE = `title: The lake
protocol: json
url: https://lake.example.edu
auth: { scheme: none }
personalData: allow
select: { translations: ["*"] }
`;

describe("A comparison of two versions", async () => {
  const shipped = await versionWith();
  const batches = await messages();
  const bucket = await archiveOf(shipped, batches);

  it("says of what is told no more, or anew, why not, as the other version's ledger has it", async () => {
    const was = await ledgerOf(shipped, batches);
    for (const name of [
      "a narrower `when`",
      "another `where` of an endpoint",
      "no `where` any more",
      "a smaller selection of an endpoint",
      "repeats that are told no more",
      "a wider `when`",
    ]) {
      const edited = await versionWith(EDITS[name]?.edits);
      const { findings } = await compared(bucket, shipped, edited);
      const silent = [...only(findings, "new"), ...only(findings, "gone")];
      assert.ok(silent.length > 0);
      const is = await ledgerOf(edited, batches);
      for (const { kind, endpoint, event, why, id } of silent) {
        const made = (kind === "new" ? was : is).get(`${endpoint} ${event}`) ?? assert.fail();
        if (typeof made === "string") assert.equal(why, made, name);
        else assert.ok(["mapping", "repeat"].includes(why) && !made.includes(id), `${name}: ${why}`);
      }
    }
  });

  it("tells repeats from what no translation says", async () => {
    const edited = await versionWith(EDITS["repeats that are told no more"]?.edits);
    const { findings } = await compared(bucket, shipped, edited);
    assert.deepEqual(new Set(only(findings, "gone").map(({ why }) => why)), new Set(["repeat"]));
  });

  it("tells at which events a mapping would fail, or fail no more", async () => {
    const failing: Version = { ...shipped, site: await siteThatFails(copies) };
    const { findings, tallied } = await compared(bucket, shipped, failing);
    const gone = only(findings, "gone");
    const failures = only(findings, "failing");
    assert.ok(gone.length > 0);
    const failed = new Set(failures.map(({ endpoint, event }) => `${endpoint} ${event}`));
    assert.ok(gone.every(({ endpoint, event }) => failed.has(`${endpoint} ${event}`)));
    const ledger = await ledgerOf(failing, batches);
    assert.deepEqual(failed, new Set([...ledger].flatMap(([key, made]) => (made === "failed" ? [key] : []))));
    assert.ok(gone.every(({ why, translation }) => why === "failed" && translation.endsWith(":copied")));
    for (const { mappings } of tallied.endpoints)
      assert.ok(mappings.some(({ details }) => details.join().includes(FAILED_AT)));
    const back = await compared(bucket, failing, shipped);
    assert.equal(only(back.findings, "mended").length, failures.length);
    assert.equal(only(back.findings, "new").length, gone.length);
    const both = await compared(bucket, failing, failing);
    assert.equal(both.tallied.differs, false);
  });

  it("tells of what is too large to be sent", async () => {
    const small = await versionWith({ [LRS]: (text) => text.replace("bytes: 512KB", "bytes: 1KB") });
    const { findings } = await compared(bucket, shipped, small);
    const expected = await oracle(shipped, small, batches);
    assert.deepEqual(
      new Set(only(findings, "gone").map(({ id }) => id)),
      new Set(expected.map(({ id }) => id)),
    );
    assert.ok(expected.length > 0 && only(findings, "same").length > 0);
    assert.deepEqual(new Set(only(findings, "gone").map(({ why }) => why)), new Set(["failed"]));
    assert.equal((await compared(bucket, small, small)).tallied.differs, false);
  });

  it("compares the statements of the same event and translation where all ids become others", async () => {
    const other = await versionWith({}, "another-key-of-pseudonyms-of-32-bytes");
    const { findings, tallied } = await compared(bucket, shipped, other);
    assert.equal(
      only(findings, "new").length + only(findings, "gone").length + only(findings, "same").length,
      0,
    );
    for (const { endpoint, changed, translations } of tallied.endpoints) {
      assert.ok(changed > 150, endpoint);
      for (const each of translations) assert.equal(each.fields.id, each.changed);
    }
  });

  it("tells which events one version cannot read, and which neither", async () => {
    const schema = readFileSync(join(project, "examples/attendance.v1.yml"), "utf8");
    const more = await versionWith({
      "mappings/attendance/schema.v1.yml": () => schema,
      "mappings/attendance/mapping.yml": () => `event: https://example.edu/events/attendance
title: A learner is in class
translations:
  - name: present
    json: { event: present, room: "\${ event.room }" }
`,
      "endpoints/lake.yml": () => LAKE,
    });
    const wide = await archiveOf(more, batches);
    const lake = await versionWith({ "endpoints/lake.yml": () => LAKE });
    const { findings, tallied } = await compared(wide, lake, more);
    const [present, ...others] = only(findings, "new");
    assert.deepEqual(
      [present?.translation, present?.why, others.length],
      ["attendance:present", "unreadable", 0],
    );
    assert.deepEqual(
      tallied.unreadable.map(({ mapping, before, after }) => ({ mapping, before, after })),
      [{ mapping: "attendance", before: 1, after: 0 }],
    );
    assert.match(tallied.unreadable[0]?.details[0] ?? "", /^schema\.unknown: /);
    const back = await compared(wide, more, lake);
    assert.equal(back.tallied.unreadable[0]?.after, 1);
    assert.equal(only(back.findings, "gone")[0]?.why, "unreadable");
    const neither = await compared(wide, lake, lake);
    assert.equal(neither.tallied.differs, false);
    assert.deepEqual(neither.tallied.unreadable[0]?.both, { "schema.unknown": 1 });
  });

  it("counts lines that are damaged, and goes on", async () => {
    const diff = beginDiff(shipped, await versionWith());
    diff.take(diff.read(["", '{"id":"cut o', '{"id":"x","arrived":"never"}']));
    const { damaged, events, differs } = diff.result();
    assert.deepEqual([damaged, events, differs], [3, 3, false]);
  });

  it("tells where nothing was told and nothing would be, for another reason", async () => {
    const [first, second] = [
      await versionWith({ [LRS]: (text) => text.replace(/where: .*/, 'where: course.id == "nowhere"') }),
      await versionWith({
        [LRS]: (text) =>
          text.replace("    - assignment/*\n", "").replace(/where: .*/, 'where: course.id == "nowhere"'),
      }),
    ];
    const { tallied } = await compared(bucket, first, second);
    assert.equal(tallied.differs, false);
    const lrs = tallied.endpoints.find(({ endpoint }) => endpoint === "campus-lrs");
    const moved = lrs?.mappings.find(({ mapping }) => mapping === "assignment/hand-in")?.moved;
    assert.deepEqual(Object.keys(moved ?? {}), ["where → selection"]);
  });

  it("looks at one endpoint, at some mappings, or at so many events, where that is asked for", async () => {
    const edited = await versionWith({
      "translator.yml": (text) => text.replace("Example University JupyterHub", "Jupyter"),
    });
    const all = await compared(bucket, shipped, edited);
    const one = await compared(bucket, shipped, edited, { endpoint: "campus-lrs" });
    const [lrs] = one.tallied.endpoints;
    assert.equal(one.tallied.endpoints.length, 1);
    assert.deepEqual(
      lrs,
      all.tallied.endpoints.find(({ endpoint }) => endpoint === "campus-lrs"),
    );
    const hub = await compared(bucket, shipped, edited, { sources: new Set(["jupyterhub/server-action"]) });
    const translations = hub.tallied.endpoints.flatMap((each) => each.translations);
    assert.ok(translations.length > 0);
    for (const { translation, ...rest } of translations) {
      assert.ok(translation.startsWith("jupyterhub/server-action:"));
      const whole = all.tallied.endpoints.flatMap((each) => each.translations);
      assert.ok(whole.some((each) => each.translation === translation && each.changed === rest.changed));
    }
    assert.equal((await compared(bucket, shipped, edited, { limit: 7 })).tallied.events, 7);
  });

  it("keeps no value, unless some statements are to be shown, and then no more than these", async () => {
    const edited = await versionWith(EDITS["learners known by their user names"]?.edits);
    const silent = await compared(bucket, shipped, edited);
    assert.doesNotMatch(JSON.stringify(silent.tallied), /\b(ada|grace|stat101)\b/);
    const { tallied } = await compared(bucket, shipped, edited, { show: 2 });
    const shown = tallied.endpoints.flatMap(({ translations }) => translations);
    for (const { shown: some, changed } of shown) assert.equal(some.length, Math.min(changed, 2));
    assert.match(JSON.stringify(tallied), /\buser\/(ada|grace)\b/);
  });
});

const ledgerOf = async ({ site }: Version, batches: Awaited<ReturnType<typeof messages>>) => {
  const { bucket, translate } = await translating({ site });
  for (const batch of batches) await translate(batch);
  const made = new Map<string, string | readonly string[]>();
  for (const { event, to } of await bucket.records("ledger"))
    for (const [endpoint, each] of Object.entries(to as Readonly<Record<string, string | readonly string[]>>))
      made.set(`${endpoint} ${event}`, each);
  return made;
};
