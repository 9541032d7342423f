import { S3Client } from "@aws-sdk/client-s3";
import type { Context } from "aws-lambda";
import { site } from "compiled-site";
import { columns } from "compiled-site/columns";
import type { Trouble } from "../src/archive/damaged.ts";
import { s3Bucket } from "../src/aws/bucket.ts";
import { environment } from "../src/aws/environment.ts";
import { logMetrics } from "../src/aws/metrics.ts";
import { compact } from "../src/compaction/compact.ts";
import { valuesReader } from "../src/compaction/values.ts";

const bucket = s3Bucket(new S3Client({}), environment("ARCHIVE_BUCKET"));
const readValues = valuesReader(site.schemas);

/** What it takes to put away what is under way, in milliseconds. */
const SPARE = 60_000;

/** How many of what cannot be read are named in the log. */
const NAMED = 20;

/** Puts finished days into tables. Where it is cut off, or its time runs out, the next night goes on. */
export const handler = async (_event: unknown, context: Context) => {
  const troubles = new Map<string, Trouble>();
  const counts = { days: 0, rows: 0, tables: 0, objects: 0, busy: 0, late: 0, failed: 0 };
  try {
    const all = compact({
      bucket,
      columns,
      readValues,
      retention: site.settings.retention.raw,
      hasTime: () => context.getRemainingTimeInMillis() > SPARE,
      onTrouble: (trouble) => troubles.set(trouble.key, trouble),
    });
    for await (const { end, events, before, after } of all) {
      if (end === "busy" || end === "late" || end === "failed") counts[end]++;
      if (end !== "done") continue;
      counts.days++;
      counts.objects += before.objects;
      counts.tables += after.objects;
      counts.rows += Object.values(events).reduce((sum, each) => sum + each, 0);
    }
  } finally {
    for (const { key, why, detail } of [...troubles.values()].slice(0, NAMED))
      console.warn({ message: "An object of the archive was passed over.", key, why, detail });
    console.info({ message: "Compacted the archive.", ...counts, troubles: troubles.size });
    logMetrics({
      totals: { CompactedDays: counts.days, FailedDays: counts.failed, Troubles: troubles.size },
    });
  }
  return { ...counts, troubles: troubles.size };
};
