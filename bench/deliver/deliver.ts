import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bench, Table } from "../support/result.ts";
import { median, rounded } from "../support/spread.ts";
import { medianOf } from "../support/turns.ts";
import type { Measured } from "./instance.ts";
import { type Case, type Stage, stageIn, workFor } from "./instances.ts";
import { PROTOCOLS, SIZES, type Size, type Spoken } from "./site.ts";
import { STEPS, type Step, type Steps, stepsOf } from "./steps.ts";

/** Rounds, by turns; where the endpoint takes its time, an invocation takes a second. */
const ROUNDS = 25;
const SLOW_ROUNDS = 3;

/** How long a slow endpoint takes to answer, in milliseconds. */
const DELAY = 100;

/** The case that the figures are of which name no other. */
const MAIN = { protocol: "xapi", size: 50, scheme: "https" } as const;

/** What was found of a case. */
interface Found {
  readonly of: Case;
  readonly perSecond: number;
  /** Processor time ÷ wall time of one instance: above 1 where several threads work. */
  readonly busy: number;
  /** Microseconds of processor time for each statement. */
  readonly processor: number;
  /** Wall time ÷ the floor's, and processor time ÷ the floor's. */
  readonly vsFloor: number;
  readonly vsFloorProcessor: number;
}

/**
 * How many statements the deliver function hands over in a second, and what of the time is work: the bundle as it is
 * deployed, in a process of its own, to an endpoint and to an S3 in another.
 */
export const benchDeliver: Bench = async () => {
  const folder = await mkdtemp(join(tmpdir(), "jupyter-lms-bench-"));
  try {
    await using stage = await stageIn(folder);
    const atOnce: Found[] = [];
    for (const scheme of ["https", "http"] as const)
      for (const protocol of Object.keys(PROTOCOLS) as Spoken[])
        for (const size of SIZES) atOnce.push(await findAtOnce(stage, { protocol, size, scheme, delay: 0 }));
    const slow: Found[] = [];
    for (const protocol of Object.keys(PROTOCOLS) as Spoken[])
      for (const size of SIZES)
        slow.push(await findSlow(stage, { protocol, size, scheme: "https", delay: DELAY }));
    const steps = new Map<Size, Steps>();
    for (const size of SIZES) steps.set(size, await stepsOf(stage, { ...MAIN, size, delay: 0 }, ROUNDS));
    say("");
    return resultOf(stage, atOnce, slow, steps);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const findAtOnce = async (stage: Stage, of: Case): Promise<Found> => {
  say(`${of.protocol} over ${of.scheme}, ${of.size} in a request …`);
  const measured = await stage.measure(of, ROUNDS, true);
  const ratios = (which: "wall" | "processor"): number =>
    median(
      measured.function.map((each, round) => each[which] / (measured.floor[round]?.[which] ?? Number.NaN)),
    );
  return {
    ...rateOf(stage, of, [measured]),
    vsFloor: ratios("wall"),
    vsFloorProcessor: ratios("processor"),
  };
};

/** As many instances at once as the endpoint's file allows requests. */
const findSlow = async (stage: Stage, of: Case): Promise<Found> => {
  say(`${of.protocol}, ${of.size} in a request, answers after ${of.delay} ms …`);
  const { concurrency } = workFor(stage.works, of).endpoint.limits;
  const all = await Promise.all(
    Array.from({ length: concurrency }, () => stage.measure(of, SLOW_ROUNDS, false)),
  );
  return { ...rateOf(stage, of, all), vsFloor: Number.NaN, vsFloorProcessor: Number.NaN };
};

const rateOf = ({ works }: Stage, of: Case, all: readonly Measured[]) => {
  const { statements } = workFor(works, of);
  const each = all.map((measured) => medianOf(measured.function));
  return {
    of,
    perSecond: each.reduce((sum, { wall }) => sum + (statements * 1000) / wall, 0),
    busy: median(each.map(({ wall, processor }) => processor / wall)),
    processor: median(each.map(({ processor }) => (processor * 1000) / statements)),
  };
};

const HOW =
  "the deliver function's bundle as it is deployed, in a process of its own, is given one event after the other of as many messages as Lambda hands over at once: ten, or what six megabytes hold. Its endpoint, which takes everything and answers as a store does (xAPI with the ids, Caliper with nothing), and an S3 that keeps nothing are in another process on the same machine; the connection is kept, encrypted where it says https. By turns with it, in the same process, the floor: a loop of node:http that posts the same bodies on a kept connection, reads the answers, and does nothing else. The statements are saves and copies of notebooks, as the translate function writes them. Nothing of Lambda's own time is in it, nor the way to an endpoint that is elsewhere.";

const resultOf = (
  stage: Stage,
  atOnce: readonly Found[],
  slow: readonly Found[],
  steps: ReadonlyMap<Size, Steps>,
) => ({
  title: `statements of the deliver function in a second; medians of ${ROUNDS} rounds by turns`,
  how: HOW,
  tables: [tableOf(stage, atOnce), slowTable(stage, slow), stepTable(steps)],
  notes: [
    "Busy: processor time of all threads ÷ time by the clock; the rest is waiting, for the endpoint and for S3.",
    `÷ floor: the whole invocation ÷ the same requests without it. An invocation reads its messages, writes a receipt for every statement, hashes and compresses these, and puts them into S3 besides.`,
    `The second table: ${DELAY} ms until each answer, and as many instances at once as the shipped files allow requests (limits.concurrency). There the endpoint sets the pace: statements in a request ÷ ${DELAY} ms × instances.`,
    "The third table: microseconds of processor time for each statement, xAPI over https. Each step is done by itself, by turns with all of them as src/deliver.ts does them; what the function takes besides is its frame: its event, its secret, its log and metrics.",
  ],
  figures: figuresOf(atOnce, slow, steps),
});

const tableOf = (stage: Stage, all: readonly Found[]): Table => [
  [
    "the endpoint answers at once",
    "in a request",
    "bytes of one",
    "a second",
    "busy",
    "µs processor",
    "÷ floor",
    "÷ its processor",
  ],
  ...all.map(({ of, perSecond, busy, processor, vsFloor, vsFloorProcessor }) => [
    `${of.protocol}, ${of.scheme}`,
    String(of.size),
    bytesOf(stage, of),
    count(perSecond),
    `${(busy * 100).toFixed(0)} %`,
    processor.toFixed(1),
    vsFloor.toFixed(2),
    vsFloorProcessor.toFixed(2),
  ]),
];

const slowTable = (stage: Stage, all: readonly Found[]): Table => [
  [`after ${DELAY} ms`, "in a request", "instances", "a second", "busy", "µs processor"],
  ...all.map(({ of, perSecond, busy, processor }) => [
    `${of.protocol}, ${of.scheme}`,
    String(of.size),
    String(workFor(stage.works, of).endpoint.limits.concurrency),
    count(perSecond),
    `${(busy * 100).toFixed(1)} %`,
    processor.toFixed(1),
  ]),
];

const stepTable = (steps: ReadonlyMap<Size, Steps>): Table => {
  const row = (title: string, value: (of: Steps) => number): readonly string[] => [
    title,
    ...[...steps].map(([size, of]) => value(of).toFixed(size === 1 ? 0 : 2)),
  ];
  return [
    ["µs for a statement", ...[...steps.keys()].map((size) => `${size} in a request`)],
    ...(Object.entries(STEPS) as [Step, string][]).map(([step, title]) => row(title, (of) => of[step])),
    row("all of it", ({ whole }) => whole),
  ];
};

const bytesOf = ({ works }: Stage, of: Case): string => {
  const { bodies, statements } = workFor(works, of);
  return String(Math.round(bodies.reduce((sum, each) => sum + Buffer.byteLength(each), 0) / statements));
};

const count = (value: number): string => Math.round(value).toLocaleString("en-GB");

const main = (all: readonly Found[], size: Size, of: { protocol: Spoken; scheme: Case["scheme"] } = MAIN) =>
  all.find(
    (each) => each.of.size === size && each.of.protocol === of.protocol && each.of.scheme === of.scheme,
  );

/** Those of 50 in a request have no number behind their names. */
const figuresOf = (
  atOnce: readonly Found[],
  slow: readonly Found[],
  steps: ReadonlyMap<Size, Steps>,
): Readonly<Record<string, number>> => {
  const figures: Record<string, number> = {};
  for (const size of SIZES) {
    const set = (name: string, value: number | undefined, digits?: number): void => {
      figures[`deliver.${name}${size === MAIN.size ? "" : `_${size}`}`] = rounded(
        value ?? Number.NaN,
        digits,
      );
    };
    const [one, late] = [main(atOnce, size), main(slow, size)];
    set("per_second", one?.perSecond, 0);
    set("http_per_second", main(atOnce, size, { ...MAIN, scheme: "http" })?.perSecond, 0);
    set("caliper_per_second", main(atOnce, size, { ...MAIN, protocol: "caliper" })?.perSecond, 0);
    set("busy_share", one?.busy);
    set("processor_us", one?.processor);
    set("vs_floor", one?.vsFloor);
    set("vs_floor_processor", one?.vsFloorProcessor);
    set("slow_per_second", late?.perSecond, 0);
    set("slow_busy_share", late?.busy, 3);
    for (const [step, value] of Object.entries(steps.get(size) ?? {})) set(`${step}_us`, value);
  }
  return figures;
};

/** Says what is under way, on a terminal, as this takes minutes. */
const say = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
};
