import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { isIri } from "../../src/document/iri.ts";
import { activityTypes, FORMER_NAME, UNPROVEN, verbs } from "../../src/xapi/vocabulary.ts";

const OWN = /https:\/\/w3id\.org\/jupyter-lms-translator\/[\w./-]*\w/g;

const textOf = (path: string): string => readFileSync(join(project, path), "utf8");

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(join(project, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(ts|yml)$/.test(path) && !path.endsWith("examples.yml"))
    .map((path) => join(folder, path));

/** The project's own IRIs that are used: written out, or made by the vocabulary. */
const used = new Set([
  ...["src", "mappings"].flatMap(filesBelow).flatMap((path) => textOf(path).match(OWN) ?? []),
  ...[...Object.values(verbs).map(({ id }) => id), ...Object.values(activityTypes)].filter((id) =>
    id.match(OWN),
  ),
  FORMER_NAME,
  UNPROVEN,
]);

describe("the project's own IRIs", () => {
  const page = textOf("docs/iris.md");
  const documented: readonly string[] = page.match(OWN) ?? [];

  it("are all on one page, and the page has no others", () => {
    assert.deepEqual([...new Set(documented)].sort(), [...used].sort());
  });

  it("are on it once, and are IRIs", () => {
    assert.equal(new Set(documented).size, documented.length);
    for (const iri of documented) assert.ok(isIri(iri), iri);
  });

  it("are few", () => {
    assert.ok(documented.length <= 25);
  });
});
