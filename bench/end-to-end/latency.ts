import { setTimeout as sleep } from "node:timers/promises";
import type { Running } from "./running.ts";

/** How long it is between two events, in milliseconds: twice as long at the most, and this on average. */
const PAUSE = 50;

/** What the functions need to start is not counted: events of the first so many milliseconds. */
const WARM = 3_000;

/**
 * Sends single events at random moments for so many milliseconds, and gives for each statement in a store how long after
 * its event it was kept there, in milliseconds.
 */
export const latenciesOf = async (service: Running, length: number): Promise<readonly number[]> => {
  const sending: Promise<void>[] = [];
  const begins = Date.now() + WARM;
  while (Date.now() < begins + length) {
    sending.push(service.messages(1, 1).then(service.send));
    await sleep(PAUSE * 2 * Math.random());
  }
  await Promise.all(sending);
  await service.settled();
  const kept = await service.kept(sending.length);
  return kept.flatMap(({ happened, kept: at }) => (happened < begins ? [] : [at - happened]));
};
