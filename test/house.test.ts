import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, it } from "node:test";
import { project } from "../build/bundle.ts";

const FOLDERS = "src functions build catalog stage workbench cli local infra bench test".split(" ");

interface Import {
  readonly of: string;
  /** A path in the project, or the name of a package. */
  readonly to: string;
  /** Whether anything of it is left when types are erased. */
  readonly value: boolean;
}

const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(project, folder), { recursive: true, encoding: "utf8" }).map((path) => join(folder, path)),
).filter((path) => path.endsWith(".ts"));

const textOf = (path: string): string => readFileSync(join(project, path), "utf8");

const IMPORT = /^(?:import|export)\s+(type\s)?(?:([^"';]*?)\sfrom\s+)?["']([^"']+)["']/gm;
const LATER = /\bimport\(\s*["']([^"']+)["']\s*\)(?!\.[A-Z])/g;

/** Whether every name in the braces of an import is a type. */
const onlyTypes = (names: string): boolean =>
  /^\{.*\}$/s.test(names.trim()) &&
  names
    .replace(/[{}]/g, "")
    .split(",")
    .filter((name) => name.trim() !== "")
    .every((name) => name.trim().startsWith("type "));

const importsOf = (path: string): readonly Import[] => {
  const text = textOf(path);
  const to = (name: string): string =>
    name.startsWith(".") ? relative(project, join(project, dirname(path), name)) : name;
  const stated = [...text.matchAll(IMPORT)].map(([, type, names = "", name = ""]) => ({
    of: path,
    to: to(name),
    value: type === undefined && !onlyTypes(names),
  }));
  const later = [...text.matchAll(LATER)].map(([, name = ""]) => ({ of: path, to: to(name), value: true }));
  return [...stated, ...later];
};

const imports = files.flatMap(importsOf);
/** What a page of Markdown shows as a picture of its own. */
const PICTURE = /!\[[^\]]*\]\((?!\w+:)([^)\s]+)/g;

const told = (some: readonly Import[]): readonly string[] => some.map(({ of, to }) => `${of} imports ${to}`);
const inside = (path: string, ...folders: readonly string[]): boolean =>
  folders.some((folder) => path.startsWith(`${folder}/`));

/** What a file needs when it runs, however far away: the chain from it to each. */
const needs = (
  path: string,
  chain: readonly string[] = [path],
  seen = new Set<string>(),
): readonly string[][] =>
  imports
    .filter((each) => each.of === path && each.value && !seen.has(each.to))
    .flatMap(({ to }) => {
      seen.add(to);
      return [[...chain, to], ...needs(to, [...chain, to], seen)];
    });

/** By which chains the files of some folders need what Node alone has. */
const needingNode = (...folders: readonly string[]): readonly string[] =>
  files
    .filter((path) => inside(path, ...folders))
    .flatMap((path) => needs(path))
    .filter((chain) => chain.at(-1)?.startsWith("node:"))
    .map((chain) => chain.join(" → "));

describe("The house", () => {
  it("has no source file of more than 250 lines", () => {
    const long = files.filter((path) => textOf(path).trimEnd().split("\n").length > 250);
    assert.deepEqual(long, []);
  });

  it("runs every folder of tests with one of the scripts", () => {
    const { scripts } = JSON.parse(textOf("package.json"));
    const tests = ["test:units", "test:whole", "test:interop", "test:chaos", "test:deploy", "test:browser"]
      .map((name) => scripts[name])
      .join(" ");
    const run = [...tests.matchAll(/test\/\{?([\w,]+)\}?\/\*\*/g)];
    const named = run.flatMap(([, names = ""]) => names.split(","));
    const folders = files.filter((path) => path.endsWith(".test.ts")).map((path) => path.split("/")[1]);
    assert.deepEqual(
      [...new Set(folders)].filter((name) => name !== "house.test.ts" && !named.includes(name ?? "")),
      [],
    );
  });

  it("finds the imports that it judges", () => {
    assert.ok(
      imports.some(({ of, to, value }) => of === "build/site.ts" && to === "src/mapping/read.ts" && value),
    );
    assert.ok(
      imports.some(({ of, to, value }) => of === "src/site.ts" && to === "src/settings.ts" && !value),
    );
    const lost = imports.filter(({ to }) => inside(to, ...FOLDERS) && !files.includes(to));
    assert.deepEqual(told(lost), []);
  });

  it("lets nothing import from functions/ or cli/ but tests, and the command itself", () => {
    const wrong = imports.filter(
      ({ of, to }) => inside(to, "functions", "cli") && !inside(of, "test") && dirname(of) !== dirname(to),
    );
    assert.deepEqual(told(wrong), []);
  });

  it("lets src/ import nothing from above it", () => {
    const above = FOLDERS.filter((folder) => folder !== "src");
    assert.deepEqual(told(imports.filter(({ of, to }) => inside(of, "src") && inside(to, ...above))), []);
  });

  it("keeps cli above workbench, workbench above stage, and stage above what runs locally", () => {
    const above: Readonly<Record<string, readonly string[]>> = {
      local: ["stage", "cli"],
      stage: ["workbench", "cli"],
      workbench: ["cli"],
      catalog: ["stage", "workbench", "local", "cli"],
      build: ["catalog", "stage", "workbench", "local", "cli"],
    };
    const wrong = imports.filter(
      ({ of, to, value }) => value && inside(to, ...(above[of.split("/")[0] ?? ""] ?? [])),
    );
    assert.deepEqual(told(wrong), []);
  });

  it("lets only the command, the local run and tests open the workbench", () => {
    const wrong = imports.filter(
      ({ of, to }) => inside(to, "workbench") && !inside(of, "workbench", "cli", "local", "bench", "test"),
    );
    assert.deepEqual(told(wrong), []);
  });

  it("lets the workbench's page use of the others only what needs nothing of Node", () => {
    assert.deepEqual(needingNode("workbench/page"), []);
  });

  it("knows the AWS SDK in src/aws/ only, and where functions, the local run and its benches make its clients", () => {
    const wrong = imports.filter(
      ({ of, to }) =>
        to.startsWith("@aws-sdk/") && !inside(of, "src/aws", "functions", "local", "bench", "test"),
    );
    assert.deepEqual(told(wrong), []);
  });

  it("keeps src/caliper/ and src/xapi/ to themselves, but for src/document/", () => {
    for (const folder of ["src/caliper", "src/xapi"]) {
      const wrong = imports.filter(({ of, to }) => inside(of, folder) && !inside(to, folder, "src/document"));
      assert.deepEqual(told(wrong), []);
    }
  });

  it("keeps Node out of what a browser will run", () => {
    assert.deepEqual(needingNode("src/mapping", "src/caliper", "src/xapi"), []);
  });

  it("keeps the folders of src/ in their order, with src/event/ and src/document/ below all", () => {
    const stories = ["src/translate.ts", "src/deliver.ts"];
    const upward = imports.filter(
      ({ of, to, value }) => value && stories.includes(to) && /^src\/[^/]+\//.test(of),
    );
    assert.deepEqual(told(upward), []);
    const below = ["src/event", "src/document"];
    const leaving = imports.filter(
      ({ of, to, value }) => value && inside(of, ...below) && inside(to, "src") && !inside(to, ...below),
    );
    assert.deepEqual(told(leaving), []);
  });

  it("has no circles", () => {
    const circles = files.flatMap((path) => needs(path).filter((chain) => chain.at(-1) === path));
    assert.deepEqual(
      circles.map((chain) => chain.join(" → ")),
      [],
    );
  });

  it("has no default exports but those that a tool asks for", () => {
    const wrong = files.filter((path) =>
      inside(path, "src", "functions", "build", "catalog", "stage", "workbench", "cli", "local"),
    );
    assert.deepEqual(
      wrong.filter((path) => /^export default\b/m.test(textOf(path))),
      [],
    );
  });

  it("asserts no duration in a test, as a measure would", () => {
    // That something waits at least so long is behaviour; that it takes at most so long is a measure.
    const clock = /assert[^\n]*(performance\.now|Date\.now|hrtime|elapsed|duration)[^\n]*<=?\s*\d/i;
    const wrong = files.filter((path) => inside(path, "test") && path !== "test/house.test.ts");
    assert.deepEqual(
      wrong.filter((path) => clock.test(textOf(path))),
      [],
    );
  });

  it("tells every error in plain words: whole sentences, without the jargon of stacks", () => {
    const thrown = /(?:new \w*Error|refuse|\.problem|complain)\([^"`]*?["`]([A-Z][^"`\n]*)["`],?\s*\)/g;
    const wrong = files
      .filter((path) => inside(path, "src", "stage", "workbench", "cli", "build"))
      .flatMap((path) => [...textOf(path).matchAll(thrown)].map(([, message = ""]) => `${path}: ${message}`))
      .filter(
        (each) =>
          !/[.?:}]$|openssl rand -base64 48$/.test(each) ||
          /\b(null|undefined|NaN|stack|exception|invalid argument)\b/i.test(each),
      );
    assert.deepEqual(wrong, []);
  });

  it("shows a test for each threat in docs/threats.md, which is there", () => {
    const rows = textOf("docs/threats.md")
      .split("\n")
      .filter((line) => line.startsWith("| ") && !/^\| attack/.test(line));
    const tests = rows.map((row) =>
      [...row.matchAll(/\]\(\.\.\/(test\/[\w./-]+)\)/g)].map(([, path = ""]) => path),
    );
    assert.ok(rows.length > 20);
    assert.deepEqual(
      rows.filter((_, at) => tests[at]?.length === 0),
      [],
    );
    assert.deepEqual(
      tests.flat().filter((path) => !files.includes(path)),
      [],
    );
  });

  it("has every picture that its pages show, and shows every one that it has", () => {
    const pages = ["README.md", ...readdirSync(join(project, "docs")).map((name) => join("docs", name))];
    const shown = pages
      .filter((page) => page.endsWith(".md"))
      .flatMap((page) =>
        [...textOf(page).matchAll(PICTURE)].map(([, path = ""]) => join(dirname(page), path)),
      );
    const pictures = readdirSync(join(project, "docs/images")).map((name) => join("docs/images", name));
    assert.deepEqual([...new Set(shown)].sort(), pictures.sort());
  });
});
