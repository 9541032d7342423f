import { counted } from "../counted.ts";
import type { UnsentReason } from "./retold.ts";

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

/** A sentence of what a run came to; `mind`: somebody should see to it. */
export interface OutcomeLine {
  readonly told: string;
  readonly end?: "good" | "mind";
}

/** What became of the failures of an endpoint, in sentences. A rehearsal says what would become of them. */
export const answeredLines = (answered: Answered, isRehearsal: boolean): readonly OutcomeLine[] => {
  const { endpoint, again, statements, replaced, setAside, untaken, unsent } = answered;
  const sent = counted(statements, "statement");
  const gone = again - untaken;
  return [
    isRehearsal
      ? {
          told: `To ${endpoint}, ${sent} would be sent for ${again} that ${again === 1 ? "is" : "are"} set aside. Nothing was sent.`,
        }
      : {
          told: `${sent} sent to the queue of ${endpoint}, for ${gone} that ${gone === 1 ? "was" : "were"} set aside.`,
          end: "good",
        },
    ...(replaced > 0
      ? [
          {
            told: `${replaced} that the endpoint has ${isRehearsal ? "would be" : "are"} voided and replaced.`,
          },
        ]
      : []),
    ...(setAside > 0 ? [mind(`${setAside} more of the same events cannot be sent, and are set aside.`)] : []),
    ...(untaken > 0 ? [mind(`${untaken} the queue did not take. Send them again.`)] : []),
    ...Object.values(unsent).map(({ count, message }) => mind(`${count} not sent: ${message}`)),
  ];
};

const mind = (told: string): OutcomeLine => ({ told, end: "mind" });
