import type { Filter } from "../ledger/ledger.ts";
import type { FieldChange } from "./fields.ts";

/**
 * Why there is no statement: as in the ledger; `failed`, as the mapping fails or the statement is too large;
 * `unreadable`, as nobody can read the event; `endpoint`, as there is no such endpoint.
 */
export type Why = Filter | "failed" | "unreadable" | "endpoint";

/** What is found of one event for one endpoint, or of the event itself. */
export type Finding =
  | { readonly kind: "same"; readonly endpoint: string; readonly translation: string }
  | (OfStatement & { readonly kind: "changed"; readonly changes: readonly FieldChange[] })
  /** Told after only; `why` it was not before. */
  | (OfStatement & { readonly kind: "new"; readonly why: Why; readonly text: string })
  /** Told before only; `why` it is not after. */
  | (OfStatement & { readonly kind: "gone"; readonly why: Why; readonly text: string })
  /** Nothing is told before or after, for another reason. */
  | (OfMapping & { readonly kind: "moved"; readonly from: Filter; readonly to: Filter })
  /** The mapping fails after only, and before only. */
  | (OfMapping & { readonly kind: "failing" | "mended"; readonly detail: string })
  | Unreadable;

interface OfStatement {
  readonly endpoint: string;
  readonly translation: string;
  readonly event: string;
  /** The statement's id: where the two differ, the one before. */
  readonly id: string;
}

interface OfMapping {
  readonly endpoint: string;
  readonly mapping: string;
  readonly event: string;
}

/** An event that cannot be read by one version of the site, or by neither. */
export interface Unreadable {
  readonly kind: "unreadable";
  readonly when: "before" | "after" | "both";
  readonly mapping: string;
  readonly event: string;
  /** The reason, and why in words. */
  readonly reason: string;
  readonly detail: string;
}
