import { type Days, daysAfter } from "../archive/days.ts";
import type { Epsilon } from "./epsilon.ts";

/** By what a table counts. */
export const DIMENSIONS = ["day", "course", "kind"] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/**
 * What a report is asked to tell. All of it comes from whoever asks and from the site's files, and nothing from the
 * archive: which rows there are says nothing of any learner.
 */
export interface Question {
  readonly days: Days;
  /** The courses that have a row of their own. */
  readonly courses: readonly string[];
  /** The kinds of events, as the mappings' folders name them. */
  readonly kinds: readonly string[];
  /** The tables, each once. */
  readonly by: readonly Dimension[];
  /** How many events of one learner count, at the most. */
  readonly contribution: number;
  /** What the whole report costs. */
  readonly epsilon: Epsilon;
  /** Whether events that are nobody's are left out. */
  readonly learnersOnly: boolean;
}

/** The rows of a table by their names; null stands for whatever has no row of its own. */
export type Row = string | null;

export const rowsOf = (question: Question, dimension: Dimension): readonly Row[] => {
  switch (dimension) {
    case "day":
      return daysIn(question.days);
    case "course":
      return [...question.courses, null];
    case "kind":
      return [...question.kinds, null];
  }
};

const daysIn = ({ from, to }: Days): readonly string[] => {
  const days: string[] = [];
  for (let day = from; day <= to; day = daysAfter(day, 1)) days.push(day);
  return days;
};

/** The scale of the noise: a learner changes each table by `contribution` at the most, and each has its share of ε. */
export const scaleOf = ({ contribution, by, epsilon }: Question): number =>
  (contribution * by.length * 1_000_000) / Number(epsilon);
