import { JOBS } from "../src/archive/job.ts";
import { type Bucket, GoneObject } from "../src/archive/layout.ts";
import { isObject, parseJson } from "../src/event/json.ts";

/**
 * The tables that a compaction has put and that count for nothing yet, as it goes on, or was cut off: they may have lines
 * that were erased since. What they were made of is there as long as they are named (see `src/compaction/job.ts`), so this
 * is to be asked only after the archive's objects were looked for.
 */
export const uncommittedTables = async (
  archive: Pick<Bucket, "get" | "list">,
): Promise<ReadonlySet<string>> => {
  const tables: unknown[] = [];
  for await (const key of archive.list(JOBS))
    if (key.startsWith(COMPACTIONS)) tables.push(...(await tablesIn(archive, key)));
  return new Set(tables.filter((each) => typeof each === "string"));
};

const COMPACTIONS = `${JOBS}compaction-`;

const tablesIn = async (archive: Pick<Bucket, "get">, key: string): Promise<readonly unknown[]> => {
  const body = await archive.get(key).catch((error) => {
    // It has come to its end.
    if (error instanceof GoneObject) return new Uint8Array();
    throw error;
  });
  const read = parseJson(new TextDecoder().decode(body));
  const state = "value" in read && isObject(read.value) ? read.value.state : undefined;
  return isObject(state) && state.isDiscarding !== true && Array.isArray(state.tables) ? state.tables : [];
};
