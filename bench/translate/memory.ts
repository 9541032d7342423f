import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { buildSite, project } from "../../build/bundle.ts";
import { loadSite } from "../../build/load.ts";
import { readSite } from "../../build/site.ts";
import { awsVariables } from "../../local/aws.ts";
import { BUCKET, DELIVER, STAGE } from "../../local/names.ts";
import { startParameters } from "../../local/parameters.ts";
import { readSecretReference } from "../../src/endpoint/secret.ts";
import { secretsOf } from "../steps/batches.ts";
import { median, rounded } from "../support/spread.ts";
import { eventsOf, recordsOf, type Shape, shapeText } from "./events.ts";
import { startNowhere } from "./nowhere.ts";
import { type Part, say } from "./part.ts";

/** Megabytes, resident, that translating takes above an empty handler that is given the same batches. */
interface Memory {
  /** At the most, once the first batch is done. */
  readonly first: number;
  /** And once all of them are. */
  readonly last: number | undefined;
  /** What is alive in the engine once memory was collected: after the first batch, and after all of them. */
  readonly alive: readonly [first: number, last: number] | undefined;
  /** The empty handler's own, once it had the first batch. */
  readonly empty: number;
}

/** Batches that a process is given, one after the other. */
const BATCHES = 10;

const TYPICAL: Shape = { messages: 1000, each: 10 };
const MANY: Shape = { messages: 10_000, each: 1 };

/** As AWS's own runtimes limit a function of 1024 MB, as far as they are published. */
const AS_LAMBDA = ["--max-semi-space-size=51", "--max-old-space-size=922"];

/** A young generation that is as small as an engine with little memory has it. */
const SMALL_YOUNG = ["--max-semi-space-size=4"];

/** The memory of ten thousand events, and of as many again and again. */
export const measureMemory = async (): Promise<Part> => {
  const [typical, many, limited, small] = await memoryOf([
    { shape: TYPICAL, pairs: 3, batches: BATCHES },
    { shape: MANY, pairs: 1, batches: 1 },
    { shape: TYPICAL, pairs: 1, batches: 1, flags: AS_LAMBDA },
    { shape: TYPICAL, pairs: 1, batches: 1, flags: SMALL_YOUNG },
  ]);
  if (typical === undefined || many === undefined || limited === undefined || small === undefined)
    throw new Error("Each was measured.");
  const row = (name: string, { first, last, alive, empty }: Memory): readonly string[] => [
    name,
    mega(empty),
    mega(first),
    last === undefined ? "" : mega(last),
    alive === undefined ? "" : alive.map(mega).join(", "),
  ];
  return {
    tables: [
      [
        [
          "10,000 events, two endpoints",
          "empty handler",
          "more",
          `more, after ${BATCHES} batches`,
          `alive after 1, ${BATCHES}`,
        ],
        row(shapeText(TYPICAL), typical),
        row(`${shapeText(TYPICAL)}, limited as in a function of 1 GB`, limited),
        row(`${shapeText(TYPICAL)}, with a young generation of little room`, small),
        row(`(${shapeText(MANY)})`, many),
      ],
    ],
    notes: [
      `Memory is the most that was resident at any time: with what is dead, but not collected yet, as an engine that has room collects late. “Alive” is what the engine still holds after a batch, once memory was collected: that it stays the same shows that nothing is kept of one batch for the next.`,
      `The row with little room has ${SMALL_YOUNG.join(" ")} for both handlers: the engine then collects what is young after every few megabytes, and the peak above the empty handler is ${mega(small.first)} and not ${mega(typical.first)}. The difference of the whole process, ${mega(typical.empty + typical.first - small.empty - small.first)}, is room that the engine otherwise gives its young generation; the rest is not.`,
    ],
    figures: {
      "translate.rss_mb": Math.round(typical.first),
      "translate.rss_after_mb": Math.round(typical.last ?? Number.NaN),
      "translate.alive_after_mb": rounded(typical.alive?.[1] ?? Number.NaN, 1),
      "translate.rss_messages_mb": Math.round(many.first),
      "translate.rss_small_young_mb": Math.round(small.first),
      "translate.rss_limited_mb": Math.round(limited.first),
    },
  };
};

const mega = (value: number): string => `${value.toFixed(0)} MB`;

interface Wanted {
  readonly shape: Shape;
  /** Of processes, by turns; their median counts. */
  readonly pairs: number;
  /** So many are given to the last pair of processes; one to the others. */
  readonly batches: number;
  /** What Node is started with. */
  readonly flags?: readonly string[];
}

/**
 * The memory of a process that runs the translate function's bundle as it is deployed, with both shipped endpoints.
 * S3, SQS and the parameters are in this process.
 */
const memoryOf = async (all: readonly Wanted[]): Promise<readonly Memory[]> => {
  const folder = await mkdtemp(join(tmpdir(), "jupyter-lms-bench-"));
  try {
    await buildSite(project, join(folder, "functions"));
    await mkdir(join(folder, "empty"));
    const empty = join(folder, "empty", "index.cjs");
    await writeFile(empty, EMPTY);
    const bundle = join(folder, "functions", "translate", "index.cjs");
    const site = await loadSite(await readSite(project));
    const secrets = Object.entries(secretsOf(site)).map(
      ([reference, value]) => [readSecretReference(reference, STAGE).name, value] as const,
    );
    const parameters = await startParameters(new Map(secrets));
    try {
      await using nowhere = await startNowhere();
      const environment = {
        ...awsVariables(nowhere.address, parameters.address),
        ARCHIVE_BUCKET: BUCKET,
        DELIVERY_QUEUES: `${nowhere.address}/000000000000/${DELIVER}`,
        STAGE,
        ...(await nodeOptionsOf(join(folder, "functions"))),
        PATH: process.env.PATH ?? "",
      };
      const found: Memory[] = [];
      for (const { shape, pairs, batches, flags = [] } of all) {
        const events = join(folder, "events.json");
        await writeFile(events, JSON.stringify(recordsOf(await eventsOf(site, shape))));
        const run = (of: string, given: number, others: readonly string[] = []) =>
          peaksOf([...flags, ...others, "-e", RUN, of, events, String(given)], environment);
        const peaks: { readonly full: Peaks; readonly empty: Peaks }[] = [];
        for (let pair = 1; pair <= pairs; pair++) {
          say(`the memory of ${shapeText(shape)} events, pair ${pair} of ${pairs} …`);
          const given = pair === pairs ? batches : 1;
          peaks.push({ full: await run(bundle, given), empty: await run(empty, given) });
        }
        const last = peaks.at(-1);
        found.push({
          first: median(peaks.map((each) => each.full.first - each.empty.first)),
          last: last === undefined || batches === 1 ? undefined : last.full.last - last.empty.last,
          alive: batches === 1 ? undefined : (await run(bundle, batches, ["--expose-gc"])).alive,
          empty: median(peaks.map((each) => each.empty.first)),
        });
      }
      return found;
    } finally {
      await parameters.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** With what else Node is started, where the template says so. */
const nodeOptionsOf = async (dist: string): Promise<{ readonly NODE_OPTIONS?: string }> => {
  const {
    translate,
  }: Readonly<Record<string, { readonly environment?: { readonly NODE_OPTIONS?: unknown } }>> = JSON.parse(
    await readFile(join(dist, "infra", "functions.json"), "utf8"),
  );
  const options = translate?.environment?.NODE_OPTIONS;
  return typeof options === "string" ? { NODE_OPTIONS: options } : {};
};

const EMPTY = "exports.handler = async () => ({ batchItemFailures: [] });\n";

/**
 * Gives a handler its batches as Lambda does, each read anew, and says how much memory there was at the most. Where memory
 * can be collected it is, after each batch: then it says what was alive.
 */
const RUN = `
  const { readFileSync, writeSync } = require("node:fs");
  const [bundle, events, batches] = process.argv.slice(1);
  const { handler } = require(bundle);
  const context = { awsRequestId: "1", getRemainingTimeInMillis: () => 900000 };
  // What the process itself says begins with what its parent had, so the system is asked where it can be.
  const peak = () => {
    try {
      return Number(/VmHWM:\\s*(\\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024;
    } catch {
      return process.resourceUsage().maxRSS / 1024;
    }
  };
  (async () => {
    let first;
    const alive = [];
    for (let batch = 0; batch < Number(batches); batch++) {
      const { batchItemFailures } = await handler(JSON.parse(readFileSync(events, "utf8")), context);
      if (batchItemFailures.length > 0) throw new Error(batchItemFailures.length + " messages come again.");
      first ??= peak();
      if (global.gc === undefined) continue;
      await new Promise((soon) => setTimeout(soon, 100));
      global.gc();
      alive.push(process.memoryUsage().heapUsed / 1024 / 1024);
    }
    writeSync(3, JSON.stringify({ first, last: peak(), alive: [alive.at(0), alive.at(-1)] }));
    process.exit(0);
  })();
`;

interface Peaks {
  readonly first: number;
  readonly last: number;
  readonly alive: readonly [number, number];
}

const peaksOf = async (
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Peaks> => {
  const child = spawn(process.execPath, args, {
    env: environment,
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  const told = child.stdio[3];
  if (told == null || !("read" in told)) throw new Error("There is no pipe to the process.");
  const [[code], peaks] = await Promise.all([once(child, "exit"), text(told)]);
  if (code !== 0) throw new Error(`The process whose memory is measured ended with ${code}.`);
  return JSON.parse(peaks);
};
