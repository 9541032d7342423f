import { type DayFile, mayHave, openDayFile } from "./day-file-read.ts";
import { type EditableBucket, type FoundObject, GoneObject, isDayFile } from "./layout.ts";
import { AT_ONCE, inOrder, linesOf, unpackLines } from "./read.ts";

/** Some of the lines of an object: all of them, or those of a part of a table. */
export interface PresentLines {
  readonly key: string;
  /** The last one may be empty. */
  readonly lines: readonly string[];
  /** By what the object is told from what comes in its place. */
  readonly version: string;
  /** How large the object is, in bytes. */
  readonly bytes: number;
}

/** What there is of an object: it may be too large to be read, or gone as others moved what was in it. */
export type ObjectState = "there" | "tooLarge" | "gone";

export interface PresentOptions {
  /**
   * Told of each object when its turn comes; then all before it were read to their ends. Of a table of which some parts
   * are too large, it is told once more when the others were read: `tooLarge`.
   */
  readonly onObject?: ((key: string, state: ObjectState) => void) | undefined;
  /** Objects under way at once. */
  readonly atOnce?: number | undefined;
  /** The most that an object of lines, or a part of a table, may unpack to, in bytes. */
  readonly largest?: number | undefined;
}

/**
 * Reads objects in the order of their keys as given, several at once, where somebody else may remove some of them
 * meanwhile: `gone` is told of these. Of tables, it gives only the lines with these tags, part by part, and of each
 * object something, though no line be in it. Throws DamagedArchive.
 */
export async function* readPresent(
  bucket: Pick<EditableBucket, "find" | "open">,
  keys: Iterable<string>,
  tags: readonly string[],
  gone: (key: string) => void,
  { onObject, atOnce = AT_ONCE, largest = Number.POSITIVE_INFINITY }: PresentOptions = {},
): AsyncGenerator<PresentLines> {
  const begin = (key: string) =>
    isDayFile(key) ? beginTable(bucket, key, tags, largest) : beginLines(bucket, key, largest);
  for await (const { key, state, about, parts, isCut } of inOrder(
    keys,
    begin,
    undefined,
    undefined,
    atOnce,
  )) {
    onObject?.(key, state);
    if (state === "gone") gone(key);
    try {
      for await (const lines of parts) yield { key, lines, ...about };
      // Only now: whoever counts what was given has all of it.
      if (isCut === true) onObject?.(key, "tooLarge");
    } catch (error) {
      if (!(error instanceof GoneObject)) throw error;
      onObject?.(key, "gone");
      gone(key);
    }
  }
}

/** An object that was begun to be read. */
interface Begun {
  readonly key: string;
  readonly state: ObjectState;
  readonly about: Pick<PresentLines, "version" | "bytes">;
  readonly parts: Iterable<readonly string[]> | AsyncIterable<readonly string[]>;
  /** Whether parts of it are missing, as they are too large. */
  readonly isCut?: boolean;
}

const beginLines = async (
  bucket: Pick<EditableBucket, "find">,
  key: string,
  largest: number,
): Promise<Begun> => {
  const found = await bucket.find(key);
  if (found === undefined) return notRead(key, "gone");
  if (sizeOf(found) > largest) return notRead(key, "tooLarge");
  const lines = await unpackLines(key, found.body);
  return {
    key,
    state: "there",
    about: { version: found.version, bytes: found.body.length },
    parts: [lines],
  };
};

const beginTable = async (
  bucket: Pick<EditableBucket, "open">,
  key: string,
  tags: readonly string[],
  largest: number,
): Promise<Begun> => {
  try {
    const file = await openDayFile(bucket, key);
    if (file === undefined) return notRead(key, "gone");
    const wanted = file.parts.filter((part) => mayHave(part, tags));
    const parts = wanted.filter(({ size }) => size <= largest);
    const isCut = parts.length < wanted.length;
    if (isCut && parts.length === 0) return notRead(key, "tooLarge");
    const { version, bytes } = file;
    const begun = await begunParts({ ...file, parts }, tags);
    return { key, state: "there", about: { version, bytes }, parts: begun, isCut };
  } catch (error) {
    if (error instanceof GoneObject) return notRead(key, "gone");
    throw error;
  }
};

/** The first lines are read at once, as in most tables there are no others of a learner. */
const begunParts = async (
  file: DayFile,
  tags: readonly string[],
): Promise<AsyncIterable<readonly string[]>> => {
  const parts = linesOf(file, tags);
  const first = await parts.next();
  return (async function* () {
    yield first.done === true ? [] : first.value;
    yield* parts;
  })();
};

const notRead = (key: string, state: ObjectState): Begun => ({
  key,
  state,
  about: { version: "", bytes: 0 },
  parts: [],
});

/** What an object unpacks to, in bytes, as its last four say (RFC 1952, section 2.3.1): each is one member of gzip. */
const sizeOf = ({ body }: FoundObject): number => {
  const isGzip = body.length >= 18 && body[0] === 0x1f && body[1] === 0x8b;
  if (!isGzip) return body.length;
  const size = new DataView(body.buffer, body.byteOffset).getUint32(body.length - 4, true);
  return Math.max(body.length, size);
};
