import { hasProbe } from "../infra/probe.ts";
import { type Problem, SiteError } from "../src/document/problem.ts";
import { readEndpoint } from "../src/endpoint/read.ts";
import { PROBE_ENDPOINT } from "../src/probe/endpoint.ts";
import { PROBE_SCHEMA, PROBE_SOURCE } from "../src/probe/event.ts";
import { PROBE_PATH } from "../src/probe/receive.ts";
import type { SiteEndpoint, SiteFiles } from "./site.ts";

/** The test target, as a file under endpoints/ would have it. Where it is, is known only when it is deployed. */
const TEXT = `
title: The service's own test target
protocol: json
url: https://probe.invalid${PROBE_PATH}
auth: { scheme: none }
learners: anonymous
select: { translations: ["+${PROBE_SOURCE}:*"] }
batch: { events: 50, bytes: 64KB, wait: 1s }
limits: { concurrency: 2, timeout: 10s }
answers: { setAside: [403, 415, 422] } # what is no test event of the stage is in vain for ever
`;

/**
 * The site with its test target, where it wants to be tested. Only what is deployed has it: nothing that reads a site's
 * files knows of it. Throws SiteError where the mapping of test events is not among the site's.
 */
export const withProbe = <Of extends SiteFiles>(site: Of): Of => {
  if (!hasProbe(site.settings)) return site;
  const source = site.sources.find(({ name }) => name === PROBE_SOURCE);
  if (source?.ids.includes(PROBE_SCHEMA) !== true || !source.schemas.every(({ anonymous }) => anonymous))
    throw new SiteError([MISSING]);
  return { ...site, endpoints: [...site.endpoints, testTarget()] };
};

const MISSING: Problem = {
  file: `mappings/${PROBE_SOURCE}/mapping.yml`,
  line: 1,
  column: 1,
  message: `The service is tested with the event ${PROBE_SCHEMA}, which is nobody's: put this folder back as it is shipped, or say alarms: { probe: false } in translator.yml.`,
};

const testTarget = (): SiteEndpoint => {
  const file = readEndpoint(PROBE_ENDPOINT, "build/probe.ts", TEXT);
  if (!("endpoint" in file)) throw new SiteError(file);
  return { ...file, where: undefined };
};

/** What learners are told of: test events are nobody's, and no learner's doing. */
export const withoutProbe = <Of extends SiteFiles>(site: Of): Of => ({
  ...site,
  endpoints: site.endpoints.filter(({ endpoint }) => endpoint.name !== PROBE_ENDPOINT),
  sources: site.sources.filter(({ name }) => name !== PROBE_SOURCE),
});
