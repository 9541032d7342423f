import type { OutcomeLine } from "../src/retell/answered.ts";
import { green, yellow } from "./paint.ts";

/** What a run came to, in lines: the further ones stand below the first. */
export const outcomeLines = (lines: readonly OutcomeLine[]): readonly string[] =>
  lines.map(({ told, end }, at) => PAINTS[end ?? "plain"](at === 0 ? told : `  ${told}`));

const PAINTS = { good: green, mind: yellow, plain: (text: string): string => text } as const;
