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
  split: [400, 409, 413],
  setup: [401, 403, 404],
  setAside: [415, 422],
};

/** A status code, a range such as `500-599`, or `network`. */
export const ANSWER = {
  "x-message": "must be a status code, a range of them such as 500-599, or network",
  anyOf: [
    { type: "integer", minimum: 100, maximum: 599 },
    { type: "string", pattern: "^([1-5][0-9][0-9]-[1-5][0-9][0-9]|network)$" },
  ],
};

/** What a file says of a status code goes before what the defaults say of it. */
export const readAnswers = (written: Partial<typeof defaultAnswers> = {}): Answers => {
  const said = Object.values(written).flat().map(readRange);
  const ranges = (name: AnswerClass): Answers[AnswerClass] =>
    written[name]?.map(readRange) ??
    defaultAnswers[name].map(readRange).filter((range) => !said.some((each) => covers(each, range)));
  return {
    done: ranges("done"),
    retry: ranges("retry"),
    split: ranges("split"),
    setup: ranges("setup"),
    setAside: ranges("setAside"),
  };
};

const covers = (outer: StatusRange | "network", inner: StatusRange | "network"): boolean =>
  outer === "network" || inner === "network" ? outer === inner : outer[0] <= inner[0] && inner[1] <= outer[1];

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
