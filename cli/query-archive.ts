import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBResultReader } from "@duckdb/node-api";
import { BUCKET } from "../local/names.ts";
import type { Trouble } from "../src/archive/damaged.ts";
import { GoneObject } from "../src/archive/layout.ts";
import { CannotRun } from "../src/cannot-run.ts";
import { Misuse } from "../src/misuse.ts";
import { EVENTS, type QueryTable } from "../src/queries/tables.ts";
import { passedOver } from "./passed-over.ts";
import { progressOn } from "./progress.ts";
import { openDatabase, unpacker } from "./query-database.ts";
import { folderArchive, readableKeys } from "./query-files.ts";
import { emptyViews, viewsOf } from "./query-views.ts";

/** What a query gave. */
export interface Answer<T> {
  readonly answer: T;
  /** What could not be read, and is not in it. */
  readonly unread: readonly Trouble[];
}

/**
 * Asks the archive of a local service, whether it runs or not, and reads the answer by `read`. Only the tables that the
 * query names are looked into. Throws Misuse where there is no archive, or the query is wrong.
 */
export const askArchive = async <T>(
  state: string,
  tables: readonly QueryTable[],
  sql: string,
  read: (reader: DuckDBResultReader) => Promise<T>,
): Promise<Answer<T>> => {
  const folder = join(state, "s3", "buckets", BUCKET, "objects");
  if ((await stat(folder).catch(() => undefined)) === undefined)
    throw new Misuse(`Nothing ran in ${state} yet. Start it: npm start`);
  const wanted = namedIn(sql, tables);
  const parts = new Set(tables.flatMap(({ name, part }) => (wanted.has(name) ? [part] : [])));
  const database = await openDatabase(
    emptyViews(tables),
    [...parts].map((part) => `${join(folder, part)}/`),
  );
  try {
    // What is wrong with the query itself shows without a single event.
    await database.understand(sql);
    let found = await look(folder, tables, wanted);
    for (let times = 0; times < TIMES; times++) {
      try {
        await database.prepare(viewsOf(tables, found.files));
        return { answer: await read(await database.ask(sql)), unread: found.unread };
      } catch (error) {
        // It may be the fault of a file, too, of which no more than its end was looked at.
        const unpacking = await unpacker();
        const again = await look(folder, tables, wanted, unpacking.isWhole).finally(unpacking.close);
        if (isSame(found.files, again.files)) throw error;
        found = again;
      }
    }
    throw new CannotRun(CHANGES);
  } finally {
    database.close();
  }
};

const TIMES = 3;
const CHANGES = "The archive changes while it is read, as others are at work in it. Run this again.";

/** The tables that a query may read, by its words; the view of all events reads those of events. */
export const namedIn = (sql: string, tables: readonly QueryTable[]): ReadonlySet<string> => {
  const words = new Set(sql.toLowerCase().match(/\w+/g));
  const ofEvents = words.has(EVENTS);
  return new Set(
    tables
      .filter(({ name, part }) => words.has(name) || (ofEvents && part === "raw"))
      .map(({ name }) => name),
  );
};

type Files = ReadonlyMap<string, readonly string[]>;

interface Found {
  /** By table. */
  readonly files: Files;
  readonly unread: readonly Trouble[];
}

/** Looks for the files that can be read. */
const look = async (
  folder: string,
  all: readonly QueryTable[],
  wanted: ReadonlySet<string>,
  isWhole?: (file: string) => Promise<boolean>,
): Promise<Found> => {
  const archive = folderArchive(folder);
  for (let times = 0; times < TIMES; times++) {
    const { onTrouble, all: unread } = passedOver();
    const progress = progressOn(process.stderr, (steps) => `Looked into ${steps} objects …`);
    try {
      const keys = await readableKeys(archive, { all, wanted, onTrouble, onObject: progress.step, isWhole });
      const files = [...keys].map(([table, some]) => [table, some.map(archive.fileOf)] as const);
      return { files: new Map(files), unread: unread() };
    } catch (error) {
      if (!(error instanceof GoneObject)) throw error;
    } finally {
      progress.clear();
    }
  }
  throw new CannotRun(CHANGES);
};

const isSame = (one: Files, other: Files): boolean => {
  const listed = (files: Files): string =>
    JSON.stringify([...files].map(([name, some]) => [name, some.toSorted()]));
  return listed(one) === listed(other);
};
