import { JobOvertaken, takeUpJob } from "../src/archive/job.ts";
import type { EditableBucket } from "../src/archive/layout.ts";
import { CannotRun } from "../src/cannot-run.ts";
import type { Fit, Judge, Judged } from "../src/imports/judge.ts";
import { type FileLine, linesIn } from "../src/imports/lines.ts";
import { attributeBytes } from "../src/imports/message.ts";
import { shipmentsOf } from "../src/imports/pack.ts";
import { judgedLine, type OnLine, piecesOf } from "../src/imports/pieces.ts";
import { withQuiet } from "../src/imports/quiet.ts";
import { QueueClosed, type SendParts, sendAll } from "../src/imports/send.ts";
import { TokenOver } from "../src/imports/sign.ts";
import { type ImportIdentity, importName, NOTHING_SENT, readSent, type Sent } from "../src/imports/state.ts";
import { type Tally, tallying } from "../src/imports/tally.ts";
import { CutOff, unpacked } from "../src/imports/unpack.ts";
import { CHUNK, digesting, type ImportFile } from "./import-file.ts";
import { progressOn } from "./progress.ts";

/** What a file is, by a first look at all of it. */
export interface Looked {
  readonly file: ImportFile;
  readonly tally: Tally;
  /** The SHA-256 of what was read of it. */
  readonly digest: string;
}

/** What became of a file, or of what came over standard input. */
export interface Imported {
  readonly tally: Tally;
  readonly sent: Sent;
  /** Events that an earlier run had sent. */
  readonly earlier: number;
  /** Events that stayed out, as the archive has them already. */
  readonly archived: number;
  /** What was added to the file meanwhile is not sent; of what was changed, nobody knows what was. */
  readonly file?: "grown" | "changed";
}

export interface ImportParts extends Omit<SendParts, "note"> {
  readonly judge: Judge;
  readonly bucket: EditableBucket;
  readonly identity: Omit<ImportIdentity, "content">;
  /** Whether what an earlier run has left of the same import is forgotten. */
  readonly anew: boolean;
  /** Whether the archive has an event already; where absent, nobody has looked. */
  readonly isArchived?: ((event: Fit) => boolean) | undefined;
  /** Told where an earlier run is taken up. */
  readonly onGoingOn: (name: string, earlier: Sent) => void;
}

/** Looks at all of a file, and sends nothing. */
export const lookAt = async (
  file: ImportFile,
  judge: Judge,
  onJudged: (judged: readonly Judged[]) => void = () => {},
): Promise<Looked> => {
  const counting = tallying();
  const progress = progressIn(file, "looked at");
  const { chunks, digest } = file.read(progress.step);
  try {
    for await (const lines of untilCut(linesIn(unpacked(chunks)), counting.cut)) {
      const now = Date.now();
      for (const line of lines) {
        const judged = judgedLine(line, judge, now);
        counting.add(line, judged);
        onJudged(judged);
      }
    }
  } finally {
    progress.clear();
  }
  return { file, tally: counting.tally(), digest: digest() };
};

/**
 * Sends what a look has found in a file, from where an earlier run of the same import was cut off. Throws CannotRun
 * where the queue takes no more, or another run has taken over.
 */
export const sendFile = async ({ file, tally, digest }: Looked, parts: ImportParts): Promise<Imported> => {
  const name = importName({ ...parts.identity, content: digest });
  const job = await inWords(file.name, NONE, () => takeUpJob(parts.bucket, name, readSent));
  const earlier = (parts.anew ? undefined : job.left) ?? NOTHING_SENT;
  // Else a run that ends before it notes anything would leave what the earlier one had left.
  if (parts.anew) await inWords(file.name, NONE, () => job.note(NOTHING_SENT));
  if (earlier.until.line > 1 || earlier.until.event > 0) parts.onGoingOn(file.name, earlier);
  let noted = earlier;
  let archived = 0;
  const progress = progressIn(file, "sent");
  const reading = file.read(progress.step);
  const sent = await inWords(
    file.name,
    () => noted.events,
    async () => {
      const note = async (state: Sent): Promise<void> => {
        await job.note(state);
        noted = state;
      };
      const isArchived = (event: Fit): boolean => {
        const stays = parts.isArchived?.(event) === true;
        if (stays) archived++;
        return stays;
      };
      const all = await sendRead(reading.chunks, { ...parts, note, isArchived, from: earlier });
      await job.end();
      return all;
    },
  ).finally(progress.clear);
  const about =
    reading.digest() !== digest
      ? ({ file: "changed" } as const)
      : (await file.hasGrown()) && { file: "grown" as const };
  return { tally, sent, earlier: earlier.events, archived, ...about };
};

const NONE = (): number => 0;

/** So long something that comes may wait for more, in milliseconds. */
const QUIET = 1000;

/** Sends what comes over a stream, which nobody can look at before, or go on with. */
export const sendStream = async (
  stream: AsyncIterable<Uint8Array>,
  parts: ImportParts,
): Promise<Imported> => {
  const counting = tallying();
  let noted = NOTHING_SENT;
  const note = async (state: Sent): Promise<void> => {
    noted = state;
  };
  const reading = { from: NOTHING_SENT, note, onLine: counting.add, onCut: counting.cut, quiet: QUIET };
  const sent = await inWords(
    "standard input",
    () => noted.events,
    () => sendRead(stream, { ...parts, ...reading }),
  );
  return { tally: counting.tally(), sent, earlier: 0, archived: 0 };
};

/** Looks at what comes over a stream, and sends nothing. */
export const lookAtStream = async (stream: AsyncIterable<Uint8Array>, judge: Judge): Promise<Tally> => {
  const file = { name: "-", size: 0, read: () => digesting(stream), hasGrown: async () => false };
  return (await lookAt({ ...file, close: async () => {} }, judge)).tally;
};

interface ReadAndSend extends ImportParts {
  readonly note: SendParts["note"];
  readonly from: Sent;
  readonly onLine?: OnLine;
  readonly onCut?: (why: string) => void;
  /** So long something may wait for more, where more comes when it comes. */
  readonly quiet?: number;
}

const sendRead = async (chunks: AsyncIterable<Uint8Array>, parts: ReadAndSend): Promise<Sent> => {
  const { judge, identity, from, rate, quiet, isArchived, onLine = () => {}, onCut = () => {} } = parts;
  const lines = untilCut(linesIn(unpacked(chunks)), onCut);
  const known = isArchived && { isArchived };
  const all = piecesOf(lines, { judge, from: from.until, all: identity.all, onLine, ...known });
  const pieces = quiet === undefined ? all : withQuiet(all, quiet);
  const attributes = attributeBytes(await parts.attributes()) + SPARE;
  const shipments = shipmentsOf(pieces, { attributes, ...(rate !== undefined && { most: rate }) });
  return sendAll(shipments, from, parts);
};

/** What another token may be longer by, in bytes. */
const SPARE = 64;

/** What was read before a file breaks off is taken like the rest. */
async function* untilCut(
  lines: AsyncIterable<readonly FileLine[]>,
  onCut: (why: string) => void,
): AsyncGenerator<readonly FileLine[]> {
  try {
    yield* lines;
  } catch (error) {
    if (!(error instanceof CutOff)) throw error;
    onCut(error.message);
  }
}

/** Says in words why it ended too soon, and how far it came. */
const inWords = async <T>(name: string, taken: () => number, run: () => Promise<T>): Promise<T> => {
  try {
    return await run();
  } catch (error) {
    if (error instanceof JobOvertaken) throw new CannotRun(error.message);
    const isStream = name === "standard input";
    const next = isStream ? "" : " Run it again: it goes on there.";
    const told = `The queue has ${taken().toLocaleString("en-GB")} events of ${name}.${next}`;
    if (error instanceof QueueClosed || error instanceof TokenOver || error instanceof CannotRun)
      throw new CannotRun(`${error.message} ${told}`);
    console.error(told);
    throw error;
  }
};

const progressIn = ({ name, size }: ImportFile, done: string) => {
  const all = Math.ceil(size / CHUNK);
  let chunks = 0;
  const text = (): string => `${megabytes(chunks * CHUNK)} of ${megabytes(size)} MB of ${name} ${done} …`;
  const progress = progressOn(process.stderr, text, all);
  return {
    step: () => {
      chunks++;
      progress.step();
    },
    clear: progress.clear,
  };
};

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
