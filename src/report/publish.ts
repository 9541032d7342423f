/**
 * The story of a report: count what is asked for with a bound for each learner, add noise to every row, take the
 * report's share of the budget, keep it, and only then give it to be told.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { type Bucket, prefixOf } from "../archive/layout.ts";
import { readDated } from "../archive/read.ts";
import { ensureRoom, spend } from "./budget.ts";
import { countBounded, type TrueTables } from "./count.ts";
import { type Epsilon, epsilonOver } from "./epsilon.ts";
import { type Bits, systemBits, twoSidedGeometric } from "./geometric.ts";
import type { Dimension, Question } from "./question.ts";
import { type Report, readReport, reportOf } from "./report.ts";
import { keepRecord, PUBLISHED, readRecords } from "./stored.ts";

export interface Publishing {
  readonly hub: string;
  /** The budget's total that is to hold from now on. */
  readonly total: Epsilon;
  readonly at: string;
  /** Told of each object of the archive that was read. */
  readonly onObject?: () => void;
}

/**
 * Makes a report, which costs its ε. Whatever stops it before the budget is touched costs nothing; whatever stops it
 * later has cost it all the same. Throws OverBudget, DamagedReports, and DamagedArchive.
 */
export const publish = async (
  bucket: Bucket,
  question: Question,
  { hub, total, at, onObject }: Publishing,
): Promise<Report> => {
  await ensureRoom(bucket, question.epsilon, total);
  const lines = readDated(bucket, prefixOf("raw"), { days: question.days, onObject });
  const counted = await countBounded(lines, question, randomBytes(32).toString("hex"));
  const numbers = withNoise(counted, question, systemBits);
  const id = randomUUID();
  const budget = await spend(bucket, { id, at, epsilon: question.epsilon, total });
  const report = reportOf({ id, at, hub }, question, numbers, budget);
  await keepRecord(bucket, PUBLISHED, report, report);
  return report;
};

/** Every report that was told, the oldest first. Reading them again costs nothing. Throws DamagedReports. */
export const readPublished = (bucket: Bucket): Promise<readonly Report[]> =>
  readRecords(bucket, PUBLISHED, readReport);

/** Adds noise to each row of each table by itself; rows that nobody is in have it as well. */
export const withNoise = (
  tables: TrueTables,
  { contribution, by, epsilon }: Pick<Question, "contribution" | "by" | "epsilon">,
  bits: Bits,
): ReadonlyMap<Dimension, readonly number[]> => {
  const rate = epsilonOver(epsilon, contribution * by.length);
  return new Map(
    [...tables].map(([dimension, rows]) => [
      dimension,
      rows.map((count) => count + Number(twoSidedGeometric(rate, bits))),
    ]),
  );
};
