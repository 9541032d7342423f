import { styleText } from "node:util";
import { type Bucket, prefixOf } from "../src/archive/layout.ts";
import { readDated } from "../src/archive/read.ts";
import type { QuarantineRecord } from "../src/archive/records.ts";
import { type Reason, reasons } from "../src/event/reason.ts";
import type { Accounts } from "../src/ledger/accounts.ts";
import { faultsOf, sentenceOf } from "../src/ledger/balance.ts";
import type { LedgerEntry } from "../src/ledger/ledger.ts";
import { accountLines, quarantinedOf, withheldLines } from "../src/ledger/text.ts";
import { withheldNames } from "../src/withhold.ts";
import type { Depths } from "./depths.ts";
import type { Fed } from "./feed.ts";

/** What a run came to, for people and, with `--json`, for machines. */
export interface Report {
  readonly fed: Fed;
  /** How many events of the file are neither archived, nor in quarantine, nor withheld. */
  readonly lost: number;
  readonly accounts: Accounts;
  /** Why each event in quarantine is there. */
  readonly quarantine: readonly Quarantined[];
  readonly depths: Depths;
  readonly archive: string;
  /** One event and one statement as the stores have them. */
  readonly samples: Readonly<Record<string, unknown>>;
}

export type Quarantined = Pick<QuarantineRecord, "id" | "reason" | "detail">;

/** As many events in quarantine for one reason, or lines that could not be fed, are named one by one. */
const NAMED = 20;

/** Whether every event that came in is where it should be: in the archive, and settled at every endpoint. */
export const balances = (report: Report): boolean => {
  const { lost, accounts, depths } = report;
  return (
    lost === 0 &&
    accounts.unaccounted === 0 &&
    depths.events === 0 &&
    depths.deadLetters === 0 &&
    Object.values(depths.deliveries).every((depth) => depth === 0) &&
    accounts.endpoints.every(({ waiting }) => waiting === 0) &&
    faults(report).length === 0
  );
};

/** What the ledger command would find at fault as well. */
const faults = ({ accounts, depths }: Report) =>
  // Dead letters are told apart, as this run's queues have them together.
  faultsOf(accounts, [{ ...depths, deadLetters: { events: depths.deadLetters, deliveries: {} } }]).filter(
    ({ fault }) => fault !== "deadLetters",
  );

/** How many events are neither archived, nor in quarantine, nor withheld; `key` is the one that pseudonyms are made from. */
export const countLost = async (
  bucket: Bucket,
  events: ReadonlySet<string>,
  key: string,
): Promise<number> => {
  const missing = new Set(events);
  const nameOf = withheldNames(key);
  const names = new Map([...events].map((id) => [nameOf(id), id]));
  for await (const { line } of readDated(bucket, prefixOf("ledger"))) {
    const { event, withheld } = line as LedgerEntry;
    if (withheld === true) missing.delete(names.get(event) ?? "");
  }
  for (const part of ["raw", "quarantine"] as const) {
    for await (const { line } of readDated(bucket, prefixOf(part)))
      missing.delete((line as { readonly id: string }).id);
  }
  return missing.size;
};

/** The report as JSON has it. */
export const asJson = (report: Report): unknown => ({
  balanced: balances(report),
  ...report,
  fed: { ...report.fed, events: report.fed.events.size },
});

/** The report as text. */
export const formatReport = (report: Report): string => {
  const { fed, accounts, depths, archive } = report;
  const repeats = fed.messages > fed.events.size ? ` (${fed.events.size} different events)` : "";
  const balanced = balances(report);
  return [
    "",
    bold("What came in"),
    `  ${fed.messages} messages fed${repeats}; the archive holds ${accounts.accepted} accepted events, ${quarantinedOf(accounts)} in quarantine`,
    ...withheldLines(accounts),
    ...refusedLines(fed),
    ...quarantineLines(report),
    "",
    bold("What each endpoint was told"),
    ...accountLines(accounts),
    "",
    balanced
      ? styleText("green", "Balanced: received = delivered + filtered + set aside, for every endpoint.")
      : styleText("red", "Not balanced."),
    ...(balanced ? [] : imbalance(report)),
    ...(depths.deadLetters > 0
      ? [`  ${depths.deadLetters} message(s) in dead-letter queues: no function could take them.`]
      : []),
    "",
    `${bold("The archive")} ${archive}`,
  ].join("\n");
};

/** One event and one statement in full, as the stores have them. */
export const formatSamples = ({ samples }: Report): string =>
  Object.entries(samples)
    .map(([title, sample]) => `\n${bold(title)}\n${JSON.stringify(sample, null, 2)}`)
    .join("\n");

/** Lines that never came in, so that nothing of them can be counted. */
const refusedLines = ({ refused }: Fed): readonly string[] => [
  ...(refused.length > 0
    ? [styleText("red", `  ${refused.length} line(s) of the file could not be fed, and are not counted:`)]
    : []),
  ...refused.slice(0, NAMED).map(({ line, why }) => `          line ${line}: ${why}`),
];

/** Each reason with what to do about it, and below it the events, by their ids, with what is wrong with them. */
const quarantineLines = ({ accounts, quarantine }: Report): readonly string[] =>
  Object.entries(accounts.quarantined).flatMap(([reason, count]) => [
    `  ${String(count).padStart(6)}  ${reason.padEnd(18)} ${reasons[reason as Reason]}`,
    ...named(quarantine.filter((each) => each.reason === reason)),
  ]);

const named = (some: readonly Quarantined[]): readonly string[] => [
  ...some.slice(0, NAMED).map(({ id, detail }) => `          ${id}  ${detail}`),
  ...(some.length > NAMED
    ? [`          and ${some.length - NAMED} more, under quarantine/ in the archive`]
    : []),
];

const imbalance = (report: Report): readonly string[] => {
  const { lost, accounts, depths } = report;
  return [
    ...(lost > 0
      ? [`  ${lost} event(s) of the file are neither archived nor in quarantine, nor withheld.`]
      : []),
    ...(depths.events > 0 ? [`  ${depths.events} message(s) wait in the events queue.`] : []),
    ...(accounts.unaccounted > 0
      ? [`  ${accounts.unaccounted} archived event(s) are not in the ledger yet.`]
      : []),
    ...accounts.endpoints.flatMap(({ endpoint, waiting }) =>
      waiting > 0
        ? [`  ${endpoint}: ${waiting} wait in ${depths.deliveries[endpoint] ?? 0} message(s).`]
        : [],
    ),
    ...faults(report).map((fault) => `  ${sentenceOf(fault)}`),
  ];
};

/** Colours go away by themselves with NO_COLOR, or where the output is no terminal. */
const bold = (text: string): string => styleText("bold", text);
