import {
  type BasicType,
  ByteWriter,
  type ColumnSource,
  ParquetWriter,
  schemaFromColumnData,
} from "hyparquet-writer";
import {
  compressors,
  DAY_COLUMNS,
  type DayLine,
  type EventColumn,
  FORM,
  jsonOf,
  type ReadRawLine,
  rawLineReader,
  SOURCE,
} from "./day-file.ts";
import { sealOf } from "./day-file-seal.ts";
import type { About } from "./layout.ts";

/** What is known of an event besides its line. */
export interface EventValues {
  /** When it happened, in ISO 8601. */
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Reads an event's values; undefined where nobody can read it any more. */
export type ReadValues = (line: ReadRawLine) => EventValues | undefined;

/** Writes a table, in memory. */
export interface DayFileWriter {
  /** Rows, in their order: what came in one batch for one learner is given together. Throws where a line is damaged. */
  add(rows: readonly DayLine[]): void;
  /** How large it is so far, in bytes. */
  size(): number;
  /** How many rows were added. */
  rows(): number;
  finish(): Uint8Array;
  /** What its metadata tell, once it is finished. */
  about(): About;
}

const ARRIVED = DAY_COLUMNS.indexOf("arrived");

/** Rows and characters that are packed together: what a reader of a single learner's lines has to unpack. */
const GROUP_ROWS = 4000;
const GROUP_CHARACTERS = 4 * 1024 * 1024;

export const dayFileWriter = (
  source: string,
  columns: readonly EventColumn[],
  readValues: ReadValues,
): DayFileWriter => {
  const bytes = new ByteWriter();
  const read = rawLineReader();
  const columnsOf = (some: readonly DayLine[]): ColumnSource[] => columnData(some, columns, read, readValues);
  const writer = new ParquetWriter({
    writer: bytes,
    schema: schemaFromColumnData({ columnData: columnsOf([]) }),
    codec: "ZSTD",
    compressors,
    createdBy: "jupyter-lms-translator",
  });
  let open: DayLine[] = [];
  let characters = 0;
  let rows = 0;
  let [from, to] = ["", ""];
  const flush = (): void => {
    if (open.length === 0) return;
    const inColumns = columnsOf(open);
    writer.write({ columnData: inColumns, rowGroupSize: open.length });
    for (const time of inColumns[ARRIVED]?.data ?? []) {
      if (from === "" || time < from) from = time;
      if (time > to) to = time;
    }
    open = [];
    characters = 0;
  };
  return {
    add: (more) => {
      const size = more.reduce((sum, { text }) => sum + text.length, 0);
      // What is large stands alone, lest whoever looks for others' rows has to unpack it.
      if (characters + size > GROUP_CHARACTERS) flush();
      for (const row of more) open.push(row);
      rows += more.length;
      characters += size;
      if (open.length >= GROUP_ROWS || characters >= GROUP_CHARACTERS) flush();
    },
    size: () => bytes.offset,
    rows: () => rows,
    finish: () => {
      flush();
      return finishTable(source, writer, bytes);
    },
    about: () => ({ lines: rows, from, to }),
  };
};

/** Seals a table whose parts are all written, and ends it. */
export const finishTable = (source: string, writer: ParquetWriter, bytes: ByteWriter): Uint8Array => {
  writer.kvMetadata = [
    FORM,
    { key: SOURCE, value: source },
    sealOf(source, writer.row_groups, bytes.getBytes()),
  ];
  writer.finish();
  return bytes.getBytes();
};

const columnData = (
  rows: readonly DayLine[],
  columns: readonly EventColumn[],
  read: ReturnType<typeof rawLineReader>,
  readValues: ReadValues,
): ColumnSource[] => {
  const lines = rows.map(({ text }) => {
    const line = read(text);
    if (line === undefined) throw new Error("A damaged line cannot be put into a table.");
    return line;
  });
  const parts = lines.map((line) => line.parts);
  const values = lines.map(readValues);
  const column = (name: string, data: unknown[], type: BasicType): ColumnSource => ({
    name,
    data,
    type,
    nullable: true,
  });
  const text = (name: string, data: unknown[]): ColumnSource => column(name, data, "STRING");
  return [
    text(
      "tag",
      rows.map(({ tag }) => tag),
    ),
    text(
      "batch",
      rows.map(({ batch }) => batch),
    ),
    text(
      "id",
      lines.map(({ value }) => value.id),
    ),
    text(
      "arrived",
      lines.map(({ value }) => value.arrived),
    ),
    column(
      "time",
      values.map((each) => (each === undefined ? null : new Date(each.time))),
      "TIMESTAMP",
    ),
    text(
      "username",
      lines.map(({ learner }) => textIn(learner.username)),
    ),
    text(
      "course",
      lines.map(({ learner }) => textIn(idIn(learner.course))),
    ),
    // What is in these is looked for by no range.
    {
      ...text(
        "learner",
        lines.map(({ learner }, at) => parts[at]?.learner ?? jsonOf(learner)),
      ),
      statistics: false,
    },
    {
      ...text(
        "event",
        lines.map(({ value }, at) => parts[at]?.event ?? jsonOf(value.event)),
      ),
      statistics: false,
    },
    {
      ...text(
        "line",
        rows.map(({ text }, at) => (parts[at] === undefined ? text : null)),
      ),
      statistics: false,
    },
    ...columns.map(({ name, property, type }) =>
      column(
        name,
        values.map((each) =>
          typed(
            type,
            each !== undefined && Object.hasOwn(each.data, property) ? each.data[property] : undefined,
          ),
        ),
        TYPES[type],
      ),
    ),
  ];
};

const TYPES = {
  string: "STRING",
  integer: "INT64",
  number: "DOUBLE",
  boolean: "BOOLEAN",
  json: "STRING",
} as const;

/** A property's value in its column; null where it has none of that type: the event's own text has it. */
const typed = (type: EventColumn["type"], value: unknown): unknown => {
  switch (type) {
    case "string":
      return textIn(value);
    case "integer":
      return Number.isSafeInteger(value) ? BigInt(value as number) : null;
    case "number":
      return typeof value === "number" ? value : null;
    case "boolean":
      return typeof value === "boolean" ? value : null;
    case "json":
      return value === undefined ? null : jsonOf(value);
  }
};

const textIn = (value: unknown): string | null => (typeof value === "string" ? value : null);

const idIn = (course: unknown): unknown =>
  typeof course === "object" && course !== null && "id" in course ? course.id : undefined;
