import { BATCH_PATH, EVENTS_PATH } from "../src/ingest/http.ts";
import type { Settings } from "../src/settings.ts";
import { lambda } from "./functions.ts";
import { httpApi } from "./http-api.ts";
import { INGEST, queueId, STAGE_NAME, TRANSLATE } from "./names.ts";
import { type Resources, ref, sub, type Value } from "./template.ts";

/**
 * Whether events may be posted: only where the site says so, and the hub signs whose they are. Where the servers' own word
 * is taken for it, anybody on the internet could speak for anybody.
 */
export const hasIngest = ({ trust, ingest }: Pick<Settings, "trust" | "ingest">): boolean =>
  trust.trust === "signed" && ingest.https;

/**
 * How many requests are answered at once. What is above it is told to come again: without it, whoever posts all the time
 * could take the account's whole concurrency, and translation and deliveries would stand still.
 */
export const INGEST_AT_ONCE = 50;

/** The function that takes events, as serverless.yml takes it. */
export const ingestFunction: Value = Object.assign(
  lambda({
    functionName: INGEST,
    name: INGEST,
    bundle: "ingest",
    description: "Takes events over HTTPS, and puts them into the events queue.",
    // A request of 1 MiB, unpacked and packed again, is small; more memory is more CPU for it.
    memory: 512,
    // An HTTP API waits no longer than 30 seconds; the queue answers in a few milliseconds.
    timeout: 20,
    environment: {},
    events: [],
  }),
  {
    reservedConcurrency: INGEST_AT_ONCE,
    // It has no part in the archive.
    environment: { STAGE: STAGE_NAME, EVENTS_QUEUE: ref(queueId(TRANSLATE)) },
  },
);

/** Its HTTP API, by its logical id. */
export const INGEST_API = "IngestApi";

/**
 * Requests per second that all servers together may make, and how many at one moment. A server that has something to tell
 * sends every five seconds at most, so that this is enough for some 2,500 learners who are all at work.
 */
export const INGEST_RATE = 500;
const BURST = 1000;

/** The HTTP API before the function; to nothing but these paths is there an answer of ours. */
export const ingestApi: Resources = {
  ...httpApi({
    id: INGEST_API,
    functionName: INGEST,
    route: `ANY ${EVENTS_PATH}`,
    rate: INGEST_RATE,
    burst: BURST,
  }),
  // Of the same stage, so that it is throttled the same.
  [`${INGEST_API}BatchRoute`]: {
    Type: "AWS::ApiGatewayV2::Route",
    Properties: {
      ApiId: ref(INGEST_API),
      RouteKey: `ANY ${BATCH_PATH}`,
      Target: sub(`integrations/\${${INGEST_API}Integration}`),
    },
  },
};

/** Where events are posted to. */
export const INGEST_URL: Value = sub(`\${${INGEST_API}.ApiEndpoint}${EVENTS_PATH}`);
