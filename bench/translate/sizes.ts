import { median, rounded } from "../support/spread.ts";
import { medianOf, type Spent } from "../support/turns.ts";
import { MOST_BYTES, type Shape, shapeText } from "./events.ts";
import type { Instance } from "./instances.ts";
import { micro, type Part, percent, say, times } from "./part.ts";
import type { Whole } from "./whole.ts";

/** Messages × events. */
const SHAPES: readonly Shape[] = [
  { messages: 10, each: 1 },
  { messages: 100, each: 1 },
  { messages: 1000, each: 1 },
  { messages: 10_000, each: 1 },
  { messages: 100, each: 10 },
  { messages: 10, each: 100 },
  { messages: 100, each: 100 },
  { messages: 1000, each: 100 },
];

/** What growth is told by: a thousand events, and a hundred thousand. */
const SMALL = "10 × 100";
const LARGE = "1,000 × 100";

/** Rounds of all shapes, and with those of growth alone. */
const ROUNDS = 5;
const GROWTH_ROUNDS = 15;

type Samples = ReadonlyMap<string, { readonly one: Whole[]; readonly five: Whole[] }>;

/** The whole function on batches of all sizes, for one endpoint and for five: what an event costs, and how that grows. */
export const measureSizes = async (one: Instance, five: Instance): Promise<Part> => {
  const samples: Samples = new Map(SHAPES.map((shape) => [shapeText(shape), { one: [], five: [] }]));
  for (let round = 0; round < GROWTH_ROUNDS; round++) {
    for (const shape of round % 2 === 0 ? SHAPES : SHAPES.toReversed()) {
      const name = shapeText(shape);
      if (round >= ROUNDS && name !== SMALL && name !== LARGE) continue;
      say(`batches of ${name} events, round ${round + 1} of ${GROWTH_ROUNDS} …`);
      samples.get(name)?.one.push(await one.ask({ what: "whole", shape }));
      samples.get(name)?.five.push(await five.ask({ what: "whole", shape }));
    }
  }
  const ratios = ratiosOf(samples);
  return {
    tables: [HEAD.concat(SHAPES.map((shape) => rowOf(shapeText(shape), samples)))],
    notes: notesOf(samples, ratios),
    figures: {
      "translate.growth": rounded(ratios.one.processor),
      "translate.growth_clock": rounded(ratios.one.wall),
      "translate.growth_five": rounded(ratios.five.processor),
      "translate.growth_five_clock": rounded(ratios.five.wall),
      "translate.event_us": rounded(typical(samples, "one").processor),
      "translate.event_five_us": rounded(typical(samples, "five").processor),
    },
  };
};

const HEAD: readonly (readonly string[])[] = [
  [
    "messages × events of each",
    "batch",
    "one endpoint",
    "processor",
    "collecting",
    "five endpoints",
    "processor",
    "collecting",
  ],
];

const rowOf = (name: string, samples: Samples): readonly string[] => {
  const { one = [], five = [] } = samples.get(name) ?? {};
  const bytes = one[0]?.bytes ?? 0;
  return [
    name,
    `${bytes > MOST_BYTES ? "(" : ""}${(bytes / 1024 / 1024).toFixed(2)} MB${bytes > MOST_BYTES ? ")" : ""}`,
    ...[one, five].flatMap((all) => {
      const { wall, processor } = medianOf(all);
      return [micro(wall), micro(processor), percent(median(all.map(({ collecting }) => collecting)))];
    }),
  ];
};

const typical = (samples: Samples, endpoints: "one" | "five") =>
  medianOf(samples.get("100 × 10")?.[endpoints] ?? []);

/** The large batch ÷ the small one of the same round; the median of all rounds. */
const ratiosOf = (samples: Samples): Readonly<Record<"one" | "five", Spent>> => {
  const ratio = (endpoints: "one" | "five", of: keyof Spent): number => {
    const [small, large] = [SMALL, LARGE].map((name) => samples.get(name)?.[endpoints] ?? []);
    return median((large ?? []).map((each, round) => each[of] / (small?.[round]?.[of] ?? Number.NaN)));
  };
  const both = (endpoints: "one" | "five"): Spent => ({
    wall: ratio(endpoints, "wall"),
    processor: ratio(endpoints, "processor"),
  });
  return { one: both("one"), five: both("five") };
};

const notesOf = (samples: Samples, ratios: ReturnType<typeof ratiosOf>): readonly string[] => {
  const collecting = (name: string): string =>
    percent(median((samples.get(name)?.one ?? []).map((each) => each.collecting)));
  return [
    `An event of 100,000 (${LARGE}) costs ${times(ratios.one.wall)} by the clock what one of 1,000 (${SMALL}) does for one endpoint, and ${times(ratios.five.wall)} for five; in the processor's time ${times(ratios.one.processor)} and ${times(ratios.five.processor)}, as the median of ${GROWTH_ROUNDS} rounds. Collecting memory takes ${collecting(LARGE)} and ${collecting(SMALL)} of the time for one, and other threads help: what was read of a large batch lives until all of it is archived and told, and has to be moved.`,
    "A batch in brackets is larger than the 6 MB that Lambda hands over at once: it could only come with packed messages. A batch of 10,000 × 100 would be a million events and some 290 MB, and cannot be.",
    "“collecting” is the share of the time by the clock in which memory is collected and nothing else is done; “processor” is the processor's time of all threads, with those that help to collect.",
    "In a batch with one event in each message, every event is another learner's; in the smallest, what a batch costs for itself is spread over ten events.",
  ];
};
