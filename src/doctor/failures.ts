import { DamagedArchive } from "../archive/damaged.ts";
import { type Days, dayOf } from "../archive/days.ts";
import { type OpenFailure, readOpenFailures } from "../ledger/failures.ts";
import { TooLong, within } from "./bounded.ts";
import { type Finding, wordsOf } from "./finding.ts";
import type { DoctorParts, ExaminedService } from "./parts.ts";
import { troubleOf } from "./service.ts";

const DAY = 86_400_000;

/** The last 24 hours: when they began, and the days of the archive that have something of them. */
export const lastDay = (now: number): { readonly since: string; readonly days: Days } => ({
  since: new Date(now - DAY).toISOString(),
  // What is marked a moment later may be under the next day, and clocks differ.
  days: { from: dayOf(now - DAY), to: dayOf(now + DAY) },
});

const SO_FAR = "That is no sign that something is wrong.";

/** How long reading what is set aside may take, in milliseconds. */
const PATIENCE = 120_000;

/** What was set aside in the last 24 hours and neither delivered nor sent again since, by reason. */
export async function* examineFailures(
  { advice, stage }: DoctorParts,
  endpoints: readonly string[],
  service: ExaminedService,
): AsyncGenerator<Finding> {
  const { since, days } = lastDay(Date.now());
  for (const endpoint of endpoints) {
    const { good, note, bad } = wordsOf("failures", endpoint);
    try {
      const wanted = ({ at }: { readonly at: string }): boolean => at >= since;
      const found = await within(PATIENCE, readOpenFailures(service.bucket, endpoint, { days, wanted }));
      if (found.length === 0) yield good("Nothing was set aside in the last 24 hours.");
      for (const [one, count] of grouped(found))
        yield bad(
          `${count} statement(s) set aside in the last 24 hours: ${causeOf(one)}.`,
          `${advice(one)} All of them: jlt failures --endpoint ${endpoint}${stage === undefined ? "" : ` --stage ${stage}`}`,
        );
    } catch (error) {
      if (error instanceof TooLong) {
        yield note(
          `What is set aside could not be read in time: there is much of it. ${SO_FAR}`,
          "See: jlt failures",
        );
        continue;
      }
      // Its words name an object of the archive, and nothing in it.
      const why = error instanceof DamagedArchive ? error.message : troubleOf(error, service);
      yield bad(`What is set aside cannot be read. ${why}`, "See: jlt failures");
    }
  }
}

/** One failure of each cause, with how many there are; the most frequent cause first. */
const grouped = (failures: readonly OpenFailure[]): readonly (readonly [OpenFailure, number])[] =>
  [...Map.groupBy(failures, ({ reason, class: why, status }) => `${reason} ${why} ${status}`).values()]
    .flatMap((inside) => inside.slice(-1).map((last) => [last, inside.length] as const))
    .sort(([, one], [, other]) => other - one);

/** Without the endpoint's answer: that may quote more than was taken out of it. */
const causeOf = ({ reason, status }: OpenFailure): string =>
  status === undefined ? reason : `${reason}, answered ${status}`;
