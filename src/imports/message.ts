/** A message for the events queue. */
export interface ImportMessage {
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What a queue said to a message: its id there, or why it was not taken, and whether another try may go well. */
export type QueueAnswer = { readonly message: string } | { readonly code: string; readonly again: boolean };

/** SQS takes at most ten messages and 1 MiB, attributes included, in one request. */
export const MOST_MESSAGES = 10;
export const LARGEST = 1024 * 1024;

/** What an attribute takes of it: its name, its type and its value. */
export const attributeBytes = (attributes: ImportMessage["attributes"]): number =>
  Object.entries(attributes).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + "String".length + Buffer.byteLength(value),
    0,
  );
