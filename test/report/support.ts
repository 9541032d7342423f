import type { DatedLine } from "../../src/archive/read.ts";
import { type Epsilon, readEpsilon } from "../../src/report/epsilon.ts";
import type { Question } from "../../src/report/question.ts";

/** An event of the archive, as far as a report looks at it. */
export interface Line {
  readonly id: string;
  readonly day: string;
  /** Absent where it is nobody's. */
  readonly username?: string | undefined;
  readonly course?: string | undefined;
  readonly source: string;
}

export const DAYS = ["2026-11-01", "2026-11-02", "2026-11-03"] as const;
export const COURSES = ["data8", "stat101"] as const;
export const KINDS = ["jupyter-server/contents", "jupyterhub/server"] as const;

export const epsilon = (text: string): Epsilon => {
  const amount = readEpsilon(text);
  if (amount === undefined) throw new Error(`${text} is no amount.`);
  return amount;
};

export const asked = (changes: Partial<Question> = {}): Question => ({
  days: { from: DAYS[0], to: DAYS[2] },
  courses: COURSES,
  kinds: KINDS,
  by: ["day", "course", "kind"],
  contribution: 3,
  epsilon: epsilon("1"),
  learnersOnly: false,
  ...changes,
});

/** The same as a line of `raw/`. */
export const textOf = ({ id, day, username, course, source }: Line): string => {
  const learner = {
    username,
    ...(course !== undefined && { course: { id: course } }),
    roles: [],
    sender: {},
  };
  return JSON.stringify({ id, arrived: `${day}T12:00:00.000Z`, source, learner, event: {} });
};

/** The same as they are read from the archive. */
export async function* dated(lines: readonly Line[]): AsyncGenerator<DatedLine> {
  for (const line of lines) yield { line: JSON.parse(textOf(line)), day: line.day };
}
