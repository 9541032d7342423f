import { counted } from "../src/counted.ts";
import { reasons } from "../src/event/reason.ts";
import type { LineProblem, Tally } from "../src/imports/tally.ts";
import type { Imported } from "./import-run.ts";
import { dim, red, yellow } from "./paint.ts";
import { visible } from "./visible.ts";

/** So many lines are named on a terminal, for each reason. */
const NAMED = 5;

/** What a file holds, in words. */
export const tallyText = (name: string, tally: Tally, all: boolean): string => {
  const { lines, fit, untimed, accepted, unfit, refused, cut } = tally;
  const sources = Object.entries(accepted).sort(([, a], [, b]) => b - a);
  return [
    `${visible(name)}: ${number(lines, "line")}, ${number(fit + unfit, "event")}`,
    ...(fit === 0 ? [] : [`  ${number(fit, "event")} would be accepted`]),
    ...sources.map(([source, count]) => `  ${padded(count)}  ${source}`),
    ...(untimed === 0
      ? []
      : [
          `  ${yellow(`Without a time of their own: ${untimed.toLocaleString("en-GB")}.`)} These would be told as of now, and each time that they are sent they are others.`,
        ]),
    ...(unfit === 0 ? [] : [`  ${red(`${number(unfit, "event")} would not`)}, and ${all ? GOES : STAYS}`]),
    ...Object.entries(refused).flatMap(([reason, count]) => [
      `  ${padded(count)}  ${reason.padEnd(18)} ${reasonText(reason)}`,
      ...problemLines(
        name,
        count,
        tally.problems.filter((each) => each.reason === reason),
      ),
    ]),
    ...(cut === undefined ? [] : [`  ${red(cut)} What is before that place is taken all the same.`]),
  ].join("\n");
};

const STAYS = "stay out (--all sends them as well, into quarantine):";
const GOES = "go into quarantine:";

/** What became of a file, in words. */
export const importedText = (
  name: string,
  { tally, sent, earlier, archived, file }: Imported,
  all: boolean,
): string => {
  const { events, messages, untaken, refused } = sent;
  const before = earlier === 0 ? "" : `, ${earlier.toLocaleString("en-GB")} of them by an earlier run`;
  const out = leftOut(tally, all);
  return [
    `${visible(name)}: ${number(events, "event")} sent in ${number(messages, "message")}${before}.`,
    ...(archived === 0
      ? []
      : [
          `  ${number(archived, "event")} left out, as the archive has ${archived === 1 ? "it" : "them"} already.`,
        ]),
    ...(out === 0 ? [] : [`  ${number(out, all ? "line" : "event")} left out.`]),
    ...(untaken === 0
      ? []
      : [
          `  ${red(`${number(untaken, "event")} not taken by the queue`)}, in messages that begin at these lines:`,
          ...refused.slice(0, 20).map(({ line, code }) => `    ${line}  ${codeText(code)}`),
        ]),
    ...(tally.cut === undefined ? [] : [`  ${red(visible(tally.cut))}`]),
    ...(file === undefined ? [] : [`  ${yellow(FILE[file])}`]),
  ].join("\n");
};

const FILE = {
  grown:
    "It has grown since it was looked at, and what was added is not sent: import it again when it is complete.",
  changed: "It was changed while it was read: look what is in it, and import it again.",
} as const;

/** How much of a file was not sent, as it could not be, or should not. */
export const leftOut = ({ unfit, unreadable }: Tally, all: boolean): number => (all ? unreadable : unfit);

const problemLines = (name: string, count: number, problems: readonly LineProblem[]): readonly string[] => {
  const more = count - Math.min(NAMED, problems.length);
  return [
    ...problems.slice(0, NAMED).map((each) => `    ${dim(placeOf(name, each))} ${visible(each.detail)}`),
    ...(more > 0 ? [`    and ${more.toLocaleString("en-GB")} more (--json tells the first 200)`] : []),
  ];
};

const placeOf = (name: string, { line, column, event }: LineProblem): string =>
  `${visible(name)}:${line}${column === undefined ? "" : `:${column}`}${event === undefined ? "" : `, event ${event}:`}`;

const reasonText = (reason: string): string =>
  Object.entries(reasons).find(([name]) => name === reason)?.[1] ?? "";

const codeText = (code: string): string =>
  code === "TooLarge" ? "larger than a message of the queue may be (1 MiB)" : `refused (${visible(code)})`;

const number = (count: number, what: string): string =>
  counted(count, what).replace(String(count), count.toLocaleString("en-GB"));

const padded = (count: number): string => count.toLocaleString("en-GB").padStart(9);
