import { hash } from "node:crypto";
import type { Bucket } from "../../src/archive/layout.ts";
import { type ArchiveLine, prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { readObject } from "../../src/archive/read.ts";
import { failedLine, quarantineLine, receiptLine } from "../../src/archive/records.ts";
import type { LearnerTag } from "../../src/learner/tag.ts";
import { type LedgerEntry, ledgerLine, type Made } from "../../src/ledger/ledger.ts";
import { archiveEvents } from "./archived.ts";

/** Statements in a request to an endpoint: what ended together is written together. */
const TOGETHER = 50;

/**
 * Puts events into an archive with all that became of them: for each endpoint a line of the ledger, and where a statement
 * was made, its end. Of a hundred events, five are filtered, two set aside, and one waits; beside a hundred, one is in
 * quarantine. `days` of `perDay` events each, from `first` on; the same each time.
 */
export const archiveAccounted = async (
  bucket: Bucket,
  tagOf: LearnerTag,
  days: number,
  endpoints: readonly string[],
  first?: number,
  perDay?: number,
): Promise<void> => {
  await archiveEvents(bucket, tagOf, days, first, perDay);
  const keys: string[] = [];
  for await (const key of bucket.list(prefixOf("raw"))) keys.push(key);
  for (const key of keys) {
    const events = (await readObject(bucket, key)).lines.flatMap((line) =>
      line === "" ? [] : [JSON.parse(line) as ArchivedEvent],
    );
    await Promise.all([
      writeLines(
        bucket,
        prefixOf("ledger"),
        events.map((event, at) => bookedLine(event, at, endpoints)),
      ),
      writeLines(bucket, prefixOf("quarantine"), events.filter((_, at) => at % 100 === 0).map(refusedLine)),
      ...endpoints.map((endpoint) => endAll(bucket, endpoint, events)),
    ]);
  }
};

interface ArchivedEvent {
  readonly id: string;
  readonly arrived: string;
  readonly source: string;
  readonly learner: { readonly tag: string };
}

const statementOf = ({ id }: ArchivedEvent, endpoint: string): string => uuidOf(`${id} ${endpoint}`);

const uuidOf = (text: string): string => {
  const hex = hash("sha256", text);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const isFiltered = (at: number): boolean => at % 100 < 5;

const bookedLine = (event: ArchivedEvent, at: number, endpoints: readonly string[]): ArchiveLine => {
  const made = (endpoint: string): Made => (isFiltered(at) ? "mapping" : [statementOf(event, endpoint)]);
  const entry: LedgerEntry = {
    event: event.id,
    learner: event.learner.tag,
    to: Object.fromEntries(endpoints.map((each) => [each, made(each)])),
  };
  return ledgerLine(event.arrived, entry);
};

const endAll = async (bucket: Bucket, endpoint: string, events: readonly ArchivedEvent[]): Promise<void> => {
  for (let from = 0; from < events.length; from += TOGETHER) {
    const lines: Record<"receipts" | "failed", ArchiveLine[]> = { receipts: [], failed: [] };
    for (const [next, event] of events.slice(from, from + TOGETHER).entries()) {
      const at = from + next;
      if (isFiltered(at) || at % 100 === 7) continue;
      const about = {
        id: statementOf(event, endpoint),
        event: event.id,
        learner: event.learner.tag,
        translation: `${event.source}:done`,
        mappingHash: "0123456789ab",
        // Each request ends a little later.
        at: new Date(Date.parse(event.arrived) + 1000 + from).toISOString(),
      };
      if (at % 100 === 8 || at % 100 === 9)
        lines.failed.push(failedLine({ ...about, ...refusalAt(endpoint, event) }));
      else
        lines.receipts.push(receiptLine({ ...about, content: uuidOf(about.id).slice(0, 16), status: 200 }));
    }
    await writeLines(bucket, prefixOf("receipts", endpoint), lines.receipts);
    await writeLines(bucket, prefixOf("failed", endpoint), lines.failed);
  }
};

const refusalAt = (endpoint: string, { id, source }: ArchivedEvent) =>
  ({
    endpoint,
    mapping: source,
    class: "split",
    reason: "endpoint.refused",
    detail: "The endpoint answered 400.",
    status: 400,
    answer: "The verb is not known.",
    statement: { id, actor: { account: { name: uuidOf(id) } } },
  }) as const;

const refusedLine = ({ id, arrived, learner }: ArchivedEvent): ArchiveLine =>
  quarantineLine({
    id: uuidOf(`refused ${id}`),
    learner: learner.tag,
    arrived,
    reason: "schema.unknown",
    detail: "No folder under mappings/ knows it.",
    text: JSON.stringify({ __schema__: "https://example.org/unknown", __timestamp__: arrived, of: id }),
  });
