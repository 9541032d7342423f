import { errorName } from "../error-name.ts";
import type { ImportMessage, QueueAnswer } from "../imports/message.ts";
import { LEARNER_CONTEXT } from "../learner/sender.ts";
import { type Parcel, parcelsOf, type TakenEvent } from "./messages.ts";

/** Sends a message to the events queue. Throws the SDK's error where there is no answer. */
export type SendToEvents = (message: ImportMessage) => Promise<QueueAnswer>;

/** What the queue has of a request, and what it has not, which may be sent again. */
export interface Sent {
  readonly messages: number;
  readonly taken: readonly TakenEvent[];
  readonly left: readonly TakenEvent[];
}

/**
 * Puts events into the queue, in as few messages as there may be, each with the token; what fails is tried once more. Most
 * requests are one message, and the largest are two or three, so that they need not go together.
 */
export const sendEvents = async (
  events: readonly TakenEvent[],
  token: string,
  send: SendToEvents,
): Promise<Sent> => {
  const parcels = parcelsOf(events);
  const isTaken = await Promise.all(
    parcels.map(async (each) => {
      const message = messageOf(each, token);
      return (await takes(message, send)) || (await takes(message, send));
    }),
  );
  const eventsWhere = (taken: boolean): readonly TakenEvent[] =>
    parcels.flatMap((each, at) => (isTaken[at] === taken ? each.events : []));
  return {
    messages: isTaken.filter((each) => each).length,
    taken: eventsWhere(true),
    left: eventsWhere(false),
  };
};

/** Whether the queue has a message. Why it has not is logged, by a code or a name: messages could quote what was sent. */
const takes = async (message: ImportMessage, send: SendToEvents): Promise<boolean> => {
  try {
    const answer = await send(message);
    if ("message" in answer) return true;
    console.error({ message: "The events queue did not take a message.", error: answer.code });
  } catch (error) {
    console.error({ message: "The events queue did not take a message.", error: errorName(error) });
  }
  return false;
};

const messageOf = ({ body, encoding }: Parcel, token: string): ImportMessage => ({
  body,
  attributes: {
    [LEARNER_CONTEXT]: token,
    ...(encoding !== undefined && { "content-encoding": encoding }),
  },
});
