import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readFiles } from "../../build/files.ts";
import { formatProblem } from "../../src/document/problem.ts";
import { temporaryFolder } from "../service/support.ts";

/** A site's folder, with nothing in it but what is always there. */
const folder = async (): Promise<string> => {
  const made = await temporaryFolder();
  for (const name of ["endpoints", "mappings", "elsewhere"]) await mkdir(join(made, name));
  await writeFile(join(made, "translator.yml"), "here");
  await writeFile(join(made, "elsewhere", "shared.yml"), "shared");
  return made;
};

const problemsIn = async (made: string): Promise<readonly string[]> =>
  (await readFiles(made)).problems.map(formatProblem);

describe("A site's files", () => {
  it("may be links to files, which are read as files", async () => {
    const made = await folder();
    await symlink("../elsewhere/shared.yml", join(made, "endpoints", "campus-lrs.yml"));
    await mkdir(join(made, "mappings", "own"));
    await symlink(join(made, "elsewhere", "shared.yml"), join(made, "mappings", "own", "mapping.yml"));
    const { files, problems } = await readFiles(made);
    assert.deepEqual(
      [...files],
      [
        ["endpoints/campus-lrs.yml", "shared"],
        ["mappings/own/mapping.yml", "shared"],
        ["translator.yml", "here"],
      ],
    );
    assert.deepEqual(problems, []);
  });

  it("are missed where links lead nowhere, or to folders", async () => {
    const made = await folder();
    await symlink("../gone.yml", join(made, "endpoints", "gone.yml"));
    await symlink("round.yml", join(made, "endpoints", "round.yml"));
    await symlink("../elsewhere", join(made, "mappings", "linked"));
    assert.deepEqual(await problemsIn(made), [
      "endpoints/gone.yml:1:1 This link leads to nothing. Mend it, or remove it.",
      "endpoints/round.yml:1:1 This link leads to nothing. Mend it, or remove it.",
      "mappings/linked:1:1 This is a link to a folder, and what is in it is not read. Put the folder itself here, or links to its files.",
    ]);
  });

  it("are UTF-8, with a byte order mark or without", async () => {
    const made = await folder();
    await writeFile(join(made, "endpoints", "latin.yml"), Buffer.from("title: Universit\xe9", "latin1"));
    await writeFile(join(made, "endpoints", "marked.yml"), "\uFEFFtitle: Université \uFFFD");
    assert.deepEqual(await problemsIn(made), [
      "endpoints/latin.yml:1:1 This file is not UTF-8. Save it as UTF-8.",
    ]);
    assert.equal((await readFiles(made)).files.get("endpoints/marked.yml"), "\uFEFFtitle: Université \uFFFD");
  });

  it("are not what an editor notes beside them", async () => {
    const made = await folder();
    await symlink("me@machine.123:456", join(made, "endpoints", ".#campus-lrs.yml"));
    assert.deepEqual(await problemsIn(made), []);
  });

  it("are named in small letters at the end", async () => {
    const made = await folder();
    const names = ["a.YML", "b.Yaml", "c.yaml", "d.yMl"];
    for (const name of names) await writeFile(join(made, "endpoints", name), "");
    assert.deepEqual(
      [...(await problemsIn(made))].sort(),
      names.map((name) => `endpoints/${name}:1:1 Rename this file: only names that end in .yml are read.`),
    );
    assert.deepEqual([...(await readFiles(made)).files.keys()], ["translator.yml"]);
  });
});
