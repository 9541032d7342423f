import { createReadStream } from "node:fs";
import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { OnTrouble } from "../src/archive/damaged.ts";
import { readRawLine } from "../src/archive/day-file.ts";
import { openDayFile } from "../src/archive/day-file-read.ts";
import { type Bucket, isDayFile } from "../src/archive/layout.ts";
import { passOver } from "../src/archive/read.ts";
import type { Pair } from "../src/diff/compare.ts";
import type { Diff } from "../src/diff/diff.ts";
import { linesIn } from "../src/imports/lines.ts";
import { CutOff, unpacked } from "../src/imports/unpack.ts";
import { Misuse } from "../src/misuse.ts";
import type { Whose } from "../src/rehearsal.ts";
import type { ReadEvents } from "./diff-events.ts";

/** What is looked into of a folder; a file that is named itself may be called anything. */
const KINDS = /\.((ndjson|jsonl|json|log)(\.gz)?|parquet)$/;

/** The files that are meant, folders with all that is in them. Throws Misuse. */
export const filesIn = async (named: readonly string[]): Promise<readonly string[]> => {
  const all: string[] = [];
  for (const name of named) {
    const found = name === "-" ? undefined : await stat(name).catch(() => undefined);
    if (found === undefined && name !== "-") throw new Misuse(`There is no file or folder ${name}.`);
    if (found?.isDirectory() !== true) {
      all.push(name);
      continue;
    }
    // Of a copy of the whole archive, only the events.
    const raw = join(name, "raw");
    const isArchive = (await stat(raw).catch(() => undefined))?.isDirectory() === true;
    const folder = isArchive ? raw : name;
    const inside = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = inside.flatMap((each) =>
      !each.isDirectory() && KINDS.test(each.name) ? [join(each.parentPath, each.name)] : [],
    );
    if (files.length === 0)
      throw new Misuse(
        `There are no events in ${name}: no file ends in .ndjson, .jsonl, .json, .log or .parquet.`,
      );
    all.push(...files.sort());
  }
  return all;
};

/** How files of events are read, and who is told of them. */
export interface FileOptions {
  readonly readLines: Diff["read"];
  readonly readEvents: ReadEvents;
  /** Whose events are that do not say so. */
  readonly whose: Whose;
  readonly onFile: () => void;
  readonly onTrouble: OnTrouble;
}

/**
 * The events of files, batch by batch: the archive's own objects, and events as Jupyter emits them, one per line. A file
 * of lines is one batch, or several where it is large. What cannot be read is told; what is before that in its file is given.
 */
export async function* filePairs(
  files: readonly string[],
  options: FileOptions,
): AsyncGenerator<readonly Pair[]> {
  for (const file of files) {
    yield* isDayFile(file) ? tablePairs(file, options) : linePairs(file, options);
    options.onFile();
  }
}

/** Lines that are told together, as one batch; and what they may come to, in characters. */
const LINES = 5000;
const CHARACTERS = 4 * 1024 * 1024;

async function* linePairs(file: string, options: FileOptions): AsyncGenerator<readonly Pair[]> {
  let batch: Batch = newBatch();
  try {
    for await (const lines of linesIn(unpacked(file === "-" ? process.stdin : createReadStream(file))))
      for (const line of lines) {
        if ("text" in line) {
          batch.lines.push(line.text);
          batch.characters += line.text.length;
        } else batch.refused.push({ id: `line ${line.number}`, ...line.refusal });
        if (batch.lines.length + batch.refused.length < LINES && batch.characters < CHARACTERS) continue;
        yield await pairsOf(batch, options);
        batch = newBatch();
      }
  } catch (error) {
    if (error instanceof Error && "code" in error) throw new Misuse(`The file ${file} cannot be read.`);
    if (!(error instanceof CutOff)) throw error;
    const detail = `${file} is damaged, or cut off: what can be unpacked of it is in this, and no more.`;
    options.onTrouble({ key: file, why: "damaged", detail });
  }
  yield await pairsOf(batch, options);
}

interface Batch {
  readonly lines: string[];
  readonly refused: (Pair["before"] & { readonly reason: string })[];
  characters: number;
}

const newBatch = (): Batch => ({ lines: [], refused: [], characters: 0 });

const pairsOf = async (
  { lines, refused }: Batch,
  { readLines, readEvents, whose }: FileOptions,
): Promise<readonly Pair[]> => {
  const archived: string[] = [];
  const others: string[] = [];
  for (const line of lines) (readRawLine(line) === undefined ? others : archived).push(line);
  const events = others.map((body) => ({ body, whose }));
  return [
    ...readLines(archived),
    ...(await readEvents(events, Date.now(), archived.length)),
    ...refused.map((each) => ({ source: "", before: each, after: each })),
  ];
};

async function* tablePairs(
  path: string,
  { readLines, onTrouble }: FileOptions,
): AsyncGenerator<readonly Pair[]> {
  const handle = await open(path).catch(() => {
    throw new Misuse(`The file ${path} cannot be read.`);
  });
  try {
    const file = await openDayFile(inFile(handle), path);
    for (const part of file?.parts ?? []) {
      const rows = (await file?.read(part)) ?? [];
      const batches = Map.groupBy(rows, ({ tag, batch }) => `${tag} ${batch}`);
      for (const batch of batches.values()) yield readLines(batch.map(({ text }) => text));
    }
  } catch (error) {
    passOver(error, path, onTrouble);
  } finally {
    await handle.close();
  }
}

/** An open file as the one object that is read. */
const inFile = (handle: FileHandle): Pick<Bucket, "open"> => ({
  open: async () => {
    const { size, mtimeMs } = await handle.stat();
    return {
      size,
      version: String(mtimeMs),
      read: async (from, to) => {
        const bytes = new Uint8Array(to - from);
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
        return bytes.subarray(0, bytesRead);
      },
    };
  },
});
