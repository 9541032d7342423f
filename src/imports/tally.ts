import type { Reason } from "../event/reason.ts";
import type { Judged } from "./judge.ts";
import type { FileLine } from "./lines.ts";

/** What a file's lines are, as far as they were looked at. Numbers, places and reasons, and nothing of the events. */
export interface Tally {
  /** Lines that are not empty. */
  readonly lines: number;
  /** Events that would be accepted, by their sources. */
  readonly accepted: Readonly<Record<string, number>>;
  readonly fit: number;
  /** Those of them that do not say when they happened. */
  readonly untimed: number;
  /** What would end in quarantine, by its reasons. */
  readonly refused: Readonly<Partial<Record<Reason, number>>>;
  readonly unfit: number;
  /** Lines that are no text, or too long for any message: these cannot be sent at all. */
  readonly unreadable: number;
  /** The first of what would not be accepted, for each reason. */
  readonly problems: readonly LineProblem[];
  /** Why the file could not be read to its end. */
  readonly cut?: string;
}

export interface LineProblem {
  readonly line: number;
  /** Where it stops being JSON. */
  readonly column?: number;
  /** Which of the line's events it is, from 1, where it has several. */
  readonly event?: number;
  readonly reason: Reason;
  readonly detail: string;
}

export interface Tallying {
  add(line: FileLine, judged: readonly Judged[]): void;
  /** Says that the file cannot be read any further. */
  cut(why: string): void;
  tally(): Tally;
}

/** So many are told one by one, for each reason; all are counted. */
const TOLD = 200;

export const tallying = (): Tallying => {
  const accepted: Record<string, number> = {};
  const refused: Partial<Record<Reason, number>> = {};
  const problems: LineProblem[] = [];
  let [lines, fit, untimed, unfit, unreadable] = [0, 0, 0, 0, 0];
  let why: string | undefined;
  return {
    add: (line, judged) => {
      lines++;
      if ("refusal" in line) unreadable++;
      for (const [at, each] of judged.entries()) {
        if (!("refusal" in each)) {
          fit++;
          if (each.untimed) untimed++;
          accepted[each.source] = (accepted[each.source] ?? 0) + 1;
          continue;
        }
        const { refusal, column } = each;
        unfit++;
        const before = refused[refusal.reason] ?? 0;
        refused[refusal.reason] = before + 1;
        if (before >= TOLD) continue;
        problems.push({
          line: line.number,
          ...(column !== undefined && { column }),
          ...(judged.length > 1 && { event: at + 1 }),
          ...refusal,
        });
      }
    },
    cut: (reason) => {
      why = reason;
    },
    tally: () => ({
      lines,
      accepted: { ...accepted },
      fit,
      untimed,
      refused: { ...refused },
      unfit,
      unreadable,
      problems: [...problems],
      ...(why !== undefined && { cut: why }),
    }),
  };
};
