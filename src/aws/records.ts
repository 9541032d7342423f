import type { SQSRecord } from "aws-lambda";
import { ComesAgain } from "../again.ts";
import type { DeliveryMessage } from "../delivery/message.ts";
import type { EventMessage } from "../intake.ts";

/** A message of the events queue, out of the record that Lambda hands over. */
export const eventMessage = ({
  messageId,
  body,
  attributes,
  messageAttributes,
}: SQSRecord): EventMessage => ({
  id: messageId,
  body,
  arrived: Number(attributes.SentTimestamp),
  attributes: Object.fromEntries(
    Object.entries(messageAttributes).map(([name, { stringValue }]) => [name, stringValue]),
  ),
});

/** A message of a delivery queue, out of the record that Lambda hands over. */
export const deliveryMessage = ({ body, receiptHandle, attributes }: SQSRecord): DeliveryMessage => ({
  body,
  receipt: receiptHandle,
  received: Number(attributes.ApproximateReceiveCount) || 1,
  sent: Number(attributes.SentTimestamp),
});

/** What middy's partial batch failure middleware wants for each record, in their order. */
export type SettledRecord =
  | { readonly status: "fulfilled" }
  | { readonly status: "rejected"; readonly reason: Error };

export const settledRecords = (settled: readonly (Error | undefined)[]): readonly SettledRecord[] =>
  settled.map((reason) => (reason === undefined ? { status: "fulfilled" } : { status: "rejected", reason }));

/** Logs that a message comes again: by its id, as its body and an error that nobody foresaw may hold a learner's data. */
export const logReturned = (reason: unknown, record: { readonly messageId: string }): void => {
  const told = { message: "A message comes again.", id: record.messageId };
  if (reason instanceof ComesAgain) console.warn({ ...told, reason: reason.message });
  else console.error({ ...told, reason: reason instanceof Error ? reason.name : "unknown" });
};
