import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fieldName } from "../../src/diff/fields.ts";
import type { Finding } from "../../src/diff/findings.ts";
import { EDITS } from "./edits.ts";
import { archiveOf, compared, type Different, inOrder, messages, oracle, versionWith } from "./support.ts";

const differentOf = (findings: readonly Finding[]): readonly Different[] =>
  inOrder(
    findings.flatMap((finding): readonly Different[] => {
      if (finding.kind !== "changed" && finding.kind !== "new" && finding.kind !== "gone") return [];
      const { kind, endpoint, translation, id } = finding;
      const fields = finding.kind === "changed" ? finding.changes.map(({ path }) => fieldName(path)) : [];
      return [{ kind, endpoint, translation, id, fields: [...new Set(fields)].sort() }];
    }),
  );

const reversed = (each: Different): Different => ({ ...each, kind: REVERSED[each.kind] });

const REVERSED = { changed: "changed", new: "gone", gone: "new" } as const;

describe("What two versions of a site make of an archive", async () => {
  const shipped = await versionWith();
  const batches = await messages();
  const bucket = await archiveOf(shipped, batches);

  it("is the same where nothing was edited", async () => {
    const { tallied, findings } = await compared(bucket, shipped, await versionWith());
    assert.equal(tallied.differs, false);
    assert.ok(tallied.events > 400);
    assert.deepEqual(differentOf(findings), []);
    assert.ok(tallied.endpoints.every(({ same }) => same > 150));
  });

  for (const [name, { before, edits, kinds, endpoints, fields = [] }] of Object.entries(EDITS))
    it(`differs in exactly the statements that ${name} changes`, async () => {
      const [first, second] = [
        before === undefined ? shipped : await versionWith(before),
        await versionWith(edits),
      ];
      const { tallied, findings } = await compared(bucket, first, second);
      const expected = await oracle(first, second, batches);
      assert.deepEqual(differentOf(findings), expected);
      // And these are what the edit means.
      assert.deepEqual(new Set(expected.map(({ kind }) => kind)), new Set(kinds));
      assert.deepEqual(new Set(expected.map(({ endpoint }) => endpoint)), new Set(endpoints));
      const found = new Set(expected.flatMap((each) => each.fields));
      for (const field of fields) assert.ok(found.has(field), `${field}: ${[...found].join(", ")}`);
      assert.equal(tallied.differs, true);
      for (const endpoint of tallied.endpoints)
        for (const kind of ["changed", "new", "gone"] as const) {
          const each = findings.filter((one) => one.kind === kind && one.endpoint === endpoint.endpoint);
          assert.equal(endpoint[kind], each.length, `${endpoint.endpoint} ${kind}`);
        }
      // Whoever takes it back sees the same the other way round.
      const back = await compared(bucket, second, first);
      assert.deepEqual(differentOf(back.findings), inOrder(expected.map(reversed)));
    });
});
