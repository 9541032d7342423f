import type { Trouble } from "../src/archive/damaged.ts";
import type { Amount, CompactedDay } from "../src/compaction/day.ts";
import { counted } from "../src/counted.ts";
import { red, yellow } from "./paint.ts";
import { passedOverLines } from "./passed-over.ts";
import { visibleJson } from "./visible.ts";

/** A run of `jlt compact`, and what came of it. */
export interface CompactRun {
  readonly stage: string;
  readonly isDry: boolean;
  readonly days: readonly CompactedDay[];
  readonly passedOver: readonly Trouble[];
}

/** What became of a day, on a line. */
export const dayText = (
  { day, end, error = "unknown", events, before, after }: CompactedDay,
  isDry: boolean,
): string => {
  if (end === "busy") return `${day}  ${yellow("others are at work on it; run this again")}`;
  if (end === "failed") return `${day}  ${red(`failed (${error}); it stays as it was`)}`;
  const counts = Object.values(events);
  if (end !== "done") return `${day}  nothing to be done`;
  const rows = counts.reduce((sum, each) => sum + each, 0);
  const becomes = isDry ? "would become" : "became";
  return `${day}  ${numbered(rows, "event")} from ${counted(counts.length, "source")}: ${amount(before, "object")} ${becomes} ${amount(after, "table")}`;
};

/** What is said in the end. */
export const endText = ({ stage, isDry, days, passedOver }: CompactRun): string => {
  const done = days.filter(({ end }) => end === "done").length;
  const failed = days.filter(({ end }) => end === "failed").length;
  const nothing = `No finished day has anything that is not in a table (${stage}).`;
  return [
    ...(done > 0
      ? [`${counted(done, "day")} ${isDry ? "would be put" : "put"} into tables (${stage}).`]
      : days.length === 0
        ? [nothing]
        : []),
    ...(failed > 0
      ? [
          red(`${counted(failed, "day")} could not be put into tables. Nothing was discarded.`),
          "Please report it, and keep the archive as it is.",
        ]
      : []),
    ...passedOverLines(passedOver),
  ].join("\n");
};

export const compactedJson = ({ stage, isDry, days, passedOver }: CompactRun): string =>
  visibleJson({ stage, dryRun: isDry, days, passedOver });

const amount = ({ objects, bytes }: Amount, what: string): string =>
  `${numbered(objects, what)} (${size(bytes)})`;

const numbered = (number: number, what: string): string =>
  `${number.toLocaleString("en-GB")} ${what}${number === 1 ? "" : "s"}`;

const size = (bytes: number): string =>
  bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
