import assert from "node:assert/strict";
import { it } from "node:test";
import { type Bucket, prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { receiptLine } from "../../src/archive/records.ts";
import { readAccounts } from "../../src/ledger/accounts.ts";
import { contents, message } from "../support/events.ts";
import { translating } from "../support/translating.ts";

const ENDPOINT = "campus-caliper";

/** The same bucket, which lists its objects the other way round. */
const backwards = (bucket: Bucket): Bucket => ({
  ...bucket,
  list: async function* (prefix) {
    const keys: string[] = [];
    for await (const key of bucket.list(prefix)) keys.push(key);
    yield* keys.reverse();
  },
});

it("accounts balance where a message comes again by itself that was folded into another before", async () => {
  const way = await translating();
  const at = (seconds: number) => contents({ __timestamp__: `2026-11-20T09:00:0${seconds}.000001Z` });
  const [first, second] = [await message(at(0)), await message(at(2))];
  await way.translate([first, second]);
  await way.translate([second]);

  const lines = await way.bucket.records("ledger");
  assert.equal(lines.length, 3);
  const ids = new Set(way.statements(ENDPOINT).map(({ id }) => id));
  assert.equal(ids.size, 2);
  const receipt = {
    event: "e",
    translation: "t",
    mappingHash: "m",
    at: "2026-12-01T00:00:00.000Z",
    status: 200,
  };
  await writeLines(
    way.bucket,
    prefixOf("receipts", ENDPOINT),
    [...ids].map((id) => receiptLine({ ...receipt, id })),
  );
  for (const bucket of [way.bucket, backwards(way.bucket)]) {
    const { endpoints, unaccounted } = await readAccounts(bucket, [ENDPOINT]);
    assert.equal(unaccounted, 0);
    assert.deepEqual(endpoints, [
      {
        endpoint: ENDPOINT,
        received: 2,
        delivered: 2,
        filtered: { consent: 0, selection: 0, launch: 0, where: 0, mapping: 0, repeat: 0 },
        setAside: 0,
        waiting: 0,
        overdue: 0,
        unexplained: 0,
      },
    ]);
  }
});
