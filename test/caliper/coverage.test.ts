import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { project } from "../../build/bundle.ts";
import { certificationRows } from "../../build/certification.ts";
import { COVERAGE_PAGE, coverage, currentPage, tryOut } from "../../build/coverage.ts";
import { imaginedSettings } from "../../build/imagined.ts";
import { readMappings } from "../../build/site.ts";

const table = fileURLToPath(
  new URL("../../../shared/data/caliper/certification-table-v1p2.json", import.meta.url),
);

type Cells = readonly [
  profile: string,
  event: string | null,
  action: string,
  actor: string,
  object: string,
  generated: string,
  need: string,
];

/** Rows in which 1EdTech's table says otherwise than the standard's own tables, or leaves out what these require. */
const DIFFERENT: ReadonlySet<string> = new Set([
  "AssessmentProfile AssessmentItemEvent Started",
  "FeedbackProfile FeedbackEvent Commented",
  "FeedbackProfile FeedbackEvent Ranked",
  "GradingProfile ViewEvent Viewed",
]);

describe("the page of what is sent of Caliper", () => {
  it("is what the mappings and the check say now", async () => {
    assert.equal(readFileSync(COVERAGE_PAGE, "utf8"), await currentPage(), "npm run coverage writes it");
  });

  it("names for what is emitted the translations that do, and for what is possible a mapping that passes", async () => {
    const { sources } = await readMappings(project, imaginedSettings().hub);
    const names = sources.flatMap(({ mapping }) => mapping.translations.map(({ name }) => name));
    for (const row of coverage(sources)) {
      if (row.status === "emitted")
        assert.ok(row.by.length > 0 && row.by.every((each) => names.includes(each)));
      if (row.status === "possible by mapping") assert.deepEqual(tryOut(row), []);
      if (row.status === "not applicable") assert.ok(row.by.length > 0);
    }
  });

  it("calls nothing emitted where there are no mappings", () => {
    assert.ok(coverage([]).every(({ status }) => status !== "emitted"));
  });

  it("has the rows of 1EdTech's table", {
    skip: existsSync(table) ? false : "the table is not beside the project",
  }, () => {
    const rows: readonly Cells[] = JSON.parse(readFileSync(table, "utf8"));
    assert.equal(certificationRows.length, rows.length);
    const known = new Map(
      certificationRows.map((row) => [`${row.profile} ${row.event ?? ""} ${row.action}`, row]),
    );
    for (const [profile, event, action, actor, object, generated, need] of rows) {
      const name = `${profile.replace(/^./, (first) => first.toUpperCase())} ${event ?? ""} ${action}`;
      const row = known.get(name);
      assert.equal(row?.need, need === "At least 1 Required" ? "one of these" : need.toLowerCase(), name);
      if (DIFFERENT.has(name)) continue;
      assert.equal(row?.actor, actor.replace(" or subtype", ""), name);
      assert.equal(row?.object, object, name);
      assert.equal(row?.generated ?? "", generated, name);
    }
  });
});
