import type { Incident } from "../incident.ts";

/** So many of a batch are named: the archive has all of them. */
const NAMED = 20;

const MESSAGES: Readonly<Record<Incident["end"], string>> = {
  quarantined: "Events were quarantined. See: jlt quarantine",
  setAside: "Statements were set aside. See: jlt failures",
};

/** Logs what left the usual way in a batch, a line for each end: ids and reasons, and nothing that an event says. */
export const logIncidents = (incidents: readonly Incident[]): void => {
  for (const [end, all] of Map.groupBy(incidents, (each) => each.end)) {
    const named = all.slice(0, NAMED).map(({ end: _, ...each }) => each);
    console.warn({ message: MESSAGES[end], count: all.length, events: named });
  }
};
