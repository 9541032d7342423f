import { readFile } from "node:fs/promises";
import type { LocalService } from "../../local/service.ts";
import { prefixOf } from "../../src/archive/layout.ts";
import { readLines } from "../../src/archive/lines.ts";
import type { FailedRecord, Receipt } from "../../src/archive/records.ts";
import type { Endpoint } from "../../src/endpoint/endpoint.ts";
import type { LedgerEntry } from "../../src/ledger/ledger.ts";
import { PATIENCE } from "./site.ts";

/** Where the statements for one endpoint are in the end. */
export interface Findings {
  /** The ids of what was made for it, as the ledger has them. */
  readonly made: ReadonlySet<string>;
  /** What its store kept: each id as often as it was kept. */
  readonly kept: ReadonlyMap<string, number>;
  /** What is under failed/, each id once. */
  readonly failed: ReadonlyMap<string, FailedRecord>;
  readonly repeats: Repeats;
  /** The last ten thousand requests, counted by the status of their answers; 0 is none. */
  readonly requests: Readonly<Record<string, number>>;
}

/** What came more than once. */
export interface Repeats {
  /** In the store. */
  readonly kept: number;
  /** Whose first delivery has a receipt as well: it was in two messages, or its message was not acknowledged in time. */
  readonly known: number;
  /** Requests that were kept after nobody waited for the answer any more. */
  readonly late: number;
  /** Requests that were kept, and whose answer broke off. */
  readonly broken: number;
}

/** Reads what the archive and the store of an endpoint hold. */
export const findingsOf = async (
  { bucket, sandbox }: LocalService,
  { name, protocol }: Endpoint,
): Promise<Findings> => {
  const made = new Set<string>();
  for await (const line of readLines(bucket, prefixOf("ledger"))) {
    const what = (line as LedgerEntry).to[name];
    if (typeof what === "object") for (const id of what) made.add(id);
  }
  const failed = new Map<string, FailedRecord>();
  for await (const line of readLines(bucket, prefixOf("failed", name))) {
    const record = line as FailedRecord;
    failed.set(record.id, record);
  }
  const receipts: string[] = [];
  for await (const line of readLines(bucket, prefixOf("receipts", name))) receipts.push((line as Receipt).id);
  const ids = {
    caliper: () => sandbox.caliper(name).map(({ id }) => id.replace("urn:uuid:", "")),
    xapi: () => sandbox.statements(name).map(({ id }) => id),
    json: () => sandbox.records(name).map(({ id }) => String(id)),
  };
  const all = ids[protocol]();
  const kept = counted(all);
  const requests = sandbox.requests(name);
  return {
    made,
    kept,
    failed,
    repeats: {
      kept: all.length - kept.size,
      known: receipts.length - new Set(receipts).size,
      late: requests.filter(({ status, ms }) => status >= 200 && status < 300 && ms > PATIENCE).length,
      broken: sandbox.drawn(name).resetAfter,
    },
    requests: Object.fromEntries(counted(requests.map(({ status }) => String(status)))),
  };
};

/** What was found, for those who look on; `drawn` is what chance had for the store. */
export const sentencesOf = (
  { sandbox }: LocalService,
  { name }: Endpoint,
  { kept, failed, repeats, requests }: Findings,
): readonly string[] => {
  const list = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([what, count]) => `${count} × ${what}`)
      .join(", ");
  const { late, broken } = repeats;
  return [
    `${name}: ${kept.size} statements in the store, ${failed.size} set aside`,
    `  answers: ${list(requests)}`,
    `  by chance: ${list(sandbox.drawn(name))}`,
    `  repeats in the store: ${repeats.kept}, of which ${repeats.known} have two receipts; ${late} answers came too late, ${broken} broke off`,
  ];
};

/** Which of the words the functions' log holds. */
export const wordsInLog = async (
  { log }: LocalService,
  words: readonly string[],
): Promise<readonly string[]> => {
  const text = await readFile(log, "utf8");
  return words.filter((word) => text.includes(word));
};

const counted = (all: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const each of all) counts.set(each, (counts.get(each) ?? 0) + 1);
  return counts;
};
