import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { receiptLine } from "../../src/archive/records.ts";
import { type Statement, unpack } from "../../src/delivery/pack.ts";
import { receiptsOf } from "../../src/delivery/records.ts";
import { eraseLearner } from "../../src/erasure/erase.ts";
import { conflicting, only, refused, retold, sentOf } from "../retell/support.ts";
import { contents, message } from "../support/events.ts";
import type { MemoryBucket } from "../support/memory-bucket.ts";
import { shippedSite } from "../support/site.ts";
import { ARRIVED } from "../support/tokens.ts";
import { translating } from "../support/translating.ts";
import { erasing, LRS, tagOf, textOf, voidingOf } from "./support.ts";

const AT = new Date(ARRIVED).toISOString();

const deliver = (bucket: MemoryBucket, statements: readonly Statement[]): Promise<void> =>
  writeLines(
    bucket,
    prefixOf("receipts", LRS),
    receiptsOf(
      statements.map((statement) => ({
        statement,
        end: "delivered",
        answer: { status: 200, excerpt: "" },
      })),
      AT,
    ).map(receiptLine),
  );

describe("An erasure of what functions and jlt failures retry have told", () => {
  it("knows what a revision has voided, and voids what stands; what a store refuses of it can be sent again", async () => {
    const site = await shippedSite();
    const { bucket, translate, statements } = await translating({ site });
    await translate([await message(contents())]);
    const first = only(statements(LRS));
    assert.equal(first.learner, tagOf("ada"));
    await deliver(bucket, [first]);

    // As receipts were before they told what was said.
    const delivered = new Map([[first.id, first.mapping]]);
    const revision = only(sentOf(await retold([conflicting(first, LRS)], site, LRS, bucket, { delivered })));
    await writeLines(bucket, prefixOf("ledger"), revision.ledger);
    await deliver(bucket, revision.statements);
    const [voiding, anew] = revision.statements;
    assert.ok(voiding !== undefined && anew !== undefined);
    assert.equal(voiding.id, voidingOf(first.id));

    const waiting = site.endpoints.filter(({ name }) => name !== LRS).map(({ name }) => name);
    const { parts, sent, bodies } = erasing(bucket, "ada", { now: () => new Date(ARRIVED + 60_000) });
    const { remains, record } = await eraseLearner(parts);
    assert.deepEqual(sent, [voidingOf(anew.id)]);
    // What other endpoints are told of it was not delivered yet.
    assert.deepEqual(
      [remains, Object.keys(record.waiting)],
      [["waiting"], waiting.filter((name) => record.waiting[name])],
    );
    for (const [key, body] of bucket.objects)
      if (key.endsWith(".gz") && !key.startsWith("ledger/"))
        assert.ok(!textOf(body).includes(tagOf("ada")), key);

    const told = only(bodies.flatMap((each) => unpack(each).statements));
    const again = only(sentOf(await retold([refused(told, LRS)], site, LRS, bucket)));
    assert.deepEqual(
      again.statements.map(({ id, text }) => [id, JSON.parse(text)]),
      [[told.id, JSON.parse(told.text)]],
    );
  });
});
