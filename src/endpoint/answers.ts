import type { SchemaObject } from "ajv";
import type { Document } from "../document/document.ts";
import type { Problem } from "../document/problem.ts";

/**
 * What an endpoint's answer means: `done`, or `retry` later, or `split` the batch because one of its statements is
 * bad, or `setup`, where the administrator must act while the messages wait, or `setAside`, where waiting is in vain.
 */
export type AnswerClass = "done" | "retry" | "split" | "setup" | "setAside";

/** For each class the status codes, as ranges, that belong to it; `network` stands for no answer at all. */
export type Answers = Readonly<Record<AnswerClass, readonly (StatusRange | "network")[]>>;

/** Both ends belong to it. */
export type StatusRange = readonly [number, number];

export const defaultAnswers: Readonly<Record<AnswerClass, readonly (string | number)[]>> = {
  done: ["200-299"],
  retry: [408, 429, "500-599", "network"],
  split: [400, 409, 413, 422],
  setup: [401, 403, 404],
  setAside: [415],
};

const CODE = { type: "integer", minimum: 100, maximum: 599 };
const RANGE = "[1-5][0-9][0-9]-[1-5][0-9][0-9]";

/** A status code, or a range such as `500-599`; or `network`, where a class can go with no answer at all. */
export const answerShape = (name: AnswerClass): SchemaObject =>
  name === "done" || name === "split"
    ? {
        "x-message": "must be a status code, or a range of them such as 500-599",
        anyOf: [CODE, { type: "string", pattern: `^${RANGE}$` }],
      }
    : {
        "x-message": "must be a status code, a range of them such as 500-599, or network",
        anyOf: [CODE, { type: "string", pattern: `^(${RANGE}|network)$` }],
      };

/** What is wrong with `answers` of an endpoint's file, whose shape is right. */
export const answerProblems = (
  document: Document,
  written: Partial<typeof defaultAnswers> = {},
): readonly Problem[] => {
  const known = new Map<string, string>();
  return Object.entries(written).flatMap(([name, all]) =>
    all.flatMap((each, at) => {
      const [range, other] = [readRange(each), known.get(String(each))];
      known.set(String(each), name);
      const place = ["answers", name, at];
      if (range !== "network" && range[0] > range[1])
        return [document.problem(place, "A range begins with its smaller status code.")];
      return other === undefined || other === name
        ? []
        : [document.problem(place, `${each} stands in ${other} already; it can mean one thing only.`)];
    }),
  );
};

/** What a file says of a status code goes before what the defaults say of it. */
export const readAnswers = (written: Partial<typeof defaultAnswers> = {}): Answers => {
  const said = Object.values(written).flat().map(readRange);
  const ranges = (name: AnswerClass): Answers[AnswerClass] =>
    written[name]?.map(readRange) ??
    said.reduce<Answers[AnswerClass]>(
      (left, each) => left.flatMap((range) => without(range, each)),
      defaultAnswers[name].map(readRange),
    );
  return {
    done: ranges("done"),
    retry: ranges("retry"),
    split: ranges("split"),
    setup: ranges("setup"),
    setAside: ranges("setAside"),
  };
};

/** What is left of a range without another. */
const without = (
  range: StatusRange | "network",
  other: StatusRange | "network",
): readonly (StatusRange | "network")[] => {
  if (range === "network" || other === "network") return range === other ? [] : [range];
  const [from, to] = range;
  const below: StatusRange = [from, Math.min(to, other[0] - 1)];
  const above: StatusRange = [Math.max(from, other[1] + 1), to];
  return other[1] < from || to < other[0] ? [range] : [below, above].filter(([first, last]) => first <= last);
};

const readRange = (text: string | number): StatusRange | "network" => {
  if (text === "network") return "network";
  const [from = 0, to = from] = String(text).split("-").map(Number);
  return [from, to];
};

/**
 * A class that the file sets for a single code goes before one of a range. What no class names waits for `setup`; so
 * does what could not be sent, as the status `setup` says.
 */
export const classify = (answers: Answers, status: number | "network" | "setup"): AnswerClass => {
  if (status === "setup") return "setup";
  let best: { readonly name: AnswerClass; readonly width: number } | undefined;
  for (const name of CLASSES) {
    for (const range of answers[name]) {
      const fits = range === "network" ? status === "network" : status !== "network" && inside(range, status);
      const width = range === "network" ? 0 : range[1] - range[0];
      if (fits && (best === undefined || width < best.width)) best = { name, width };
    }
  }
  return best?.name ?? (status === "network" ? "retry" : "setup");
};

const CLASSES: readonly AnswerClass[] = ["done", "retry", "split", "setup", "setAside"];

const inside = ([from, to]: StatusRange, status: number): boolean => from <= status && status <= to;
