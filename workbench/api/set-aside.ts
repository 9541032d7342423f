import type { Reason } from "../../src/event/reason.ts";
import type { FailureGroup } from "../../src/ledger/failure-groups.ts";
import type { QuarantineGroup } from "../../src/recovery/groups.ts";
import type { Reading } from "./about.ts";

/** `GET /api/failures`: all of them; `key` names a group where it is sent again. At most so many ids as are shown. */
export interface Failures {
  readonly reading: Reading;
  readonly groups: readonly GroupOfFailures[];
}

export interface GroupOfFailures extends FailureGroup {
  readonly key: string;
  /** The events of some of them, for a link. */
  readonly events: readonly string[];
}

/** `GET /api/quarantine`. */
export interface Quarantine {
  readonly reading: Reading;
  readonly groups: readonly GroupOfQuarantined[];
}

export interface GroupOfQuarantined extends QuarantineGroup {
  readonly key: string;
  /** At most a hundred of them, the latest first. */
  readonly events: readonly { readonly id: string; readonly arrived: string }[];
}

/** `GET /api/quarantine/<id>`: an event that could not be accepted. */
export interface QuarantinedDetail {
  readonly id: string;
  readonly arrived: string;
  readonly reason: Reason;
  readonly detail: string;
  readonly advice: string;
  /** Its text, whatever it is. */
  readonly text: string;
  /** What the files of the folder make of it now, in a sentence. */
  readonly now: string;
  /** What became of it since. */
  readonly note?: string;
}
