import { type Bucket, prefixOf } from "../archive/layout.ts";
import { readLines } from "../archive/lines.ts";
import type { FailedRecord, QuarantineRecord, Receipt } from "../archive/records.ts";
import type { Reason } from "../event/reason.ts";
import { type Account, account, type Ends, type LedgerEntry } from "./ledger.ts";

/** Everything that the archive knows of what came in and where it ended. Every event and statement counts once. */
export interface Accounts {
  /** Events in `raw/`. */
  readonly accepted: number;
  /** Events in `quarantine/`, by reason. */
  readonly quarantined: Readonly<Partial<Record<Reason, number>>>;
  /** Events in `raw/` that the ledger does not know: never, unless a batch is just being translated. */
  readonly unaccounted: number;
  readonly endpoints: readonly Account[];
}

/** Draws up the accounts of all endpoints from the whole archive. */
export const readAccounts = async (bucket: Bucket, endpoints: readonly string[]): Promise<Accounts> => {
  const accepted = await idsBelow(bucket, prefixOf("raw"));
  const quarantined = new Map<string, Reason>();
  for await (const line of readLines(bucket, prefixOf("quarantine"))) {
    const { id, reason } = line as QuarantineRecord;
    // What was refused for several reasons, such as before and after a deployment, is counted for one of them.
    const before = quarantined.get(id) ?? reason;
    quarantined.set(id, before < reason ? before : reason);
  }
  const lines: LedgerEntry[] = [];
  for await (const line of readLines(bucket, prefixOf("ledger"))) lines.push(line as LedgerEntry);
  const known = new Set(lines.map(({ event }) => event));
  const accounts = endpoints.map(async (endpoint) =>
    account(endpoint, lines, await readEnds(bucket, endpoint)),
  );
  return {
    accepted: accepted.size,
    quarantined: countBy([...quarantined.values()]),
    unaccounted: [...accepted].filter((id) => !known.has(id)).length,
    endpoints: await Promise.all(accounts),
  };
};

const readEnds = async (bucket: Bucket, endpoint: string): Promise<Ends> => ({
  delivered: await idsBelow(bucket, prefixOf("receipts", endpoint)),
  setAside: await idsBelow(bucket, prefixOf("failed", endpoint)),
});

const idsBelow = async (bucket: Bucket, prefix: string): Promise<ReadonlySet<string>> => {
  const ids = new Set<string>();
  for await (const line of readLines(bucket, prefix)) ids.add((line as FailedRecord | Receipt).id);
  return ids;
};

const countBy = (reasons: readonly Reason[]): Accounts["quarantined"] => {
  const counts: Partial<Record<Reason, number>> = {};
  for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
};
