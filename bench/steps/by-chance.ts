import { chanceOf } from "../simulation/random.ts";
import { type Piece, type Spent, spentOn } from "../support/turns.ts";

/** How long a turn takes at the least, and how long a piece of work is done before, in milliseconds. */
const TURN = 20;
const WARM = 200;

/**
 * Times pieces of work by turns, in an order by chance: what was allocated is collected again and again at the same
 * distance, which in an order that comes back would always meet the same piece. Each is warm before.
 */
export const byChance = async (
  subjects: ReadonlyMap<string, Piece>,
  rounds: number,
): Promise<ReadonlyMap<string, readonly Spent[]>> => {
  const times = new Map<string, number>();
  for (const [name, piece] of subjects) {
    const began = performance.now();
    let done = 0;
    for (; done < 2 || performance.now() - began < WARM; done++) await piece();
    times.set(name, Math.ceil((TURN * done) / (performance.now() - began)));
  }
  const chance = chanceOf(1);
  const samples = new Map([...subjects.keys()].map((name): [string, Spent[]] => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const order = [...subjects].map((subject) => [chance.share(), subject] as const);
    for (const [, [name, piece]] of order.toSorted(([one], [other]) => one - other))
      samples.get(name)?.push(await spentOn(piece, times.get(name)));
  }
  return samples;
};
