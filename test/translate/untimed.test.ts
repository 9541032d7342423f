import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { EventMessage } from "../../src/intake.ts";
import { CONTENTS, contents, message } from "../support/events.ts";
import { translating } from "../support/translating.ts";

const save = { action: "save", path: "hw1/hw1.ipynb" };

/** The forms that say nothing of when an event happened. */
const FORMS = {
  "a frame of /api/events/subscribe": { schema_id: CONTENTS, ...save },
  "an event posted without a time": { schema_id: CONTENTS, version: "1", data: save },
  "a command as it was put": {
    schema: "lab.jupyter.org/command-invocations",
    version: 1,
    event: { command_id: "a" },
  },
  "a session's log without a date that can be read": { id: "7f3b", commands: [{ id: "a", date: "then" }] },
  "NannyML's package": { event: "plot", nannyml_version: "0.6.3" },
};

/** The ids of what is in the archive, in the order of messages and positions. */
const rawIds = async (messages: readonly EventMessage[]): Promise<readonly string[]> => {
  const { bucket, translate } = await translating();
  const { counts } = await translate(messages);
  assert.deepEqual(counts.quarantined, {});
  return (await bucket.records("raw")).map(({ id }) => String(id));
};

describe("an event that does not say when it happened", () => {
  for (const [form, event] of Object.entries(FORMS)) {
    it(`has the time at which it arrived: ${form}`, async () => {
      const { bucket, translate } = await translating();
      const { counts } = await translate([
        await message(event, { arrived: Date.parse("2026-11-22T10:00:00.007Z") }),
      ]);
      assert.equal(counts.accepted, 1);
      assert.equal((await bucket.records("raw"))[0]?.arrived, "2026-11-22T10:00:00.007Z");
    });

    it(`has the same id whenever its message is received again: ${form}`, async () => {
      const one = await message([event, event], { id: "m1" });
      const ids = await rawIds([one]);
      assert.deepEqual(await rawIds([one]), ids);
      assert.deepEqual(
        await rawIds([await message(event, { id: "m0" }), one]).then((all) => all.slice(1)),
        ids,
      );
      assert.deepEqual(await rawIds([one, one]), ids);
    });

    it(`has an id of its own for each message and each place in one: ${form}`, async () => {
      const twice = await rawIds([await message(event, { id: "m1" }), await message(event, { id: "m2" })]);
      assert.equal(new Set(twice).size, 2);
      assert.equal(new Set(await rawIds([await message([event, event, event])])).size, 3);
    });
  }

  it("is sent with the time at which it arrived", async () => {
    const { statements, translate } = await translating();
    const arrived = Date.parse("2026-11-22T10:00:00.007Z");
    await translate([await message(FORMS["a frame of /api/events/subscribe"], { arrived })]);
    const [{ text = "" } = {}] = statements("campus-lrs");
    assert.equal(JSON.parse(text).timestamp, "2026-11-22T10:00:00.007Z");
  });

  it("is kept once for each of its messages in quarantine, too", async () => {
    const { bucket, translate } = await translating();
    const frame = { schema_id: "unknown", ...save };
    await translate([await message(frame), await message([frame, frame])]);
    assert.equal((await bucket.records("quarantine")).length, 3);
  });
});

describe("an event that says when it happened", () => {
  it("has the same id in whichever message and at whichever place it comes", async () => {
    const [alone] = await rawIds([await message(contents())]);
    assert.deepEqual(await rawIds([await message([contents(), contents()]), await message(contents())]), [
      alone,
    ]);
    const posted = { schema_id: CONTENTS, version: "1", data: save, timestamp: "2026-11-22T01:07:49Z" };
    assert.equal((await rawIds([await message([posted, posted]), await message(posted)])).length, 1);
  });
});
