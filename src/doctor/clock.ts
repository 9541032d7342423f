import type { Address, Case } from "./case.ts";
import { type Finding, wordsOf } from "./finding.ts";
import type { ExaminedService } from "./parts.ts";

/** What clocks may differ by, in milliseconds: so much is forgiven to tokens by most who read them. */
const MOST = 60_000;

const MEND =
  "Find out which of them is wrong, and let it be set by the network (NTP): tokens and signatures hold for some minutes only.";

/** Whether the clocks of this machine, AWS and the endpoints agree, as far as their answers say when they were given. */
export function* examineClocks(
  service: ExaminedService | undefined,
  cases: readonly Case[],
): Generator<Finding> {
  const aws = service?.clockAhead();
  yield aws === undefined
    ? wordsOf("clock").skipped("AWS has not answered, and so has not said what time it is.")
    : judged("AWS", aws);
  for (const { endpoint, ahead } of cases) {
    const { name } = endpoint;
    if (ahead.size === 0)
      yield wordsOf("clock", name).skipped("It has not answered, and so has not said what time it is.");
    for (const [of, by] of ahead) yield judged(whose[of], by, name);
  }
}

const whose: Readonly<Record<Address["of"], string>> = {
  url: "The endpoint",
  hosts: "The endpoint",
  tokenUrl: "Its OAuth 2 server",
};

const judged = (who: string, ahead: number, name?: string): Finding => {
  const { good, note } = wordsOf("clock", name);
  const seconds = Math.round(Math.abs(ahead) / 1000);
  return Math.abs(ahead) <= MOST
    ? good(`${who} and this machine have the same time.`)
    : note(
        `The clock of ${lower(who)} is ${seconds} seconds ${ahead > 0 ? "ahead of" : "behind"} this machine's.`,
        MEND,
      );
};

const lower = (who: string): string => (who === "AWS" ? who : who.charAt(0).toLowerCase() + who.slice(1));
