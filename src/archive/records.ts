import { onOneLine } from "../event/json.ts";
import type { Refusal } from "../event/reason.ts";
import type { Learner } from "../learner/identify.ts";
import type { KeptSender } from "../recovery/sender.ts";
import { type ArchiveLine, day, hour } from "./layout.ts";
import { UNKNOWN } from "./marks.ts";

/** An accepted event as `raw/` keeps it: as it came, less what its schema marks `never-store`. */
export const rawLine = (
  id: string,
  arrived: string,
  source: string,
  learner: Learner,
  eventText: string,
): ArchiveLine => ({
  learner: learner.tag,
  partition: hour(arrived),
  time: arrived,
  text: `{"id":"${id}","arrived":"${arrived}","source":${sourceText(source)},"learner":${learnerText(learner)},"event":${onOneLine(eventText)}}`,
});

const sourceText = (source: string): string => {
  const known = sourceTexts.get(source);
  if (known !== undefined) return known;
  const text = JSON.stringify(source);
  sourceTexts.set(source, text);
  return text;
};

/** A site has only so many mappings. */
const sourceTexts = new Map<string, string>();

/** A learner as JSON text. The learner of a token is the same object for all its events. */
const learnerText = (learner: Learner): string => {
  const known = learnerTexts.get(learner);
  if (known !== undefined) return known;
  const text = JSON.stringify(learner);
  learnerTexts.set(learner, text);
  return text;
};

const learnerTexts = new WeakMap<Learner, string>();

/** Whose record it is, by the archive's own name of the learner; absent where it is nobody's, or nobody knows whose. */
export interface Whose {
  readonly learner?: string | undefined;
}

/** What `quarantine/` keeps of an event that could not be accepted: its text, whatever it is, and the reason. */
export interface QuarantineRecord extends Refusal, Whose {
  readonly id: string;
  readonly arrived: string;
  readonly text: string;
  /** Who sent it, where that is believed, and it may be taken in later. */
  readonly sender?: KeptSender | undefined;
  /** The id that it has if it turns out to be nobody's, which tells nothing of who sent it. */
  readonly nobodys?: string | undefined;
  /** When it was taken in after all: a line of its own, without a text. Then no other line of this id counts any more. */
  readonly recovered?: string | undefined;
  /** That it was not collected then, as its learner did not want it any more. */
  readonly withheld?: true | undefined;
}

export const quarantineLine = (record: QuarantineRecord): ArchiveLine => ({
  // Whoever names another than themselves: it may be looked for by either.
  learner: record.reason === "identity.mismatch" ? UNKNOWN : (record.learner ?? UNKNOWN),
  partition: day(record.arrived),
  time: record.arrived,
  text: textOf(record),
});

/** Nothing else that is known of it is written. */
const textOf = (record: QuarantineRecord): string => {
  const { id, learner, arrived, reason, detail, sender, nobodys, recovered, withheld, text } = record;
  return JSON.stringify({
    id,
    learner,
    arrived,
    reason,
    detail,
    sender,
    nobodys,
    recovered,
    withheld,
    text,
  });
};

/** What `failed/endpoint=…/` keeps of what an endpoint will not get without an administrator. */
export interface FailedRecord extends Refusal, Whose {
  /** The statement's id; the event's, where no statement could be made. */
  readonly id: string;
  readonly event: string;
  readonly endpoint: string;
  /** When it was set aside. */
  readonly at: string;
  /** The mapping's folder, and which version of it (see `Site.hashes`). */
  readonly mapping: string;
  readonly mappingHash: string;
  /** With its mapping; absent where no statement could be made. */
  readonly translation?: string;
  readonly class: FailureClass;
  /** The endpoint's status code, and the beginning of its answer, without the statement's own values. */
  readonly status?: number;
  readonly answer?: string;
  /** When the statement was first put into the queue, and how often it was received since. */
  readonly since?: string;
  readonly tries?: number;
  /** Where it was to go, where the learner's launch said so. */
  readonly to?: string | undefined;
  /** Absent where none could be made. */
  readonly statement?: unknown;
  /** The statement that was sent in its place: it stays set aside, and asks for nothing more. */
  readonly replacedBy?: string;
}

/**
 * Why something is under `failed/`: the class of the endpoint's answer; `waited`, where the queue could keep it no
 * longer; `mapping`, where there was nothing to send; `size`, too much. `again`: an administrator has sent it again
 * since, and it waits.
 */
export type FailureClass = "setAside" | "split" | "waited" | "mapping" | "size" | "again";

export const failedLine = (record: FailedRecord): ArchiveLine => ({
  learner: record.learner,
  partition: day(record.at),
  time: record.at,
  text: JSON.stringify(record),
});

/** What `receipts/endpoint=…/` keeps of what an endpoint accepted. */
export interface Receipt extends Whose {
  /** The statement's id. */
  readonly id: string;
  readonly event: string;
  readonly translation: string;
  /** Which version of its mapping made it. */
  readonly mappingHash: string;
  /** What was sent: the beginning of the SHA-256 of its text (see `contentHash`). Older receipts have none. */
  readonly content?: string;
  readonly at: string;
  readonly status: number;
  /** Where it went, where the learner's launch said so. */
  readonly to?: string | undefined;
  /** That it voids another statement: then it is never voided itself. */
  readonly voids?: true;
}

export const receiptLine = (receipt: Receipt): ArchiveLine => ({
  learner: receipt.learner,
  partition: day(receipt.at),
  time: receipt.at,
  text: JSON.stringify(receipt),
});
