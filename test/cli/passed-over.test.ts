import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { passedOverLines } from "../../cli/passed-over.ts";

const ESC = "\u001b";
const trouble = (name: string) => ({
  key: `quarantine/${name}`,
  why: "foreign" as const,
  detail: `quarantine/${name} is no object of the archive: somebody else put it there.`,
});

describe("what was passed over", () => {
  it("is told with nothing in it that a terminal obeys, whoever named the object", () => {
    const text = passedOverLines([trouble(`${ESC}[2J\u202e`)]).join("\n");
    assert.match(text, /quarantine\/\\u001b\[2J\\u202e is no object/);
    assert.ok(!text.includes(ESC) && !text.includes("\u202e"));
  });

  it("is told in colours where a terminal has them, by jlt quarantine too", () => {
    const code = `
      import { groupsText } from ${JSON.stringify(join(project, "cli/quarantine-text.ts"))};
      const trouble = ${JSON.stringify(trouble(`${ESC}[2J`))};
      process.stdout.write(groupsText([], "local", [trouble]));`;
    const { NO_COLOR: _, ...env } = process.env;
    const options = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", code];
    const { stdout } = spawnSync(process.execPath, options, {
      env: { ...env, FORCE_COLOR: "1" },
      encoding: "utf8",
    });
    assert.ok(stdout.includes(`${ESC}[33m1 object of the archive could not be read`), stdout);
    assert.ok(stdout.includes("quarantine/\\u001b[2J") && !stdout.includes("\\u001b[33m"), stdout);
  });
});
