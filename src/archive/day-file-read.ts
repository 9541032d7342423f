import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { DamagedArchive } from "./damaged.ts";
import { type DayLine, decompressors, FORM, joinRaw, SOURCE } from "./day-file.ts";
import { type Bucket, type OpenObject, TAIL } from "./layout.ts";

/** A day's events of one source, of which parts are read. Every method throws DamagedArchive where it cannot be unpacked. */
export interface DayFile {
  readonly key: string;
  readonly version: string;
  readonly source: string;
  readonly rows: number;
  /** Parts that are unpacked by themselves, in their order. What one batch has of a learner is in one of them. */
  readonly parts: readonly DayPart[];
  /** The lines of a part. */
  read(part: DayPart): Promise<readonly DayLine[]>;
  /** The ids of its events, without the rest of them. */
  ids(part: DayPart): Promise<readonly string[]>;
}

export interface DayPart {
  readonly from: number;
  readonly to: number;
  /** The first and the last of the tags in it. */
  readonly first: string;
  readonly last: string;
}

/** Opens a table; undefined where there is no such object. Throws DamagedArchive where it is none. */
export const openDayFile = async (
  bucket: Pick<Bucket, "open">,
  key: string,
): Promise<DayFile | undefined> => {
  const object = await bucket.open(key);
  if (object === undefined) return undefined;
  const { file, undamaged } = readerOf(key, object);
  const metadata = await undamaged(() => parquetMetadataAsync(file, { initialFetchSize: TAIL }));
  const known = new Map(metadata.key_value_metadata?.map(({ key, value }) => [key, value]));
  const source = known.get(SOURCE);
  if (known.get(FORM.key) !== FORM.value || source === undefined)
    throw new DamagedArchive(`The archive's object ${key} is a table that the translator did not write.`);
  const readRows = ({ from, to }: DayPart, columns: string[]) =>
    undamaged(() =>
      parquetReadObjects({ file, metadata, columns, rowStart: from, rowEnd: to, compressors: decompressors }),
    );
  return {
    key,
    version: object.version,
    source,
    rows: Number(metadata.num_rows),
    parts: partsOf(metadata),
    read: async (part) =>
      (await readRows(part, LINE_COLUMNS)).map(({ tag, batch, line, id, arrived, learner, event }) => ({
        tag: String(tag),
        batch: String(batch),
        text: typeof line === "string" ? line : joinRaw({ id, arrived, source, learner, event }),
      })),
    ids: async (part) => (await readRows(part, ["id"])).map(({ id }) => String(id)),
  };
};

const LINE_COLUMNS = ["tag", "batch", "id", "arrived", "learner", "event", "line"];

/** Whether a part may have lines with one of these tags. */
export const mayHave = ({ first, last }: DayPart, tags: readonly string[]): boolean =>
  tags.some((tag) => first <= tag && tag <= last);

const partsOf = (metadata: FileMetaData): readonly DayPart[] => {
  const parts: DayPart[] = [];
  let from = 0;
  for (const { num_rows, columns } of metadata.row_groups) {
    const to = from + Number(num_rows);
    const tags = columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === "tag")?.meta_data
      ?.statistics;
    // Without them, it may be anybody's.
    const [first, last] = [tags?.min_value ?? "", tags?.max_value ?? "~"];
    parts.push({ from, to, first: String(first), last: String(last) });
    from = to;
  }
  return parts;
};

/** That an object is damaged shows when it is unpacked; that it cannot be fetched is no fault of it. */
const readerOf = (key: string, object: OpenObject) => {
  let unfetched: { readonly error: unknown } | undefined;
  const file: AsyncBuffer = {
    byteLength: object.size,
    slice: async (from, to = object.size) => {
      try {
        const { buffer, byteOffset, byteLength } = await object.read(from, to);
        return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
      } catch (error) {
        unfetched = { error };
        throw error;
      }
    },
  };
  const undamaged = async <T>(read: () => Promise<T>): Promise<T> => {
    try {
      return await read();
    } catch {
      if (unfetched !== undefined) throw unfetched.error;
      throw new DamagedArchive(`The archive's object ${key} is damaged: it cannot be unpacked.`);
    }
  };
  return { file, undamaged };
};
