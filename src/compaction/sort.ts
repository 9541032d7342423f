/**
 * Puts the rows of a day into the order of its tables with little memory, however many there are and whosever they are:
 * as soon as there are too many, what there is of each source is sorted and put aside as a run; in the end, the runs are
 * read side by side.
 */
import type { DayLine } from "../archive/day-file.ts";
import { openSpill, type Stretch } from "./spill.ts";

/** What one batch has of one learner in one of the objects that were read. */
export interface Group {
  readonly tag: string;
  readonly batch: string;
  /** Which object it was in, as a number: those that were read later have a higher one. */
  readonly input: number;
  readonly texts: readonly string[];
}

export interface Sorter {
  /** Rows of an object, in their order. */
  add(source: string, input: number, rows: readonly DayLine[]): void;
  /** The rows of a source in the order of its table; what one batch has of one learner, from all objects, together. */
  sorted(source: string): Generator<readonly Group[]>;
  /** Nothing of it stays. */
  close(): void;
}

/** A run in memory, and where one is that was put aside. */
type Run = readonly Group[] | Stretch;

/** What is in memory of a source. */
type Open = Map<string, OpenGroup>;
type OpenGroup = Group & { readonly texts: string[] };

/** Characters that are in memory at once, unless another number is given. */
const MOST = 64 * 1024 * 1024;

export const sorter = (most = MOST): Sorter => {
  const spill = openSpill();
  const open = new Map<string, Open>();
  const runs = new Map<string, Run[]>();
  let characters = 0;

  const putAside = (): void => {
    for (const [source, groups] of open) {
      const run = spill.write(linesOf([...groups.values()].sort(inOrder)));
      runs.set(source, [...(runs.get(source) ?? []), run]);
    }
    open.clear();
    characters = 0;
  };
  const groupsIn = (run: Run): Iterator<Group> =>
    "from" in run ? groupsOf(spill.read(run)) : run[Symbol.iterator]();

  return {
    add: (source, input, rows) => {
      const groups: Open = open.get(source) ?? new Map();
      open.set(source, groups);
      for (const { tag, batch, text } of rows) {
        const key = `${input}\0${batch}\0${tag}`;
        const group = groups.get(key);
        if (group === undefined) groups.set(key, { tag, batch, input, texts: [text] });
        else group.texts.push(text);
        characters += text.length;
      }
      if (characters >= most) putAside();
    },
    sorted: (source) => {
      const inMemory = [...(open.get(source)?.values() ?? [])].sort(inOrder);
      return sideBySide([...(runs.get(source) ?? []), inMemory].map(groupsIn));
    },
    close: spill.close,
  };
};

const compare = (one: Group, other: Group): number =>
  one.tag < other.tag
    ? -1
    : one.tag > other.tag
      ? 1
      : one.batch < other.batch
        ? -1
        : one.batch > other.batch
          ? 1
          : 0;

const inOrder = (one: Group, other: Group): number => compare(one, other) || one.input - other.input;

/** Reads runs side by side. Of what is equal, that of an earlier run comes first. */
function* sideBySide(runs: readonly Iterator<Group>[]): Generator<readonly Group[]> {
  const heads = runs.flatMap((run) => headOf(run));
  for (;;) {
    let least: Group | undefined;
    for (const { group } of heads)
      if (group !== undefined && (least === undefined || compare(group, least) < 0)) least = group;
    if (least === undefined) return;
    const together: Group[] = [];
    for (const head of heads)
      while (head.group !== undefined && compare(head.group, least) === 0) {
        together.push(head.group);
        head.group = nextOf(head.run);
      }
    yield joined(together);
  }
}

const headOf = (run: Iterator<Group>): { readonly run: Iterator<Group>; group: Group | undefined } => ({
  run,
  group: nextOf(run),
});

const nextOf = (run: Iterator<Group>): Group | undefined => {
  const next = run.next();
  return next.done === true ? undefined : next.value;
};

/** An object that was read in parts may be in several runs. */
const joined = (groups: readonly Group[]): readonly Group[] => {
  const byInput = Map.groupBy(groups, ({ input }) => input);
  if (byInput.size === groups.length) return groups;
  return [...byInput.values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : { ...first, texts: same.flatMap(({ texts }) => texts) };
  });
};

/** A group in a run: a line that begins with a bracket, which no event's line does, and its lines. */
function* linesOf(groups: Iterable<Group>): Generator<string> {
  for (const { tag, batch, input, texts } of groups) {
    yield JSON.stringify([tag, batch, input]);
    yield* texts;
  }
}

function* groupsOf(lines: Iterable<string>): Generator<Group> {
  let open: OpenGroup | undefined;
  for (const line of lines) {
    if (!line.startsWith("[")) {
      open?.texts.push(line);
      continue;
    }
    if (open !== undefined) yield open;
    const [tag, batch, input] = JSON.parse(line);
    open = { tag, batch, input, texts: [] };
  }
  if (open !== undefined) yield open;
}
