import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CannotRun } from "../../src/cannot-run.ts";
import type { EventDetail } from "../../workbench/api/event.ts";
import type { Desk } from "../../workbench/desk.ts";
import { NotFound, Overtaken } from "../../workbench/trouble.ts";
import { eventOf } from "../../workbench/views/event.ts";
import { only } from "../retell/support.ts";
import { message } from "../support/events.ts";
import { endingAt, idsIn, LRS, saved, shipped, theEvent } from "./event-support.ts";
import { archive, deskOver } from "./support.ts";

describe("an event of which not everything can be told", () => {
  it("shows what is archived, and what became of it, where nobody has its schema any more", async () => {
    const archived = await saved();
    const schemas = shipped.site.schemas.filter(({ source }) => source !== "jupyter-server/contents");
    const sources = shipped.files.sources.filter(({ name }) => name !== "jupyter-server/contents");
    const own = { site: { ...shipped.site, schemas }, files: { ...shipped.files, sources } };
    const detail = await theEvent(archived.bucket, await deskOver(archived, own));
    assert.deepEqual(
      [detail.data, detail.time, detail.title],
      [undefined, undefined, "jupyter-server/contents"],
    );
    assert.match(detail.unreadable ?? "", /./);
    assert.equal(detail.learner.username, "ada");
    assert.equal(detail.course?.id, "stat101");
    const { state, statements } = endingAt(detail, LRS);
    assert.equal(state, "delivered");
    assert.equal(only(statements).statement, undefined);
    assert.equal(only(statements).receipt?.status, 200);
  });

  it("shows the event and its states without the service's secrets, and says why there is no statement", async () => {
    const archived = await saved();
    const told = "There is no secret ssm:/pseudonyms. Make it, or mend the file that names it.";
    const locked = await deskOver(archived, shipped, {
      secret: async () => {
        throw new CannotRun(told);
      },
    });
    const detail = await theEvent(archived.bucket, locked);
    assert.equal(detail.unmade, `Its statements cannot be made again here. ${told}`);
    assert.ok(detail.data !== undefined && detail.unreadable === undefined);
    const { statement, as, fields, receipt, translation } = only(endingAt(detail, LRS).statements);
    assert.deepEqual([statement, as, fields], [undefined, "now", []]);
    assert.equal(receipt?.status, 200);
    assert.equal(translation, "jupyter-server/contents:saved");
  });

  it("is not found where it never was, or is in quarantine", async () => {
    const archived = await archive(shipped);
    await archived.translate([await message('{"number": 1, oops}')]);
    const desk = await deskOver(archived, shipped);
    const [{ id } = { id: "" }] = await archived.bucket.records("quarantine");
    await assert.rejects(
      eventOf(desk, String(id)),
      (error) => error instanceof NotFound && error.message.endsWith("It is in quarantine."),
    );
    await assert.rejects(
      eventOf(desk, "no-such-event"),
      (error) => error instanceof NotFound && /^There is no such event/.test(error.message),
    );
    const reading: Desk = { ...desk, index: { ...desk.index, isWhole: false } };
    await assert.rejects(eventOf(reading, "x"), /still being read/);
  });

  it("is to be asked for again where the archive puts it elsewhere just now", async () => {
    const archived = await saved();
    const desk = await deskOver(archived, shipped);
    const id = only(await idsIn(archived.bucket));
    for (const key of [...archived.bucket.objects.keys()])
      if (key.startsWith("raw/")) await archived.bucket.remove(key);
    await assert.rejects(eventOf(desk, id), Overtaken);
  });
});

describe("an event with hostile texts", () => {
  const hostile = [
    '<script>alert(1)</script><img src=x onerror="alert(1)">.ipynb',
    "\u202egnp.exe\u2066.ipynb",
    "\ud83d\udc69\u200d\ud83d\udcbb\u0000\u001b[2J\ufffe.ipynb",
    `${"x".repeat(50_000)}.ipynb`,
    "${ event.path }${'}'}__proto__/constructor.ipynb",
  ];
  for (const path of hostile)
    it(`is passed on as data: ${JSON.stringify(path.slice(0, 40))}`, async () => {
      const archived = await saved(path);
      const detail = await theEvent(archived.bucket, await deskOver(archived, shipped));
      assert.equal(detail.data?.path, path);
      const { as, statement } = only(endingAt(detail, LRS).statements);
      assert.equal(as, "sent");
      assert.deepEqual(statement, JSON.parse(only(archived.statements(LRS)).text));
      const read: EventDetail = JSON.parse(JSON.stringify(detail));
      assert.deepEqual([read.raw, read.data], [detail.raw, detail.data]);
      assert.deepEqual(only(endingAt(read, LRS).statements).statement, statement);
    });
});
