import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { DamagedArchive } from "./damaged.ts";
import { type DayLine, decompressors, FORM, joinRaw, SOURCE } from "./day-file.ts";
import { type IsSealed, sealedBy } from "./day-file-seal.ts";
import { type Bucket, type OpenObject, TAIL } from "./layout.ts";

/** A day's events of one source, of which parts are read. Every method throws DamagedArchive where it cannot be unpacked. */
export interface DayFile {
  readonly key: string;
  readonly version: string;
  /** How large it is, in bytes. */
  readonly bytes: number;
  readonly source: string;
  readonly rows: number;
  /** Parts that are unpacked by themselves, in their order. What one batch has of a learner is in one of them. */
  readonly parts: readonly DayPart[];
  /** The lines of a part; with `tags`, only those that have one of these. */
  read(part: DayPart, tags?: readonly string[]): Promise<readonly DayLine[]>;
  /** The ids of its events, without the rest of them. */
  ids(part: DayPart): Promise<readonly string[]>;
  /** The rows of a part with the values of all columns, as whoever copies it needs them. */
  readAll(part: DayPart): Promise<readonly FullRow[]>;
  readonly metadata: FileMetaData;
}

/** A row, and its values by the names of their columns. */
export interface FullRow extends DayLine {
  readonly values: Readonly<Record<string, unknown>>;
}

export interface DayPart {
  readonly from: number;
  readonly to: number;
  /** The first and the last of the tags in it. */
  readonly first: string;
  readonly last: string;
  /** What its lines unpack to, in bytes. */
  readonly size: number;
}

/** Opens a table; undefined where there is no such object. Throws DamagedArchive where it is none. */
export const openDayFile = async (
  bucket: Pick<Bucket, "open">,
  key: string,
): Promise<DayFile | undefined> => {
  const object = await bucket.open(key);
  if (object === undefined) return undefined;
  const { file, undamaged, seal } = readerOf(key, object);
  const metadata = await undamaged(() => parquetMetadataAsync(file, { initialFetchSize: TAIL }));
  const known = new Map(metadata.key_value_metadata?.map(({ key, value }) => [key, value]));
  const source = known.get(SOURCE);
  if (known.get(FORM.key) !== FORM.value || source === undefined)
    throw new DamagedArchive(`The archive's object ${key} is a table that the translator did not write.`);
  await undamaged(async () => seal(source, metadata));
  const readRows = ({ from: rowStart, to: rowEnd }: DayPart, columns?: string[]) =>
    undamaged(() =>
      parquetReadObjects({
        file,
        metadata,
        ...(columns !== undefined && { columns }),
        rowStart,
        rowEnd,
        compressors: decompressors,
        parsers,
      }),
    );
  /** Where the rows with these tags are: they lie together, and most of what is packed with them need not be fetched. */
  const rangeOf = async (part: DayPart, tags: readonly string[]): Promise<DayPart | undefined> => {
    const all = (await readRows(part, ["tag"])).map(({ tag }) => tags.includes(String(tag)));
    const first = all.indexOf(true);
    return first < 0
      ? undefined
      : { ...part, from: part.from + first, to: part.from + all.lastIndexOf(true) + 1 };
  };
  return {
    key,
    version: object.version,
    bytes: object.size,
    source,
    rows: Number(metadata.num_rows),
    parts: partsOf(metadata),
    read: async (part, tags) => {
      const range = tags === undefined ? part : await rangeOf(part, tags);
      const rows = range === undefined ? [] : await readRows(range, LINE_COLUMNS);
      const lines = rows.map((row) => lineOf(row, source));
      return tags === undefined ? lines : lines.filter(({ tag }) => tags.includes(tag));
    },
    ids: async (part) => (await readRows(part, ["id"])).map(({ id }) => String(id)),
    readAll: async (part) => (await readRows(part)).map((values) => ({ ...lineOf(values, source), values })),
    metadata,
  };
};

const LINE_COLUMNS = ["tag", "batch", "id", "arrived", "learner", "event", "line"];

/** A column's text may begin with what other decoders take for a mark of its encoding. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const parsers = {
  stringFromBytes: (bytes: Uint8Array | undefined): string | undefined => bytes && decoder.decode(bytes),
};

type Row = Awaited<ReturnType<typeof parquetReadObjects>>[number];

const lineOf = ({ tag, batch, line, id, arrived, learner, event }: Row, source: string): DayLine => ({
  tag: String(tag),
  batch: String(batch),
  text: typeof line === "string" ? line : joinRaw({ id, arrived, source, learner, event }),
});

/** Whether a part may have lines with one of these tags. */
export const mayHave = ({ first, last }: DayPart, tags: readonly string[]): boolean =>
  tags.some((tag) => first <= tag && tag <= last);

const partsOf = (metadata: FileMetaData): readonly DayPart[] => {
  const parts: DayPart[] = [];
  let from = 0;
  for (const { num_rows, columns } of metadata.row_groups) {
    const to = from + Number(num_rows);
    const about = columns.flatMap(({ meta_data }) => meta_data ?? []);
    const read = about.filter(({ path_in_schema: [name = ""] }) => LINE_COLUMNS.includes(name));
    const size = read.reduce((sum, each) => sum + Number(each.total_uncompressed_size), 0);
    const tags = about.find(({ path_in_schema: [name] }) => name === "tag")?.statistics;
    // Without them, it may be anybody's.
    const [first, last] = [tags?.min_value ?? "", tags?.max_value ?? "~"];
    parts.push({ from, to, first: String(first), last: String(last), size });
    from = to;
  }
  return parts;
};

/** That an object is damaged shows when it is unpacked; that it cannot be fetched is no fault of it. */
const readerOf = (key: string, object: OpenObject) => {
  let unfetched: { readonly error: unknown } | undefined;
  let isSealed: IsSealed | undefined;
  const file: AsyncBuffer = {
    byteLength: object.size,
    slice: async (from, to = object.size) => {
      const { buffer, byteOffset, byteLength } = await object.read(from, to).catch((error) => {
        unfetched = { error };
        throw error;
      });
      const bytes = new Uint8Array(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
      if (isSealed?.(bytes, from) === false) throw new Error("It is not what was written.");
      return bytes.buffer;
    },
  };
  /** From now on, only what is sealed is read. */
  const seal = (source: string, metadata: FileMetaData): void => {
    isSealed = sealedBy(source, metadata);
    if (isSealed === undefined) throw new Error("It has no seal.");
  };
  const undamaged = async <T>(read: () => Promise<T>): Promise<T> => {
    try {
      return await read();
    } catch {
      if (unfetched !== undefined) throw unfetched.error;
      throw new DamagedArchive(`The archive's object ${key} is damaged: it cannot be unpacked.`);
    }
  };
  return { file, undamaged, seal };
};
