import type { FileMetaData, SchemaElement } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { compressors, type DayLine } from "./day-file.ts";
import type { DayFile } from "./day-file-read.ts";
import { finishTable } from "./day-file-write.ts";
import type { About } from "./layout.ts";

/** A table that was copied, and what its metadata tell. */
export interface DayFileCopy {
  readonly body: Uint8Array;
  readonly about: About;
}

/**
 * Copies a table without some of its rows; undefined where none is left. The other rows stay as they are, byte for byte
 * and in their order, and so do the columns, whatever the event's schemas say by now. Only one part is unpacked at once.
 * Throws as reading does.
 */
export const withoutRows = async (
  file: DayFile,
  isGone: (row: DayLine) => boolean,
): Promise<DayFileCopy | undefined> => {
  const { metadata, source } = file;
  const columns = columnsOf(metadata);
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema: metadata.schema,
    codec: "ZSTD",
    compressors,
    createdBy: "jupyter-lms-translator",
  });
  let [lines, from, to] = [0, "", ""];
  for (const part of file.parts) {
    const rows = (await file.readAll(part)).filter((row) => !isGone(row));
    if (rows.length === 0) continue;
    for (const { values } of rows) {
      const arrived = String(values.arrived);
      if (from === "" || arrived < from) from = arrived;
      if (arrived > to) to = arrived;
    }
    lines += rows.length;
    writer.write({
      columnData: columns.map(({ name, statistics }) => ({
        name,
        statistics,
        data: rows.map(({ values }) => values[name] ?? null),
      })),
      rowGroupSize: rows.length,
    });
  }
  if (lines === 0) return undefined;
  return { body: finishTable(source, writer, bytes), about: { lines, from, to } };
};

/** Its columns, and whether it says between which values those of a part are. */
const columnsOf = ({ schema, row_groups: [first] }: FileMetaData) =>
  schema.slice(1).map(({ name }: SchemaElement, at) => ({
    name,
    statistics: first?.columns[at]?.meta_data?.statistics !== undefined,
  }));
