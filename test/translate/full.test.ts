import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { refuse } from "../../src/event/reason.ts";
import { takeInAll } from "../../src/intake.ts";

describe("a batch that unpacks to more than a function has room for", () => {
  it("is taken in as far as there is room, and the other messages have their turn later", async () => {
    const lines = Array.from(
      { length: 8000 },
      (_, at) => `{"number": ${at}, "padding": "${"x".repeat(1000)}"}`,
    );
    const body = gzipSync(lines.join("\n")).toString("base64");
    const message = { id: "message", body, attributes: { "content-encoding": "gzip" }, arrived: Date.now() };
    const intakes = await takeInAll(
      Array.from({ length: 9 }, () => message),
      {
        readEvent: () => ({ ...refuse("schema.unknown", "No schema here."), neverStore: [], untimed: false }),
        readSender: async () => undefined,
        trust: { trust: "signed", keys: [] },
      },
    );
    assert.ok(intakes.length >= 1 && intakes.length < 9, String(intakes.length));
    for (const { crash, quarantined } of intakes)
      assert.deepEqual([crash, quarantined.length], [undefined, 8000]);
  });
});
