import type { ArchiveLine } from "../archive/layout.ts";
import type { FailedRecord } from "../archive/records.ts";
import { type Pack, pack, type Statement } from "../delivery/pack.ts";
import type { Batch } from "../endpoint/endpoint.ts";
import { type LedgerEntry, ledgerLine, type Made } from "../ledger/ledger.ts";

/** Why something that is set aside is not sent again: a closed list, each with what it means and what to do. */
export const unsentReasons = {
  "event.gone":
    "Its event is no longer in the archive, or was never: send it as it was, if there is a statement.",
  "event.unknown":
    "Its event cannot be read by the schemas under mappings/ as they are now. Add its schema again, or send it as it was.",
  "mapping.failed": "The mapping as it is now cannot make a statement of its event. Mend it and try again.",
  "not.selected":
    "The endpoint as it is now takes no translation of its event, or its condition keeps it back.",
  "learner.out":
    "Its learner does not want to be collected, or not for this endpoint. It stays set aside until it is erased or expires.",
  "no.place":
    "Its learner's launch named no endpoint, or one at a host that hosts in the endpoint's file does not list.",
  "no.statement":
    "There is no such statement: the mapping as it is now does not make it, or none was made then.",
  "size.exceeded": "It is larger than a batch of the endpoint. Look at batch.bytes in the endpoint's file.",
  "delivered.already": "The endpoint has it as it should be. There is nothing to do.",
  "cannot.revise":
    "The endpoint has it in another form, and its protocol has no way to take that back: only xAPI lets a statement be voided.",
} as const;

export type UnsentReason = keyof typeof unsentReasons;

/** What becomes of something that was set aside. */
export type Retold = Sent | Unsent;

export interface Sent {
  readonly failure: FailedRecord;
  readonly end: "sent";
  /** What is to be sent, in this order and, where it fits, in one message. */
  readonly statements: readonly Statement[];
  /** The ids of what the endpoint has and is told to void. */
  readonly replaces: readonly string[];
  /** Lines for the ledger, to be written first: it does not know all of these statements yet. */
  readonly ledger: readonly ArchiveLine[];
  /** Records to be written first as well: statements of the same event that are set aside at once. */
  readonly setAside: readonly FailedRecord[];
  /**
   * What becomes of the failure's own id. `again`: it waits, was delivered, or is an event's whose statements wait.
   * `replaced`: it is never sent, as another statement takes its place; the ledger counts it as set aside for ever.
   */
  readonly becomes: "again" | "replaced";
}

export interface Unsent {
  readonly failure: FailedRecord;
  readonly end: "unsent";
  readonly reason: UnsentReason;
  /** A sentence, which holds no value of the event. */
  readonly detail: string;
}

export const unsent = (
  failure: FailedRecord,
  reason: UnsentReason,
  detail: string = unsentReasons[reason],
): Unsent => ({ failure, end: "unsent", reason, detail });

/**
 * A line that adds to the ledger what an event became for one endpoint, and takes the place of no other line. `learner`
 * is whose event it is, by the archive's own name; `recovered`, in ISO 8601, is since when it waits, where that is long
 * after its event arrived.
 */
export const addedLine = (
  event: string,
  arrived: string,
  endpoint: string,
  made: Made,
  learner?: string,
  recovered?: string,
): ArchiveLine => {
  const entry: LedgerEntry = {
    event,
    to: { [endpoint]: made },
    ...(learner !== undefined && { learner }),
    ...(recovered !== undefined && { recovered }),
  };
  return ledgerLine(arrived, entry);
};

/**
 * The records that mark what was sent again: the statements, so that the ledger knows since when they wait, and what they
 * were made for. Those of `replaced` failures are not among them. `at`, in ISO 8601, is when sending began, though they
 * are written after it: what the endpoint refuses meanwhile is the later record, and stands.
 */
export const againRecords = ({ failure, statements, becomes }: Sent, at: string): readonly FailedRecord[] => {
  const { statement: _, status: __, answer: ___, tries: ____, ...about } = failure;
  const sent = statements.map(({ id, translation, learner, to }) => ({
    id,
    translation,
    ...(learner !== undefined && { learner }),
    ...(to !== undefined && { to }),
  }));
  const isApart = becomes === "again" && !sent.some(({ id }) => id === failure.id);
  const all = isApart ? [...sent, { id: failure.id }] : sent;
  return all.map((each) => ({ ...about, ...each, class: "again", at, since: at }));
};

/** Packs statements for the queue so that those of a group, such as a revision, come in one message where they fit it. */
export const packTogether = (
  groups: Iterable<readonly Statement[]>,
  batch: Batch,
): readonly Pack<Statement>[] => {
  const packs: Pack<Statement>[] = [];
  let inside: Statement[] = [];
  let size = 0;
  const close = (): void => {
    packs.push(...pack(inside, batch));
    inside = [];
    size = 0;
  };
  // What is told of one event goes to one place.
  for (const same of Map.groupBy(groups, ([first]) => first?.to).values()) {
    for (const group of same) {
      // With its head, which is more than it takes beside others.
      const bytes = pack(group, EVERYTHING).reduce(
        (sum, { body }) => sum + Buffer.byteLength(body) + HEAD,
        0,
      );
      if (inside.length + group.length > batch.events || size + bytes > batch.bytes) close();
      inside.push(...group);
      size += bytes;
    }
    close();
  }
  return packs;
};

const EVERYTHING: Batch = { events: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY, wait: 0 };

/** What `pack` leaves free for a first line with a history. */
const HEAD = 40;
