import type { Bucket } from "../archive/layout.ts";
import type { JsonObject } from "../event/json.ts";
import { type Epsilon, epsilonSum, epsilonText, readEpsilon } from "./epsilon.ts";
import { ensureAllSpent, keepRecord, namesOfPublished, readRecords, SPENT } from "./stored.ts";

/** What one run took of the budget, whatever became of its report. */
export interface Spending {
  /** The report's id, which nobody can guess. */
  readonly id: string;
  readonly at: string;
  readonly epsilon: Epsilon;
  /** The total that held from then on. */
  readonly total: Epsilon;
}

/** The budget of an archive. */
export interface Budget {
  readonly total: Epsilon;
  /** The sum of all that was ever taken, for any period: one learner may be in all of them. */
  readonly spent: bigint;
  readonly left: bigint;
}

/** The total of an archive for which nobody has named another. */
export const TOTAL = "10";

/** Thrown where the budget has no room for a report. */
export class OverBudget extends Error {
  override readonly name = "OverBudget";
}

/** All that was ever taken, the oldest first. Throws DamagedReports, also where a report was told and its cost is gone. */
export const readSpendings = async (bucket: Bucket): Promise<readonly Spending[]> => {
  // These first: a run that goes on meanwhile writes its cost before its report.
  const published = await namesOfPublished(bucket);
  const spendings = await readRecords(bucket, SPENT, readSpending);
  ensureAllSpent(published, spendings);
  return spendings;
};

/** The total that was named last; `TOTAL` where none was. */
export const totalOf = (spendings: readonly Spending[]): Epsilon => {
  const total = spendings.at(-1)?.total ?? readEpsilon(TOTAL);
  if (total === undefined) throw new Error("The usual total is no amount.");
  return total;
};

export const budgetOf = (spendings: readonly Spending[], total: Epsilon): Budget => {
  const spent = epsilonSum(spendings.map(({ epsilon }) => epsilon));
  return { total, spent, left: total - spent };
};

/** The same as people write it. */
export const budgetWords = ({ total, spent, left }: Budget) => ({
  total: epsilonText(total),
  spent: epsilonText(spent),
  left: epsilonText(left),
});

/** Throws OverBudget where there is no room for so much more; changes nothing. */
export const ensureRoom = async (bucket: Bucket, epsilon: Epsilon, total: Epsilon): Promise<void> => {
  const { spent, left } = budgetOf(await readSpendings(bucket), total);
  if (epsilon <= left) return;
  throw new OverBudget(
    `The budget for privacy has no room for this report: of ε = ${epsilonText(total)} in all, ${epsilonText(spent)} is spent, and this one would cost ${epsilonText(epsilon)}. Earlier reports cost nothing: jlt report --list.`,
  );
};

/**
 * Takes a run's share of the budget; gives the budget as it is then. Throws OverBudget where there is no room, also
 * where another run took it at the same time: each run writes first and looks then, so that of all runs whose report is
 * told, the one that wrote last has seen the shares of all others. What was written stays taken.
 */
export const spend = async (bucket: Bucket, spending: Spending): Promise<Budget> => {
  const { id, at, epsilon, total } = spending;
  await ensureRoom(bucket, epsilon, total);
  const record = { id, at, epsilon: epsilonText(epsilon), total: epsilonText(total) };
  await keepRecord(bucket, SPENT, spending, record);
  const spendings = await readSpendings(bucket);
  const budget = budgetOf(spendings, total);
  if (budget.left >= 0n && spendings.some((each) => each.id === id)) return budget;
  throw new OverBudget(
    `Another report was made at the same time, and together they are over the budget for privacy of ε = ${epsilonText(total)}. Nothing of this one is told; its share of ${epsilonText(epsilon)} stays taken all the same.`,
  );
};

const readSpending = ({ id, at, epsilon, total }: JsonObject): Spending | undefined => {
  if (typeof id !== "string" || !isTime(at) || typeof epsilon !== "string" || typeof total !== "string")
    return undefined;
  const amounts = { epsilon: readEpsilon(epsilon), total: readEpsilon(total) };
  if (amounts.epsilon === undefined || amounts.total === undefined) return undefined;
  return { id, at, epsilon: amounts.epsilon, total: amounts.total };
};

const isTime = (value: unknown): value is string =>
  typeof value === "string" && /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(value);
