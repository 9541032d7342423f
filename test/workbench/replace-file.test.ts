import assert from "node:assert/strict";
import { chmod, chown, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { replaceFile } from "../../workbench/acts/replace-file.ts";
import { temporaryFolder } from "../service/support.ts";

const NAME = "mapping.yml";

/** A folder with a file that holds this. */
const withFile = async (content: string | Uint8Array): Promise<string> => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, NAME), content);
  await chmod(join(folder, NAME), 0o640);
  return folder;
};

describe("replacing a file's text", () => {
  it("is left where it holds another text by now, and nothing stays beside it", async () => {
    const folder = await withFile("theirs");
    assert.equal(await replaceFile(folder, NAME, { before: "old", after: "mine" }), false);
    assert.equal(await readFile(join(folder, NAME), "utf8"), "theirs");
    assert.deepEqual(await readdir(folder), [NAME]);
  });

  it("is left where what it holds only reads alike, as it is not UTF-8", async () => {
    const bytes = Buffer.from("Universit\xe9", "latin1");
    const folder = await withFile(bytes);
    assert.equal(await replaceFile(folder, NAME, { before: bytes.toString(), after: "mine" }), false);
    assert.deepEqual(await readFile(join(folder, NAME)), bytes);
  });

  it("puts a new file with the same rights, owner and group in its place", async () => {
    const folder = await withFile("old");
    const file = join(folder, NAME);
    // Only root may give a file away; for everybody else, it is their own.
    const [uid, gid] = process.getuid?.() === 0 ? [4321, 4322] : [-1, -1];
    await chown(file, uid, gid);
    const before = await stat(file);
    assert.equal(await replaceFile(folder, NAME, { before: "old", after: "mine – now" }), true);
    assert.equal(await readFile(file, "utf8"), "mine – now");
    const after = await stat(file);
    assert.notEqual(after.ino, before.ino);
    assert.deepEqual([after.mode, after.uid, after.gid], [before.mode, before.uid, before.gid]);
    assert.deepEqual(await readdir(folder), [NAME]);
  });

  it("writes the file itself where nobody may give a new one to its owner", async () => {
    for (const [before, after] of [
      ["a long text – before", "short"],
      ["short", "a long text – after"],
    ] as const) {
      const folder = await withFile(before);
      const file = join(folder, NAME);
      const { ino, uid, gid } = await stat(file);
      const asked: unknown[] = [];
      const refuse: Parameters<typeof replaceFile>[3] = async (_, to) => {
        asked.push([to.uid, to.gid]);
        return false;
      };
      assert.equal(await replaceFile(folder, NAME, { before, after }, refuse), true);
      assert.deepEqual(asked, [[uid, gid]]);
      assert.equal((await stat(file)).ino, ino);
      assert.equal(await readFile(file, "utf8"), after);
      assert.deepEqual(await readdir(folder), [NAME]);
    }
  });
});
