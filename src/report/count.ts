import { hash } from "node:crypto";
import { DamagedArchive } from "../archive/damaged.ts";
import type { DatedLine } from "../archive/read.ts";
import { isObject } from "../event/json.ts";
import { PROBE_SOURCE } from "../probe/event.ts";
import { type Dimension, type Question, type Row, rowsOf } from "./question.ts";

/** The true numbers of each table, row by row. They are learners' own: nobody but the noise gets to see them. */
export type TrueTables = ReadonlyMap<Dimension, readonly number[]>;

/**
 * Counts archived events, so that no learner can change a table by more than `contribution`: of a learner who has more
 * events in the period, so many count, drawn by lot. An event that is in the archive twice counts once, on the first of
 * its days, and an event that is nobody's is a contributor of its own. `lot` is a random text, made for this count; the
 * bound holds for any, and only that each event has the same chance rests on it.
 */
export const countBounded = async (
  lines: AsyncIterable<DatedLine>,
  question: Question,
  lot: string,
): Promise<TrueTables> => {
  const axes = axesOf(question);
  const samples = new Map<string, Sample>();
  const nobodys = sampleOf(Number.POSITIVE_INFINITY);
  for await (const dated of lines) {
    const { id, username, course, source } = readLine(dated);
    // A test event is nobody's doing.
    if (source === PROBE_SOURCE) continue;
    if (username === undefined && question.learnersOnly) continue;
    const cell = axes.cell({ day: dated.day, course, kind: source });
    // The same event has the same number in this lot, so that it is known again even where it was not kept.
    const number = hash("sha256", `${lot} ${id}`, "base64url");
    // Known for each learner apart: that somebody is gone must not change what counts of another.
    const sample =
      username === undefined ? nobodys : entryOf(samples, username, () => sampleOf(question.contribution));
    sample.add(number, cell);
  }
  const tables = new Map(axes.dimensions.map(({ dimension, rows }) => [dimension, rows.map(() => 0)]));
  for (const sample of [...samples.values(), nobodys])
    for (const cell of sample.cells())
      for (const { dimension, row } of axes.rowsAt(cell)) {
        const table = tables.get(dimension);
        if (table !== undefined) table[row] = (table[row] ?? 0) + 1;
      }
  return tables;
};

/** Those of a contributor's events that count: the `most` lowest numbers, each with its cell. */
interface Sample {
  add(number: string, cell: number): void;
  cells(): Iterable<number>;
}

const sampleOf = (most: number): Sample => {
  const kept = new Map<string, number>();
  /** What is not below it has been overtaken for good. */
  let limit: string | undefined;
  const trim = (): void => {
    if (kept.size <= most) return;
    const over = [...kept.keys()].sort().slice(most);
    for (const number of over) kept.delete(number);
    limit = over[0];
  };
  return {
    add: (number, cell) => {
      if (limit !== undefined && number >= limit) return;
      // Whichever line of an event is read first, the same one counts.
      kept.set(number, Math.min(cell, kept.get(number) ?? cell));
      if (kept.size >= 2 * most + 16) trim();
    },
    cells: () => {
      trim();
      return kept.values();
    },
  };
};

const entryOf = <K, V>(map: Map<K, V>, key: K, make: () => V): V => {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
};

interface Axis {
  readonly dimension: Dimension;
  readonly rows: readonly Row[];
}

/** Gives each combination of a day, a course and a kind one number; those of an earlier day are lower. */
const axesOf = (question: Question) => {
  const all = (["day", "course", "kind"] as const).map((dimension) => {
    const rows = rowsOf(question, dimension);
    return { dimension, rows, at: new Map(rows.map((row, at) => [row, at])) };
  });
  return {
    dimensions: all.filter(({ dimension }) => question.by.includes(dimension)) as readonly Axis[],
    cell: (of: Readonly<Record<Dimension, string | undefined>>): number =>
      all.reduce(
        (cell, { dimension, rows, at }) =>
          cell * rows.length + (at.get(of[dimension] ?? null) ?? rows.length - 1),
        0,
      ),
    rowsAt: (cell: number): readonly { readonly dimension: Dimension; readonly row: number }[] => {
      let rest = cell;
      return all.toReversed().map(({ dimension, rows }) => {
        const row = rest % rows.length;
        rest = Math.floor(rest / rows.length);
        return { dimension, row };
      });
    },
  };
};

/** A line whose learner cannot be told must not pass for nobody's: it would count without a bound. */
const readLine = ({ line, day }: DatedLine) => {
  if (isObject(line) && isObject(line.learner)) {
    const { id, source, learner } = line;
    const { username, course } = learner;
    const courseId = isObject(course) ? course.id : undefined;
    if (typeof id === "string" && typeof source === "string" && isNameOrNone(username))
      return { id, source, username, course: typeof courseId === "string" ? courseId : undefined };
  }
  throw new DamagedArchive(`A line of the archive under raw/dt=${day}/ does not say whose event it is.`);
};

const isNameOrNone = (value: unknown): value is string | undefined =>
  value === undefined || typeof value === "string";
