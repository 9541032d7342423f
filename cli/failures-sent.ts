import { type Answered, answeredLines } from "../src/retell/answered.ts";
import { outcomeLines } from "./outcome.ts";

/** What became of them, in words. */
export const answeredText = (answered: Answered, isRehearsal: boolean): string =>
  outcomeLines(answeredLines(answered, isRehearsal)).join("\n");
