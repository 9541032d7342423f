import { type Answered, answeredLines } from "../src/retell/answered.ts";
import { green, yellow } from "./paint.ts";

/** What became of them, in words: the further lines stand below the first. */
export const answeredText = (answered: Answered, isRehearsal: boolean): string =>
  answeredLines(answered, isRehearsal)
    .map(({ told, end }, at) => PAINTS[end ?? "plain"](at === 0 ? told : `  ${told}`))
    .join("\n");

const PAINTS = { good: green, mind: yellow, plain: (text: string): string => text } as const;
