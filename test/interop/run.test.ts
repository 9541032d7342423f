/** What `npm run test:interop` sees to when the tests are over. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, it } from "node:test";
import { lastOf } from "./support/parts.ts";

const skip = process.platform === "linux" ? false : "Only Linux tells which processes are left.";

/** Runs one file of tests as `npm run test:interop` does. */
const runs = async (leaves: boolean): Promise<{ readonly code: unknown; readonly said: string }> => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      join(import.meta.dirname, "run.ts"),
      join(import.meta.dirname, "fixtures", "leaves.ts"),
    ],
    { env: { ...env, TEST_LEAVES: String(leaves) }, stdio: ["ignore", "pipe", "pipe"] },
  );
  const said = lastOf(child.stdout, child.stderr);
  const [code] = await once(child, "close");
  return { code, said: said() };
};

describe("A run of these tests", { skip }, () => {
  it("fails, and tells what was left, where a process or a file is", async () => {
    const { code, said } = await runs(true);
    assert.equal(code, 1, said);
    assert.match(said, /have left the process .*setInterval/);
    assert.match(said, /have left the file left-behind\.txt/);
  });

  it("passes where nothing is", async () => {
    const { code, said } = await runs(false);
    assert.equal(code, 0, said);
    assert.doesNotMatch(said, /have left/);
  });
});
