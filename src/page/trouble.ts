import { ComesAgain } from "../again.ts";
import { DamagedArchive } from "../archive/damaged.ts";
import { DamagedChoice } from "../consent/store.ts";
import { errorName } from "../error-name.ts";
import { NotAnswered } from "./request.ts";

/** Thrown where the page cannot be made, as when a secret is none. Its message is one of ours, and may be logged. */
export class PageNotMade extends Error {
  override readonly name = "PageNotMade";
}

/** What is answered where something went wrong that is nobody's fault who asks. It is logged. */
export const unforeseen = (error: unknown): NotAnswered => {
  logTrouble(error);
  if (error instanceof ComesAgain) return new NotAnswered(503, "hub.silent", LATER);
  return new NotAnswered(500, "trouble", LATER);
};

/** The same where there was no page to ask. */
export const unready = (error: unknown): NotAnswered => {
  logTrouble(error);
  return new NotAnswered(503, "trouble", LATER);
};

/** Logs an error by its name; with its message only where that says nothing of anybody: others could quote what came in. */
export const logTrouble = (error: unknown): void =>
  console.error({
    message: "The learner's page could not answer.",
    error: errorName(error),
    ...(isOurs(error) && { why: error.message }),
  });

const OURS = [DamagedChoice, DamagedArchive, ComesAgain, PageNotMade];

const isOurs = (error: unknown): error is Error => OURS.some((each) => error instanceof each);

const LATER = "This does not work at the moment. Try again later; if it stays so, tell the administrator.";
