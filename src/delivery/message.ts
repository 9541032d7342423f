import { ComesAgain } from "../again.ts";
import { type Statement, unpack } from "./pack.ts";

/** A message of a delivery queue, as it was received. */
export interface DeliveryMessage {
  readonly body: string;
  /** By which the queue knows that it was received. */
  readonly receipt: string;
  /** How often it was received, with this time. */
  readonly received: number;
  /** When it was put into the queue: milliseconds since 1970. */
  readonly sent: number;
}

/** Statements that came in one message. */
export interface Delivery {
  readonly statements: readonly Statement[];
  /** Where they go: the same place for all of them, if a launch named it. */
  readonly to?: string;
  /** When they were first put into the queue: milliseconds since 1970. */
  readonly since: number;
  /** How often they were received, in this message and those before it. */
  readonly tries: number;
}

/** A message that this version cannot read is an error, and not lost: it comes again, and ends in the dead-letter queue. */
export const readDelivery = ({ body, received, sent }: DeliveryMessage): Delivery | Error => {
  try {
    const { statements, history } = unpack(body);
    const to = statements[0]?.to;
    const past = { since: history?.since ?? sent, tries: (history?.tries ?? 0) + received };
    return { statements, ...past, ...(to !== undefined && { to }) };
  } catch (error) {
    return new ComesAgain(error instanceof Error ? error.message : "It cannot be read.");
  }
};
