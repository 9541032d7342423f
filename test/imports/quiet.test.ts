import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { linesIn } from "../../src/imports/lines.ts";
import { shipmentsOf } from "../../src/imports/pack.ts";
import { BEGINNING, piecesOf } from "../../src/imports/pieces.ts";
import { withQuiet } from "../../src/imports/quiet.ts";
import { contents } from "../support/events.ts";
import { shippedJudge, textsOf } from "./support.ts";

const judge = await shippedJudge();
const line = (at: number): string => JSON.stringify(contents({ path: `${at}.ipynb` }));

describe("A stream that pauses", () => {
  it("has sent what came before the pause, and everything in the end", async () => {
    const sent: string[] = [];
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${line(1)}\n${line(2)}\n${line(3).slice(0, 9)}`);
      // Nothing more comes before that has been sent: a test that waited for the end would not end.
      while (sent.length < 2) await new Promise(setImmediate);
      yield Buffer.from(`${line(3).slice(9)}\n`);
    }
    const pieces = piecesOf(linesIn(slow()), { judge, from: BEGINNING, all: false, onLine: () => {} });
    for await (const shipment of shipmentsOf(withQuiet(pieces, 5), { attributes: 500 }))
      sent.push(...textsOf(shipment));
    assert.deepEqual(sent, [1, 2, 3].map(line));
  });

  it("that fails says so when its turn comes", async () => {
    async function* failing(): AsyncGenerator<readonly number[]> {
      yield [1];
      await new Promise((over) => setTimeout(over, 20));
      throw new Error("cut off");
    }
    const come: number[] = [];
    await assert.rejects(async () => {
      for await (const some of withQuiet(failing(), 1)) come.push(...some);
    }, /cut off/);
    assert.deepEqual(come, [1]);
  });
});
