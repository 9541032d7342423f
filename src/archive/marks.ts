import type { ArchiveLine } from "./layout.ts";

/**
 * The archive's index: an object's name says whose lines it may hold, by the first digits of their tags. Whoever looks
 * for a learner's lines lists names and reads only those that fit; there is nothing to keep in step, and without the
 * site's key nobody can tell which mark is whose.
 */

/** So many learners' lines come into one object at the most. */
export const MOST_LEARNERS = 32;

/** In place of a tag: the line may be anybody's, as when nothing proves who sent an event. */
export const UNKNOWN = "unknown";

/** In place of marks: every line is nobody's. */
export const NOBODY = "nobody";

/**
 * Three hexadecimal digits: of 32 learners, one has the mark of any other in 0.8 % of all cases. More would spare few
 * reads, and would tell one learner from another in lists of names.
 */
const DIGITS = 3;

const TAG = /^[0-9a-f]{16}$/;
const MARKS = /^[0-9a-f]{3}(?:-[0-9a-f]{3})*$/;

const markOf = (tag: string): string => tag.slice(0, DIGITS);

/** The marks of lines with these tags, for an object's name: `03f-a41`, `nobody`, or `unknown`. */
export const marksOf = (tags: Iterable<string | undefined>): string => {
  const marks = new Set<string>();
  for (const tag of new Set(tags)) {
    if (tag === undefined) continue;
    if (!TAG.test(tag)) return UNKNOWN;
    marks.add(markOf(tag));
  }
  return marks.size === 0 ? NOBODY : [...marks].sort().join("-");
};

/** Whether an object may hold lines of a learner, by its key; where that says nothing, it may. */
export const mayHold = (key: string, tags: readonly string[]): boolean => {
  const marks = marksIn(key);
  if (marks === NOBODY) return false;
  if (marks === undefined || !MARKS.test(marks)) return true;
  const all = marks.split("-");
  return tags.some((tag) => all.includes(markOf(tag)));
};

/** Whether an object's key tells whose lines are in it. */
export const isMarked = (key: string): boolean => {
  const marks = marksIn(key);
  return marks !== undefined && (marks === NOBODY || MARKS.test(marks));
};

const marksIn = (key: string): string | undefined => /\.([^./]+)\.ndjson\.gz$/.exec(key)?.[1];

/**
 * Parts lines so that each part holds few learners, and all lines of each of them. Lines that may be anybody's come by
 * themselves, as whatever holds them is read for everybody. The order of lines stays.
 */
export const byLearners = (lines: readonly ArchiveLine[]): readonly (readonly ArchiveLine[])[] => {
  const tags = [...new Set(lines.map(({ learner }) => learner))].filter(isTag).sort();
  const parts = Math.ceil(tags.length / MOST_LEARNERS);
  // As each part has neighbours among the tags, the same learners come together again in the next batch.
  const partOf = new Map(tags.map((tag, at) => [tag, Math.floor((at * parts) / tags.length)]));
  const all = Map.groupBy(lines, ({ learner }) =>
    learner === undefined ? 0 : (partOf.get(learner) ?? UNKNOWN),
  );
  return [...all.values()];
};

const isTag = (learner: string | undefined): learner is string => learner !== undefined && TAG.test(learner);
