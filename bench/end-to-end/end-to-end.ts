import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSite, project } from "../../build/bundle.ts";
import { translatePace } from "../../infra/pace.ts";
import type { Bench } from "../support/result.ts";
import { quantile, rounded } from "../support/spread.ts";
import { latenciesOf } from "./latency.ts";
import { type Load, loadOf } from "./load.ts";
import { type Running, run } from "./running.ts";
import type { Gathering } from "./serving.ts";

/** The backlog, and into how large messages it is divided. */
const BACKLOG = 20_000;
const SIZES = [1, 10, 100];

/** How long single events are sent, in milliseconds; the second is that of two windows of the shipped endpoints. */
const SHORT = 20_000;
const LONG = 45_000;

/** Milliseconds from an event to its statement in a store, by how messages are gathered on the way. */
interface Latencies {
  readonly shipped: readonly number[];
  readonly second: readonly number[];
  readonly here: readonly number[];
  readonly never: readonly number[];
}

/**
 * The whole way through the local service, which runs in a process of its own: how fast a backlog goes through it, and
 * how long a single event takes while there is little to do.
 */
export const benchEndToEnd: Bench = async () => {
  const folder = await mkdtemp(join(tmpdir(), "jupyter-lms-bench-"));
  const say = (text: string): void => {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
  };
  try {
    const shipped = { site: project, dist: join(folder, "shipped") };
    const second = { site: join(folder, "site"), dist: join(folder, "second") };
    await copySite(second.site);
    for (const { site, dist } of [shipped, second]) await buildSite(site, dist);
    const through = async <T>(
      { site, dist }: typeof shipped,
      gathering: Gathering,
      work: (service: Running) => Promise<T>,
    ): Promise<T> => {
      const service = await run(await mkdtemp(join(folder, "state-")), site, dist, gathering);
      try {
        return await work(service);
      } finally {
        await service.stop();
      }
    };

    const loads: Load[] = [];
    for (const size of SIZES) {
      say(`${BACKLOG} events go through the service, ${size} in a message …`);
      loads.push(await through(shipped, "here", (service) => loadOf(service, BACKLOG, size)));
    }
    say("single events are timed …");
    const never = await through(shipped, "never", (service) => latenciesOf(service, SHORT));
    const here = await through(shipped, "here", (service) => latenciesOf(service, SHORT));
    say("single events are timed, with the windows of a deployed service …");
    const [asShipped, ofSecond] = await Promise.all(
      [shipped, second].map((each) => through(each, "deployed", (service) => latenciesOf(service, LONG))),
    );
    say("");
    return resultOf(loads, { shipped: asShipped ?? [], second: ofSecond ?? [], here, never });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** The shipped site, but its endpoints gather statements for a second only. */
const copySite = async (into: string): Promise<void> => {
  for (const part of ["translator.yml", "endpoints", "mappings", "queries"])
    await cp(join(project, part), join(into, part), { recursive: true });
  const folder = join(into, "endpoints");
  for (const name of (await readdir(folder)).filter((each) => each.endsWith(".yml"))) {
    const text = await readFile(join(folder, name), "utf8");
    if (!text.includes(SHIPPED_WAIT)) throw new Error(`${name} has another batch.wait by now.`);
    await writeFile(join(folder, name), text.replace(SHIPPED_WAIT, "wait: 1s"));
  }
};

const SHIPPED_WAIT = "wait: 20s";

const HOW =
  "the local service as `npm start` runs it, in a process of its own, with the embedded SQS and S3, the built functions, the shipped endpoints, and the sandbox in the place of their learning systems, which checks all that it gets; a second process sends the events, signed as a hub signs them: notebooks opened and saved, kernels started, cells run, servers started and stopped. A backlog is put into the queue as fast as it takes messages, and timed from the first of them to the last statement in a store. Single events come at random moments, twenty in a second, and are timed from when they happened until a store has kept what was made of them; the first three seconds are not counted. After each run the ledger must balance, and the stores must have as many statements as it says, or there is no result. All of it ran on one machine: SQS, S3 and learning systems elsewhere take longer for an answer, and take more at once.";

const resultOf = (loads: readonly Load[], latencies: Latencies) => {
  const perSecond = ({ events, all }: Load): number => Math.round(events / all);
  const [single, ten, hundred] = loads;
  const at = (some: readonly number[], share: number): number => Math.round(quantile(some, share));
  const mean = (some: readonly number[]): number => some.reduce((sum, each) => sum + each, 0) / some.length;
  const work = mean(latencies.never);
  const waiting = (some: readonly number[]): number => rounded(Math.max(0, 1 - work / mean(some)), 3);
  const row = (name: string, some: readonly number[]): readonly string[] => [
    name,
    String(some.length),
    ...[0.5, 0.95, 0.99].map((share) => `${at(some, share)}`),
    `${(waiting(some) * 100).toFixed(1)} %`,
  ];
  const window = `events queue ${translatePace.window} s`;
  return {
    title: `${BACKLOG.toLocaleString("en-GB")} events at full load, and single events, through the local service`,
    how: HOW,
    tables: [
      [
        [
          "a backlog, events of a message",
          "events per second",
          "seconds",
          "of them putting",
          "processor µs per event",
          "first thread busy",
        ],
        ...loads.map((load) => [
          String(load.perMessage),
          perSecond(load).toLocaleString("en-GB"),
          load.all.toFixed(1),
          load.put.toFixed(1),
          ((load.processor * 1000) / load.events).toFixed(0),
          `${(load.first / load.all / 10).toFixed(0)} %`,
        ]),
      ],
      [
        [
          "single events, milliseconds until they are told",
          "statements",
          "median",
          "p95",
          "p99",
          "of it gathering",
        ],
        row(`as deployed: ${window}, endpoints 20 s`, latencies.shipped),
        row(`as deployed, but batch.wait is 1s: ${window}, endpoints 1 s`, latencies.second),
        row("as npm start runs it: 0.1 s each", latencies.here),
        row("nothing is gathered: what is there goes on at once", latencies.never),
      ],
    ],
    notes: [
      "Gathering is configured waiting, by which a request holds many statements: what is more than where nothing is gathered, as a share of the mean.",
      "Processor time is that of all threads of the service, the embedded SQS and S3 and the sandbox among them; the first thread takes from the queues and plays the learning systems.",
    ],
    figures: {
      "end_to_end.per_second": single === undefined ? Number.NaN : perSecond(single),
      "end_to_end.per_second_10": ten === undefined ? Number.NaN : perSecond(ten),
      "end_to_end.per_second_100": hundred === undefined ? Number.NaN : perSecond(hundred),
      "end_to_end.processor_us":
        single === undefined ? Number.NaN : Math.round((single.processor * 1000) / single.events),
      "end_to_end.p50_ms": at(latencies.shipped, 0.5),
      "end_to_end.p95_ms": at(latencies.shipped, 0.95),
      "end_to_end.p99_ms": at(latencies.shipped, 0.99),
      "end_to_end.waiting_share": waiting(latencies.shipped),
      "end_to_end.p50_ms_wait_1s": at(latencies.second, 0.5),
      "end_to_end.p95_ms_wait_1s": at(latencies.second, 0.95),
      "end_to_end.p99_ms_wait_1s": at(latencies.second, 0.99),
      "end_to_end.p50_ms_local": at(latencies.here, 0.5),
      "end_to_end.p99_ms_local": at(latencies.here, 0.99),
      "end_to_end.p50_ms_at_once": at(latencies.never, 0.5),
      "end_to_end.p95_ms_at_once": at(latencies.never, 0.95),
      "end_to_end.p99_ms_at_once": at(latencies.never, 0.99),
    },
  };
};
