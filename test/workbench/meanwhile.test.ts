import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { meanwhile } from "../../workbench/meanwhile.ts";
import { until } from "./acts-support.ts";

describe("what runs while something else lasts", () => {
  it("runs at once, and keeps nobody waiting when that is over", async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    let runs = 0;
    const never = new Promise<void>(() => {});
    const lasting = meanwhile(promise, () => {
      runs++;
      return never;
    });
    await until(() => runs > 0);
    resolve("over");
    assert.equal(await lasting, "over");
    assert.equal(runs, 1);
  });

  it("fails for itself alone, and gives what the other throws", async () => {
    const failing = () => Promise.reject(new Error("It went wrong."));
    assert.equal(await meanwhile(Promise.resolve(1), failing), 1);
    await assert.rejects(meanwhile(Promise.reject(new Error("SlowDown")), failing), /SlowDown/);
  });
});
