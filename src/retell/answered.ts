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
