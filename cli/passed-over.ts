import type { OnTrouble, Trouble } from "../src/archive/damaged.ts";
import { counted } from "../src/counted.ts";
import { yellow } from "./paint.ts";
import { visible } from "./visible.ts";

/** What was passed over in a run, as it could not be read: told at its end, and by its exit code. */
export interface PassedOver {
  readonly onTrouble: OnTrouble;
  /** Each object once. */
  all(): readonly Trouble[];
}

export const passedOver = (): PassedOver => {
  const found = new Map<string, Trouble>();
  return {
    onTrouble: (trouble) => {
      if (!found.has(trouble.key)) found.set(trouble.key, trouble);
    },
    all: () => [...found.values()],
  };
};

/** So many are named. */
const NAMED = 20;

/** What was passed over, in words, as a terminal may show them; nothing where nothing was. */
export const passedOverLines = (all: readonly Trouble[]): readonly string[] => {
  if (all.length === 0) return [];
  const more = all.length - NAMED;
  return [
    yellow(
      `${counted(all.length, "object")} of the archive could not be read, and nothing of them is in this:`,
    ),
    ...all.slice(0, NAMED).map(({ detail }) => `  ${visible(detail)}`),
    ...(more > 0 ? [`  and ${more} more (--json tells all)`] : []),
    "  Restore what is damaged from an earlier version, take away what is foreign, and run this again.",
  ];
};
