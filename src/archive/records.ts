import { onOneLine } from "../event/json.ts";
import type { Refusal } from "../event/reason.ts";
import type { Learner } from "../learner/identify.ts";
import { type ArchiveLine, day, hour } from "./layout.ts";

/** An accepted event as `raw/` keeps it: as it came, less what its schema marks `never-store`. */
export const rawLine = (
  id: string,
  arrived: string,
  source: string,
  learner: Learner,
  eventText: string,
): ArchiveLine => ({
  id,
  partition: hour(arrived),
  text: `{"id":"${id}","arrived":"${arrived}","source":${JSON.stringify(source)},"learner":${JSON.stringify(learner)},"event":${onOneLine(eventText)}}`,
});

/** What `quarantine/` keeps of an event that could not be accepted: its text, whatever it is, and the reason. */
export interface QuarantineRecord extends Refusal {
  readonly id: string;
  readonly arrived: string;
  readonly text: string;
}

export const quarantineLine = (record: QuarantineRecord): ArchiveLine => ({
  id: record.id,
  partition: day(record.arrived),
  text: JSON.stringify(record),
});

/** What `failed/endpoint=…/` keeps of what an endpoint will not get without an administrator. */
export interface FailedRecord extends Refusal {
  /** The statement's id; the event's, where no statement could be made. */
  readonly id: string;
  readonly event: string;
  readonly at: string;
  readonly translation?: string;
  /** The class of the endpoint's answer; or `mapping`, where there was nothing to send, or `size`, too much. */
  readonly class: "setAside" | "split" | "mapping" | "size";
  /** The endpoint's status code, and the beginning of its answer. */
  readonly status?: number;
  readonly answer?: string;
  readonly statement?: unknown;
}

export const failedLine = (record: FailedRecord): ArchiveLine => ({
  id: record.id,
  partition: day(record.at),
  text: JSON.stringify(record),
});

/** What `receipts/endpoint=…/` keeps of what an endpoint accepted. */
export interface Receipt {
  /** The statement's id. */
  readonly id: string;
  readonly event: string;
  readonly translation: string;
  readonly at: string;
  readonly status: number;
}

export const receiptLine = (receipt: Receipt): ArchiveLine => ({
  id: receipt.id,
  partition: day(receipt.at),
  text: JSON.stringify(receipt),
});
