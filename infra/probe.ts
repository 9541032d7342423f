import { PROBE_ENDPOINT } from "../src/probe/endpoint.ts";
import { probeReferences } from "../src/probe/keys.ts";
import { PROBE_PATH } from "../src/probe/receive.ts";
import type { Settings } from "../src/settings.ts";
import { lambda } from "./functions.ts";
import { httpApi } from "./http-api.ts";
import { PROBE, queueId, STAGE_NAME, TRANSLATE } from "./names.ts";
import { readSecrets, sendTo } from "./rights.ts";
import { type Resources, ref, type Statement, sub, type Value } from "./template.ts";

/** Whether a test event goes the whole way every five minutes. */
export const hasProbe = ({ alarms }: Pick<Settings, "alarms">): boolean => alarms.probe;

/**
 * As many requests as may come at one moment, and the schedule besides: whoever posts to the open address must not keep
 * the test event from being sent. More would only take from the account's concurrency.
 */
export const PROBE_AT_ONCE = 3;

/** The function that sends test events and receives them at the end of their way, as serverless.yml takes it. */
export const probeFunction: Value = Object.assign(
  lambda({
    functionName: PROBE,
    name: PROBE,
    bundle: "probe",
    description: "Sends test events, receives them at the end of their way, and measures their time.",
    memory: 256,
    timeout: 20,
    environment: {},
    events: [{ schedule: { rate: ["rate(5 minutes)"] } }],
  }),
  {
    reservedConcurrency: PROBE_AT_ONCE,
    // It has no part in the archive.
    environment: { STAGE: STAGE_NAME, EVENTS_QUEUE: ref(queueId(TRANSLATE)) },
  },
);

/** What its role may do besides logging. */
export const probeRights = (settings: Settings): readonly Statement[] => [
  sendTo([TRANSLATE]),
  ...readSecrets(probeReferences(settings)),
];

const API = "ProbeApi";

/**
 * Requests per second, and how many at one moment. The address is open to anybody, and only one test event in five
 * minutes is expected; after a halt, those that waited come together, as many in a request.
 */
const RATE = 2;
const BURST = 2;

/** The HTTP API before the function; to nothing but this path is there an answer of ours. */
export const probeApi: Resources = httpApi({
  id: API,
  functionName: PROBE,
  route: `POST ${PROBE_PATH}`,
  rate: RATE,
  burst: BURST,
});

/** By the endpoint's name, the variable by which its delivery finds the test target. */
export const probeVariables: Readonly<Record<string, Readonly<Record<string, Value>>>> = {
  [PROBE_ENDPOINT]: { PROBE_URL: sub(`\${${API}.ApiEndpoint}${PROBE_PATH}`) },
};
