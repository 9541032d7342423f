import { loadSite } from "../build/load.ts";
import type { SiteFiles } from "../build/site.ts";
import { counted } from "../src/counted.ts";
import type { Endpoint } from "../src/endpoint/endpoint.ts";
import type { OpenFailure } from "../src/ledger/failures.ts";
import type { Answered } from "../src/retell/answered.ts";
import { retryFailures } from "../src/retell/retry.ts";
import type { Site } from "../src/site.ts";
import { learnersOf } from "../stage/learners.ts";
import type { Stage } from "../stage/stage.ts";
import { type FailureFilters, readFailuresOf } from "./failures-options.ts";
import { answeredText } from "./failures-sent.ts";
import { progressOn } from "./progress.ts";
import { visibleJson } from "./visible.ts";

export interface RetryOptions extends FailureFilters {
  readonly "as-it-was": boolean;
  readonly "dry-run": boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** Asks whether to go on; throws where nobody can be asked. */
export type Ask = (question: string) => Promise<boolean>;

/**
 * Sends what is set aside again; gives the exit code. May be interrupted and repeated at any moment: what was sent is
 * marked only afterwards, so nothing is lost, and what is sent twice a store recognises by its id.
 */
export const retryAll = async (
  stage: Stage,
  files: SiteFiles,
  options: RetryOptions,
  ask: Ask,
): Promise<number> => {
  const found = await readFailuresOf(stage, files, options);
  const perEndpoint = Map.groupBy(found, ({ endpoint }) => endpoint);
  const all: Answered[] = [];
  const say = (text: string): void => {
    if (!options.json) console.log(text);
  };
  if (found.length === 0) say(`Nothing of the kind is set aside (${stage.name}).`);
  const site = found.length === 0 ? undefined : await loadSite(files);
  for (const [name, failures] of perEndpoint) {
    const endpoint = site?.endpoints.find((each) => each.name === name);
    if (site === undefined || endpoint === undefined) continue;
    const question = `Send ${counted(failures.length, "statement")} again to ${name}?`;
    if (!options["dry-run"] && !options.yes && !(await ask(question))) {
      say(`Nothing was sent to ${name}.`);
      continue;
    }
    const answered = await retryEndpoint(stage, site, endpoint, failures, options);
    all.push(answered);
    say(answeredText(answered, options["dry-run"]));
  }
  if (options.json)
    console.log(visibleJson({ stage: stage.name, sent: !options["dry-run"], endpoints: all }));
  return all.every(isAnswered) ? 0 : 1;
};

/** Whether everything was sent that the endpoint does not have. */
const isAnswered = ({ unsent, untaken }: Answered): boolean =>
  untaken === 0 && Object.keys(unsent).every((reason) => reason === "delivered.already");

/** Sends the failures of one endpoint again, and shows how far it is. */
const retryEndpoint = async (
  stage: Stage,
  site: Site,
  endpoint: Endpoint,
  failures: readonly OpenFailure[],
  options: RetryOptions,
): Promise<Answered> => {
  const text = (steps: string): string => `${steps} of ${failures.length.toLocaleString("en-GB")} …`;
  const progress = progressOn(process.stderr, text, failures.length);
  try {
    return await retryFailures(failures, {
      site,
      endpoint,
      bucket: stage.bucket,
      send: stage.send,
      ...(await learnersOf(stage, site.settings)),
      mode: options["as-it-was"] ? "as-it-was" : "now",
      isRehearsal: options["dry-run"],
      onStep: progress.step,
    });
  } finally {
    progress.clear();
  }
};
