import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { Bucket } from "../archive/layout.ts";
import { isObject, type JsonObject, parseJson } from "../event/json.ts";

/** What was spent of the budget: an object for each run, written before anything of its report is told. */
export const SPENT = "reports/spent/";
/** Reports that were told, as they were told: an object for each. */
export const PUBLISHED = "reports/published/";

/** Thrown where what is kept of reports is not as it was written. It says what to do. */
export class DamagedReports extends Error {
  override readonly name = "DamagedReports";

  constructor(key: string) {
    super(
      `The archive's object ${key} is missing or damaged, so nobody can say which reports there were and what they cost. Restore an earlier version of it; the bucket keeps them for a while.`,
    );
  }
}

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Keeps a record under a name of its own; resolves when it is kept. */
export const keepRecord = async (
  bucket: Bucket,
  prefix: string,
  { at, id }: { readonly at: string; readonly id: string },
  record: object,
): Promise<void> => bucket.put(`${prefix}${nameOf({ at, id })}`, await compress(JSON.stringify(record)));

/** The names of all reports that were told, without a look into them. */
export const namesOfPublished = async (bucket: Bucket): Promise<readonly string[]> => {
  const names: string[] = [];
  for await (const key of bucket.list(PUBLISHED))
    if (!key.endsWith("/")) names.push(key.slice(PUBLISHED.length));
  return names;
};

/** Throws DamagedReports where a report was told, and what it cost is gone. */
export const ensureAllSpent = (
  published: readonly string[],
  spent: readonly { readonly at: string; readonly id: string }[],
): void => {
  const names = new Set(spent.map(nameOf));
  const lost = published.find((name) => !names.has(name));
  if (lost !== undefined) throw new DamagedReports(SPENT + lost);
};

/**
 * Reads all records below a prefix, the oldest first. Throws DamagedReports where `read` gives undefined, and for
 * anything else that is not a record, but for a console's folders: what cannot be read may have been spent.
 */
export const readRecords = async <T extends { readonly at: string; readonly id: string }>(
  bucket: Bucket,
  prefix: string,
  read: (record: JsonObject) => T | undefined,
): Promise<readonly T[]> => {
  const records: T[] = [];
  for await (const key of bucket.list(prefix)) {
    if (key.endsWith("/")) continue;
    const bytes = await bucket.get(key);
    const text = await decompress(bytes).then(String, () => "");
    const parsed = parseJson(text);
    const record = "value" in parsed && isObject(parsed.value) ? read(parsed.value) : undefined;
    if (record === undefined) throw new DamagedReports(key);
    records.push(record);
  }
  return records.sort((one, other) => (one.at + one.id < other.at + other.id ? -1 : 1));
};

/** The same below both prefixes. */
const nameOf = ({ at, id }: { readonly at: string; readonly id: string }): string =>
  `${at.slice(0, 10)}-${id}.json.gz`;
