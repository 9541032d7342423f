import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { SiteError } from "../../src/document/problem.ts";
import { saveMapping } from "../../workbench/acts/save.ts";
import { mappingFile } from "../../workbench/mapping-file.ts";
import { jlt } from "../cli/support.ts";
import { heldWith } from "./held.ts";
import { withSiteFolder } from "./site-folder.ts";
import { archive, deskOver, type OwnSite, ownSite } from "./support.ts";

const CONTENTS = "jupyter-server/contents";
const PATH = `mappings/${CONTENTS}/mapping.yml`;
const PROBLEM = `${PATH}:1:1 This file is not UTF-8. Save it as UTF-8.`;

let shipped: OwnSite;
before(async () => {
  shipped = await ownSite();
});

/** Runs `use` with a folder of which a mapping's file has a comment in Latin-1. */
const withLatin = (use: (folder: string) => Promise<void>): Promise<void> =>
  withSiteFolder(async (folder) => {
    const file = join(folder, PATH);
    const comment = Buffer.from("# Universit\xe9\n", "latin1");
    await writeFile(file, Buffer.concat([comment, await readFile(file)]));
    await use(folder);
  });

describe("a file that is not UTF-8", () => {
  it("is told by jlt check as what is wrong, and nothing else is", () =>
    withLatin(async (folder) => {
      const { status, stdout } = await jlt(folder, ["check"]);
      assert.equal(status, 1);
      assert.deepEqual(stdout.trim().split("\n").slice(0, -1), [PROBLEM]);
    }));

  it("is not written by the workbench: what nobody could read stays in it", () =>
    withLatin(async (folder) => {
      const base = await deskOver(await archive(shipped), shipped, { folder, take: async () => undefined });
      const desk = { ...base, held: heldWith() };
      const bytes = await readFile(join(folder, PATH));
      const { text, hash } = await mappingFile(desk, CONTENTS);
      await assert.rejects(saveMapping(desk, CONTENTS, { text: `${text}# edited\n`, hash }), SiteError);
      assert.deepEqual(await readFile(join(folder, PATH)), bytes);
    }));
});
