import type { FailedRecord } from "../../src/archive/records.ts";
import { adviceFor } from "../../src/ledger/failure-advice.ts";
import type { OpenFailure } from "../../src/ledger/failures.ts";
import type { ShownFailure } from "../api/event.ts";

/** Why something is set aside, and what to do; `open` is the failure where it asks for something still. */
export const failureShown = (record: FailedRecord, open: OpenFailure | undefined): ShownFailure => {
  const { at, reason, detail, status, answer, replacedBy } = record;
  return {
    at,
    reason,
    detail,
    ...(status !== undefined && { status }),
    ...(answer !== undefined && answer !== "" && { answer }),
    advice:
      replacedBy === undefined
        ? adviceFor({ ...record, deliveredBefore: open?.deliveredBefore ?? false })
        : `Another statement was sent in its place (${replacedBy}). There is nothing to do.`,
  };
};
