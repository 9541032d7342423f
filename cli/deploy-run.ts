import { join } from "node:path";
import { buildSite } from "../build/bundle.ts";
import { absent } from "../build/files.ts";
import { type ReadSite, readSite } from "../build/site.ts";
import { accountAt, type Place } from "../src/aws/administer.ts";
import { findCredentials } from "../src/aws/credentials.ts";
import { stackOutputs, stackResources } from "../src/aws/stack.ts";
import { CannotRun } from "../src/cannot-run.ts";
import { unheeded, withCredentials } from "../src/deploying/credentials.ts";
import { didYouMean, type Problem, SiteError } from "../src/document/problem.ts";
import { Misuse } from "../src/misuse.ts";
import { deployedPlace, inWords } from "../stage/stage.ts";
import { hereProblems } from "./deploy-here.ts";
import { withLock } from "./deploy-lock.ts";
import type { DeployOptions } from "./deploy-options.ts";
import { OSLS, runOsls } from "./deploy-osls.ts";
import { printOf } from "./deploy-print.ts";
import { countWaiting, deployedEndpoints, type RemovedEndpoint, removalProblems } from "./deploy-removed.ts";
import { secretProblems } from "./deploy-secrets.ts";
import { tellingOf } from "./deploy-telling.ts";
import type { Found } from "./deploy-text.ts";

/** What it is done with. */
export interface Means {
  /** The folder with serverless.yml and the site's files. */
  readonly folder: string;
  /** Builds the site in a folder into another. Throws SiteError. */
  readonly build: typeof buildSite;
  /** The program that deploys. */
  readonly osls: string;
  /** How long to wait until a queue that seems to be empty is looked at again, in milliseconds. */
  readonly pause: number;
}

export const usualMeans = (): Means => ({
  folder: process.cwd(),
  build: buildSite,
  osls: OSLS,
  pause: 5000,
});

/**
 * Builds a site, looks whether it can be deployed, and lets osls deploy it; gives the exit code. Throws Misuse, and
 * CannotRun where AWS does not let it look, or somebody is in its way: nothing was deployed then.
 */
export const runDeploy = async (options: DeployOptions, means: Means): Promise<number> => {
  // Mistakes in serverless.yml are told before anything is built.
  await deployedPlace(means.folder, options.stage, options.region);
  // The build is where osls looks for it: two at a time would deploy each other's.
  return withLock(`${join(means.folder, "dist")}.lock`, () => buildAndDeploy(options, means));
};

const buildAndDeploy = async (options: DeployOptions, means: Means): Promise<number> => {
  const { stage, region, check, json, abandon, passed } = options;
  const { folder } = means;
  const { site, print } = await built(means);
  const { place: asked, stack } = await deployedPlace(folder, stage, region);
  const telling = tellingOf(options, asked.region);
  if (!("settings" in site)) return telling.refused(site, "Nothing was built or deployed.");

  for (const name of unheeded(process.env, stage)) console.error(notHeeded(name));
  // Whoever looks and whoever deploys must be the same.
  const credentials = await inWords(asked, () => findCredentials(asked.region));
  const place = { ...asked, credentials };
  const found = await inWords(place, () => lookAt(site, place, stack, means));
  ensureRemoved(abandon, site, found.removed);
  const problems = [...found.problems, ...removalProblems(found.removed, abandon, stage)];
  telling.found({ ...found, problems }, stack);
  if (problems.length > 0) return telling.refused(problems, "Nothing was deployed.");
  if ((await printOf(folder)) !== print) throw new CannotRun(REBUILT);
  if (check) return telling.fine();

  const args = ["deploy", "--stage", stage, "--region", place.region, ...passed];
  const env = { ...withCredentials(process.env, credentials) };
  const code = await runOsls(args, { osls: means.osls, folder, env, aside: json });
  const isOther = (await printOf(folder)) !== print;
  // It is deployed, whether its outputs can be read or not.
  const outputs = code === 0 ? await stackOutputs(place, stack).catch(() => undefined) : undefined;
  const wrong = isOther ? [absent("dist/", OTHER)] : [];
  telling.ended(code, { outputs: outputs ?? {}, problems: wrong, alarms: site.settings.alarms });
  return code === 0 && isOther ? 1 : code;
};

const notHeeded = (name: string): string =>
  `${name} is set, which only osls knows. It is looked at and deployed with your usual credentials (AWS_PROFILE).`;

const REBUILT =
  "dist/ or serverless.yml is not as it was when this began, so nothing was deployed: is something else built in this folder (npm run build)? Run this again.";

const OTHER =
  "dist/ or serverless.yml has changed while osls was deploying: WHAT WAS DEPLOYED MAY NOT BE WHAT WAS LOOKED AT. See that nothing else is built in this folder, and deploy again.";

/** The site as it was built, or what keeps it from that: files that are edited meanwhile are for the next time. */
const built = async ({
  folder,
  build,
}: Means): Promise<{ readonly site: ReadSite | readonly Problem[]; readonly print: string }> => {
  const dist = join(folder, "dist");
  try {
    await build(folder, dist);
    // First, so that another build in its place is noticed whenever it comes.
    const print = await printOf(folder);
    return { print, site: await readSite(join(dist, "site")) };
  } catch (error) {
    if (!(error instanceof SiteError)) throw error;
    return { print: "", site: error.problems };
  }
};

const lookAt = async (site: ReadSite, place: Place, stack: string, { pause }: Means): Promise<Found> => {
  const resources = await stackResources(place, stack);
  const account = accountAt(place);
  try {
    const deployed = deployedEndpoints(resources ?? []);
    const here = site.endpoints.map(({ endpoint: { name } }) => name);
    const gone = deployed.filter(({ name }) => !here.includes(name));
    const [secrets, removed] = await Promise.all([
      secretProblems(site, account, place),
      countWaiting(gone, account, place.region, pause),
    ]);
    return {
      isNew: resources === undefined,
      added: here.filter((name) => !deployed.some((each) => each.name === name)),
      removed,
      secrets: secrets.secrets,
      problems: [...hereProblems(site), ...secrets.problems],
    };
  } finally {
    account.close();
  }
};

/** To abandon what is not removed is a slip: another endpoint was meant, or its file should be gone and is not. */
const ensureRemoved = (
  abandon: readonly string[],
  site: ReadSite,
  removed: readonly RemovedEndpoint[],
): void => {
  const names = removed.map(({ name }) => name);
  for (const name of abandon) {
    if (names.includes(name)) continue;
    throw new Misuse(
      site.endpoints.some(({ endpoint }) => endpoint.name === name)
        ? `--abandon ${name}: it is not removed, as endpoints/${name}.yml is here.`
        : `--abandon ${name}: no such endpoint is removed${didYouMean(name, names)}`,
    );
  }
};
