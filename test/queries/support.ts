import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { project } from "../../build/bundle.ts";
import { columnsOf } from "../../build/columns.ts";
import { readQueries } from "../../build/queries.ts";
import { readSite } from "../../build/site.ts";
import { askArchive } from "../../cli/query-archive.ts";
import { type Plain, readRows } from "../../cli/query-values.ts";
import { BUCKET } from "../../local/names.ts";
import { type Bucket, isDayFile, prefixOf } from "../../src/archive/layout.ts";
import { writeLines } from "../../src/archive/lines.ts";
import { rawLine } from "../../src/archive/records.ts";
import { type CompactParts, compact } from "../../src/compaction/compact.ts";
import { valuesReader } from "../../src/compaction/values.ts";
import type { Learner } from "../../src/learner/identify.ts";
import { learnerTags } from "../../src/learner/tag.ts";
import type { MemoryBucket } from "../support/memory-bucket.ts";
import { shippedSite } from "../support/site.ts";
import { PSEUDONYM_KEY } from "../support/tokens.ts";

const site = await readSite(project);
/** What the shipped site's archive is asked by. */
export const { tables, saved } = await readQueries(project, site);

const tag = learnerTags(PSEUDONYM_KEY);
const DAY = 86_400_000;
/** One day for all of a run, also over midnight. */
const NOW = Date.now();

/** So many days ago, at an hour (UTC). */
export const ago = (days: number, hour = 9): string =>
  `${new Date(NOW - days * DAY).toISOString().slice(0, 10)}T${String(hour).padStart(2, "0")}:00:00.000Z`;

export interface Happening {
  readonly id: string;
  /** When it came, and, without `time`, happened. */
  readonly arrived: string;
  readonly source: string;
  readonly who?: string;
  readonly course?: string;
  /** Who sent it; the learner, where absent. */
  readonly role?: "learner" | "service";
  readonly event: unknown;
}

/** Writes events as the function does. */
export const archiveEvents = (bucket: Bucket, all: readonly Happening[]): Promise<void> =>
  writeLines(
    bucket,
    prefixOf("raw"),
    all.map(({ id, arrived, source, who, course, role = "learner", event }) => {
      const learner: Learner = {
        ...(who !== undefined && { username: who, tag: tag(who) }),
        ...(course !== undefined && { course: { id: course } }),
        roles: [],
        proven: true,
        sender: { role },
      };
      return rawLine(id, arrived, source, learner, typeof event === "string" ? event : JSON.stringify(event));
    }),
  );

/** Puts the events of all days that are over into tables; gives the keys of these. */
export const compacted = async (bucket: MemoryBucket): Promise<readonly string[]> => {
  const { schemas } = await shippedSite();
  const parts: CompactParts = {
    bucket,
    columns: columnsOf(site),
    readValues: valuesReader(schemas),
    retention: 400,
    onTrouble: ({ detail }) => assert.fail(detail),
    // A day is over for an hour before it is put into tables.
    now: () => NOW + 2 * 3_600_000,
  };
  for await (const { end } of compact(parts)) assert.equal(end, "done");
  return [...bucket.objects.keys()].filter(isDayFile);
};

/** The folder of a local service that has these objects in its archive. */
export const stateWith = async (objects: ReadonlyMap<string, Uint8Array>): Promise<string> => {
  const state = await mkdtemp(join(tmpdir(), "queries-"));
  after(() => rm(state, { recursive: true }));
  const folder = join(state, "s3", "buckets", BUCKET, "objects");
  await mkdir(folder, { recursive: true });
  for (const [key, body] of objects) {
    await mkdir(dirname(join(folder, key)), { recursive: true });
    await writeFile(join(folder, `${key}.data`), body);
  }
  return state;
};

/** The rows of an answer, and the keys of what could not be read. */
export const ask = async (
  state: string,
  sql: string,
): Promise<{ readonly rows: readonly (readonly Plain[])[]; readonly unread: readonly string[] }> => {
  const { answer, unread } = await askArchive(state, tables, sql, readRows);
  return { rows: answer.rows, unread: unread.map(({ key }) => key) };
};

/** The rows of a saved query's answer, each by its columns. */
export const askSaved = async (
  state: string,
  name: string,
): Promise<readonly Readonly<Record<string, Plain>>[]> => {
  const sql = saved.find((each) => each.name === name)?.sql ?? `there is no ${name}`;
  const { answer } = await askArchive(state, tables, sql, readRows);
  return answer.rows.map((row) =>
    Object.fromEntries(answer.columns.map((column, at) => [column, row[at] ?? null])),
  );
};
