import type { Bucket } from "../src/archive/layout.ts";
import { Misuse } from "../src/misuse.ts";
import { budgetOf, budgetWords, readSpendings, totalOf } from "../src/report/budget.ts";
import { epsilonText } from "../src/report/epsilon.ts";
import { readPublished } from "../src/report/publish.ts";
import { tellReport } from "./report-new.ts";
import { listText } from "./report-text.ts";
import { visibleJson } from "./visible.ts";

/** Tells a report again, as it was told. Throws Misuse where there is none of this id. */
export const showReport = async (bucket: Bucket, id: string, json: boolean): Promise<number> => {
  const found = (await readPublished(bucket)).find((each) => each.id === id);
  if (found === undefined) throw new Misuse(`There is no report ${id}. All of them: jlt report --list`);
  tellReport(found, json);
  return 0;
};

/** Lists everything that was ever spent, with the reports that came of it. */
export const listReports = async (bucket: Bucket, json: boolean): Promise<number> => {
  const reports = await readPublished(bucket);
  const spendings = await readSpendings(bucket);
  const budget = budgetOf(spendings, totalOf(spendings));
  const spent = spendings.map(({ id, at, epsilon, total }) => {
    const days = reports.find((each) => each.id === id)?.days;
    // Without days: nothing was published of it.
    return { id, at, epsilon: epsilonText(epsilon), total: epsilonText(total), days };
  });
  console.log(
    json
      ? visibleJson({ budget: budgetWords(budget), reports: spent })
      : listText(spendings, reports, budget),
  );
  return 0;
};
