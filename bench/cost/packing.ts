import { gunzipSync, gzipSync } from "node:zlib";
import { project } from "../../build/bundle.ts";
import { loadSite } from "../../build/load.ts";
import { readSite } from "../../build/site.ts";
import { MOST_LEARNERS } from "../../src/archive/marks.ts";
import { receiptLine } from "../../src/archive/records.ts";
import { readDelivery } from "../../src/delivery/message.ts";
import { receiptsOf } from "../../src/delivery/records.ts";
import type { Site } from "../../src/site.ts";
import { shippedSettings } from "../simulation/shipped.ts";
import { ARRIVED, batchOf, translating } from "../steps/batches.ts";
import { measure, type Work } from "../support/measure.ts";
import type { Table } from "../support/result.ts";
import { rounded } from "../support/spread.ts";
import { monthsOf, SMALL_MONTHS } from "./cost.ts";
import { inFunction } from "./measured.ts";
import { prices } from "./prices.ts";

/** Levels of gzip that are tried; the second is the one that the archive is packed with, zlib's usual. */
const LEVELS = [1, 6] as const;
type Level = (typeof LEVELS)[number];

const ROUNDS = 21;

/** Learners of an object, each with ten events: one, and as many as there may be. */
const SIZES = [1, MOST_LEARNERS] as const;
const EACH = 10;

/** Lines as they are put into one object, and for how many months they are kept. */
interface Lines {
  readonly name: string;
  readonly count: number;
  readonly text: string;
  readonly months: number;
}

/** What packing them takes and leaves. */
interface Packed extends Lines {
  readonly bytes: Readonly<Record<Level, number>>;
  /** Milliseconds: of the round that was disturbed least, as a processor's time is paid for and no waiting is in it. */
  readonly time: Readonly<Record<Level, number>>;
}

export interface Packing {
  readonly table: Table;
  readonly notes: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
}

/** Whether the processor time of packing what the archive keeps costs less than the bytes that it saves. */
export const measurePacking = async (): Promise<Packing> => {
  const site = await loadSite(await readSite(project));
  const all: Packed[] = [];
  for (const learners of SIZES) for (const lines of await linesOf(site, learners)) all.push(packedOf(lines));
  const worth = all.map((each) => (cents(each) - keeping(each, 6)) / working(each, 6));
  const least = Math.min(...worth);
  return {
    table: [HEADS, ...all.map(rowOf)],
    notes: [
      `What the archive keeps is packed with gzip's level 6: each cent of processor time that this takes saves ${least.toFixed(0)} cents of storage or more (raw events are kept for eight days, until they are in tables; all else for ${shippedSettings().retention.raw} days). Level 1 takes less time and leaves more bytes: which is cheaper in all, the last two columns tell.`,
    ],
    figures: { "cost.packing_saves": rounded(least, 1) },
  };
};

/** What a batch puts away, and what is put away when it was delivered, each in one object. */
const linesOf = async (site: Site, learners: number): Promise<readonly Lines[]> => {
  const texts = new Map<string, string>();
  const { translate, bodies } = translating(site, 2, {
    look: (key, body) => {
      texts.set(key.slice(0, key.indexOf("/")), gunzipSync(body).toString("utf8"));
    },
  });
  await translate(await batchOf(site, learners, EACH));
  const count = learners * EACH;
  const months = monthsOf(shippedSettings().retention.raw);
  return [
    { name: "raw events", count, text: texts.get("raw") ?? "", months: SMALL_MONTHS },
    { name: "ledger", count, text: texts.get("ledger") ?? "", months },
    { name: "receipts", count, text: receipts([...bodies.values()][0] ?? []), months },
  ];
};

/** The receipts of all statements in messages of a delivery queue. */
const receipts = (bodies: readonly string[]): string =>
  bodies
    .flatMap((body) => {
      const delivery = readDelivery({ body, receipt: "", received: 1, sent: ARRIVED });
      if (delivery instanceof Error) throw delivery;
      return delivery.statements;
    })
    .flatMap((statement) => {
      const answer = { status: 200, excerpt: "" };
      return receiptsOf([{ statement, end: "delivered", answer }], new Date(ARRIVED).toISOString());
    })
    .map((receipt) => `${receiptLine(receipt).text}\n`)
    .join("");

const packedOf = (lines: Lines): Packed => {
  const pack = (level: Level): number => gzipSync(lines.text, { level }).byteLength;
  const work =
    (level: Level): Work =>
    (times) => {
      let sum = 0;
      for (let time = 0; time < times; time++) sum += pack(level);
      return sum;
    };
  const { one, six } = measure({ one: work(1), six: work(6) }, ROUNDS);
  return {
    ...lines,
    bytes: { 1: pack(1), 6: pack(6) },
    time: { 1: one.least / 1e6, 6: six.least / 1e6 },
  };
};

/** Cents for a million lines: what the storage costs of them as they are, or packed, and the processor time of packing. */
const stored = ({ count, months }: Lines, bytes: number): number =>
  (bytes / count / 1e9) * 1e6 * months * prices.s3Month.dollars * 100;
const cents = (lines: Lines): number => stored(lines, Buffer.byteLength(lines.text));
const keeping = (lines: Packed, level: Level): number => stored(lines, lines.bytes[level]);
/** A second of a processor costs as much in a function of any size, as a smaller one has a smaller part of it. */
const working = ({ count, time }: Packed, level: Level): number =>
  (inFunction(time[level], GIGABYTE) / 1000 / count) * 1e6 * prices.lambdaSecond.dollars * 100;

/** A function's memory in MB, that is priced. */
const GIGABYTE = 1024;

const HEADS = [
  "an object",
  "lines",
  "bytes of a line",
  ...LEVELS.map((level) => `level ${level}`),
  ...LEVELS.map((level) => `packing a line, level ${level}`),
  "a million lines as they are",
  ...LEVELS.map((level) => `level ${level}`),
];

const rowOf = (lines: Packed): readonly string[] => {
  const { name, count, text, bytes, time } = lines;
  return [
    name,
    String(count),
    (Buffer.byteLength(text) / count).toFixed(0),
    ...LEVELS.map((level) => (bytes[level] / count).toFixed(0)),
    ...LEVELS.map((level) => `${((time[level] / count) * 1000).toFixed(1)} µs`),
    `${cents(lines).toFixed(2)} ¢`,
    ...LEVELS.map((level) => `${(keeping(lines, level) + working(lines, level)).toFixed(3)} ¢`),
  ];
};
