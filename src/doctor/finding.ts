import { counted } from "../counted.ts";

/** What is looked at, in the order in which it is: each check rests on those before it. */
export const checks = [
  "files",
  "build",
  "service",
  "deployed",
  "queues",
  "bucket",
  "secrets",
  "host",
  "certificate",
  "authentication",
  "statement",
  "clock",
  "backlog",
  "failures",
] as const;

export type Check = (typeof checks)[number];

/** What a check came to. It holds no secret and nothing of a learner's. */
export interface Finding {
  readonly check: Check;
  /** The endpoint that it is about, where it is about one. */
  readonly endpoint?: string;
  /** `note`: it works, and somebody should know of it. `skipped`: it could not be looked at, or was not to be. */
  readonly end: "good" | "note" | "bad" | "skipped";
  /** What is so, in whole sentences. */
  readonly told: string;
  /** What to do. */
  readonly mend?: string;
}

/** What one check, of one endpoint or of none, says. */
export interface Words {
  good(told: string): Finding;
  note(told: string, mend?: string): Finding;
  bad(told: string, mend?: string): Finding;
  skipped(told: string, mend?: string): Finding;
}

export const wordsOf = (check: Check, endpoint?: string): Words => {
  const say =
    (end: Finding["end"]) =>
    (told: string, mend?: string): Finding => ({
      check,
      ...(endpoint !== undefined && { endpoint }),
      end,
      told,
      ...(mend !== undefined && { mend }),
    });
  return { good: say("good"), note: say("note"), bad: say("bad"), skipped: say("skipped") };
};

/** Whether a check came to the end that somebody must do something. */
export const isBad = ({ end }: Finding): boolean => end === "bad";

/** How an end is shown: a mark for the eye, and a word for whoever hears it. */
export const ENDS: Readonly<Record<Finding["end"], { readonly mark: string; readonly word: string }>> = {
  good: { mark: "✓", word: "good" },
  note: { mark: "!", word: "note" },
  bad: { mark: "✗", word: "wrong" },
  skipped: { mark: "–", word: "skipped" },
};

/** What all findings come to, in a sentence. */
export const summaryOf = (findings: readonly Finding[]): string => {
  const count = (end: Finding["end"]): number => findings.filter((each) => each.end === end).length;
  const others = `${counted(count("note"), "note")}, ${count("skipped")} skipped, ${count("good")} good.`;
  return findings.some(isBad)
    ? `${counted(count("bad"), "thing")} wrong, ${others}`
    : `Nothing is wrong: ${others}`;
};
