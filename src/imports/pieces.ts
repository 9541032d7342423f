import type { Fit, Judge, Judged } from "./judge.ts";
import type { FileLine } from "./lines.ts";

/** How far a file is done: everything before this event of this line, the lines counted from 1, their events from 0. */
export interface Place {
  readonly line: number;
  readonly event: number;
}

export const BEGINNING: Place = { line: 1, event: 0 };

/** What cannot be sent but as a whole: an event, or a line as it is. */
export interface Piece {
  readonly line: number;
  readonly text: string;
  readonly events: number;
  /** Whether it must be a message of its own: in one with others, it could be taken for something else. */
  readonly alone: boolean;
  /** How far the file is done when it is sent. */
  readonly until: Place;
}

/** Called with each line, and what would become of its events. */
export type OnLine = (line: FileLine, judged: readonly Judged[]) => void;

export interface PiecesOptions {
  readonly judge: Judge;
  readonly from: Place;
  /** Whether what would end in quarantine is sent as well; else it is left out. */
  readonly all: boolean;
  readonly onLine: OnLine;
  /** Whether an event stays out, as the archive has it already. */
  readonly isArchived?: (event: Fit) => boolean;
}

/** What is to be sent of a file's lines, in their order. Lines before `from` are neither judged nor told. */
export async function* piecesOf(
  lines: AsyncIterable<readonly FileLine[]>,
  { judge, from, all, onLine, isArchived = () => false }: PiecesOptions,
): AsyncGenerator<readonly Piece[]> {
  for await (const some of lines) {
    const now = Date.now();
    const pieces: Piece[] = [];
    for (const line of some) {
      if (line.number < from.line) continue;
      const judged = judgedLine(line, judge, now);
      onLine(line, judged);
      const done = line.number === from.line ? from.event : 0;
      const rest = all ? wholeOr : fitting;
      pieces.push(...rest(line, judged, done, isArchived));
    }
    if (pieces.length > 0) yield pieces;
  }
}

/** What would become of a line's events. What is no text is none. */
export const judgedLine = (line: FileLine, judge: Judge, now: number): readonly Judged[] =>
  "text" in line ? judge(line.text, now) : [{ refusal: line.refusal }];

/** Events that would be accepted are objects on one line, so that a message can hold many of them. */
const fitting = (
  { number }: FileLine,
  judged: readonly Judged[],
  done: number,
  isArchived: (event: Fit) => boolean,
): readonly Piece[] =>
  judged.flatMap((each, at) =>
    "refusal" in each || at < done || isArchived(each)
      ? []
      : [{ line: number, text: each.text, events: 1, alone: false, until: after(number, at, judged) }],
  );

/** A line of which something would be refused goes as it is: nobody can say what it is among others. */
const wholeOr: typeof fitting = (line, judged, done, isArchived) => {
  if (!judged.some((each) => "refusal" in each)) return fitting(line, judged, done, isArchived);
  const { number } = line;
  return "text" in line
    ? [{ line: number, text: line.text.trim(), events: judged.length, alone: true, until: next(number) }]
    : [];
};

const after = (line: number, at: number, judged: readonly Judged[]): Place =>
  at === judged.length - 1 ? next(line) : { line, event: at + 1 };

const next = (line: number): Place => ({ line: line + 1, event: 0 });
