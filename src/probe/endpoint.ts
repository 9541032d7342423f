import type { Endpoint } from "../endpoint/endpoint.ts";

/** The endpoint that gets the test events. No file under endpoints/ may have this name. */
export const PROBE_ENDPOINT = "probe";

/**
 * The endpoint with the address of this stage's probe, which is known only when it is deployed. Every other endpoint stays
 * as its file says: no variable of the environment can send records about learners elsewhere.
 */
export const probeEndpoint = (endpoint: Endpoint, url: string | undefined): Endpoint =>
  endpoint.name !== PROBE_ENDPOINT || url === undefined ? endpoint : { ...endpoint, url };
