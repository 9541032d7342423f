import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BUCKET } from "../../local/names.ts";
import { dayOf } from "../../src/archive/days.ts";
import { s3Bucket } from "../../src/aws/bucket.ts";
import { learnerTags } from "../../src/learner/tag.ts";
import type { Table } from "../support/result.ts";
import { rounded } from "../support/spread.ts";
import { archiveAccounted } from "./accounted.ts";
import { runApart } from "./apart.ts";
import { FIRST_DAY } from "./archived.ts";
import type { Audited } from "./audited.ts";
import { startArchive } from "./local-archive.ts";

const ENDPOINTS = ["campus-caliper", "campus-lrs"];

/** Events of the day. */
const SIZES = [100_000, 300_000];

/** Lines that the audit reads for an event: in `raw/` and `ledger/`, and of each hundred, one in quarantine and 94 of each endpoint. */
const LINES = 2 + 0.01 + 0.94 * ENDPOINTS.length;

interface Run extends Audited {
  readonly lines: number;
  readonly rss: number;
}

/** What the morning's audit takes for a day whose events were told to two endpoints, by the size of the day. */
export const auditRuns = async (say: (text: string) => void) => {
  const runs: Run[] = [];
  for (const events of SIZES) runs.push(await auditOf(events, say));
  const [least, most] = [runs[0], runs.at(-1)];
  if (least === undefined || most === undefined) throw new Error("There are no sizes.");
  const table: Table = [
    ["", "lines", "objects", "seconds", "processor, µs per line", "of which S3's client", "peak MB"],
    ...runs.map((run) => [
      "audit of a day",
      run.lines.toLocaleString("en-GB"),
      run.objects.toLocaleString("en-GB"),
      run.seconds.toFixed(1),
      each(run).toFixed(1),
      ((run.fetching * 1e6) / run.lines).toFixed(1),
      run.rss.toFixed(0),
    ]),
  ];
  const fetched = (most.fetching * 1e6) / most.objects;
  return {
    table,
    notes: [
      `An object takes S3's client ${fetched.toFixed(0)} µs of processor time to fetch, however few lines it has: here ${(most.lines / most.objects).toFixed(0)} on average, in a large class or at a quiet hour fewer.`,
    ],
    figures: {
      "archive.audit_us_per_line": rounded(each(most)),
      "archive.audit_us_per_line_unpacked": rounded(((most.processor - most.fetching) * 1e6) / most.lines),
      "archive.audit_us_per_object": Math.round(fetched),
      "archive.audit_growth": rounded(each(most) / each(least)),
      "archive.audit_rss_mb": Math.round(most.rss),
    },
  };
};

const each = ({ processor, lines }: Run): number => (processor * 1e6) / lines;

const auditOf = async (events: number, say: (text: string) => void): Promise<Run> => {
  const folder = await mkdtemp(join(tmpdir(), "jupyter-lms-bench-"));
  try {
    const { aws, stop } = await startArchive(folder);
    try {
      const day = dayOf(FIRST_DAY);
      say(`a day of ${events.toLocaleString("en-GB")} events, with what became of them, is made …`);
      const [bucket, tagOf] = [s3Bucket(aws.s3, BUCKET), learnerTags(aws.key)];
      await archiveAccounted(bucket, tagOf, 1, ENDPOINTS, FIRST_DAY, events);
      // As each night, before the audit.
      await runApart(folder, "cli/jlt.ts", ["compact", "--from", day, "--to", day, "--state", folder]);
      say("it is audited …");
      const { output, rss } = await runApart(folder, "bench/archive/audited.ts", [folder, day, ...ENDPOINTS]);
      return { ...(JSON.parse(output) as Audited), lines: Math.round(events * LINES), rss };
    } finally {
      await stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
