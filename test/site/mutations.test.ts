import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { project } from "../../build/bundle.ts";
import { siteCode } from "../../build/code.ts";
import { readSite } from "../../build/site.ts";
import { type Problem, SiteError } from "../../src/document/problem.ts";
import { type Files, SITE, withSite } from "../mapping/support.ts";
import { runs } from "../support/runs.ts";

const shipped = async (): Promise<ReadonlyMap<string, string>> => {
  const paths = ["translator.yml"];
  for (const folder of ["endpoints", "mappings"]) {
    const entries = await readdir(join(project, folder), { recursive: true, withFileTypes: true });
    for (const entry of entries)
      if (entry.isFile() && entry.name.endsWith(".yml"))
        paths.push(relative(project, join(entry.parentPath, entry.name)));
  }
  const texts = await Promise.all(paths.map((path) => readFile(join(project, path), "utf8")));
  return new Map(paths.map((path, at) => [path, texts[at] ?? ""]));
};

const files = await shipped();

const SCHEMA_AND_MAPPING = ["schema.v1.yml", "mapping.yml"].map(
  (name) => `mappings/jupyter-server/contents/${name}`,
);

/** What slips of the pen and of the mouse do to a text. `where` is between 0 and 1. */
type Slip = {
  readonly kind: "delete" | "insert" | "replace" | "line" | "twice" | "cut";
  readonly where: number;
  readonly what: string;
};

const slip: fc.Arbitrary<Slip> = fc.record({
  kind: fc.constantFrom("delete", "insert", "replace", "line", "twice", "cut"),
  where: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  what: fc.oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 3 }),
    fc.constantFrom(
      ..."\t \n : - # & * ! | > ' \" { } [ ] ${ $${ } , ? % @ ` null ~ 1 -1 .inf .nan true <<: *a &a !!set --- ... __proto__ constructor toString $ref $id \ufeff \ud800".split(
        " ",
      ),
    ),
  ),
});

const slipped = (text: string, { kind, where, what }: Slip): string => {
  const at = Math.floor(where * text.length);
  const lines = text.split("\n");
  const line = Math.floor(where * lines.length);
  if (kind === "delete") return text.slice(0, at) + text.slice(at + what.length);
  if (kind === "insert") return text.slice(0, at) + what + text.slice(at);
  if (kind === "replace") return text.slice(0, at) + what + text.slice(at + what.length);
  if (kind === "cut") return text.slice(0, at);
  return lines
    .flatMap((each, index) => (index === line ? (kind === "twice" ? [each, each] : []) : [each]))
    .join("\n");
};

/** The problems of a site, or none; whatever else is thrown, is a fault. */
const problemsOf = async (folder: string): Promise<readonly Problem[]> => {
  try {
    siteCode(await readSite(folder));
    return [];
  } catch (error) {
    if (!(error instanceof SiteError)) throw error;
    assert.notEqual(error.problems.length, 0);
    return error.problems;
  }
};

const mutated = (slips: readonly (readonly [path: string, slip: Slip])[]): Files => {
  const changed = new Map(files);
  for (const [path, each] of slips) changed.set(path, slipped(changed.get(path) ?? "", each));
  return {
    ...Object.fromEntries(Object.keys(SITE).map((path) => [path, undefined])),
    ...Object.fromEntries(changed),
  };
};

describe("Whatever stands in a site's files", () => {
  it("the check succeeds or names files, lines and columns, and never fails itself", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...files.keys()), slip), { minLength: 1, maxLength: 3 }),
        (slips) =>
          withSite(mutated(slips), async (folder) => {
            for (const problem of await problemsOf(folder)) {
              const lines = (await readFile(join(folder, problem.file), "utf8")).split("\n");
              assert.ok(problem.line >= 1 && problem.line <= lines.length, JSON.stringify(problem));
              assert.ok(problem.column >= 1, JSON.stringify(problem));
              assert.match(problem.message, /^["A-Z].*[.?]$/s);
              assert.doesNotMatch(problem.message, /undefined|\[object|\bat \S+:\d/);
            }
          }),
      ),
      { numRuns: runs(8) },
    );
  });

  it("text that is nested thousands of levels deep is refused", async () => {
    // One file of each kind: they are read alike. Examples are no part of what is built: jlt test reads them.
    const kinds = ["translator.yml", "endpoints/campus-lrs.yml", ...SCHEMA_AND_MAPPING];
    const few = Object.fromEntries(kinds.map((path) => [path, files.get(path)]));
    for (const path of kinds) {
      for (const deep of ["[".repeat(20_000), "{a: ".repeat(5_000), "- ".repeat(5_000)]) {
        const found = await withSite({ ...few, [path]: deep }, problemsOf);
        assert.ok(
          found.some(({ file }) => file === path),
          path,
        );
      }
    }
  });
});
