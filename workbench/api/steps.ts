import type { Finding } from "../../src/doctor/finding.ts";
import type { Answered } from "../../src/retell/answered.ts";

/**
 * What takes long answers in lines of JSON as it goes on: `POST /api/endpoints/<name>/doctor` (DoctorRequest), `POST
 * /api/failures/retry` and `POST /api/quarantine/recover` (GroupRequest).
 */
export type Step =
  | { readonly finding: Finding }
  | { readonly done: number; readonly of: number }
  /** The last one. */
  | { readonly end: "done"; readonly told: string; readonly answered?: Answered }
  | { readonly end: "failed"; readonly told: string };

export interface DoctorRequest {
  /** Whether a test statement is to be sent: it is where the workbench may change something. */
  readonly send: boolean;
}

export interface GroupRequest {
  readonly key: string;
}
