import type { Accounts } from "./accounts.ts";
import { type Account, FILTERS } from "./ledger.ts";

/** How many events an endpoint was told nothing of. */
export const filteredOf = ({ filtered }: Account): number =>
  FILTERS.reduce((sum, filter) => sum + filtered[filter], 0);

/** How many events are in quarantine. */
export const quarantinedOf = ({ quarantined }: Accounts): number =>
  Object.values(quarantined).reduce((sum, count) => sum + count, 0);

/** How many events were not collected, if any. */
export const withheldLines = ({ withheld }: Accounts): readonly string[] =>
  withheld === 0
    ? []
    : [
        `  ${withheld} withheld: their learners are not to be collected, so nothing of them is kept but this count`,
      ];

/** The accounts as a table with a line for each endpoint, and below it why endpoints are not told of events. */
export const accountLines = ({ endpoints }: Accounts): readonly string[] => [
  ...table([
    ["", "received", "delivered", "filtered", "set aside", "waiting"],
    ...endpoints.map((each) => [
      each.endpoint,
      ...[each.received, each.delivered, filteredOf(each), each.setAside, each.waiting].map(String),
    ]),
  ]),
  ...endpoints.flatMap(filterLines),
];

const filterLines = ({ endpoint, filtered }: Account): readonly string[] => {
  const parts = [
    [filtered.consent, "whose learners do not want it"],
    [filtered.selection, "it does not take"],
    [filtered.launch, "whose launch leads to no place that its file allows"],
    [filtered.where, "its condition keeps back"],
    [filtered.mapping, "no translation that it takes speaks of"],
    [filtered.repeat, "that repeat another"],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, why]) => `${count} ${why}`);
  return told.length === 0 ? [] : [`  ${endpoint} is not told of ${told.join(", ")}.`];
};

const table = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => {
    const cells = row.map((cell, at) =>
      at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
    );
    return `  ${cells.join("   ")}`;
  });
};
