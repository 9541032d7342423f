import { CannotRun } from "../../src/cannot-run.ts";
import { atMost } from "../at-most.ts";
import type { Desk } from "../desk.ts";

interface Wholes {
  isOver: boolean;
  readonly underWay: Set<Promise<unknown>>;
}

/** What is not to be cut off, by the service that it is done to. */
const wholes = new WeakMap<Desk["held"], Wholes>();

const wholesOf = ({ held }: Pick<Desk, "held">): Wholes => {
  const known = wholes.get(held) ?? { isOver: false, underWay: new Set() };
  wholes.set(held, known);
  return known;
};

/**
 * Does what must not be ended in the middle, such as to send a statement and to take it back: whoever ends the desk waits for
 * it. Throws CannotRun where the desk has ended, as nobody would wait any more.
 */
export const wholeOver =
  (desk: Pick<Desk, "held">) =>
  async <T>(run: () => Promise<T>): Promise<T> => {
    const { isOver, underWay } = wholesOf(desk);
    if (isOver) throw new CannotRun("The workbench is being ended. Nothing was sent.");
    const done = run();
    underWay.add(done);
    try {
      return await done;
    } finally {
      underWay.delete(done);
    }
  };

/** For so long it is waited for what must not be ended in the middle, in milliseconds. */
export const LONGEST_WHOLE = 10_000;

/** Lets nothing more of the kind begin, and waits for what is under way; but not for ever. */
export const endWholes = async (desk: Pick<Desk, "held">): Promise<void> => {
  const all = wholesOf(desk);
  all.isOver = true;
  await atMost(LONGEST_WHOLE, Promise.allSettled(all.underWay));
};
