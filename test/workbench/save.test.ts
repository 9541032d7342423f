import assert from "node:assert/strict";
import { chmod, lstat, readFile, rename, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { CannotRun } from "../../src/cannot-run.ts";
import { SiteError } from "../../src/document/problem.ts";
import { saveMapping } from "../../workbench/acts/save.ts";
import { turnFor } from "../../workbench/acts/turn.ts";
import type { Desk } from "../../workbench/desk.ts";
import { mappingFile, textHash } from "../../workbench/mapping-file.ts";
import { NotAllowed, NotFound, Overtaken } from "../../workbench/trouble.ts";
import { heldWith } from "./held.ts";
import { textsIn, withSiteFolder } from "./site-folder.ts";
import { archive, deskOver, type OwnSite, ownSite } from "./support.ts";

const CONTENTS = "jupyter-server/contents";
const PATH = `mappings/${CONTENTS}/mapping.yml`;

let shipped: OwnSite;
before(async () => {
  shipped = await ownSite();
});

interface Saving {
  readonly desk: Desk;
  readonly folder: string;
  readonly text: string;
  readonly hash: string;
  /** What the desk was asked to do, in its order. */
  readonly asked: readonly string[];
}

/** Runs `use` with a desk over a folder of its own. */
const saving = (use: (saving: Saving) => Promise<void>, changes: Partial<Desk> = {}): Promise<void> =>
  withSiteFolder(async (folder) => {
    const asked: string[] = [];
    const base = await deskOver(await archive(shipped), shipped, {
      folder,
      take: async () => {
        asked.push("take");
        return undefined;
      },
      refresh: async () => {
        asked.push("refresh");
      },
      ...changes,
    });
    const desk = { ...base, held: heldWith() };
    const { text, hash } = await mappingFile(desk, CONTENTS);
    await use({ desk, folder, text, hash, asked });
  });

/** Holds that something throws, and changes no file. */
const throwsUntouched = async (
  { desk, folder, asked }: Saving,
  name: string,
  edited: Parameters<typeof saveMapping>[2],
  error: Parameters<typeof assert.rejects>[1],
): Promise<void> => {
  const before = await textsIn(folder);
  await assert.rejects(saveMapping(desk, name, edited), error);
  assert.deepEqual(await textsIn(folder), before);
  assert.deepEqual(asked, []);
};

describe("saving a mapping", () => {
  it("writes the file as the text has it, has the service take it, and looks at the files again", () =>
    saving(async ({ desk, folder, text, hash, asked }) => {
      // A process takes some of these rights away from every file that it makes.
      await chmod(join(folder, PATH), 0o666);
      const before = await textsIn(folder);
      const edited = `${text}# edited – with a line\r\n# that ends otherwise`;
      const saved = await saveMapping(desk, CONTENTS, { text: edited, hash });
      assert.deepEqual(await textsIn(folder), { ...before, [PATH]: edited });
      assert.equal((await stat(join(folder, PATH))).mode & 0o777, 0o666);
      assert.deepEqual(asked, ["take", "refresh"]);
      assert.deepEqual(saved, {
        hash: textHash(edited),
        told: `${PATH} is saved, and the running service translates by it from now on.`,
      });
      assert.equal((await mappingFile(desk, CONTENTS)).hash, saved.hash);
      // By this hash, it goes on.
      await saveMapping(desk, CONTENTS, { text, hash: saved.hash });
      assert.deepEqual(await textsIn(folder), before);
    }));

  it("keeps a link to the file, and writes the file that it leads to", () =>
    saving(async ({ desk, folder, text, hash }) => {
      await rename(join(folder, PATH), join(folder, "elsewhere"));
      await symlink(join(folder, "elsewhere"), join(folder, PATH));
      await saveMapping(desk, CONTENTS, { text: `${text}# edited\n`, hash });
      assert.ok((await lstat(join(folder, PATH))).isSymbolicLink());
      assert.equal(await readFile(join(folder, "elsewhere"), "utf8"), `${text}# edited\n`);
    }));

  it("writes what can be written of half a character", () =>
    saving(async ({ desk, folder, text, hash }) => {
      const saved = await saveMapping(desk, CONTENTS, { text: `${text}# \ud83d\n`, hash });
      assert.equal(await readFile(join(folder, PATH), "utf8"), `${text}# \ufffd\n`);
      assert.equal(saved.hash, (await mappingFile(desk, CONTENTS)).hash);
    }));

  it("is for those who may: nothing is written where no service takes it", () =>
    saving(async (all) => {
      const { take: _, ...desk } = all.desk;
      const edited = { text: `${all.text}# edited\n`, hash: all.hash };
      await throwsUntouched({ ...all, desk }, CONTENTS, edited, NotAllowed);
      await throwsUntouched({ ...all, desk: { ...all.desk, mayWrite: false } }, CONTENTS, edited, NotAllowed);
    }));

  it("is for the site's own mappings: no path is made of anything else", () =>
    saving(async (all) => {
      const edited = { text: all.text, hash: all.hash };
      for (const name of [
        "",
        "..",
        "../..",
        "new",
        `${CONTENTS}/`,
        `../mappings/${CONTENTS}`,
        "../endpoints/x",
      ])
        await throwsUntouched(all, name, edited, NotFound);
    }));

  it("is refused where the file has changed since, and keeps what is in it", () =>
    saving(async (all) => {
      await writeFile(join(all.folder, PATH), `${all.text}# somebody else's\n`);
      await throwsUntouched(all, CONTENTS, { text: `${all.text}# mine\n`, hash: all.hash }, Overtaken);
    }));

  it("is refused where the text has a mistake, with its place", () =>
    saving(async (all) => {
      const text = all.text.replace("event.path", "event.pth");
      await throwsUntouched(all, CONTENTS, { text, hash: all.hash }, (error) => {
        assert.ok(error instanceof SiteError);
        assert.ok(error.problems.every(({ file, line }) => file === PATH && line > 1));
        return true;
      });
    }));

  it("is refused where other files of the site do not go together with it", () =>
    saving(async (all) => {
      const endpoint = join(all.folder, "endpoints/campus-lrs.yml");
      const selection = await readFile(endpoint, "utf8");
      await writeFile(endpoint, selection.replace(/- (\S+contents):\*/, "- +$1:opened"));
      const text = all.text.replace("name: opened", "name: looked-at");
      assert.notEqual(text, all.text);
      await throwsUntouched(all, CONTENTS, { text, hash: all.hash }, (error) => {
        assert.ok(error instanceof SiteError);
        assert.deepEqual(
          error.problems.map(({ file }) => file),
          ["endpoints/campus-lrs.yml"],
        );
        return true;
      });
    }));

  it("says so where the file cannot be written, and leaves nothing beside it", () =>
    saving(async (all) => {
      // Whatever is written first beside it would have a name that is too long.
      const name = "x".repeat(250);
      await rename(join(all.folder, PATH), join(all.folder, name));
      await symlink(join(all.folder, name), join(all.folder, PATH));
      const edited = { text: `${all.text}# edited\n`, hash: all.hash };
      await throwsUntouched(all, CONTENTS, edited, (error) => {
        assert.ok(error instanceof CannotRun);
        assert.match(error.message, /^mappings\/.* cannot be written \(ENAMETOOLONG\)\. It is as it was\.$/);
        return true;
      });
    }));

  it("stays saved where the service does not take it, and says why", async () => {
    const problem = { file: "queries/x.sql", line: 1, column: 1, message: "This is no query." };
    for (const [error, told] of [
      [new SiteError([problem]), /The files have mistakes\. queries\/x\.sql:1:1 This is no query\.$/],
      [new CannotRun("It is being ended."), /goes on by its former text\. It is being ended\.$/],
      [new TypeError("a secret of ada's"), /TypeError/],
    ] as const)
      await saving(
        async ({ desk, folder, text, hash }) => {
          const saved = await saveMapping(desk, CONTENTS, { text: `${text}# edited\n`, hash });
          assert.match(saved.told, told);
          assert.match(
            saved.told,
            /^mappings\/.* is saved\. The running service goes on by its former text\./,
          );
          assert.doesNotMatch(saved.told, /ada/);
          assert.equal(await readFile(join(folder, PATH), "utf8"), `${text}# edited\n`);
          assert.equal(saved.hash, textHash(`${text}# edited\n`));
        },
        { take: () => Promise.reject(error) },
      );
  });

  it("says what the service does not take before it is started again", () =>
    saving(
      async ({ desk, text, hash }) => {
        const { told } = await saveMapping(desk, CONTENTS, { text: `${text}# edited\n`, hash });
        assert.match(told, /from now on\. Start it again to have the new endpoint\.$/);
      },
      { take: async () => "Start it again to have the new endpoint." },
    ));

  it("is told as done where the archive cannot be read afterwards", () =>
    saving(
      async ({ desk, text, hash }) => {
        await saveMapping(desk, CONTENTS, { text: `${text}# edited\n`, hash });
      },
      { refresh: () => Promise.reject(new Error("The archive does not answer.")) },
    ));

  it("is done one after the other: of two at once, the second is overtaken by the first", () =>
    saving(async ({ desk, folder, text, hash, asked }) => {
      const edited = ["# one\n", "# other\n", "# third\n"].map((each) => text + each);
      const all = await Promise.allSettled(
        edited.map((each) => saveMapping(desk, CONTENTS, { text: each, hash })),
      );
      assert.deepEqual(
        all.map((each) => each.status === "fulfilled" || each.reason instanceof Overtaken),
        [true, true, true],
      );
      assert.equal(all[0]?.status, "fulfilled");
      assert.equal(await readFile(join(folder, PATH), "utf8"), edited[0]);
      assert.deepEqual(asked, ["take", "refresh"]);
    }));

  it("is refused, in words, while something else changes the service, and lets that wait for its end", () =>
    saving(async (all) => {
      const { desk, folder, text, hash } = all;
      const edited = { text: `${text}# edited\n`, hash };
      const busy = turnFor(desk, "Events of quarantine are being recovered.");
      await throwsUntouched(all, CONTENTS, edited, (error) => {
        assert.ok(error instanceof Overtaken);
        assert.match(error.message, /^Events of quarantine are being recovered\. .* try again\.$/);
        return true;
      });
      busy.release();
      const saved = saveMapping(desk, CONTENTS, edited);
      assert.throws(
        () => turnFor(desk, "Something else."),
        (error) => error instanceof Overtaken && /A mapping is being saved/.test(error.message),
      );
      await saved;
      assert.equal(await readFile(join(folder, PATH), "utf8"), edited.text);
      // Also one that is refused leaves the turn to others.
      await assert.rejects(saveMapping(desk, CONTENTS, edited), Overtaken);
      turnFor(desk, "Something else.").release();
    }));
});
