import { lambda } from "./functions.ts";
import { COMPACT } from "./names.ts";
import type { Value } from "./template.ts";

/** Each night at 2:17 (UTC): the day before has long been over, and hardly anybody else begins anything then. */
const NIGHTLY = "cron(17 2 * * ? *)";

/** Two at once would only take each other's work away. */
export const COMPACT_AT_ONCE = 1;

/** The function that puts finished days into tables, as serverless.yml takes it. */
export const compactFunction: Value = Object.assign(
  lambda({
    functionName: COMPACT,
    name: COMPACT,
    bundle: "compact",
    description: "Puts each finished day of the archive into tables.",
    // A table of up to 128 MB is in memory while it is made; more memory is more CPU as well.
    memory: 1536,
    // The longest that Lambda lets a function run; where that is not enough, the next night goes on.
    timeout: 900,
    environment: {},
    events: [{ schedule: { rate: [NIGHTLY] } }],
  }),
  {
    reservedConcurrency: COMPACT_AT_ONCE,
    // Megabytes: where a day's lines are while they are sorted. It is the most there is, and next to nothing for a function
    // that runs for minutes a day: https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html
    ephemeralStorageSize: 10_240,
  },
);
