import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type ArchiveLine, type Bucket, prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { byLearners, isMarked, MOST_LEARNERS, marksOf, mayHold, UNKNOWN } from "../../src/archive/marks.ts";
import { readDated } from "../../src/archive/read.ts";
import { learnerTags } from "../../src/learner/tag.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { runs } from "../support/runs.ts";

const tagOf = learnerTags("a-key");
const keysOf = async (lines: readonly ArchiveLine[]): Promise<readonly string[]> => {
  const bucket = memoryBucket();
  await writeLines(bucket, prefixOf("raw"), lines);
  return [...bucket.objects.keys()].sort();
};

const lineOf = (at: number, learner: string | undefined): ArchiveLine => ({
  learner,
  partition: "dt=2026-11-22/hour=01",
  text: JSON.stringify({ id: at, learner }),
});

const numberOf = ({ text }: ArchiveLine): number => JSON.parse(text).id;

/** Of each line, who it is of: up to ninety learners, nobody, or anybody. */
const learners = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.nat({ max: 90 }).map((at) => tagOf(`learner-${at}`)) },
    fc.constantFrom(undefined, UNKNOWN),
  ),
  { maxLength: 200 },
);

describe("The names of the archive's objects", () => {
  it("tell of every line of a learner where it may be, and of few others", async () => {
    await fc.assert(
      fc.asyncProperty(learners, async (all) => {
        const bucket = memoryBucket();
        await writeLines(
          bucket,
          prefixOf("raw"),
          all.map((learner, at) => lineOf(at, learner)),
        );
        for await (const [key, lines] of objectsOf(bucket)) {
          const inside = new Set(lines.map(({ learner }) => learner));
          for (const learner of inside) if (learner !== undefined) assert.ok(mayHold(key, [learner]));
          assert.equal(inside.has(UNKNOWN), !isMarked(key));
          if (inside.has(UNKNOWN)) assert.deepEqual([...inside], [UNKNOWN]);
          inside.delete(undefined);
          assert.ok(inside.size <= MOST_LEARNERS);
        }
      }),
      { numRuns: runs(50) },
    );
  });

  it("part lines so that none is lost, their order stays, and a learner's come together", () => {
    fc.assert(
      fc.property(learners, (all) => {
        const lines = all.map((learner, at) => lineOf(at, learner));
        const parts = byLearners(lines);
        assert.deepEqual(
          parts.flat().sort((one, other) => numberOf(one) - numberOf(other)),
          lines,
        );
        for (const part of parts) {
          const ids = part.map(numberOf);
          assert.deepEqual(
            ids,
            ids.toSorted((one, other) => one - other),
          );
        }
        for (const learner of new Set(all))
          assert.equal(parts.filter((part) => part.some((each) => each.learner === learner)).length, 1);
      }),
      { numRuns: runs(100) },
    );
  });

  it("are the same for the same batch, so that a retry overwrites itself", async () => {
    const lines = Array.from({ length: 200 }, (_, at) => lineOf(at, tagOf(`learner-${at % 70}`)));
    assert.deepEqual(await keysOf(lines), await keysOf(lines));
    assert.equal((await keysOf(lines)).length, 3);
  });

  it("fit a file's name, and hold neither a name nor a whole tag", async () => {
    const lines = Array.from({ length: 32 }, (_, at) => lineOf(at, tagOf(`learner-${at}`)));
    for (const key of await keysOf(lines)) {
      assert.ok((key.split("/").at(-1) ?? "").length <= 200);
      assert.match(key, /^raw\/dt=2026-11-22\/hour=01\/[0-9a-f]{32}(?:[.-][0-9a-f]{3})+\.ndjson\.gz$/);
    }
  });

  it("say nothing where they were written otherwise, so that such objects are always read", () => {
    const [tag] = [tagOf("ada")];
    for (const key of ["raw/dt=2026-11-22/0123.ndjson.gz", "raw/a.unknown.ndjson.gz", "raw/a.x-y.ndjson.gz"])
      assert.deepEqual([mayHold(key, [tag]), isMarked(key)], [true, false]);
    assert.deepEqual(
      [mayHold("raw/a.nobody.ndjson.gz", [tag]), isMarked("raw/a.nobody.ndjson.gz")],
      [false, true],
    );
    assert.equal(marksOf([undefined, tag, tag]), tag.slice(0, 3));
    assert.equal(marksOf([tag, "no tag"]), UNKNOWN);
  });

  it("find a learner under the former key as well", () => {
    const former = learnerTags("former")("ada");
    assert.ok(mayHold(`raw/a.${marksOf([former])}.ndjson.gz`, [tagOf("ada"), former]));
  });

  it("are wrong for about one learner in 128 of whom nothing is in a full object", () => {
    const marks = marksOf(Array.from({ length: MOST_LEARNERS }, (_, at) => tagOf(`inside-${at}`)));
    const others = Array.from({ length: 4000 }, (_, at) => tagOf(`outside-${at}`));
    const wrong = others.filter((tag) => mayHold(`raw/a.${marks}.ndjson.gz`, [tag])).length;
    assert.ok(wrong / others.length < 0.012, String(wrong));
  });
});

async function* objectsOf(
  bucket: Bucket,
): AsyncGenerator<readonly [string, readonly { readonly learner?: string }[]]> {
  for await (const key of bucket.list("")) {
    const lines: { readonly learner?: string }[] = [];
    const one = {
      ...bucket,
      list: async function* () {
        yield key;
      },
    };
    for await (const { line } of readDated(one, "raw/")) lines.push(line as { readonly learner?: string });
    yield [key, lines];
  }
}
