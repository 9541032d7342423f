/** Something wrong in a file that people write: where, what, and what would be right. */
export interface Problem {
  readonly file: string;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Thrown where a site cannot be built: holds every problem found, not only the first. */
export class SiteError extends Error {
  override readonly name = "SiteError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join("\n"));
    this.problems = problems;
  }
}

/** `mappings/x/mapping.yml:12:7 message`, which editors and terminals turn into a link. */
export const formatProblem = ({ file, line, column, message }: Problem): string =>
  `${file}:${line}:${column} ${message}`;

/** The end of a sentence that names the candidate which `word` most likely meant, or just its full stop. */
export const didYouMean = (word: string, candidates: Iterable<string>): string => {
  const lower = word.toLowerCase();
  let best = "";
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const other = candidate.toLowerCase();
    // Each letter that one has more than the other is a step by itself.
    if (Math.abs(other.length - lower.length) >= least) continue;
    const steps = distance(lower, other);
    if (steps < least) {
      least = steps;
      best = candidate;
    }
  }
  return best === "" ? "." : `; did you mean "${best}"?`;
};

/** How many letters must be changed, added, left out or swapped with their neighbour. */
const distance = (a: string, b: string): number => {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swap = swapped ? (before[j - 2] ?? 0) + 1 : change;
      next.push(Math.min(change, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
};
