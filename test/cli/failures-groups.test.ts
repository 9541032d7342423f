import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { groupsText } from "../../cli/failures-text.ts";
import { excerpt, visible, visibleJson } from "../../cli/visible.ts";
import type { Reason } from "../../src/event/reason.ts";
import { groupFailures } from "../../src/ledger/failure-groups.ts";
import type { OpenFailure } from "../../src/ledger/failures.ts";

// Our own colours are escape sequences too: the runner asks for them on a terminal, as many a CI does.
delete process.env.FORCE_COLOR;
process.env.NO_COLOR = "1";

const time = fc.nat({ max: 1e9 }).map((seconds) => new Date(1.7e12 + seconds).toISOString());

const failure: fc.Arbitrary<OpenFailure> = fc.record(
  {
    id: fc.uuid(),
    event: fc.uuid(),
    endpoint: fc.constantFrom("one", "two"),
    first: time,
    at: time,
    mapping: fc.constantFrom("a", "b", "gone"),
    mappingHash: fc.constantFrom("old", "new"),
    translation: fc.constantFrom("a:x", "a:y", "b:x", "b:y", "b:z"),
    class: fc.constantFrom("setAside" as const, "split" as const, "waited" as const),
    reason: fc.constantFrom<Reason>("endpoint.refused", "endpoint.conflict", "mapping.failed"),
    status: fc.constantFrom(400, 409, 413, 415, 422),
    detail: fc.string({ unit: "binary" }),
    answer: fc.string({ unit: "binary" }),
    deliveredBefore: fc.boolean(),
  },
  {
    requiredKeys: [
      "id",
      "event",
      "endpoint",
      "first",
      "at",
      "mapping",
      "mappingHash",
      "class",
      "reason",
      "detail",
      "deliveredBefore",
    ],
  },
);

const hashes = new Map([
  ["a", "new"],
  ["b", "old"],
]);

describe("groups of failures", () => {
  it("hold every failure once, counted by its translation, between the first time and the last", () => {
    fc.assert(
      fc.property(fc.uniqueArray(failure, { selector: ({ id }) => id }), (failures) => {
        const groups = groupFailures(failures, hashes);
        const byId = new Map(failures.map((each) => [each.id, each]));
        assert.deepEqual(groups.flatMap(({ ids }) => ids).sort(), [...byId.keys()].sort());
        for (const { ids, count, translations, first, last, advice, ...group } of groups) {
          assert.equal(count, ids.length);
          assert.equal(
            translations.reduce((sum, each) => sum + each.count, 0),
            count,
          );
          assert.ok(advice.endsWith(".") && advice.length > 20, advice);
          for (const id of ids) {
            const each = byId.get(id);
            assert.ok(each !== undefined && first <= each.first && each.at <= last);
            assert.deepEqual(
              [each.endpoint, each.reason, each.class, each.status, each.deliveredBefore],
              [group.endpoint, group.reason, group.class, group.status, group.deliveredBefore],
            );
          }
        }
      }),
    );
  });

  it("say whether a mapping has changed since, or is gone", () => {
    fc.assert(
      fc.property(fc.array(failure, { minLength: 1 }), (failures) => {
        for (const { translations } of groupFailures(failures, hashes))
          for (const { mapping, count, changed } of translations) {
            assert.equal(changed === undefined, mapping === "gone");
            assert.ok((changed ?? 0) <= count);
          }
      }),
    );
    const one = fc.sample(failure, 1).map((each) => ({ ...each, mapping: "a", mappingHash: "old" }));
    assert.match(groupsText(groupFailures(one, hashes), "local"), /its mapping has changed since/);
    assert.match(groupsText(groupFailures(one, new Map([["a", "old"]])), "local"), /has not changed since/);
    assert.match(groupsText(groupFailures(one, new Map()), "local"), /its mapping is gone/);
  });

  it("name what was refused although delivered before apart from what was not", () => {
    const [one] = fc.sample(failure, 1);
    assert.ok(one !== undefined);
    const conflict = { ...one, reason: "endpoint.conflict", status: 409 } as const;
    const groups = groupFailures(
      [
        { ...conflict, id: "1", deliveredBefore: true },
        { ...conflict, id: "2", deliveredBefore: false },
      ],
      hashes,
    );
    assert.equal(groups.length, 2);
    assert.match(groupsText(groups, "local"), /Refused although delivered before under the same id/);
  });
});

describe("what an endpoint said", () => {
  /** What acts on a terminal, or hides. */
  const ACTS = /[\p{Cc}\p{Cf}\p{Cs}]/u;

  it("is shown and never acted upon by a terminal, whatever it is", () => {
    const hostile = [
      "\u001b[2J\u001b]0;owned\u0007",
      "\u009b31m",
      "\u202egnp.exe",
      "\ud800",
      "a\rb\u2028c\u200b",
    ];
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...hostile));
    fc.assert(
      fc.property(text, (said) => {
        assert.doesNotMatch(visible(said), ACTS);
        assert.doesNotMatch(excerpt(said, 300), ACTS);
        assert.deepEqual(JSON.parse(visibleJson({ said })), { said });
        assert.doesNotMatch(visibleJson({ said }).replaceAll("\n", ""), ACTS);
      }),
    );
    for (const said of hostile) assert.match(excerpt(said, 300), /\\u[0-9a-f]{4}/);
  });

  it("is cut where it is long, and stays as it is where it is plain", () => {
    assert.equal(excerpt("Grüße, 世界!  It is\nwrong.", 300), "Grüße, 世界! It is wrong.");
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 301 }), (said) => {
        assert.ok(excerpt(said, 30).length <= 31 * 12);
      }),
    );
    assert.equal(excerpt("x".repeat(400), 300), `${"x".repeat(300)}…`);
  });

  it("reaches the text of the groups in this form only", () => {
    const [one] = fc.sample(failure, 1);
    assert.ok(one !== undefined);
    const said = "\u001b]8;;https://evil.example\u0007 Click\u001b[0m";
    const text = groupsText(groupFailures([{ ...one, answer: said, detail: said }], hashes), "local");
    assert.ok(text.includes("\\u001b]8;;https://evil.example\\u0007 Click\\u001b[0m"));
    assert.doesNotMatch(text.replaceAll("\n", ""), ACTS);
  });
});
