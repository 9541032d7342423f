import { counted } from "../src/counted.ts";
import type { Budget, Spending } from "../src/report/budget.ts";
import { epsilonText } from "../src/report/epsilon.ts";
import { type Dimension, type Question, rowsOf } from "../src/report/question.ts";
import { type Promised, promiseOf, type Report, type Table } from "../src/report/report.ts";
import { bold } from "./paint.ts";
import { visible } from "./visible.ts";

/** A report for people: its tables, and what to know to read them. */
export const reportText = ({ id, at, hub, days, promise, budget, all, tables }: Report): string =>
  [
    bold(`Use of ${visible(hub)}, ${days.from} to ${days.to} (UTC)`),
    `  Events counted: about ${grouped(all.events)} (standard deviation of the noise: ${grouped(all.deviation)})`,
    ...tables.flatMap((table) => ["", ...tableLines(table)]),
    "",
    bold("How to read it"),
    ...readingLines(promise),
    `  Budget: of ε = ${budget.total} for all reports together, ${budget.spent} is spent and ${budget.left} left.`,
    `  Report ${visible(id)}, made on ${visible(at.slice(0, 10))}. To see it again costs nothing.`,
  ].join("\n");

/** What a report would tell and cost; nothing in it comes from the archive's events. */
export const planText = (question: Question, { total, left }: Budget): string => {
  const { days, by, epsilon } = question;
  const rows = by.map((each) => `${counted(rowsOf(question, each).length, "row")} by ${NAMES[each]}`);
  return [
    bold(`A report of ${days.from} to ${days.to} (UTC): ${rows.join(", ")}`),
    ...readingLines(promiseOf(question)),
    `  It would cost ${epsilonText(epsilon)} of the ${epsilonText(left)} that is left of ε = ${epsilonText(total)} in all.`,
    ...(epsilon > left ? ["  There is no room for it."] : []),
    "Nothing was counted, and nothing spent.",
  ].join("\n");
};

/** Everything that was ever spent, the reports that came of it, and what is left. */
export const listText = (
  spendings: readonly Spending[],
  reports: readonly Report[],
  { total, spent, left }: Budget,
): string =>
  [
    ...spendings.map((each) => spendingLine(each, reports)),
    `Of ε = ${epsilonText(total)} for all reports together, ${epsilonText(spent)} is spent and ${epsilonText(left)} left.`,
  ].join("\n");

const spendingLine = (spending: Spending, reports: readonly Report[]): string => {
  const { id, at, epsilon, total } = spending;
  const report = reports.find((each) => each.id === id);
  const told =
    report === undefined
      ? "nothing was published of it"
      : `${report.days.from} to ${report.days.to}, by ${report.tables.map(({ by }) => NAMES[by]).join(", ")}`;
  return visible(`${at.slice(0, 10)}  ε = ${epsilonText(epsilon)} of ${epsilonText(total)}  ${told}  ${id}`);
};

const NAMES: Readonly<Record<Dimension, string>> = { day: "day", course: "course", kind: "kind of event" };

const tableLines = ({ by, rows }: Table): readonly string[] => {
  const named = rows.map(({ name, events }) => [visible(name ?? "any other"), grouped(events)] as const);
  const widest = (column: 0 | 1): number => Math.max(...named.map((row) => row[column].length));
  return [
    bold(`By ${NAMES[by]}`),
    ...named.map(([name, events]) => `  ${name.padEnd(widest(0))}   ${events.padStart(widest(1))}`),
  ];
};

const readingLines = (promise: Promised): readonly string[] => {
  const { epsilon, contribution, within95, deviation, scale, nobodys } = promise;
  return [
    `  Of each learner at most ${counted(contribution, "event")} count, drawn by lot: the numbers are not of all events.`,
    `  Each number has noise: in 95 of 100 cases up to ${grouped(within95)} up or down (standard deviation ${grouped(deviation)}). Below zero means: near zero.`,
    `  Whether any one learner is in it at all changes the chance of what is told by a factor of e^${epsilon} at most: differential`,
    `  privacy with ε = ${epsilon}, δ = 0, for all that a learner did in these days (two-sided geometric noise, scale ${grouped(scale)}).`,
    nobodys === "left out"
      ? "  Events that are nobody's, as they come without a learner, are left out."
      : `  Events that are nobody's count each by itself: of whoever is behind n of them, ε is n × ${epsilon} ÷ ${contribution}.`,
  ];
};

const grouped = (number: number): string => number.toLocaleString("en-GB", { maximumFractionDigits: 1 });
