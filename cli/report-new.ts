import type { Bucket } from "../src/archive/layout.ts";
import { budgetOf, budgetWords, readSpendings, totalOf } from "../src/report/budget.ts";
import { epsilonText } from "../src/report/epsilon.ts";
import { publish, readPublished } from "../src/report/publish.ts";
import { promiseOf, type Report } from "../src/report/report.ts";
import { askOnTerminal } from "./ask.ts";
import { progressOn } from "./progress.ts";
import type { AskedFor } from "./report-options.ts";
import { planText, reportText } from "./report-text.ts";
import { visibleJson } from "./visible.ts";

/** Says what a report would cost, and how large its noise would be. It reads no event, and spends nothing. */
export const planReport = async (bucket: Bucket, asked: AskedFor, json: boolean): Promise<number> => {
  const { question } = asked;
  const spendings = await readSpendings(bucket);
  const budget = budgetOf(spendings, asked.total ?? totalOf(spendings));
  const { days, by } = question;
  const plan = { days, by, promise: promiseOf(question), budget: budgetWords(budget) };
  console.log(json ? visibleJson(plan) : planText(question, budget));
  return 0;
};

/** Makes a report and tells it, once somebody has said yes to what it costs. */
export const newReport = async (
  bucket: Bucket,
  asked: AskedFor,
  { yes, json }: { readonly yes: boolean; readonly json: boolean },
): Promise<number> => {
  const { hub, question } = asked;
  const total = asked.total ?? totalOf(await readSpendings(bucket));
  if (!yes && !(await askOnTerminal(await costsOf(bucket, { ...asked, total })))) {
    console.log("Nothing was published, and nothing spent.");
    return 0;
  }
  const progress = progressOn(process.stderr, (objects) => `${objects} objects of the archive read …`);
  try {
    const at = new Date().toISOString();
    const report = await publish(bucket, question, { hub, total, at, onObject: progress.step });
    progress.clear();
    tellReport(report, json);
    return 0;
  } finally {
    progress.clear();
  }
};

export const tellReport = (report: Report, json: boolean): void => {
  console.log(json ? visibleJson(report) : reportText(report));
};

/** What is asked before anything is spent. */
const costsOf = async (
  bucket: Bucket,
  { question, total }: AskedFor & { readonly total: NonNullable<AskedFor["total"]> },
): Promise<string> => {
  const { days, epsilon } = question;
  const spendings = await readSpendings(bucket);
  const before = totalOf(spendings);
  const { left } = budgetOf(spendings, total);
  const reports = await readPublished(bucket);
  const same = reports.find((each) => each.days.from === days.from && each.days.to === days.to);
  return [
    ...(spendings.length === 0 || before === total
      ? []
      : [
          `The budget for all reports together was ${epsilonText(before)}. It becomes ${epsilonText(total)}.`,
        ]),
    ...(same === undefined
      ? []
      : [`There is one of these days already, which costs nothing: jlt report --show ${same.id}`]),
    `A report of ${days.from} to ${days.to} costs ε = ${epsilonText(epsilon)} of the ${epsilonText(left)} that is left, for good. Publish it?`,
  ].join("\n");
};
