import { type ArchiveLine, type Bucket, prefixOf } from "../archive/layout.ts";
import { writeLines } from "../archive/lines.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";
import { packTogether } from "../retell/retold.ts";
import type { Outgoing } from "./decide.ts";

/** What is to be sent to an endpoint, until it is enough for one go. */
export interface Outbox {
  /** `marks` are written once it is sent. */
  put(sendings: readonly Outgoing[], marks: readonly ArchiveLine[]): void;
  /** Whether it is worth sending, or as much as should be in memory. */
  isFull(): boolean;
  isEmpty(): boolean;
  /**
   * Begins to send all of it, as soon as what was begun before is done: for that it waits, so that no more than these two
   * are in memory. `afterwards` is done once all of it is sent. Throws Untaken, and what that throws, of what was before.
   */
  flush(afterwards?: () => Promise<void>): Promise<void>;
  /** Resolves when all of it is sent and done. Throws as `flush` does. */
  settle(): Promise<void>;
}

/** Thrown where a queue does not take what is put into it. */
export class Untaken extends Error {
  override readonly name = "Untaken";

  constructor(endpoint: string) {
    super(`The queue of ${endpoint} did not take everything. Run this again: it goes on from there.`);
  }
}

export interface OutboxParts {
  readonly bucket: Bucket;
  readonly endpoint: Endpoint;
  /** Puts messages into the endpoint's queue; tells for each whether the queue has it. */
  send(endpoint: string, bodies: readonly string[]): Promise<readonly boolean[]>;
  /** Resolves when statements of so many events may be sent. */
  readonly turn: (events: number) => Promise<void>;
  /** Of so many events at once. */
  readonly together: number;
}

/** So many characters of statements are gathered at the most, and one event's more; as many may be under way. */
const MOST = 1024 * 1024;

/**
 * Sends in this order: the ledger's lines, so that nothing is under way that was never made; then the messages; and only
 * when the queue has all of them, the marks that what was set aside is sent again. Where it is cut off in between, whoever
 * does it once more gives every statement the same id.
 */
export const outboxTo = ({ bucket, endpoint, send, turn, together }: OutboxParts): Outbox => {
  let open: Outgoing[] = [];
  let marks: ArchiveLine[] = [];
  let events = 0;
  let characters = 0;
  let underWay = Promise.resolve();

  const sendAll = async (
    sendings: readonly Outgoing[],
    lines: readonly ArchiveLine[],
    count: number,
  ): Promise<void> => {
    if (sendings.length === 0) return;
    await turn(count);
    const ledger = sendings.flatMap((each) => each.ledger);
    await writeLines(bucket, prefixOf("ledger"), ledger);
    const groups = sendings.map(({ statements }) => statements);
    const bodies = packTogether(groups, endpoint.batch).map(({ body }) => body);
    const taken = await send(endpoint.name, bodies);
    if (bodies.some((_, at) => taken[at] !== true)) throw new Untaken(endpoint.name);
    await writeLines(bucket, prefixOf("failed", endpoint.name), lines);
  };
  const flush: Outbox["flush"] = async (afterwards) => {
    if (open.length === 0 && afterwards === undefined) return;
    await underWay;
    underWay = sendAll(open, marks, events).then(afterwards);
    // It may fail before anybody waits for it; whoever does is told.
    underWay.catch(() => undefined);
    open = [];
    marks = [];
    events = 0;
    characters = 0;
  };
  return {
    put: (sendings, more) => {
      if (sendings.length === 0) return;
      events++;
      open.push(...sendings);
      marks.push(...more);
      for (const { statements } of sendings) for (const { text } of statements) characters += text.length;
    },
    isFull: () => events >= together || characters >= MOST,
    isEmpty: () => open.length === 0,
    flush,
    settle: async () => {
      await flush();
      await underWay;
    },
  };
};
