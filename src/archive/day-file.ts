/**
 * A day's events of one source as a table: a Parquet file, in which each event's line of `raw/` stands byte for byte, in
 * a few columns, and beside it what its schema names, in columns of their own. Rows are in the order of their learners'
 * tags, so that what a learner has in it lies together; rows that came in one batch bear its name, and stand in its order.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { isObject, type JsonObject, parseJson } from "../event/json.ts";
import { NOBODY, UNKNOWN } from "./marks.ts";

/** A row's line, and where it stood. */
export interface DayLine {
  /** As `raw/` had it. */
  readonly text: string;
  /** The name of the object that it was in: what came in one batch was told together. */
  readonly batch: string;
  /** Whose it is: a tag, `unknown` or `nobody`. */
  readonly tag: string;
}

/** A column for a property of an event, as its schema describes it. */
export interface EventColumn {
  /** The property. */
  readonly property: string;
  /** The column's name: lower case, digits and underscores, as Athena takes it. */
  readonly name: string;
  /** `json`: its text, as what is in it has no single type. */
  readonly type: "string" | "integer" | "number" | "boolean" | "json";
}

/** The columns that every table has. The events' own are called otherwise. */
export const DAY_COLUMNS = [
  "tag",
  "batch",
  "id",
  "arrived",
  "time",
  "username",
  "course",
  "learner",
  "event",
  "line",
] as const;

/** In the file's own metadata: which form of table it is, and of which source. */
export const FORM = { key: "jupyter-lms-translator", value: "day/1" };
export const SOURCE = "source";

/** Zstandard is as small as gzip at a third of the time; Athena's engine 3 and DuckDB read it, and heed its checksums. */
export const compressors = {
  ZSTD: (input: Uint8Array): Uint8Array =>
    zstdCompressSync(input, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
};
export const decompressors = {
  ZSTD: (input: Uint8Array): Uint8Array => zstdDecompressSync(input),
};

/** A line of `raw/` in its parts, which put together are the line again. */
export interface RawParts {
  readonly id: string;
  readonly arrived: string;
  readonly source: string;
  /** JSON text. */
  readonly learner: string;
  readonly event: string;
}

export const joinRaw = ({ id, arrived, source, learner, event }: RawParts): string =>
  `{"id":"${id}","arrived":"${arrived}","source":${JSON.stringify(source)},"learner":${learner},"event":${event}}`;

/** A line of `raw/`, read. */
export interface ReadRawLine {
  readonly value: JsonObject;
  readonly source: string;
  readonly learner: JsonObject;
  /** Its parts; undefined where it is not written as the translator writes it, and so cannot be put together again. */
  readonly parts: RawParts | undefined;
}

/** Reads a line of `raw/`; undefined where it is damaged. */
export const readRawLine = (text: string): ReadRawLine | undefined => {
  const read = parseJson(text);
  if (!("value" in read) || !isObject(read.value)) return undefined;
  const { value } = read;
  const { id, arrived, source, learner, event } = value;
  if (typeof id !== "string" || typeof arrived !== "string" || typeof source !== "string") return undefined;
  if (!isObject(learner) || event === undefined) return undefined;
  return {
    value,
    source,
    learner,
    // Not everybody who reads a line asks for them.
    get parts() {
      const written = jsonOf(learner);
      return written === null
        ? undefined
        : partsOf(text, { id, arrived, source, learner: written, event: "" });
    },
  };
};

/**
 * Makes what reads lines of `raw/` as `readRawLine` does, for whoever reads many: what it has read of a learner, of whom
 * lines mostly say the same, it remembers, so that only the event is parsed. Nobody may change what it gives.
 */
export const rawLineReader = (): ((text: string) => ReadRawLine | undefined) => {
  const learners = new Map<string, WrittenLearner>();
  const learnerIn = (text: string): WrittenLearner | undefined => {
    const known = learners.get(text);
    if (known !== undefined) return known;
    const read = parseJson(text);
    const learner = "value" in read && isObject(read.value) ? read.value : undefined;
    // A text of its own: what was cut out of a line would keep all that it was cut out of.
    const written = learner && jsonOf(learner);
    if (learner === undefined || written !== text) return undefined;
    if (learners.size >= REMEMBERED) learners.clear();
    learners.set(written, { learner, written });
    return learners.get(written);
  };
  return (text) => asWritten(text, learnerIn) ?? readRawLine(text);
};

/** A day has most of its learners many times; what is remembered of one has some five hundred bytes. */
const REMEMBERED = 5000;

/** What a line says before its learner, where the translator wrote it. */
const HEAD = /^\{"id":"([0-9a-f-]{36})","arrived":"([0-9T:.Z-]{24})","source":"([a-z0-9./_-]+)","learner":/;
/** No text in JSON holds these with a quote that is not escaped, so they stand between two of its parts. */
const EVENT = ',"event":';

interface WrittenLearner {
  readonly learner: JsonObject;
  readonly written: string;
}

/** Reads a line whose parts are all as the translator writes them; undefined where one is not. */
const asWritten = (
  text: string,
  learnerIn: (text: string) => WrittenLearner | undefined,
): ReadRawLine | undefined => {
  const [head, id, arrived, source] = HEAD.exec(text) ?? [];
  if (head === undefined || id === undefined || arrived === undefined || source === undefined)
    return undefined;
  const ends = text.indexOf(EVENT, head.length);
  if (ends < 0 || !text.endsWith("}")) return undefined;
  const known = learnerIn(text.slice(head.length, ends));
  if (known === undefined) return undefined;
  const event = text.slice(ends + EVENT.length, -1);
  const read = parseJson(event);
  if (!("value" in read)) return undefined;
  const { learner, written } = known;
  return {
    value: { id, arrived, source, learner, event: read.value },
    source,
    learner,
    parts: { id, arrived, source, learner: written, event },
  };
};

/** JSON.parse takes any depth; JSON.stringify throws a RangeError when the stack is full. The line itself has it all. */
export const jsonOf = (value: unknown): string | null => {
  try {
    return JSON.stringify(value);
  } catch {
    return null;
  }
};

const partsOf = (text: string, before: RawParts): RawParts | undefined => {
  const head = joinRaw(before).slice(0, -1);
  return text.startsWith(head) && text.endsWith("}")
    ? { ...before, event: text.slice(head.length, -1) }
    : undefined;
};

/** Whose an event is, as a table sorts it. */
export const tagOf = ({ tag, username }: JsonObject): string =>
  typeof tag === "string" ? tag : username === undefined ? NOBODY : UNKNOWN;
