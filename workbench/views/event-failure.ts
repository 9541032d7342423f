import type { FailedRecord } from "../../src/archive/records.ts";
import { adviceFor } from "../../src/ledger/failure-advice.ts";
import type { OpenFailure } from "../../src/ledger/failures.ts";
import type { ShownFailure } from "../api/event.ts";

/**
 * Why something is set aside, and what to do; `open` is the failure where it asks for something still. `replacedBy` is the
 * statement that was sent in its place, which a later record says than that by which it was set aside.
 */
export const failureShown = (
  record: FailedRecord,
  open: OpenFailure | undefined,
  replacedBy?: string,
): ShownFailure => {
  const { at, reason, detail, status, answer } = record;
  return {
    at,
    reason,
    detail,
    ...(status !== undefined && { status }),
    ...(answer !== undefined && answer !== "" && { answer }),
    advice:
      replacedBy === undefined
        ? adviceFor({ ...record, deliveredBefore: open?.deliveredBefore ?? false })
        : `Another statement was sent in its place${replacedBy === "" ? "" : ` (${replacedBy})`}. There is nothing to do.`,
  };
};
