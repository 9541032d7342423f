import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PurgeQueueCommand } from "@aws-sdk/client-sqs";
import type { LocalAws } from "../../local/aws.ts";
import { BUCKET, DELIVER } from "../../local/names.ts";
import { dayOf } from "../../src/archive/days.ts";
import { s3Bucket } from "../../src/aws/bucket.ts";
import { learnerTags } from "../../src/learner/tag.ts";
import type { Bench } from "../support/result.ts";
import { runApart } from "./apart.ts";
import { archiveEvents, FIRST_DAY, PER_DAY } from "./archived.ts";
import { auditRuns } from "./audit.ts";
import { startArchive } from "./local-archive.ts";

/** The endpoint that events are told again. */
const ENDPOINT = "campus-lrs";

/** Days that are replayed at once: ten thousand, a hundred thousand and a million events. */
const SIZES = [1, 10, 100];

const DAY = 86_400_000;

/** One run of the command, as a process of its own. */
interface Run {
  readonly days: number;
  /** By the clock, and processor time of all its threads. */
  readonly seconds: number;
  readonly processor: number;
  /** The most memory that the process had, in megabytes. */
  readonly rss: number;
}

/**
 * What it costs to replay archives of growing size into an endpoint's queue, by `jlt replay` as administrators run it,
 * with S3 and SQS embedded in this process: first from objects of lines, then from tables, once the days are compacted;
 * and what the audit of a day takes.
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
      const audit = await auditRuns(say);
      say("");
      return resultOf(lines, tables, compaction, audit);
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
  const { seconds, processor, rss } = await runApart(folder, "cli/jlt.ts", [...args, "--state", folder]);
  return { days, seconds, processor, rss };
};

const HOW =
  "The commands themselves, each in a process of its own, over an archive of ten thousand, a hundred thousand and a million events, with the embedded S3 and SQS in another process, on the same machine. The audit is the function's own code, over one day whose events were told to two endpoints, after its compaction: a day of which all has come, most was delivered, some was filtered or set aside, and some waits. Its times are processor time of all threads, of the second audit in a process. In AWS, S3 takes longer to answer, which is not in it.";

const resultOf = (
  lines: readonly Run[],
  tables: readonly Run[],
  compaction: Run,
  audit: Awaited<ReturnType<typeof auditRuns>>,
) => {
  const [fromLines, fromTables] = [costsOf(lines), costsOf(tables)];
  const told = (value: number): string => (Number.isNaN(value) ? "" : value.toFixed(1));
  const row = (title: string, { days, seconds, rss, each, busy }: Cost): readonly string[] => [
    title,
    (days * PER_DAY).toLocaleString("en-GB"),
    seconds.toFixed(1),
    told(each),
    told(busy),
    rss.toFixed(0),
  ];
  const compacted = { ...compaction, ...eachOf(compaction) };
  const [growth, growthOfTables] = [growthOf(fromLines), growthOf(fromTables)];
  const figures = {
    "archive.growth": round(growth),
    "archive.growth_tables": round(growthOfTables),
    "archive.us_per_event": round(fromLines.at(-1)?.each),
    "archive.us_per_event_tables": round(fromTables.at(-1)?.each),
    "archive.busy_us_per_event": round(fromLines.at(-1)?.busy),
    "archive.busy_us_per_event_tables": round(fromTables.at(-1)?.busy),
    "archive.compaction_us_per_event": round(compacted.each),
    "archive.compaction_busy_us_per_event": round(compacted.busy),
    "archive.rss_mb": Math.round(Math.max(...[...lines, ...tables].map(({ rss }) => rss))),
    "archive.compaction_rss_mb": Math.round(compaction.rss),
    ...audit.figures,
  };
  return {
    title: `jlt replay → the queue of ${ENDPOINT}, the compaction, and the audit`,
    how: HOW,
    tables: [
      [
        ["", "events", "seconds", "µs per event", "of processor time", "peak MB"],
        ...fromLines.map((each) => row("replay from objects of lines", each)),
        ...fromTables.map((each) => row("replay from tables", each)),
        row("compaction", compacted),
      ],
      audit.table,
    ],
    notes: [
      "Per event: without what a replay of an empty day takes, the first line of each kind.",
      `Processor time of an event of a million ÷ one of ten thousand: ${growth.toFixed(2)} from lines, ${growthOfTables.toFixed(2)} from tables.`,
      ...audit.notes,
    ],
    figures,
  };
};

/** With what each event cost, in microseconds, besides the start of the command. */
type Cost = Run & { readonly each: number; readonly busy: number };

const costsOf = ([start, ...runs]: readonly Run[]): readonly Cost[] =>
  start === undefined
    ? []
    : [
        { ...start, each: Number.NaN, busy: Number.NaN },
        ...runs.map((run) => ({ ...run, ...eachOf(run, start) })),
      ];

const eachOf = ({ days, seconds, processor }: Run, start = { seconds: 0, processor: 0 }) => ({
  each: ((seconds - start.seconds) * 1e6) / (days * PER_DAY),
  busy: ((processor - start.processor) * 1e6) / (days * PER_DAY),
});

/** What an event of the largest costs of processor time, as multiples of one of the smallest. */
const growthOf = ([, least, ...others]: readonly Cost[]): number =>
  (others.at(-1)?.busy ?? Number.NaN) / (least?.busy ?? Number.NaN);

const round = (value = Number.NaN): number => Math.round(value * 100) / 100;

/** Says what is under way, on a terminal, as this takes minutes. */
const sayer = () => (text: string) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
};
