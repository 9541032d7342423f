import assert from "node:assert/strict";
import type { Endpoint } from "../../../src/endpoint/endpoint.ts";
import type { JsonObject } from "../../../src/event/json.ts";
import { type Delivering, delivering } from "../../support/delivering.ts";
import type { Store } from "./store.ts";

/** What is particular to a store, as far as the tests of all stores must know it. */
export interface Manners {
  /** What it sets in each statement itself (xAPI 1.0.3 Part Two, 2.4.8 to 2.4.10). */
  readonly sets: readonly string[];
  /** Its status for a batch with a statement that is no statement. An endpoint's file must call it a reason to split. */
  readonly malformed: 400 | 422;
  /** Whether it takes what looks like a statement, without asking the standard for each value. */
  readonly isLax: boolean;
  /** Whether a statement that was voided is no longer given under its id (xAPI 1.0.3 Part Three, 2.1.3). */
  readonly voids: boolean;
  /** Whether it knows a statement again that was sent without a time, and has the store's. */
  readonly knowsUntimed: boolean;
}

/** The project's own delivery to a store, with an archive of its own. */
export const toStore = (store: Store, changes: Partial<Endpoint> = {}): Delivering =>
  delivering(store, "xapi", {
    secret: store.secret,
    changes: {
      url: store.url,
      limits: { concurrency: 2, timeout: 20_000 },
      ...changes,
    },
  });

/** The statement with this id as the store has it, less what it sets itself, all of which must be there. */
export const readBack = async (
  store: Store,
  { sets }: Pick<Manners, "sets">,
  id: string,
): Promise<JsonObject> => {
  const found = await store.read(id);
  assert.ok(found, `The store has no statement ${id}.`);
  for (const name of sets) assert.ok(name in found, `The store did not set ${name}.`);
  return Object.fromEntries(Object.entries(found).filter(([name]) => !sets.includes(name)));
};

/** What a store's answer says, less an id of Learning Locker's that is new each time. */
export const said = (answer: unknown): string => String(answer).replace(/"errorId":"[^"]*",?/, "");

/** What was set aside, with the store's status and what it said of it. */
export const setAside = async ({ bucket }: Delivering): Promise<readonly unknown[]> =>
  (await bucket.records("failed", "a-store")).map(({ id, status, answer }) => ({
    id,
    status,
    said: said(answer),
  }));

export const sorted = (texts: readonly string[]): readonly string[] => [...texts].sort();
