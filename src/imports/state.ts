import { hash } from "node:crypto";
import { isObject } from "../event/json.ts";
import { BEGINNING, type Place } from "./pieces.ts";
import type { Origin } from "./sign.ts";

/** What the queue has of a file, up to a place before which nothing is missing. */
export interface Sent {
  readonly until: Place;
  readonly events: number;
  readonly messages: number;
  /** Events that it did not take. */
  readonly untaken: number;
  /** The first messages that it refused. */
  readonly refused: readonly RefusedMessage[];
}

export interface RefusedMessage {
  /** Where it begins. */
  readonly line: number;
  readonly events: number;
  /** SQS's own word for it; `TooLarge` where it was not even tried. */
  readonly code: string;
}

export const NOTHING_SENT: Sent = { until: BEGINNING, events: 0, messages: 0, untaken: 0, refused: [] };

/** What an import is: of two runs with the same, the later one goes on where the earlier one was cut off. */
export interface ImportIdentity {
  /** The SHA-256 of the file's bytes. */
  readonly content: string;
  readonly origin: Origin | undefined;
  readonly all: boolean;
  /** Whether what the archive has is sent again. */
  readonly again?: boolean;
  /** What decides which lines are left out. */
  readonly schemas: string;
}

/** Its name among jobs: whoever has not the file cannot tell from it whose it is. */
export const importName = ({ content, origin, all, again = false, schemas }: ImportIdentity): string => {
  const from = origin && [origin.role, origin.subject, origin.server, origin.course];
  return `import-${hash("sha256", JSON.stringify([content, from, all, again, schemas])).slice(0, 32)}`;
};

/** What a job has kept of an import; undefined where it is none. */
export const readSent = (state: unknown): Sent | undefined => {
  if (!isObject(state) || !isObject(state.until) || !Array.isArray(state.refused)) return undefined;
  const { events, messages, untaken, until, refused } = state;
  const { line, event } = until;
  if (!isCount(events) || !isCount(messages) || !isCount(untaken)) return undefined;
  if (!isCount(line) || !isCount(event)) return undefined;
  return { until: { line, event }, events, messages, untaken, refused: refused.filter(isRefused) };
};

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const isRefused = (value: unknown): value is RefusedMessage =>
  isObject(value) && isCount(value.line) && isCount(value.events) && typeof value.code === "string";
