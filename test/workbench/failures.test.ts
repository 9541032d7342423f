import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { OpenFailure } from "../../src/ledger/failures.ts";
import { failuresIn, failuresOf } from "../../workbench/views/failures.ts";
import { refusedArchive, testDesk } from "./acts-support.ts";

const failure: fc.Arbitrary<OpenFailure> = fc
  .record({
    id: fc.uuid(),
    event: fc.uuid(),
    endpoint: fc.constantFrom("campus-lrs", "campus-caliper"),
    at: fc.nat({ max: 1e9 }).map((past) => new Date(1.7e12 + past).toISOString()),
    class: fc.constantFrom("setAside" as const, "split" as const),
    reason: fc.constantFrom("endpoint.refused" as const, "endpoint.conflict" as const),
    status: fc.constantFrom(400, 409, 422),
    detail: fc.string({ unit: "binary" }),
    answer: fc.string({ unit: "binary" }),
    deliveredBefore: fc.boolean(),
  })
  .map((each) => ({ ...each, first: each.at, mapping: "a", mappingHash: "old", translation: "a:x" }));

describe("the view of failures", async () => {
  const { desk } = await testDesk();
  let version = 0;
  const viewOf = (failures: readonly OpenFailure[]) => {
    const sorted = failures.toSorted((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
    const seen = { ...desk, index: { ...desk.index, version: version++, failures: () => sorted } };
    return { seen, ...failuresOf(seen) };
  };

  it("has every failure in one group, which its key names", () => {
    fc.assert(
      fc.property(fc.uniqueArray(failure, { selector: ({ id }) => id }), (failures) => {
        const { seen, groups } = viewOf(failures);
        assert.equal(new Set(groups.map(({ key }) => key)).size, groups.length);
        const all = groups.flatMap(({ key, count, ids, events }) => {
          const inside = failuresIn(seen, key);
          assert.equal(inside.length, count);
          const times = inside.map(({ at }) => at);
          assert.deepEqual(times, times.toSorted());
          const latest = inside.toReversed();
          assert.deepEqual(
            ids,
            latest.map(({ id }) => id),
          );
          assert.deepEqual(events, [...new Set(latest.map(({ event }) => event))]);
          return ids;
        });
        assert.deepEqual(all.toSorted(), failures.map(({ id }) => id).toSorted());
      }),
    );
  });

  it("calls a group the same whatever else is in it", () => {
    fc.assert(
      fc.property(fc.array(failure, { minLength: 1 }), fc.array(failure), (failures, more) => {
        const before = viewOf(failures).groups.map(({ key }) => key);
        const after = new Set(viewOf([...more, ...failures]).groups.map(({ key }) => key));
        for (const key of before) assert.match(key, /^[0-9a-f]{16}$/);
        assert.ok(before.every((key) => after.has(key)));
      }),
    );
  });

  it("names a hundred of a large group, the latest, and counts all", () => {
    const many = Array.from({ length: 250 }, (_, at): OpenFailure => {
      const [one] = fc.sample(failure, { numRuns: 1, seed: 1 });
      assert.ok(one !== undefined);
      // Two statements of each event.
      return { ...one, id: `id-${at}`, event: `event-${at >> 1}`, at: new Date(1.7e12 + at).toISOString() };
    });
    const [group] = viewOf(many).groups;
    assert.deepEqual([group?.count, group?.ids.length, group?.events.length], [250, 100, 50]);
    assert.equal(group?.ids[0], "id-249");
  });

  it("tells what is set aside in an archive, with what to do, and whether its mapping has changed since", async () => {
    const { bucket } = await refusedArchive([422, 422, 400]);
    const made = await testDesk({ bucket });
    const { groups, reading } = failuresOf(made.desk);
    assert.deepEqual(reading, made.desk.index.reading);
    assert.deepEqual(
      groups.map(({ endpoint, status, count }) => [endpoint, status, count]),
      [
        ["campus-lrs", 422, 2],
        ["campus-lrs", 400, 1],
      ],
    );
    assert.deepEqual(groups[0]?.translations, [
      {
        mapping: "jupyter-server/contents",
        translation: "jupyter-server/contents:saved",
        count: 2,
        changed: 0,
      },
    ]);
    assert.match(groups[0]?.advice ?? "", /rules of its own do not let them in/);
    assert.equal(
      (await bucket.records("raw")).filter(({ id }) => groups[0]?.events.includes(String(id))).length,
      2,
    );
  });

  it("answers anew when something else is read, or the files have changed", async () => {
    const { bucket } = await refusedArchive([422]);
    const made = await testDesk({ bucket });
    const before = failuresOf(made.desk).groups;
    assert.equal(failuresOf(made.desk).groups, before);
    await refusedArchive([400], { bucket, endpoint: "campus-caliper" });
    await made.desk.refresh();
    assert.deepEqual([before.length, failuresOf(made.desk).groups.length], [1, 2]);
    const changed = { ...made.desk, site: () => ({ ...made.desk.site(), hash: "another" }) };
    assert.notEqual(failuresOf(changed).groups, failuresOf(made.desk).groups);
  });
});
