import { type Bucket, prefixOf } from "../archive/layout.ts";
import { writeLines } from "../archive/lines.ts";
import { pack, type Statement } from "../delivery/pack.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";
import { addedLine } from "../retell/retold.ts";
import { type Counts, countsOf } from "./counts.ts";
import type { Had, ToldOf } from "./told.ts";
import { takingBack } from "./voidings.ts";

export interface TellParts {
  readonly bucket: Bucket;
  readonly hub: string;
  readonly endpoints: readonly Pick<Endpoint, "name" | "protocol" | "batch">[];
  /** The secrets that pseudonyms are made from, the current one first. */
  readonly keys: readonly [string, ...string[]];
  /** Puts messages into an endpoint's queue; tells for each whether the queue has it. */
  send(endpoint: string, bodies: readonly string[]): Promise<readonly boolean[]>;
  /** Takes what those who run an endpoint have to remove themselves; afterwards nobody knows of it any more. */
  handOver(statements: readonly ListedStatement[]): Promise<void>;
}

/** A statement at an endpoint whose protocol has no way to take it back. */
export interface ListedStatement extends Had {
  readonly endpoint: string;
  readonly id: string;
}

/** What endpoints are to be told of an erasure. */
export interface Telling {
  /** Statements that void, by endpoint. */
  readonly voidings: ReadonlyMap<string, readonly Statement[]>;
  readonly listed: readonly ListedStatement[];
}

/** Whether an endpoint need not be told again of a statement, as it was told before. */
export type IsTold = (endpoint: string, id: string, had: Had) => boolean;

/** So much, in milliseconds, the clocks of functions may differ from this one's, or a receipt come late. */
const CLOCKS = 3_600_000;

/**
 * What was told before this run, given when it was begun to look for what was last told; and, by `add`, what this run
 * has told itself.
 */
export const toldBefore = (
  seen: string | undefined,
): { readonly isTold: IsTold; readonly add: (told: ReadonlyMap<string, ToldOf>) => void } => {
  const since = seen === undefined ? "" : new Date(Date.parse(seen) - CLOCKS).toISOString();
  const own = new Set<string>();
  return {
    isTold: (endpoint, id, { at }) => own.has(`${endpoint} ${id}`) || at < since,
    add: (told) => {
      for (const [endpoint, { has }] of told) for (const id of has.keys()) own.add(`${endpoint} ${id}`);
    },
  };
};

/** What endpoints are to be told, from what they were told of the learner. */
export const planTelling = (
  { endpoints, keys, hub }: Pick<TellParts, "endpoints" | "keys" | "hub">,
  told: ReadonlyMap<string, ToldOf>,
  isTold: IsTold = () => false,
): Telling => {
  const voidings = new Map<string, readonly Statement[]>();
  const listed: ListedStatement[] = [];
  for (const [name, of] of told) {
    const all = takingBack(name, keys, hub, of, (id, had) => isTold(name, id, had));
    if (all.length === 0) continue;
    if (endpoints.find((each) => each.name === name)?.protocol === "xapi")
      voidings.set(
        name,
        all.map(({ voiding }) => voiding),
      );
    else
      listed.push(...all.map(({ target, voiding: _, ...had }) => ({ endpoint: name, id: target, ...had })));
  }
  return { voidings, listed };
};

/** How many statements are voided and listed, by endpoint. */
export const countTelling = ({
  voidings,
  listed,
}: Telling): { readonly voided: Counts; readonly listed: Counts } => ({
  voided: countsOf(voidings, ({ length }) => length),
  listed: countsOf(
    Map.groupBy(listed, ({ endpoint }) => endpoint),
    ({ length }) => length,
  ),
});

/**
 * Sends what voids, and hands over what cannot be voided; tells whether the queues took it. The ledger learns of what
 * voids before it is sent, as of the day on which it is (ISO 8601): from then on it may wait.
 */
export const tellEndpoints = async (
  { bucket, endpoints, send, handOver }: TellParts,
  { voidings, listed }: Telling,
  at: string,
): Promise<boolean> => {
  for (const { name, batch } of endpoints) {
    const statements = voidings.get(name) ?? [];
    if (statements.length === 0) continue;
    const lines = statements.map(({ id }) => addedLine(id, at, name, [id]));
    await writeLines(bucket, prefixOf("ledger"), lines);
    const bodies = pack(statements, batch).map(({ body }) => body);
    const taken = await send(name, bodies);
    if (bodies.some((_, index) => taken[index] !== true)) return false;
  }
  if (listed.length > 0) await handOver(listed);
  return true;
};
