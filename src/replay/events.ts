import { readUuid, type Words } from "../archive/uuid.ts";
import { notes, uuidNumbers } from "../archive/uuid-numbers.ts";

/** Events by their ids, in as little memory as that takes: some 23 bytes for each. */
export interface Events {
  /** How many there are, each once. */
  readonly size: () => number;
  /** One more line of an event, whose id begins at a position of a text; false where there is no UUID. */
  add(text: string, from?: number): boolean;
  /** The number of an event, from 0; below zero where it is not among them. */
  find(id: string): number;
  /** How many of an event's lines are still to come. */
  left(event: number): number;
  /** One line of it has come; gives how many are still to come. */
  take(event: number): number;
  /** None of its lines is waited for any more. */
  finish(event: number): void;
  /** All lines of all events are still to come. */
  restart(): void;
}

/** More lines of one event than this are not told apart. */
const MOST = 255;

/** What is noted of an event: how many lines it has, and in the higher byte, how many of them have come. */
const COME = 8;

export const eventTable = (): Events => {
  const numbers = uuidNumbers();
  const noted = notes();
  const words: Words = [0, 0, 0, 0];

  const lines = (event: number): number => noted.get(event) & MOST;
  const left = (event: number): number => lines(event) - (noted.get(event) >>> COME);
  return {
    size: numbers.size,
    add: (text, from = 0) => {
      if (!readUuid(text, from, words)) return false;
      const event = numbers.add(words);
      if (lines(event) < MOST) noted.set(event, noted.get(event) + 1);
      return true;
    },
    find: (id) => (readUuid(id, 0, words) ? numbers.find(words) : -1),
    left,
    take: (event) => {
      if (left(event) > 0) noted.set(event, noted.get(event) + (1 << COME));
      return left(event);
    },
    finish: (event) => noted.set(event, lines(event) | (lines(event) << COME)),
    restart: () => {
      for (let event = 0; event < numbers.size(); event++) noted.set(event, lines(event));
    },
  };
};
