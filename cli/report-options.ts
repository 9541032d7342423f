import { withoutProbe } from "../build/probe.ts";
import type { SiteFiles } from "../build/site.ts";
import { dayOf, daysAfter, isDay } from "../src/archive/days.ts";
import { didYouMean } from "../src/document/problem.ts";
import { Misuse } from "../src/misuse.ts";
import { type Epsilon, readEpsilon } from "../src/report/epsilon.ts";
import { DIMENSIONS, type Dimension, type Question } from "../src/report/question.ts";
import { stageOptions } from "./stage-options.ts";

/** What `jlt report` takes. */
export const reportOptions = {
  ...stageOptions,
  since: { type: "string" },
  until: { type: "string" },
  course: { type: "string", multiple: true },
  by: { type: "string", multiple: true },
  epsilon: { type: "string", default: "1" },
  contribution: { type: "string", default: "50" },
  budget: { type: "string" },
  "learners-only": { type: "boolean", default: false },
  "dry-run": { type: "boolean", default: false },
  yes: { type: "boolean", default: false },
  list: { type: "boolean", default: false },
  show: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

/** A report that is asked for, and under which budget. */
export interface AskedFor {
  readonly hub: string;
  readonly question: Question;
  /** The budget's total that is to hold from now on; absent where it is to stay what it was. */
  readonly total: Epsilon | undefined;
}

interface Values {
  readonly budget?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly course?: readonly string[] | undefined;
  readonly by?: readonly string[] | undefined;
  readonly epsilon: string;
  readonly contribution: string;
  readonly "learners-only": boolean;
}

/** Four weeks, unless told otherwise. */
const USUAL_DAYS = 28;

const MOST_EVENTS = 100_000;

/** Throws Misuse where an option cannot be. */
export const askedFor = (values: Values, site: SiteFiles): AskedFor => ({
  hub: site.settings.hub.name,
  question: questionOf(values, site, dayOf(Date.now())),
  total: values.budget === undefined ? undefined : amountOf("budget", values.budget),
});

const questionOf = (values: Values, site: SiteFiles, today: string): Question => {
  const courses = [...new Set(values.course ?? [])];
  if (courses.includes("")) throw new Misuse("--course takes the id of a course, such as stat101.");
  return {
    days: daysOf(values, site, today),
    courses,
    kinds: withoutProbe(site)
      .sources.map(({ name }) => name)
      .toSorted(),
    by: dimensionsOf(values.by ?? [], courses),
    contribution: contributionOf(values.contribution),
    epsilon: amountOf("epsilon", values.epsilon),
    learnersOnly: values["learners-only"],
  };
};

/** An amount of ε that an option gives. */
const amountOf = (option: string, text: string): Epsilon => {
  const amount = readEpsilon(text);
  if (amount !== undefined) return amount;
  throw new Misuse(
    `--${option} takes a number above 0 and below 1000 with six decimal places at most, such as 0.5.`,
  );
};

const daysOf = ({ since, until }: Values, site: SiteFiles, today: string): Question["days"] => {
  for (const [name, day] of [["since", since] as const, ["until", until] as const]) {
    if (day === undefined) continue;
    if (!isDay(day)) throw new Misuse(`--${name} takes a day, such as 2026-11-22.`);
    if (day > today) throw new Misuse(`${day} is yet to come.`);
  }
  const first = daysAfter(today, 1 - site.settings.retention.raw);
  const to = until ?? daysAfter(today, -1);
  const usual = daysAfter(to, 1 - USUAL_DAYS);
  const from = since ?? (usual < first ? first : usual);
  if (from < first)
    throw new Misuse(
      `The archive does not keep the events of ${from} any more, as translator.yml says. The first day that can be counted is ${first}.`,
    );
  if (to < from) throw new Misuse(`The report would end on ${to}, before it begins on ${from}.`);
  return { from, to };
};

const dimensionsOf = (written: readonly string[], courses: readonly string[]): readonly Dimension[] => {
  const asked = written.flatMap((each) => each.split(",")).map((each) => each.trim());
  for (const each of asked) {
    if (!DIMENSIONS.some((known) => known === each))
      throw new Misuse(
        `There is no table by "${each}"${didYouMean(each, DIMENSIONS)} There are ${DIMENSIONS.join(", ")}.`,
      );
    if (each === "course" && courses.length === 0)
      throw new Misuse("Which courses is not read from the archive: name each with --course ID.");
  }
  const usual = DIMENSIONS.filter((each) => each !== "course" || courses.length > 0);
  return asked.length === 0 ? usual : DIMENSIONS.filter((each) => asked.includes(each));
};

const contributionOf = (text: string): number => {
  const events = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (events >= 1 && events <= MOST_EVENTS) return events;
  throw new Misuse(`--contribution takes a whole number from 1 to ${MOST_EVENTS}.`);
};
