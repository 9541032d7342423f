import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { jlt, withShippedSite } from "./support.ts";

/** The part of the README below a heading, up to the next one. */
const section = async (heading: string): Promise<string> => {
  const readme = await readFile(join(project, "README.md"), "utf8");
  const [, below = ""] = readme.split(`### ${heading}\n`);
  return below.split("\n### ")[0] ?? "";
};

const block = (text: string, language: string): string =>
  new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(text)?.[1] ?? "";

describe("The README, Add an event", () => {
  it("leads from an unknown event to its first statement, and shows the complaint that a slip brings", async () => {
    const text = await section("Add an event");
    const events = await readFile(join(project, "examples", "events.ndjson"), "utf8");
    const attendance = events.split("\n").find((line) => line.includes("/attendance")) ?? "";
    await withShippedSite(async (folder) => {
      const added = await jlt(folder, ["schema", "add", join(project, "examples", "attendance.v1.yml")]);
      assert.equal(added.status, 0, added.stderr);

      const file = join(folder, "mappings/example/attendance/mapping.yml");
      const starter = await readFile(file, "utf8");
      const edited = starter.slice(0, starter.indexOf("translations:")) + block(text, "yaml");
      await writeFile(file, edited.replace("{ event.room }", "{ event.rom }"));
      const slip = await jlt(folder, ["check"]);
      assert.equal(slip.status, 1);
      assert.ok(text.includes(slip.stdout.split("\n")[0] ?? "nothing"), slip.stdout);

      await writeFile(file, edited);
      const endpoint = join(folder, "endpoints/campus-caliper.yml");
      const selecting = (await readFile(endpoint, "utf8")).replace(
        "- jupyterhub/*",
        "- jupyterhub/*\n    - example/*",
      );
      await writeFile(endpoint, selecting);
      assert.equal((await jlt(folder, ["check"])).status, 0);
      const tried = await jlt(folder, ["try", "-", "--endpoint", "campus-caliper"], attendance);
      assert.match(tried.stdout, /^line 1 → campus-caliper: example\/attendance:attended\n/);
      const { extensions } = JSON.parse(tried.stdout.slice(tried.stdout.indexOf("{")));
      assert.deepEqual(extensions, { "https://example.edu/extensions/room": "12" });
    });
  });
});
