import type { Settings } from "../src/settings.ts";
import { lambda } from "./functions.ts";
import { httpApi } from "./http-api.ts";
import { CONSENT } from "./names.ts";
import { getAtt, type Resources, type Value } from "./template.ts";

/**
 * Whether learners have a page of their own: only where the hub signs who somebody is. A site that takes the servers'
 * own word for it cannot tell one learner from another.
 */
export const hasPage = ({ trust }: Pick<Settings, "trust">): boolean => trust.trust === "signed";

/**
 * How many requests are answered at once. What is above it is told to come again: without it, whoever searches archives
 * all the time could take the account's whole concurrency, and translation and deliveries would stand still.
 */
export const PAGE_AT_ONCE = 20;

/** The page's function, as serverless.yml takes it. */
export const pageFunction: Value = Object.assign(
  lambda({
    functionName: CONSENT,
    name: CONSENT,
    bundle: "consent",
    description: "The learner's own page: what is collected, their choice, their data.",
    // It unpacks the archive's objects, two at once; more memory is more CPU as well.
    memory: 1024,
    // An HTTP API waits no longer than this.
    timeout: 30,
    environment: {},
    events: [],
  }),
  { reservedConcurrency: PAGE_AT_ONCE },
);

/** Its HTTP API, by its logical id. */
export const PAGE_API = "LearnersPage";

/** Requests per second that all learners together may make, and how many at one moment: enough for a lecture hall. */
const RATE = 20;
const BURST = 40;

/** The HTTP API before the function. */
export const pageApi: Resources = httpApi({
  id: PAGE_API,
  functionName: CONSENT,
  route: "$default",
  rate: RATE,
  burst: BURST,
});

/** Where it is, without a slash at the end. */
export const PAGE_URL: Value = getAtt(PAGE_API, "ApiEndpoint");
