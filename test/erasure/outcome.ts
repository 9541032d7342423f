import assert from "node:assert/strict";
import { prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { receiptLine } from "../../src/archive/records.ts";
import { unpack } from "../../src/delivery/pack.ts";
import { readAccounts } from "../../src/ledger/accounts.ts";
import type { MemoryBucket } from "../support/memory-bucket.ts";
import { wordsIn } from "./lines.ts";
import { type Act, ENDPOINTS, idsBegin, LRS, statementOf, tagOf } from "./support.ts";

export const AT = "2026-11-20T09:15:00.000Z";

export const acts = (username: string, count: number, changes: Partial<Act> = {}): readonly Act[] =>
  Array.from({ length: count }, (_, number) => ({ username, number, arrived: AT, ...changes }));

export const idsOf = (all: readonly Act[], endpoint: string): readonly string[] =>
  all.map((act) => statementOf(act, endpoint)).sort();

/** Whether nothing leads to a learner, neither in what there is nor in what could be had back. */
export const isGone = async ({ objects, hidden }: MemoryBucket, username: string): Promise<boolean> => {
  for (const object of [...objects, ...hidden]) {
    const words = await wordsIn(object);
    if ([tagOf(username), idsBegin(username), `"${username}"`].some((word) => words.includes(word)))
      return false;
  }
  return true;
};

/** Writes the receipts of what voids, as the store's function does. */
export const deliver = async (bucket: MemoryBucket, bodies: readonly string[]): Promise<void> => {
  const statements = bodies.flatMap((body) => unpack(body).statements);
  const receipts = statements.map(({ id, event, learner, translation, mapping: mappingHash }) =>
    receiptLine({ id, event, learner, translation, mappingHash, at: AT, status: 204 }),
  );
  await writeLines(bucket, prefixOf("receipts", LRS), receipts);
};

export const accountOf = async (bucket: MemoryBucket, endpoint: string) => {
  const { endpoints } = await readAccounts(bucket, ENDPOINTS);
  const account = endpoints.find((each) => each.endpoint === endpoint);
  assert.ok(account);
  return account;
};
