import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { project } from "../../build/bundle.ts";
import { type Sandbox, startSandbox } from "../../local/sandbox/server.ts";
import { choiceStore } from "../../src/consent/store.ts";
import type { EventMessage } from "../../src/intake.ts";
import { intoTables } from "../support/tables.ts";
import { PSEUDONYM_KEY } from "../support/tokens.ts";
import { CALIPER, CELLS, cells, type Deployed, deployed, LRS, saved, sumOf, world } from "./support.ts";

const MAPPING = "mappings/jupyter-server/contents/mapping.yml";
const mapping = readFileSync(join(project, MAPPING), "utf8");
const LRS_FILE = "endpoints/campus-lrs.yml";
const lrs = readFileSync(join(project, LRS_FILE), "utf8");

let sandbox: Sandbox;
let shipped: Deployed;
let edited: Deployed;
before(async () => {
  sandbox = await startSandbox();
  shipped = await deployed();
  edited = await deployed({ [MAPPING]: mapping.replace("verb: save", "verb: update") });
});
after(() => sandbox.stop());

const some = async (): Promise<readonly EventMessage[]> => [
  await saved("a.ipynb"),
  await saved("b.ipynb", { learner: "grace" }),
  await saved("c.ipynb", { learner: "grace", course: "data8" }),
  await saved("d.ipynb", { course: "law" }),
  await saved("e.ipynb", { action: "upload" }),
];

const verbs = (all: readonly Readonly<Record<string, unknown>>[]): readonly string[] =>
  all.map(({ verb }) => String(Object(verb).id).replace(/.*\//, "")).sort();

describe("a replay", () => {
  it("revises exactly what a mapping makes otherwise by now, once, however often it is done", async () => {
    for (const form of ["lines", "tables"]) {
      const { take, replay, deliver, told, faults, bucket, waiting, lose } = world(sandbox);
      await take(shipped, await some());
      if (form === "tables") await intoTables(bucket);
      const before = told(LRS);
      const first = await replay(edited, { endpoint: LRS });
      assert.deepEqual(
        [first.code, sumOf(first, LRS, "revised"), sumOf(first, LRS, "unchanged"), sumOf(first, LRS, "sent")],
        [0, 3, 1, 0],
      );
      const sent = waiting(LRS);
      assert.equal(sent.length, 6);
      lose();
      await replay(edited, { endpoint: LRS });
      assert.deepEqual([...waiting(LRS)].sort(), [...sent].sort(), "what was lost has the same ids again");
      await deliver(edited);
      assert.deepEqual(verbs(told(LRS)), ["create", "update", "update", "update"]);
      assert.deepEqual(await faults(LRS), []);

      const again = await replay(edited, { endpoint: LRS });
      assert.deepEqual(
        [again.code, again.endpoints[0]?.statements, sumOf(again, LRS, "unchanged")],
        [0, 0, 4],
      );
      // And back, with another revision each time.
      await replay(shipped, { endpoint: LRS });
      await deliver(shipped);
      assert.deepEqual(verbs(told(LRS)), verbs(before));
      assert.deepEqual((await replay(shipped, { endpoint: LRS })).endpoints[0]?.statements, 0);
      assert.deepEqual(await faults(LRS), []);
    }
  });

  it("knows by the text that something other than a mapping has changed", async () => {
    const named = await deployed({ [LRS_FILE]: lrs.replace("learners: pseudonym", "learners: username") });
    const { take, replay, deliver, told, faults } = world(sandbox);
    await take(shipped, await some());
    const said = await replay(named, { endpoint: LRS });
    assert.equal(sumOf(said, LRS, "revised"), 4);
    await deliver(named);
    assert.equal(told(LRS).filter((each) => JSON.stringify(each).includes('"ada"')).length, 2);
    assert.deepEqual(await faults(LRS), []);
  });

  it("fills a new endpoint with exactly what it would have got", async () => {
    const NEW = "new-lrs";
    const more = await deployed({ [`endpoints/${NEW}.yml`]: lrs.replace("title: Campus", "title: New") });
    const messages = await some();
    const [late, early] = [world(sandbox), world(sandbox)];
    await late.take(shipped, messages);
    await early.take(more, messages);
    const said = await late.replay(more);
    await late.deliver(more);
    assert.deepEqual([said.code, sumOf(said, NEW, "sent"), sumOf(said, LRS, "unchanged")], [0, 4, 4]);
    assert.equal(late.told(NEW).length, 4);
    assert.deepEqual(late.told(NEW), early.told(NEW));
    assert.deepEqual(await late.faults(NEW, LRS, CALIPER), []);
  });

  it("brings what was lost on its way, and nothing of learners who have said no since", async () => {
    const { take, replay, deliver, told, bucket, faults, waiting } = world(sandbox);
    await take(shipped, [await saved("a.ipynb"), await saved("b.ipynb", { learner: "grace" })]);
    const receipts = [...bucket.objects.keys()].filter((key) => key.startsWith("receipts/"));
    const before = told(LRS);
    await choiceStore(bucket, [PSEUDONYM_KEY]).change("grace", { to: "out" }, "learner");
    const out = await replay(edited, { retract: true });
    for (const { filtered } of out.endpoints) assert.deepEqual(filtered, { consent: 1 });
    assert.deepEqual([sumOf(out, LRS, "gone"), sumOf(out, LRS, "retracted")], [0, 0]);
    assert.equal(waiting(LRS).length, 2);
    await deliver(edited);
    assert.deepEqual(verbs(told(LRS)), ["save", "update"]);
    assert.deepEqual(await faults(LRS), []);

    await bucket.discard(receipts);
    const said = await replay(shipped, { endpoint: CALIPER });
    assert.deepEqual([sumOf(said, CALIPER, "sent"), said.endpoints[0]?.filtered.consent], [1, 1]);
    assert.equal(before.length, 2);
  });

  it("takes the events of a course, a learner or a schema only", async () => {
    const NEW = "new-lrs";
    const more = await deployed({ [`endpoints/${NEW}.yml`]: lrs.replace("title: Campus", "title: New") });
    const { take, replay, waiting, lose, bucket } = world(sandbox);
    await take(shipped, [...(await some()), await cells("ada", [["end", 1]])]);
    for (const form of ["lines", "tables"]) {
      if (form === "tables") await intoTables(bucket);
      for (const [options, count] of [
        [{ course: "data8" }, 1],
        [{ course: "stat101" }, 4],
        [{ learner: "ada" }, 3],
        [{ learner: "grace", course: "stat101" }, 1],
        [{ learner: "nobody-known" }, 0],
        [{ schema: "jupyter-server/contents" }, 4],
        [{ schema: CELLS }, 1],
        [{ schema: "jupyter-server/contents", learner: "ada" }, 2],
      ] as const) {
        const said = await replay(more, { ...options, endpoint: NEW, anew: true });
        assert.deepEqual([said.code, waiting(NEW).length], [0, count], `${JSON.stringify(options)}, ${form}`);
        lose();
      }
    }
    await assert.rejects(replay(more, { schema: "jupyter-server/content" }), /did you mean/);
  });

  it("counts what is made no more, and voids it only where it is told to", async () => {
    const narrower = await deployed({ [LRS_FILE]: lrs.replace('"stat101", "data8"', '"data8"') });
    const { take, replay, deliver, told, faults } = world(sandbox);
    await take(shipped, await some());
    const said = await replay(narrower, { endpoint: LRS });
    assert.deepEqual(
      [said.code, sumOf(said, LRS, "gone"), said.endpoints[0]?.filtered.where, said.endpoints[0]?.statements],
      [0, 3, 4, 0],
    );
    const retracted = await replay(narrower, { endpoint: LRS, retract: true });
    assert.deepEqual([sumOf(retracted, LRS, "gone"), sumOf(retracted, LRS, "retracted")], [0, 3]);
    await deliver(narrower);
    assert.equal(told(LRS).length, 1);
    assert.equal((await replay(narrower, { endpoint: LRS, retract: true })).endpoints[0]?.statements, 0);
    // What is made again comes back, under ids of its own.
    assert.equal(sumOf(await replay(shipped, { endpoint: LRS }), LRS, "sent"), 3);
    await deliver(shipped);
    assert.equal(told(LRS).length, 4);
    assert.equal((await replay(shipped, { endpoint: LRS })).endpoints[0]?.statements, 0);
    assert.deepEqual(await faults(LRS), []);
  });

  it("leaves a Caliper endpoint with what it has, and says so", async () => {
    const other = await deployed({ [MAPPING]: mapping.replace("action: Saved", "action: Modified") });
    const { take, replay, waiting } = world(sandbox);
    await take(shipped, await some());
    const { code, endpoints } = await replay(other, { endpoint: CALIPER });
    assert.deepEqual([code, endpoints[0]?.troubles["cannot.revise"]?.count, waiting(CALIPER)], [1, 4, []]);
  });

  it("sends what stands once more after a store was emptied, under the same ids", async () => {
    const { take, replay, deliver, waiting, told } = world(sandbox);
    await take(shipped, await some());
    await replay(edited, { endpoint: LRS });
    await deliver(edited);
    const said = await replay(edited, { endpoint: LRS, delivered: true });
    assert.equal(sumOf(said, LRS, "again"), 4);
    assert.deepEqual(
      [...waiting(LRS)].sort(),
      told(LRS).map(({ id }) => id),
    );
    await deliver(edited);
    assert.equal(told(LRS).length, 4, "a store that has them knows them again");
  });

  it("marks what was set aside as sent again, and the account balances", async () => {
    const { take, replay, deliver, told, store, faults, bucket } = world(sandbox);
    sandbox.behave(store(LRS), { refuseAbout: "schema/1.0/save" });
    await take(shipped, await some());
    assert.deepEqual(verbs(told(LRS)), ["create"]);
    sandbox.behave(store(LRS), {});
    const said = await replay(edited, { endpoint: LRS });
    assert.deepEqual([sumOf(said, LRS, "sent"), sumOf(said, LRS, "unchanged")], [3, 1]);
    const marks = (await bucket.records("failed", LRS)).filter((each) => each.class === "again");
    assert.equal(marks.length, 3);
    await deliver(edited);
    assert.deepEqual(verbs(told(LRS)), ["create", "update", "update", "update"]);
    assert.deepEqual(await faults(LRS), []);
  });

  it("tells what somebody has written into the archive otherwise than the translator does", async () => {
    const { take, replay, bucket } = world(sandbox);
    await take(shipped, [await saved("a.ipynb")]);
    const key = [...bucket.objects.keys()].find((each) => each.startsWith("raw/")) ?? "";
    const line = gunzipSync(await bucket.get(key)).toString("utf8");
    await bucket.put(key, gzipSync(JSON.stringify(JSON.parse(line)).replaceAll('":', '" : ')));
    assert.equal(sumOf(await replay(edited, { endpoint: LRS, "dry-run": true }), LRS, "revised"), 1);
  });

  it("only counts in a rehearsal, and writes nothing", async () => {
    const { take, replay, bucket, waiting } = world(sandbox);
    await take(shipped, await some());
    const keys = bucket.puts.length;
    const said = await replay(edited, { "dry-run": true });
    assert.deepEqual([sumOf(said, LRS, "revised"), waiting(LRS), bucket.puts.length], [3, [], keys]);
  });

  it("passes over what is damaged or foreign, tells it, and replays the rest", async () => {
    const { take, replay, bucket, lose } = world(sandbox);
    await take(shipped, [await saved("a.ipynb")], [await saved("b.ipynb", { learner: "grace" })]);
    const [damaged = ""] = [...bucket.objects.keys()].filter((key) => key.startsWith("raw/"));
    await bucket.put(damaged, (await bucket.get(damaged)).slice(0, 50));
    const foreign = `${damaged.slice(0, damaged.lastIndexOf("/"))}/notes.txt`;
    await bucket.put(foreign, new Uint8Array([1]));
    const { code, endpoints, passedOver } = await replay(edited, { endpoint: LRS });
    lose();
    assert.deepEqual([code, endpoints[0]?.events], [1, 1]);
    assert.deepEqual(
      [...passedOver].map(({ key, why }) => [key, why]).sort(),
      [
        [damaged, "damaged"],
        [foreign, "foreign"],
      ].sort(),
    );
  });
});
