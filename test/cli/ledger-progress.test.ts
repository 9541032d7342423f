import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { progressOn } from "../../cli/progress.ts";

/** A terminal that keeps what is written to it, and a clock. */
const terminalOf = (isTTY: boolean) => {
  const written: string[] = [];
  const stream = Object.assign(Object.create(process.stderr), {
    isTTY,
    write: (text: string) => written.push(text) > 0,
  });
  let time = 0;
  const pass = (milliseconds: number): void => {
    time += milliseconds;
  };
  return { stream, written, now: () => time, pass };
};

const text = (steps: string): string => `${steps} read`;

describe("progress", () => {
  it("is shown after two seconds, now and then, and taken away in the end", () => {
    const { stream, written, now, pass } = terminalOf(true);
    const progress = progressOn(stream, text, 4, now);
    progress.step();
    assert.deepEqual(written, []);
    pass(2000);
    progress.step();
    progress.step();
    assert.equal(written.length, 1);
    assert.match(written[0] ?? "", /█{12}░{12} 2 read$/);
    progress.clear();
    progress.clear();
    assert.equal(written.length, 2);
  });

  it("is never written where nobody looks on", () => {
    const { stream, written, now, pass } = terminalOf(false);
    const progress = progressOn(stream, text, undefined, now);
    pass(10_000);
    progress.step();
    progress.clear();
    assert.deepEqual(written, []);
  });
});
