import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { FolderTaken, openState, visitState } from "../../local/state.ts";
import { temporaryFolder } from "./support.ts";

const NOBODY = 2 ** 30;

describe("The folder of a run", () => {
  it("begins empty with the next run but for its secrets, and whole where that one only goes on", async () => {
    const folder = join(await temporaryFolder(), "state");
    const first = await openState(folder, true);
    const secret = first.secret("pseudonyms");
    assert.ok(secret.length >= 32);
    await writeFile(join(folder, "old"), "");
    await first.close();
    const second = await openState(folder, false);
    assert.deepEqual([second.interrupted, second.secret("pseudonyms")], [false, secret]);
    assert.ok((await readdir(folder)).includes("old"));
    await second.close();
    const third = await openState(folder, true);
    assert.equal(third.secret("pseudonyms"), secret);
    assert.ok(!(await readdir(folder)).includes("old"));
  });

  it("is taken up as it is where a run was interrupted", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "running"), String(NOBODY));
    await writeFile(join(folder, "work"), "");
    const state = await openState(folder, true);
    assert.equal(state.interrupted, true);
    assert.ok((await readdir(folder)).includes("work"));
  });

  it("is rid of what a run was building when it was killed, but not by a look at it", async () => {
    const folder = join(await temporaryFolder(), "state");
    await (await openState(folder, true)).close();
    const unfinished = `functions.${randomUUID()}`;
    await mkdir(join(folder, unfinished, "built"), { recursive: true });
    await mkdir(join(folder, "functions"));
    await (await visitState(folder)).close();
    assert.ok((await readdir(folder)).includes(unfinished));
    await (await openState(folder, false)).close();
    assert.deepEqual((await readdir(folder)).sort(), ["functions", "secrets.json"]);
  });

  it("is refused to a second run, and the message says what to do", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "running"), String(process.ppid));
    await assert.rejects(openState(folder, true), (error) => {
      assert.ok(error instanceof FolderTaken);
      assert.match(error.message, /End it first, or name another --state folder/);
      return true;
    });
  });

  it("is never somebody's own, whose files a run would delete", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "thesis"));
    for (const fresh of [true, false]) await assert.rejects(openState(folder, fresh), FolderTaken);
    assert.deepEqual(await readdir(folder), ["thesis"]);
  });
});
