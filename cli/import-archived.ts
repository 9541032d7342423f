import type { Trouble } from "../src/archive/damaged.ts";
import { counted } from "../src/counted.ts";
import { markArchived, type Wanted } from "../src/imports/archived.ts";
import type { OpenStage } from "../stage/stage.ts";
import { yellow } from "./paint.ts";
import { passedOver } from "./passed-over.ts";
import { progressOn } from "./progress.ts";

/** Marks what the archive has already; gives what of it could not be read. */
export const lookUp = async (
  { bucket }: Pick<OpenStage, "bucket">,
  wanted: Wanted,
  retention: number,
): Promise<readonly Trouble[]> => {
  const damaged = passedOver();
  const progress = progressOn(process.stderr, (objects) => `${objects} objects of the archive looked at …`);
  try {
    await markArchived(bucket, wanted, {
      retention,
      onObject: progress.step,
      onTrouble: ({ why, ...trouble }) => {
        // What somebody else has put there has no events.
        if (why === "damaged") damaged.onTrouble({ why, ...trouble });
      },
    });
  } finally {
    progress.clear();
  }
  return damaged.all();
};

/** What the archive has already, in words. */
export const archivedLines = (archived: number, troubles: readonly Trouble[]): readonly string[] => [
  ...(archived === 0
    ? []
    : [
        `${archived.toLocaleString("en-GB")} of these are in the archive already, and stay out (--again sends them all the same).`,
      ]),
  ...(troubles.length === 0
    ? []
    : [
        yellow(
          `${counted(troubles.length, "object")} of the archive could not be read. Of what is in them, it is not known here that it came:`,
        ),
        ...troubles.slice(0, NAMED).map(({ detail }) => `  ${detail}`),
      ]),
];

/** So many are named. */
const NAMED = 20;
