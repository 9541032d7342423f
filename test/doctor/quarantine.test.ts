import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { quarantineLine, rawLine } from "../../src/archive/records.ts";
import type { Reason } from "../../src/event/reason.ts";
import { PROBE_SOURCE } from "../../src/probe/event.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { examined, of, type Setting } from "./support.ts";

const ago = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();

interface Archived {
  readonly quarantined: readonly (readonly [reason: Reason, arrived: string])[];
  readonly accepted?: number;
  readonly source?: string;
  /** How many of the first were taken in since. */
  readonly recovered?: number;
}

/** What the doctor says of a site with these events, which has no endpoint. */
const found = async (
  { quarantined, accepted = 0, source = "jupyter", recovered = 0 }: Archived,
  setting: Partial<Setting> = {},
) => {
  const bucket = memoryBucket();
  const records = quarantined.map(([reason, arrived], at) => ({
    id: `event-${at}`,
    arrived,
    reason,
    detail: "canary",
    text: "canary of a learner",
  }));
  const taken = records.slice(0, recovered).map((each) => ({ ...each, recovered: ago(0), text: "" }));
  const learner = { username: "canary", tag: "0123456789abcdef", roles: [], proven: true, sender: {} };
  await writeLines(bucket, prefixOf("quarantine"), [...records, ...taken].map(quarantineLine));
  const lines = Array.from({ length: accepted }, (_, at) =>
    rawLine(`raw-${at}`, ago(1), source, learner, "{}"),
  );
  await writeLines(bucket, prefixOf("raw"), lines);
  const findings = await examined({ endpoints: {}, service: { bucket }, ...setting });
  return of("failures", findings);
};

const many = (count: number, reason: Reason = "identity.forged", hours = 1): Archived["quarantined"] =>
  Array.from({ length: count }, () => [reason, ago(hours)] as const);

describe("of events that could not be accepted, the doctor tells", () => {
  it("how many there are of each reason, and what to do, where they are many", async () => {
    const findings = await found({ quarantined: [...many(2, "schema.unknown"), ...many(7)], accepted: 20 });
    assert.deepEqual(
      findings.map(({ end, told }) => [end, told]),
      [
        ["bad", "7 event(s) quarantined in the last 24 hours: identity.forged."],
        ["bad", "2 event(s) quarantined in the last 24 hours: schema.unknown."],
      ],
    );
    assert.match(
      findings[0]?.mend ?? "",
      /not signed with the key that translator\.yml names\. All of them: jlt quarantine --stage prod$/,
    );
  });

  it("as a note what the site's alarm would not ring for: few, or a small share", async () => {
    for (const archived of [{ quarantined: many(4) }, { quarantined: many(5), accepted: 95 }])
      assert.deepEqual(
        (await found(archived)).map(({ end }) => end),
        ["note"],
      );
    const [more] = await found({ quarantined: many(5), accepted: 94 });
    assert.equal(more?.end, "bad");
    const [probes] = await found({ quarantined: many(5), accepted: 95, source: PROBE_SOURCE });
    assert.equal(probes?.end, "bad");
  });

  it("nothing of what came before the last day, or was taken in since", async () => {
    for (const archived of [
      { quarantined: [] },
      { quarantined: many(9, "schema.unknown", 25) },
      { quarantined: many(9), recovered: 9 },
    ])
      assert.deepEqual(
        (await found(archived)).map(({ end, told }) => [end, told]),
        [["good", "No event was quarantined in the last 24 hours."]],
      );
    const [left] = await found({ quarantined: many(9), recovered: 8 });
    assert.match(left?.told ?? "", /^1 event\(s\)/);
  });

  it("nothing at all where one endpoint is named: it has no part in this", async () => {
    assert.deepEqual(await found({ quarantined: many(9) }, { parts: { endpoint: "lrs" } }), []);
  });
});
