import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PurgeQueueCommand } from "@aws-sdk/client-sqs";
import { project } from "../../build/bundle.ts";
import type { LocalAws } from "../../local/aws.ts";
import { BUCKET, DELIVER } from "../../local/names.ts";
import { dayOf } from "../../src/archive/days.ts";
import { s3Bucket } from "../../src/aws/bucket.ts";
import { learnerTags } from "../../src/learner/tag.ts";
import type { Bench } from "../support/result.ts";
import { archiveEvents, FIRST_DAY, PER_DAY } from "./archived.ts";
import { startArchive } from "./local-archive.ts";

/** The endpoint that events are told again. */
const ENDPOINT = "campus-lrs";

/** Days that are replayed at once: ten thousand, a hundred thousand and a million events. */
const SIZES = [1, 10, 100];

const DAY = 86_400_000;

/** One run of the command, as a process of its own. */
interface Run {
  readonly days: number;
  readonly seconds: number;
  /** The most memory that the process had, in megabytes. */
  readonly rss: number;
}

/**
 * What it costs to replay archives of growing size into an endpoint's queue, by `jlt replay` as administrators run it,
 * with S3 and SQS embedded in this process: first from objects of lines, then from tables, once the days are compacted.
 */
export const benchArchive: Bench = async () => {
  const folder = await mkdtemp(join(tmpdir(), "jupyter-lms-bench-"));
  try {
    const { aws, stop } = await startArchive(folder);
    try {
      const most = Math.max(...SIZES);
      const say = sayer();
      say(`${(most * PER_DAY).toLocaleString("en-GB")} events are made …`);
      await archiveEvents(s3Bucket(aws.s3, BUCKET), learnerTags(aws.key), most);
      const lines = await replays(folder, aws, "objects of lines", say);
      say("the days are compacted …");
      const compaction = await run(folder, ["compact", ...daysOf(most)], most);
      const tables = await replays(folder, aws, "tables", say);
      say("");
      return resultOf(lines, tables, compaction);
    } finally {
      await stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Replays each size. What the queue has got is thrown away before the next, as a delivery would take it from there. */
const replays = async (
  folder: string,
  aws: LocalAws,
  from: string,
  say: (text: string) => void,
): Promise<readonly Run[]> => {
  const runs: Run[] = [];
  for (const days of [0, ...SIZES]) {
    say(`${(days * PER_DAY).toLocaleString("en-GB")} events are replayed from ${from} …`);
    const args = ["replay", ...daysOf(days), "--endpoint", ENDPOINT, "--yes", "--json"];
    runs.push(await run(folder, args, days));
    await aws.sqs.send(new PurgeQueueCommand({ QueueUrl: aws.queueUrl(DELIVER + ENDPOINT) }));
  }
  return runs;
};

/** So many days from the first on; of none, the day before it, which is empty. */
const daysOf = (days: number): readonly string[] => [
  "--from",
  dayOf(days === 0 ? FIRST_DAY - DAY : FIRST_DAY),
  "--to",
  dayOf(FIRST_DAY + (days - 1) * DAY),
];

const run = async (folder: string, args: readonly string[], days: number): Promise<Run> => {
  const peak = join(folder, "peak");
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      "--import",
      join(project, "bench", "archive", "peak.ts"),
      join(project, "cli", "jlt.ts"),
      ...args,
      "--state",
      folder,
    ],
    { cwd: project, stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, PEAK_FILE: peak } },
  );
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`jlt ${args[0]} ended with ${code}.`);
  const seconds = (performance.now() - began) / 1000;
  return { days, seconds, rss: (Number(await readFile(peak, "utf8")) * 1024) / 1e6 };
};

const HOW =
  "the commands themselves, each in a process of its own, over an archive of ten thousand, a hundred thousand and a million events, with the embedded S3 and SQS in another process, on the same machine.";

const resultOf = (lines: readonly Run[], tables: readonly Run[], compaction: Run) => {
  const [fromLines, fromTables] = [costsOf(lines), costsOf(tables)];
  const row = (title: string, { days, seconds, rss, each }: Cost): readonly string[] => [
    title,
    (days * PER_DAY).toLocaleString("en-GB"),
    seconds.toFixed(1),
    Number.isNaN(each) ? "" : each.toFixed(1),
    rss.toFixed(0),
  ];
  const compacted = { ...compaction, each: (compaction.seconds * 1e6) / (compaction.days * PER_DAY) };
  const [growth, growthOfTables] = [growthOf(fromLines), growthOf(fromTables)];
  const figures = {
    "archive.growth": round(growth),
    "archive.growth_tables": round(growthOfTables),
    "archive.us_per_event": round(fromLines.at(-1)?.each),
    "archive.us_per_event_tables": round(fromTables.at(-1)?.each),
    "archive.compaction_us_per_event": round(compacted.each),
    "archive.rss_mb": Math.round(Math.max(...[...lines, ...tables].map(({ rss }) => rss))),
    "archive.compaction_rss_mb": Math.round(compaction.rss),
  };
  return {
    title: `jlt replay → the queue of ${ENDPOINT}, and the compaction`,
    how: HOW,
    tables: [
      [
        ["", "events", "seconds", "µs per event", "peak MB"],
        ...fromLines.map((each) => row("replay from objects of lines", each)),
        ...fromTables.map((each) => row("replay from tables", each)),
        row("compaction", compacted),
      ],
    ],
    notes: [
      "Per event: without what a replay of an empty day takes, the first line of each kind.",
      `An event of a million ÷ one of ten thousand: ${growth.toFixed(2)} from lines, ${growthOfTables.toFixed(2)} from tables.`,
    ],
    figures,
  };
};

/** With what each event cost, in microseconds, besides the start of the command. */
type Cost = Run & { readonly each: number };

const costsOf = ([start, ...runs]: readonly Run[]): readonly Cost[] =>
  start === undefined
    ? []
    : [
        { ...start, each: Number.NaN },
        ...runs.map((run) => ({
          ...run,
          each: ((run.seconds - start.seconds) * 1e6) / (run.days * PER_DAY),
        })),
      ];

/** What an event of the largest costs, as multiples of one of the smallest. */
const growthOf = ([, least, ...others]: readonly Cost[]): number =>
  (others.at(-1)?.each ?? Number.NaN) / (least?.each ?? Number.NaN);

const round = (value = Number.NaN): number => Math.round(value * 100) / 100;

/** Says what is under way, on a terminal, as this takes minutes. */
const sayer = () => (text: string) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
};
