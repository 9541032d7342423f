import type { UnsentReason } from "../src/retell/retold.ts";
import { counted, green, yellow } from "./paint.ts";

/** What became of the failures of an endpoint that were to be sent again. */
export interface Answered {
  readonly endpoint: string;
  /** Those that are answered by statements, and how many these are. */
  again: number;
  statements: number;
  /** What the endpoint has and is told to void. */
  replaced: number;
  /** Further statements of the same events that cannot be sent. */
  setAside: number;
  /** Messages that the queue has. */
  messages: number;
  /** Failures whose messages the queue did not take, so that they are set aside still. */
  untaken: number;
  readonly unsent: Partial<Record<UnsentReason, { readonly count: number; readonly message: string }>>;
}

export const newAnswered = (endpoint: string): Answered => ({
  endpoint,
  again: 0,
  statements: 0,
  replaced: 0,
  setAside: 0,
  messages: 0,
  untaken: 0,
  unsent: {},
});

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
