import type { Days } from "../archive/days.ts";
import { isObject, type JsonObject } from "../event/json.ts";
import { type Budget, budgetWords } from "./budget.ts";
import { epsilonText } from "./epsilon.ts";
import { type Spread, spreadOf, sumDeviation } from "./noise.ts";
import { type Dimension, type Question, type Row, rowsOf, scaleOf } from "./question.ts";

/** A report as it is told and kept. Nothing in it comes from learners but the numbers with noise. */
export interface Report {
  readonly id: string;
  readonly at: string;
  /** The hub's name. */
  readonly hub: string;
  readonly days: Days;
  readonly promise: Promised;
  readonly budget: ReturnType<typeof budgetWords>;
  /** The sum of the table that has the fewest rows, as that has the least noise. */
  readonly all: { readonly events: number; readonly of: Dimension; readonly deviation: number };
  readonly tables: readonly Table[];
}

export interface Table {
  readonly by: Dimension;
  /** A name of null: whatever has no row of its own. A number may be below zero. */
  readonly rows: readonly { readonly name: Row; readonly events: number }[];
}

/** What is promised to each learner, and what it does to the numbers. It is known before anything is counted. */
export interface Promised extends Spread {
  /** The amount of ε as people write it, for the whole report; δ is always 0. */
  readonly epsilon: string;
  readonly delta: 0;
  readonly contribution: number;
  readonly mechanism: "two-sided geometric";
  /** The distribution's scale: each table's sensitivity, `contribution`, by its share of ε. */
  readonly scale: number;
  /** Events that are nobody's: left out, or counted, where only a single one of them is hidden as well as it can be. */
  readonly nobodys: "left out" | "counted";
}

export const promiseOf = (question: Question): Promised => ({
  epsilon: epsilonText(question.epsilon),
  delta: 0,
  contribution: question.contribution,
  mechanism: "two-sided geometric",
  scale: scaleOf(question),
  ...spreadOf(scaleOf(question)),
  nobodys: question.learnersOnly ? "left out" : "counted",
});

/** Puts a report together from numbers that have their noise. */
export const reportOf = (
  { id, at, hub }: Pick<Report, "id" | "at" | "hub">,
  question: Question,
  numbers: ReadonlyMap<Dimension, readonly number[]>,
  budget: Budget,
): Report => {
  const tables = question.by.map((by) => ({
    by,
    rows: rowsOf(question, by).map((name, at) => ({ name, events: numbers.get(by)?.[at] ?? 0 })),
  }));
  const [smallest] = tables.toSorted((one, other) => one.rows.length - other.rows.length);
  if (smallest === undefined) throw new Error("A report has a table at least.");
  return {
    id,
    at,
    hub,
    days: question.days,
    promise: promiseOf(question),
    budget: budgetWords(budget),
    all: {
      events: smallest.rows.reduce((sum, { events }) => sum + events, 0),
      of: smallest.by,
      deviation: sumDeviation(scaleOf(question), smallest.rows.length),
    },
    tables,
  };
};

/** A report as it was kept; undefined where it is none. */
export const readReport = (record: JsonObject): Report | undefined => {
  const { id, at, hub, days, promise, budget, all, tables } = record;
  const isWhole =
    [id, at, hub].every((each) => typeof each === "string") &&
    [days, promise, budget, all].every(isObject) &&
    Array.isArray(tables) &&
    tables.every((table) => isObject(table) && Array.isArray(table.rows) && table.rows.every(isObject));
  return isWhole ? (record as unknown as Report) : undefined;
};
