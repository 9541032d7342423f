/**
 * What proves that a table is as it was written. Parquet and its packers find only some damage, and a reader of what is
 * not found may be led astray, or in circles: so nothing of a table is unpacked before its bytes are known to be right.
 */
import { createHash } from "node:crypto";
import type { FileMetaData, KeyValue, RowGroup } from "hyparquet";

const KEY = "seal";

/** Hexadecimal digits for each chunk: enough for what happens by itself. Who may write to the bucket can forge anything. */
const DIGITS = 16;

/**
 * For a table's own metadata: hashes of what these say of its source and its parts, and of its chunks, which are the
 * columns of each part, in their order.
 */
export const sealOf = (source: string, parts: readonly RowGroup[], bytes: Uint8Array): KeyValue => {
  const chunks = chunksOf(parts).map(({ from, to }) => hashOf(bytes.subarray(from, to)));
  return { key: KEY, value: [hashOf(shapeOf(source, parts)), ...chunks].join("") };
};

/** Tells whether bytes of a table are right: those from a position on, of which each chunk is looked at that is in them. */
export type IsSealed = (bytes: Uint8Array, from: number) => boolean;

/** Undefined where a table has no seal, or one of another table. */
export const sealedBy = (
  source: string,
  { row_groups, key_value_metadata }: FileMetaData,
): IsSealed | undefined => {
  const seal = key_value_metadata?.find(({ key }) => key === KEY)?.value;
  const hashes = seal?.match(new RegExp(`.{${DIGITS}}`, "gs")) ?? [];
  const [shape, ...others] = hashes;
  const chunks = chunksOf(row_groups).map((chunk, at) => ({ ...chunk, hash: others[at] }));
  if (shape !== hashOf(shapeOf(source, row_groups)) || others.length !== chunks.length) return undefined;
  return (bytes, begins) =>
    chunks.every(({ from, to, hash }) => {
      const isIn = from >= begins && to <= begins + bytes.length;
      return !isIn || hashOf(bytes.subarray(from - begins, to - begins)) === hash;
    });
};

/** What a reader goes by to find a table's values, and to put its lines together. */
const shapeOf = (source: string, parts: readonly RowGroup[]): string =>
  JSON.stringify([
    source,
    parts.map(({ num_rows, columns }) => [
      String(num_rows),
      columns.map(({ meta_data }) => [
        meta_data?.path_in_schema,
        meta_data?.type,
        meta_data?.codec,
        String(meta_data?.num_values),
        String(meta_data?.data_page_offset),
        String(meta_data?.dictionary_page_offset),
        String(meta_data?.total_compressed_size),
        String(meta_data?.total_uncompressed_size),
        // By these it is known whose lines may be in a part.
        ...(meta_data?.path_in_schema[0] === "tag"
          ? [meta_data.statistics?.min_value, meta_data.statistics?.max_value].map(String)
          : []),
      ]),
    ]),
  ]);

const hashOf = (bytes: Uint8Array | string): string =>
  createHash("sha256").update(bytes).digest("hex").slice(0, DIGITS);

const chunksOf = (parts: readonly RowGroup[]) =>
  parts.flatMap(({ columns }) =>
    columns.map(({ meta_data }) => {
      const from = Number(meta_data?.dictionary_page_offset ?? meta_data?.data_page_offset ?? 0);
      return { from, to: from + Number(meta_data?.total_compressed_size ?? 0) };
    }),
  );
