import type { Dirent } from "node:fs";
import { open, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DamagedArchive, type OnTrouble } from "../src/archive/damaged.ts";
import { openDayFile } from "../src/archive/day-file-read.ts";
import { type Bucket, GoneObject, isDayFile, prefixOf } from "../src/archive/layout.ts";
import { inOrder, keysOf, readObject, recordIn } from "../src/archive/read.ts";
import type { QueryTable } from "../src/queries/tables.ts";
import type { ArchivePart } from "../src/settings.ts";
import { uncommittedTables } from "./query-uncommitted.ts";

/** An archive whose objects lie as files in a folder. It is only read. */
export type FolderArchive = Pick<Bucket, "get" | "open" | "list"> & { fileOf(key: string): string };

/** The archive of the embedded S3, which has each object in a file of its key's name, and beside it what is known of it. */
export const folderArchive = (folder: string): FolderArchive => {
  const fileOf = (key: string): string => join(folder, `${key}${DATA}`);
  return {
    fileOf,
    get: (key) => readFile(fileOf(key)).catch((error) => gone(error, key)),
    open: async (key) => {
      const found = await stat(fileOf(key)).catch(() => undefined);
      if (found === undefined) return undefined;
      return {
        size: found.size,
        version: `${found.mtimeMs}`,
        read: (from, to) => partOf(fileOf(key), from, to).catch((error) => gone(error, key)),
      };
    },
    list: async function* (prefix) {
      yield* filesBelow(folder, prefix);
    },
  };
};

const DATA = ".data";

const gone = (error: NodeJS.ErrnoException, key: string): never => {
  throw error.code === "ENOENT" ? new GoneObject(key) : error;
};

async function* filesBelow(folder: string, path: string): AsyncGenerator<string> {
  const entries = await readdir(join(folder, path), { withFileTypes: true }).catch((): Dirent[] => []);
  for (const entry of entries) {
    if (entry.isDirectory()) yield* filesBelow(folder, `${path}${entry.name}/`);
    else if (entry.name.endsWith(DATA)) yield `${path}${entry.name.slice(0, -DATA.length)}`;
  }
}

const partOf = async (file: string, from: number, to: number): Promise<Uint8Array> => {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(to - from), 0, to - from, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
};

/** Which objects are looked for, and what is told of the others. */
export interface Search {
  /** All tables that there are, and those of them whose objects are asked for. */
  readonly all: readonly QueryTable[];
  readonly wanted: ReadonlySet<string>;
  /** Told of what is damaged or foreign, and so in no table. */
  readonly onTrouble: OnTrouble;
  /** Told of each object that was looked into. */
  readonly onObject: () => void;
  /**
   * Whether all of a table can be unpacked, given its file: its end alone does not tell all that may be wrong. Where
   * absent, the end is enough.
   */
  readonly isWhole?: ((file: string) => Promise<boolean>) | undefined;
}

/**
 * The keys of the wanted tables' objects, by the tables' names: of those that can be read. DuckDB itself would take what
 * is left of an object that was cut off for the whole of it.
 */
export const readableKeys = async (
  archive: FolderArchive,
  search: Search,
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const found = new Map([...search.wanted].map((name): [string, string[]] => [name, []]));
  const bucket: Bucket = { ...archive, put: () => Promise.reject(new Error("It is only read.")) };
  const check = async (key: string): Promise<string> => {
    if (!isDayFile(key)) await checkLines(bucket, key);
    else {
      if ((await openDayFile(bucket, key)) === undefined) throw new GoneObject(key);
      if ((await search.isWhole?.(archive.fileOf(key))) === false)
        throw new DamagedArchive(`The archive's object ${key} is damaged: it cannot be unpacked.`);
    }
    return key;
  };
  const wanted = search.all.filter(({ name }) => search.wanted.has(name));
  for (const part of new Set(wanted.map((table) => table.part))) {
    const tableOf = tablesByKey(search.all.filter((table) => table.part === part));
    const keys = placed(bucket, part, tableOf, search);
    for await (const key of inOrder(keys, check, search.onObject, search.onTrouble))
      found.get(tableOf(key) ?? "")?.push(key);
  }
  if (!wanted.some(({ form }) => form === "days")) return found;
  const uncommitted = await uncommittedTables(archive);
  return new Map([...found].map(([name, keys]) => [name, keys.filter((key) => !uncommitted.has(key))]));
};

/** The keys below a part that lie in a wanted table; tells of those that no table can have. */
async function* placed(
  bucket: Bucket,
  part: ArchivePart,
  tableOf: (key: string) => string | undefined,
  { all, wanted, onTrouble }: Search,
): AsyncGenerator<string> {
  const ofDays = all.some(({ name, form }) => form === "days" && wanted.has(name));
  for await (const key of keysOf(bucket, prefixOf(part), undefined, onTrouble)) {
    const table = tableOf(key);
    if (table !== undefined) {
      if (wanted.has(table)) yield key;
    } else if (!isDayFile(key))
      onTrouble({ key, why: "foreign", detail: `${key} lies where no object of the archive does.` });
    else if (ofDays)
      onTrouble({ key, why: "foreign", detail: `${key} is of a source that has no mapping in this folder.` });
  }
}

/** Finds the table in which an object is, by its key. */
const tablesByKey = (tables: readonly QueryTable[]): ((key: string) => string | undefined) => {
  const places = tables.map(({ name, below, form }) => {
    const steps = below.split(/(\{\w+\})/).map((step) => PARTITIONS[step] ?? step.replace(/[^\w/]/g, "\\$&"));
    return {
      name,
      place: new RegExp(`^${steps.join("")}[^/]+${form === "days" ? "\\.parquet" : "\\.ndjson\\.gz"}$`),
    };
  });
  return (key) => places.find(({ place }) => place.test(key))?.name;
};

const PARTITIONS: Readonly<Record<string, string>> = {
  "{dt}": "\\d{4}-\\d\\d-\\d\\d",
  "{hour}": "\\d\\d",
  "{endpoint}": "[^/]+",
};

const checkLines = async (bucket: Bucket, key: string): Promise<void> => {
  const { lines } = await readObject(bucket, key).catch((error) => readAgain(error, bucket, key));
  for (const [at, line] of lines.entries()) if (line !== "") recordIn(line, key, at);
};

/** The service may be running, and just be writing it. */
const readAgain = async (error: unknown, bucket: Bucket, key: string): ReturnType<typeof readObject> => {
  if (!(error instanceof DamagedArchive)) throw error;
  await sleep(200);
  return readObject(bucket, key);
};
