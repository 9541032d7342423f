import { setTimeout as sleep } from "node:timers/promises";
import type { Chance } from "../../chaos/chance.ts";
import type { Notes } from "./class-acts.ts";
import { cellActs, leave } from "./class-cells.ts";
import { fileActs } from "./class-files.ts";
import type { OwnServer, Room } from "./class-server.ts";

/** What a learner has from one act to the next. */
export interface Desk {
  /** Notebooks that are worked with over the REST API, and when each was looked at last. */
  readonly notebooks: Map<string, number>;
  /** Files that are no notebooks. */
  readonly files: Set<string>;
  /** How many files have had a name so far. */
  named: number;
  /** Whether there is the notebook that is worked with in its room. */
  hasLab: boolean;
  /** The rooms that the server has: as many as were entered since it started. */
  readonly rooms: Set<string>;
  room: Room | undefined;
  kernel: string | undefined;
}

export const newDesk = (): Desk => ({
  notebooks: new Map(),
  files: new Set(),
  named: 0,
  hasLab: false,
  rooms: new Set(),
  room: undefined,
  kernel: undefined,
});

/** Something that a learner does again and again. */
export interface Habit {
  /** How often it is done, among those that are possible. */
  readonly weight: number;
  readonly isPossible: () => boolean;
  readonly act: () => Promise<unknown>;
}

/** What every act needs. */
export interface Work {
  readonly server: OwnServer;
  readonly desk: Desk;
  readonly note: Notes["note"];
  readonly chance: Chance;
}

/** What lies between two acts of a learner, at most, in milliseconds. */
const PAUSE = 1500;

/** Works at random on a server until it is time to go, and closes then what is open. */
export const work = async (doing: Work, isOver: () => boolean): Promise<void> => {
  const { chance, desk } = doing;
  const habits = [...fileActs(doing), ...cellActs(doing)];
  while (!isOver()) {
    const possible = habits.filter(({ isPossible }) => isPossible());
    let left = chance.next() * possible.reduce((sum, { weight }) => sum + weight, 0);
    const chosen = possible.find(({ weight }) => {
      left -= weight;
      return left < 0;
    });
    await chosen?.act();
    await sleep(chance.below(PAUSE));
  }
  await leave(doing);
  // What a server held ends with it.
  desk.rooms.clear();
  desk.kernel = undefined;
};
