import {
  DuckDBBlobValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  type DuckDBResultReader,
  DuckDBStructValue,
  type DuckDBValue,
} from "@duckdb/node-api";

/** A value as JSON has it. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** Rows of an answer. */
export interface Rows {
  /** The columns' names; two may be called alike. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Plain[])[];
  /** Whether there are more. */
  readonly more: boolean;
}

/** Reads the first rows of an answer, or all of them. */
export const readRows = async (
  reader: DuckDBResultReader,
  most = Number.POSITIVE_INFINITY,
): Promise<Rows> => {
  if (Number.isFinite(most)) await reader.readUntil(most + 1);
  else await reader.readAll();
  const all = reader.getRows();
  return {
    columns: reader.columnNames(),
    rows: all.slice(0, most).map((row) => row.map(plain)),
    more: all.length > most,
  };
};

/** Counts are numbers as far as numbers are exact; what JSON has no kind for, such as times, is a text. */
const plain = (value: DuckDBValue): Plain => {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  if (value instanceof DuckDBListValue) return value.items.map(plain);
  if (value instanceof DuckDBStructValue)
    return Object.fromEntries(Object.entries(value.entries).map(([key, each]) => [key, plain(each)]));
  if (value instanceof DuckDBMapValue)
    return Object.fromEntries(value.entries.map(({ key, value: each }) => [String(key), plain(each)]));
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString("base64");
  return String(value);
};
