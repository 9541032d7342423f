import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import type { Trouble } from "../../src/archive/damaged.ts";
import { type EventColumn, tagOf } from "../../src/archive/day-file.ts";
import { openDayFile } from "../../src/archive/day-file-read.ts";
import type { ReadValues } from "../../src/archive/day-file-write.ts";
import { type Bucket, batchName, isDayFile, prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { rawLine } from "../../src/archive/records.ts";
import { type CompactParts, compact } from "../../src/compaction/compact.ts";
import type { CompactedDay } from "../../src/compaction/day.ts";
import type { Learner } from "../../src/learner/identify.ts";
import { learnerTags } from "../../src/learner/tag.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { PSEUDONYM_KEY } from "../support/tokens.ts";

export const DAY = "2026-11-20";
export const SOURCES = ["jupyter-server/contents", "jupyterhub/server-action", "binderhub/launch"] as const;
export const NOW = Date.parse("2026-11-22T02:17:00.000Z");

const tag = learnerTags(PSEUDONYM_KEY);

/** An event of somebody, or of nobody; its number tells it from others. */
export interface Event {
  readonly number: number;
  readonly who: string | undefined;
  readonly source: string;
  readonly hour: number;
  readonly day?: string;
}

/** Writes what came in one batch, as the function does. */
export const archive = (bucket: Bucket, events: readonly Event[]): Promise<void> =>
  writeLines(
    bucket,
    prefixOf("raw"),
    events.map(({ number, who, source, hour, day = DAY }) => {
      const id = `00000000-0000-5000-8000-${String(number).padStart(12, "0")}`;
      const arrived = `${day}T${String(hour).padStart(2, "0")}:00:00.000Z`;
      const learner: Learner = {
        ...(who !== undefined && { username: who, tag: tag(who) }),
        roles: [],
        proven: true,
        sender: {},
      };
      return rawLine(id, arrived, source, learner, JSON.stringify({ n: number, text: `é ${number}` }));
    }),
  );

/** What came in some batches on one day. */
export const batches: fc.Arbitrary<readonly (readonly Event[])[]> = fc.array(
  fc.array(
    fc.record({
      // Few, so that lines are in several batches, and twice in one.
      number: fc.nat({ max: 20 }),
      who: fc.constantFrom("ada", "grace", "katherine", "mary", undefined),
      source: fc.constantFrom(...SOURCES),
      hour: fc.nat({ max: 2 }),
    }),
    { minLength: 1, maxLength: 12 },
  ),
  { maxLength: 6 },
);

const columns: readonly EventColumn[] = [
  { property: "n", name: "n", type: "integer" },
  { property: "text", name: "text", type: "string" },
];

const readValues: ReadValues = ({ value }) => ({
  time: String(value.arrived),
  data: value.event as Readonly<Record<string, unknown>>,
});

export const partsFor = (
  bucket: CompactParts["bucket"],
  changes: Partial<CompactParts> = {},
): CompactParts => ({
  bucket,
  columns: Object.fromEntries(SOURCES.map((source) => [source, columns])),
  readValues,
  retention: 400,
  onTrouble: ({ detail }) => assert.fail(detail),
  now: () => NOW,
  ...changes,
});

/** Compacts what there is, and gives what became of each day, and what was passed over. */
export const compacted = async (
  bucket: CompactParts["bucket"],
  changes: Partial<CompactParts> = {},
): Promise<{ readonly days: readonly CompactedDay[]; readonly troubles: readonly Trouble[] }> => {
  const troubles: Trouble[] = [];
  const days: CompactedDay[] = [];
  const parts = partsFor(bucket, { onTrouble: (each) => troubles.push(each), ...changes });
  for await (const day of compact(parts)) days.push(day);
  return { days, troubles };
};

/** A row, as `batch tag source line`: of a table, or of an object of lines, where it will come to be one. */
export const rowsIn = async (bucket: MemoryBucket): Promise<readonly string[]> => {
  const rows: string[] = [];
  for (const [key, body] of bucket.objects) {
    if (!key.startsWith(prefixOf("raw"))) continue;
    if (isDayFile(key)) rows.push(...(await tableRows(bucket, key)));
    else
      for (const text of gunzipSync(body).toString("utf8").split("\n")) {
        if (text === "") continue;
        const { learner, source } = JSON.parse(text);
        rows.push(`${batchName(key)} ${tagOf(learner)} ${source} ${text}`);
      }
  }
  return rows.sort();
};

export const tableRows = async (bucket: Pick<Bucket, "open">, key: string): Promise<readonly string[]> => {
  const file = (await openDayFile(bucket, key)) ?? assert.fail(key);
  const rows: string[] = [];
  for (const part of file.parts)
    for (const { batch, tag, text } of await file.read(part))
      rows.push(`${batch} ${tag} ${file.source} ${text}`);
  return rows;
};

/** The ids of events that are in the archive, each once. */
export const idsIn = async (bucket: MemoryBucket): Promise<ReadonlySet<string>> =>
  new Set((await rowsIn(bucket)).map((row) => /"id":"([^"]+)"/.exec(row)?.[1] ?? assert.fail(row)));

export const tablesIn = ({ objects }: MemoryBucket): readonly string[] =>
  [...objects.keys()].filter(isDayFile).sort();

export const smallIn = ({ objects }: MemoryBucket): readonly string[] =>
  [...objects.keys()].filter((key) => key.endsWith(".ndjson.gz")).sort();

/** An object of lines, whatever they are. */
export const lines = (...texts: readonly string[]): Uint8Array =>
  gzipSync(texts.map((text) => `${text}\n`).join(""));

const people = ["ada", "grace", "katherine"];

/** What a few people did in one batch. */
export const batch = (first: number, hour: number): readonly Event[] =>
  people.map((who, at) => ({ number: first + at, who, hour, source: SOURCES[at % 2] ?? SOURCES[0] }));

/** A day of which some is in tables, some came late, and one batch came again. */
export const mixed = async (): Promise<MemoryBucket> => {
  const bucket = memoryBucket();
  await archive(bucket, batch(0, 8));
  await archive(bucket, batch(10, 9));
  await compacted(bucket);
  await archive(bucket, batch(0, 8));
  await archive(bucket, batch(20, 10));
  return bucket;
};

/** A day of which nothing is in tables. */
export const early = async (): Promise<MemoryBucket> => {
  const bucket = memoryBucket();
  await archive(bucket, batch(0, 8));
  await archive(bucket, batch(10, 9));
  return bucket;
};

export const jobsIn = ({ objects }: MemoryBucket): readonly string[] =>
  [...objects.keys()].filter((key) => key.startsWith("jobs/"));
