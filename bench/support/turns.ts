import { median } from "./spread.ts";

/** Milliseconds of a piece of work. */
export interface Spent {
  /** By the clock. */
  readonly wall: number;
  /** Of the processor, in all threads of this process. */
  readonly processor: number;
}

/** Work that is done once; it may be waited for. */
export type Piece = () => unknown;

/** How long a turn of one subject takes at the least, in milliseconds: shorter pieces are repeated in it. */
const TURN = 20;

/** What work takes that is done so many times: milliseconds for one. */
export const spentOn = async (piece: Piece, times = 1): Promise<Spent> => {
  const before = process.cpuUsage();
  const began = performance.now();
  for (let time = 0; time < times; time++) await piece();
  const wall = (performance.now() - began) / times;
  const { user, system } = process.cpuUsage(before);
  return { wall, processor: (user + system) / 1000 / times };
};

/**
 * Times pieces of work by turns, each time in another order: what each took in each round. Before, each is done until it
 * is warm. Ratios are to be taken within a round.
 */
export const byTurns = async <Name extends string>(
  subjects: Readonly<Record<Name, Piece>>,
  rounds: number,
): Promise<Readonly<Record<Name, readonly Spent[]>>> => {
  const names = Object.keys(subjects) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Spent[]>;
  const round = await warmUp(subjects);
  for (let count = 0; count < rounds; count++) {
    const spent = await round();
    for (const name of names) samples[name].push(spent[name]);
  }
  return samples;
};

/** Does each piece of work until it is warm, and gives what times a round of them: each for long enough, in another order. */
export const warmUp = async <Name extends string>(
  subjects: Readonly<Record<Name, Piece>>,
): Promise<() => Promise<Readonly<Record<Name, Spent>>>> => {
  const names = Object.keys(subjects) as Name[];
  const times = new Map<Name, number>();
  for (const name of names) times.set(name, await enough(subjects[name]));
  let rounds = 0;
  return async () => {
    const spent = {} as Record<Name, Spent>;
    for (const at of names.keys()) {
      const name = names[(at + rounds) % names.length];
      if (name !== undefined) spent[name] = await spentOn(subjects[name], times.get(name));
    }
    rounds++;
    return spent;
  };
};

/** How often a piece must be done to fill a turn. */
const enough = async (piece: Piece): Promise<number> => {
  for (let times = 1; ; times *= 2) {
    const { wall } = await spentOn(piece, times);
    if (wall * times >= 4 * TURN) return Math.max(1, Math.ceil(TURN / wall));
  }
};

export const medianOf = (all: readonly Spent[]): Spent => ({
  wall: median(all.map(({ wall }) => wall)),
  processor: median(all.map(({ processor }) => processor)),
});

/** All of it times a number. */
export const scaled = ({ wall, processor }: Spent, by: number): Spent => ({
  wall: wall * by,
  processor: processor * by,
});

export const plus = (one: Spent, other: Spent): Spent => ({
  wall: one.wall + other.wall,
  processor: one.processor + other.processor,
});
