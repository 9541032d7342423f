import type { Reason } from "./event/reason.ts";

/** An event or a statement that left the usual way, as a log may tell of it: by its ids, and why. */
export interface Incident {
  readonly end: "quarantined" | "setAside";
  readonly reason: Reason;
  readonly event: string;
  readonly endpoint?: string;
  /** The statement's id, where one could be made. */
  readonly statement?: string;
}

/** How many of one end there are, by their reasons. */
export const countReasons = (
  incidents: readonly Incident[],
  end: Incident["end"],
): Readonly<Partial<Record<Reason, number>>> => {
  const counts: Partial<Record<Reason, number>> = {};
  for (const each of incidents) if (each.end === end) counts[each.reason] = (counts[each.reason] ?? 0) + 1;
  return counts;
};

/** The incident of a record that is kept under `failed/`. */
export const setAside = ({
  id,
  event,
  endpoint,
  reason,
  translation,
}: {
  readonly id: string;
  readonly event: string;
  readonly endpoint: string;
  readonly reason: Reason;
  readonly translation?: string;
}): Incident => ({
  end: "setAside",
  reason,
  event,
  endpoint,
  ...(translation !== undefined && { statement: id }),
});
