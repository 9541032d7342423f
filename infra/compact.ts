import { lambda } from "./functions.ts";
import { COMPACT } from "./names.ts";
import type { Value } from "./template.ts";

/** Each night at 2:17 (UTC): the day before has long been over, and hardly anybody else begins anything then. */
const NIGHTLY = "cron(17 2 * * ? *)";

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
    // Two at once would only take each other's work away.
    reservedConcurrency: 1,
    // Megabytes: where a day's lines are while they are sorted.
    ephemeralStorageSize: 4096,
  },
);
