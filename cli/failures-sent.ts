import { counted } from "../src/counted.ts";
import type { Answered } from "../src/retell/answered.ts";
import { green, yellow } from "./paint.ts";

/** What became of them, in words. */
export const answeredText = (answered: Answered, isRehearsal: boolean): string => {
  const { endpoint, again, statements, replaced, setAside, untaken, unsent } = answered;
  const sent = counted(statements, "statement");
  return [
    isRehearsal
      ? `To ${endpoint}, ${sent} would be sent for ${again} that ${again === 1 ? "is" : "are"} set aside. Nothing was sent.`
      : green(
          `${sent} sent to the queue of ${endpoint}, for ${again - untaken} that ${again - untaken === 1 ? "was" : "were"} set aside.`,
        ),
    ...(replaced > 0
      ? [`  ${replaced} that the endpoint has ${isRehearsal ? "would be" : "are"} voided and replaced.`]
      : []),
    ...(setAside > 0
      ? [yellow(`  ${setAside} more of the same events cannot be sent, and are set aside.`)]
      : []),
    ...(untaken > 0 ? [yellow(`  ${untaken} the queue did not take. Run the command again.`)] : []),
    ...Object.values(unsent).map(({ count, message }) => yellow(`  ${count} not sent: ${message}`)),
  ].join("\n");
};
