/** docs/interop.md names what is really installed. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { PARTS } from "./support/parts.ts";

const text = readFileSync(join(project, "docs", "interop.md"), "utf8");

/** As its name is written by others: pip knows no difference between these. */
const plain = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, "-");

/** What a part pins, each as its name and its version. */
const pinnedBy = (part: string): readonly string[] =>
  globSync(`test/interop/parts/${part}/{requirements.txt,package.json,pom.xml}`, { cwd: project }).flatMap(
    (file) => {
      const pin = readFileSync(join(project, file), "utf8");
      const found = [
        ...pin.matchAll(/^([\w.-]+)==(\S+)$/gm),
        ...pin.matchAll(/"([@\w./-]+)": "(\d[\w.]*)"/g),
        ...pin.matchAll(/<artifactId>([\w.-]+)<\/artifactId>\s*<version>(\d[\w.-]*)<\/version>/g),
      ];
      return found.map(([, name = "", version = ""]) => `${plain(name)} ${version}`);
    },
  );

const named = new Map(
  [...text.matchAll(/`([@\w./-]+) (\d[\w.]*)`/g)].map(([told, name = "", version = ""]) => [
    `${plain(name)} ${version}`,
    told,
  ]),
);

describe("docs/interop.md", () => {
  it("names the versions that are installed", () => {
    const pinned = new Set(PARTS.flatMap(pinnedBy));
    const wrong = [...named].filter(([each]) => !pinned.has(each)).map(([, told]) => told);
    assert.deepEqual(wrong, []);
  });

  it("leaves no part out", () => {
    const untold = PARTS.filter((part) => !pinnedBy(part).some((each) => named.has(each)));
    assert.deepEqual(untold, []);
  });
});
