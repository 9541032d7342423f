import { sentenceOf } from "../ledger/balance.ts";
import { within } from "./bounded.ts";
import { type Finding, wordsOf } from "./finding.ts";
import type { ExaminedService } from "./parts.ts";
import { PATIENCE, troubleOf } from "./service.ts";

/** How much waits: for the functions, for each endpoint, and with the dead letters. */
export async function* examineBacklog(
  endpoints: readonly string[],
  service: ExaminedService,
): AsyncGenerator<Finding> {
  for (const endpoint of [undefined, ...endpoints]) {
    const { good, note, bad, skipped } = wordsOf("backlog", endpoint);
    const { queue, deadLetters } = service.queuesOf(endpoint);
    try {
      const [waiting, dead] = await within(
        PATIENCE,
        Promise.all([service.depth(queue), service.depth(deadLetters)]),
      );
      if (waiting === undefined || dead === undefined) {
        yield skipped("Its queues must be there first.");
        continue;
      }
      if (dead > 0)
        yield bad(
          sentenceOf({ fault: "deadLetters", count: dead, ...(endpoint !== undefined && { endpoint }) }),
        );
      if (waiting > 0)
        yield note(
          `${waiting} message(s) wait or are under way. Since when, the queue does not tell.`,
          endpoint === undefined
            ? "If they do not become fewer, look at the log of the function translate."
            : "If they do not become fewer, mend what is wrong above, or look at the log of its function.",
        );
      if (waiting === 0 && dead === 0) yield good("Nothing waits.");
    } catch (error) {
      yield bad(`${queue} cannot be looked at. ${troubleOf(error, service)}`);
    }
  }
}
