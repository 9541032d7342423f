import { setTimeout as sleep } from "node:timers/promises";
import type { ImportMessage, QueueAnswer } from "./message.ts";
import type { Parcel, Shipment } from "./pack.ts";
import type { Attributes } from "./sign.ts";
import type { Sent } from "./state.ts";

export interface SendParts {
  /** Sends messages in one request. Throws where no other try would go better. */
  readonly send: (messages: readonly ImportMessage[]) => Promise<readonly QueueAnswer[]>;
  readonly attributes: Attributes;
  /** Keeps how far it has come. */
  readonly note: (sent: Sent) => Promise<void>;
  /** The most events of a second; as fast as it goes, where absent. */
  readonly rate?: number | undefined;
  /** Waits so many milliseconds. */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

/** Thrown where the queue takes nothing, however often it is tried; the message holds its code. */
export class QueueClosed extends Error {
  override readonly name = "QueueClosed";

  constructor(code: string) {
    super(`The events queue took nothing for a minute (${code}).`);
  }
}

/** Requests under way at once, or not yet noted: so much is sent twice where a run is killed and goes on. */
export const AT_ONCE = 4;

/** Waits between tries, in milliseconds: a minute together. */
const PAUSES = [1000, 2000, 4000, 8000, 15_000, 30_000];

/**
 * Sends shipments in their order, several at once; gives what was sent in all, `before` included. What was taken is noted
 * as far as nothing before it is missing: also where it throws.
 */
export const sendAll = async (
  shipments: AsyncIterable<Shipment>,
  before: Sent,
  parts: SendParts,
): Promise<Sent> => {
  const pace = pacer(parts);
  const open: Under[] = [];
  let sent = before;
  /** Notes the first, and with it all that are done behind it. */
  const settle = async (): Promise<void> => {
    await open[0]?.outcome;
    const first = open.findIndex(({ isDone }) => !isDone);
    const done = open.slice(0, first < 0 ? open.length : first);
    for (const { shipment, outcome } of done) sent = added(sent, shipment, await outcome);
    await parts.note(sent);
    open.splice(0, done.length);
  };
  try {
    for await (const shipment of shipments) {
      // Each time that it is noted is another version of an object, and one less is enough to go on.
      while (open.length >= AT_ONCE) await settle();
      await pace(shipment.events);
      open.push(underWay(shipment, parts));
    }
    while (open.length > 0) await settle();
    return sent;
  } catch (error) {
    await Promise.allSettled(open.map(({ outcome }) => outcome));
    // Why it ended says more than that this could not be noted, either.
    if (open[0]?.isDone === true) await settle().catch(() => {});
    throw error;
  }
};

/** A shipment on its way, and what the queue refused of it. */
interface Under {
  readonly shipment: Shipment;
  readonly outcome: Promise<readonly Refused[]>;
  isDone: boolean;
}

interface Refused {
  readonly parcel: Parcel;
  readonly code: string;
}

const underWay = (shipment: Shipment, parts: SendParts): Under => {
  const outcome = deliver(shipment.parcels, parts);
  const under: Under = { shipment, outcome, isDone: false };
  outcome.then(
    () => {
      under.isDone = true;
    },
    // It throws where it is looked at.
    () => {},
  );
  return under;
};

/** Tries until the queue has said yes or no to each. */
const deliver = async (
  parcels: readonly Parcel[],
  { send, attributes, pause = sleep }: SendParts,
): Promise<readonly Refused[]> => {
  const refused: Refused[] = [];
  let waiting = parcels;
  for (let tries = 0; waiting.length > 0; tries++) {
    const own = await attributes();
    const answers = await send(waiting.map((parcel) => messageOf(parcel, own)));
    const again: Parcel[] = [];
    let code = "";
    for (const [at, parcel] of waiting.entries()) {
      const answer = answers[at] ?? { code: "no answer", again: true };
      if ("message" in answer) continue;
      code = answer.code;
      if (answer.again) again.push(parcel);
      else refused.push({ parcel, code });
    }
    const wait = PAUSES[tries];
    if (again.length > 0 && wait === undefined) throw new QueueClosed(code);
    if (again.length > 0) await pause(wait ?? 0);
    waiting = again;
  }
  return refused;
};

const messageOf = ({ body, encoding }: Parcel, attributes: ImportMessage["attributes"]): ImportMessage => ({
  body,
  attributes: encoding === undefined ? attributes : { ...attributes, "content-encoding": encoding },
});

const added = (sent: Sent, shipment: Shipment, refused: readonly Refused[]): Sent => {
  const { parcels, tooLarge, until } = shipment;
  const lines = [
    ...tooLarge.map(({ line, events }) => ({ line, events, code: "TooLarge" })),
    ...refused.map(({ parcel: { line, events }, code }) => ({ line, events, code })),
  ];
  const lost = refused.reduce((sum, { parcel }) => sum + parcel.events, 0);
  return {
    until,
    events: sent.events + shipment.events - lost,
    messages: sent.messages + parcels.length - refused.length,
    untaken: sent.untaken + lines.reduce((sum, { events }) => sum + events, 0),
    refused: [...sent.refused, ...lines].slice(0, TOLD),
  };
};

/** So many messages that were refused are told one by one; all of their events are counted. */
const TOLD = 100;

/** Lets so many events through that there are no more than the rate's in any second. */
const pacer = ({ rate, pause = sleep }: SendParts): ((events: number) => Promise<void>) => {
  if (rate === undefined) return async () => {};
  let next = 0;
  return async (events) => {
    const now = performance.now();
    if (next > now) await pause(next - now);
    next = Math.max(next, now) + (events / rate) * 1000;
  };
};
