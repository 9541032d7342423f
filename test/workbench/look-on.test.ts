import assert from "node:assert/strict";
import { test } from "node:test";
import { type LookingOn, lookOn } from "../../workbench/look-on.ts";

/** A desk of which each look ends as it is told, and what tells of each that it began. */
const watched = () => {
  const began: PromiseWithResolvers<void>[] = [Promise.withResolvers()];
  let looks = 0;
  let end: () => Promise<void> = async () => {};
  return {
    looks: () => looks,
    /** Resolves when the look of this number, from 1, has begun. */
    look: async (number: number): Promise<void> => {
      while (looks < number) await began.at(-1)?.promise;
    },
    ends: (next: () => Promise<void>): void => {
      end = next;
    },
    desk: {
      kind: "running" as const,
      refresh: async () => {
        looks++;
        began.at(-1)?.resolve();
        began.push(Promise.withResolvers());
        await end();
      },
    },
  };
};

const trouble = (looking: LookingOn): unknown => {
  try {
    looking.check();
    return undefined;
  } catch (error) {
    return error;
  }
};

test("A desk is looked at again and again while somebody is there", async (t) => {
  const { desk, look } = watched();
  const looking = lookOn(desk);
  t.after(looking.stop);
  await look(1);
  looking.seen();
  await look(2);
});

test("What keeps a look from being a whole one is told until one is", async (t) => {
  const { desk, look, ends } = watched();
  const gone = new Error("It cannot be reached.");
  ends(async () => {
    throw gone;
  });
  const looking = lookOn(desk);
  t.after(looking.stop);
  await look(2);
  assert.equal(trouble(looking), gone);
  ends(async () => {});
  await look(4);
  assert.equal(trouble(looking), undefined);
});

test("A look that takes for ever holds up no end, and none follows it", async () => {
  const { desk, looks, look, ends } = watched();
  ends(() => new Promise(() => {}));
  const looking = lookOn(desk);
  await look(1);
  await looking.stop();
  looking.seen();
  assert.equal(looks(), 1);
});
