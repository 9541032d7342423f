import { PARTS } from "../cost/cost.ts";
import type { Figures, Stage } from "./figures.ts";
import { count, dollars, share, time } from "./words.ts";

/** Parts of the cost below this share are told together. */
const SMALL = 0.02;

/** What a run has shown, each thing with its figures: the rows of a table. */
export const rowsOf = (figures: Figures): readonly (readonly [string, string])[] => {
  const { arrived, untranslated, undelivered, hours, latency, oldest, translate, deliver } = figures;
  const peak = Math.max(0, ...hours.map((each) => each.arrived));
  const [first, second] = figures.limits;
  const [slowest] = deliver.toSorted((one, other) => other.busy - one.busy);
  const mostWaiting = Math.max(0, ...hours.flatMap(({ statements }) => statements));
  return [
    ["events", `${count(arrived)} in ${hours.length} h, ${count(peak)} in the busiest`],
    [
      "not done at the end",
      `${count(untranslated)} events to translate, ${count(Math.max(0, ...undelivered))} statements for an endpoint`,
    ],
    [
      "from arrival to the store",
      `half within ${time(latency.p50)}, 95 % within ${time(latency.p95)}, 99 % within ${time(latency.p99)}`,
    ],
    [
      "most waiting",
      `${count(mostWaiting)} statements for an endpoint; the oldest for ${time(oldest)} (at the end of an hour)`,
    ],
    ...(figures.scenario.outage === 0
      ? []
      : [
          [
            "after the outage",
            figures.drained === null
              ? "not back to normal within the run"
              : `back to normal after ${time(figures.drained)}`,
          ] as const,
        ]),
    ["translate", stageOf(translate)],
    ...(slowest === undefined
      ? []
      : [["deliver", `${stageOf(slowest)}; ${count(slowest.requests)} requests`] as const]),
    ...(first === undefined ? [] : [["first limit", limitOf(first)] as const]),
    ...(second === undefined ? [] : [["second limit", limitOf(second)] as const]),
    ["a month", costOf(figures)],
  ];
};

const stageOf = ({ invocations, seconds, atOnce, concurrency, busy }: Stage): string =>
  `${count(invocations)} invocations of ${time(seconds)}; at most ${atOnce} of ${concurrency} at once, ${share(busy)} of them busy in the busiest hour`;

const limitOf = ({ name, used }: Figures["limits"][number]): string => `${name}: ${share(used)}`;

const costOf = ({ cost: { total, perMillion, parts } }: Figures): string => {
  const large = PARTS.filter((part) => parts[part] >= SMALL * total).toSorted(
    (one, other) => parts[other] - parts[one],
  );
  const rest = total - large.reduce((sum, part) => sum + parts[part], 0);
  const told = large.map((part) => `${part} ${dollars(parts[part])}`);
  return `${dollars(total)}, ${dollars(perMillion)} for each million events: ${[...told, `all else ${dollars(rest)}`].join(", ")}`;
};

/** The same as Markdown, as docs/scale.md has it. */
export const markdownOf = (figures: Figures): string =>
  ["| | |", "|---|---|", ...rowsOf(figures).map(([name, value]) => `| ${name} | ${value} |`)].join("\n");
