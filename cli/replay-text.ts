import type { Trouble } from "../src/archive/damaged.ts";
import { counted } from "../src/counted.ts";
import { FILTERS, type Filter } from "../src/ledger/ledger.ts";
import { type ReplayCounts, type TranslationCounts, totalOf } from "../src/replay/counts.ts";
import { green, yellow } from "./paint.ts";
import { passedOverLines } from "./passed-over.ts";
import { visible, visibleJson } from "./visible.ts";

/** What became of a replay, or would. */
export interface Replayed {
  readonly stage: string;
  readonly days: { readonly from: string; readonly to: string };
  readonly isRehearsal: boolean;
  /** When it was begun, where this run went on with another. */
  readonly resumed?: string | undefined;
  readonly endpoints: Readonly<Record<string, ReplayCounts>>;
  readonly troubles: readonly Trouble[];
}

export const replayedText = ({ endpoints, isRehearsal, troubles, days, stage }: Replayed): string =>
  [
    ...Object.entries(endpoints).flatMap(([name, counts]) => endpointLines(name, counts, isRehearsal)),
    ...(isRehearsal ? [`Nothing was sent (${days.from} to ${days.to}, ${stage}).`] : []),
    ...passedOverLines(troubles),
  ].join("\n");

const endpointLines = (name: string, counts: ReplayCounts, isRehearsal: boolean): readonly string[] => {
  const { events, statements, translations, filtered, troubles } = counts;
  const would = isRehearsal ? "would be sent" : "sent";
  return [
    green(
      `${name}: of ${counted(events, "event")}, ${counted(statements, "statement")} ${would} to its queue.`,
    ),
    ...table(translations),
    ...FILTERS.flatMap((filter) => {
      const count = filtered[filter] ?? 0;
      return count === 0 ? [] : [`  ${count} not told: ${FILTERED[filter]}.`];
    }),
    ...(totalOf(counts, "gone") === 0
      ? []
      : [
          "  What is gone it has, and the mappings and its file as they are now do not make any more: it stays there. An xAPI store has it voided with --retract.",
        ]),
    ...Object.values(troubles).map(({ count, message }) =>
      yellow(`  ${count} not sent: ${visible(message)}`),
    ),
  ];
};

const FILTERED: Readonly<Record<Filter, string>> = {
  consent: "their learners do not want it",
  selection: "it does not take them",
  launch: "their launches lead to no place that its file allows",
  where: "its condition keeps them back",
  mapping: "no translation that it takes speaks of them",
  repeat: "they repeat another",
};

const COLUMNS: readonly (keyof TranslationCounts)[] = [
  "sent",
  "unchanged",
  "again",
  "revised",
  "gone",
  "retracted",
];

/** What became of each translation's statements; what there is none of has no column. */
const table = (translations: ReplayCounts["translations"]): readonly string[] => {
  const all = Object.entries(translations).sort(([one], [other]) => (one < other ? -1 : 1));
  const columns = COLUMNS.filter((column) => all.some(([, counts]) => counts[column] > 0));
  if (columns.length === 0) return [];
  const rows = [
    ["", ...columns],
    ...all.map(([name, counts]) => [visible(name), ...columns.map((column) => String(counts[column]))]),
  ];
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map(
    (row) =>
      `  ${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0))).join("   ")}`,
  );
};

/** Whether everything that an endpoint should have was sent, and everything could be read. */
export const isWhole = ({ endpoints, troubles }: Replayed): boolean =>
  troubles.length === 0 && Object.values(endpoints).every((each) => Object.keys(each.troubles).length === 0);

/** The same as data. */
export const replayedJson = ({ stage, days, isRehearsal, resumed, endpoints, troubles }: Replayed): string =>
  visibleJson({
    stage,
    ...days,
    sent: !isRehearsal,
    ...(resumed !== undefined && { resumed }),
    endpoints: Object.entries(endpoints).map(([endpoint, counts]) => ({ endpoint, ...counts })),
    passedOver: troubles,
  });
