import { loadSite } from "../build/load.ts";
import type { SiteFiles } from "../build/site.ts";
import { prefixOf } from "../src/archive/layout.ts";
import { readDated } from "../src/archive/read.ts";
import type { FailedRecord } from "../src/archive/records.ts";
import type { Endpoint } from "../src/endpoint/endpoint.ts";
import { isLater, type OpenFailure } from "../src/ledger/failures.ts";
import { readDelivered } from "../src/retell/past.ts";
import { type RetellParts, retell } from "../src/retell/retell.ts";
import type { Site } from "../src/site.ts";
import { type FailureFilters, readFailuresOf } from "./failures-options.ts";
import { resender } from "./failures-send.ts";
import { type Answered, answeredText, newAnswered } from "./failures-sent.ts";
import { learnersOf } from "./learners.ts";
import { counted } from "./paint.ts";
import { progressOn } from "./progress.ts";
import type { Stage } from "./stage.ts";
import { visibleJson } from "./visible.ts";

export interface RetryOptions extends FailureFilters {
  readonly "as-it-was": boolean;
  readonly "dry-run": boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** So many failures are in memory at once, with their statements. */
const AT_ONCE = 20_000;

/** Asks whether to go on; throws where nobody can be asked. */
export type Ask = (question: string) => Promise<boolean>;

/**
 * Sends what is set aside again; gives the exit code. May be interrupted and repeated at any moment: what was sent is
 * marked only afterwards, so nothing is lost, and what is sent twice a store recognises by its id.
 */
export const retryFailures = async (
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
    const answered = await retryEndpoint(stage, { site, endpoint, failures }, options);
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

interface ToRetry {
  readonly site: Site;
  readonly endpoint: Endpoint;
  readonly failures: readonly OpenFailure[];
}

const retryEndpoint = async (
  stage: Stage,
  { site, endpoint, failures }: ToRetry,
  options: RetryOptions,
): Promise<Answered> => {
  const { bucket } = stage;
  const answered = newAnswered(endpoint.name);
  const parts: RetellParts = {
    site,
    endpoint,
    bucket,
    ...(await learnersOf(stage, site.settings)),
    mode: options["as-it-was"] ? "as-it-was" : "now",
    ...(await readDelivered(bucket, endpoint.name, new Set(failures.map(({ event }) => event)))),
  };
  const resend = options["dry-run"] ? undefined : resender(stage, endpoint, answered);
  const text = (steps: string): string => `${steps} of ${failures.length.toLocaleString("en-GB")} …`;
  const progress = progressOn(process.stderr, text, failures.length);
  try {
    for (let from = 0; from < failures.length; from += AT_ONCE) {
      const chunk = await readWhole(stage, endpoint.name, failures.slice(from, from + AT_ONCE));
      for await (const retold of retell(chunk, parts)) {
        progress.step();
        if (retold.end === "unsent") {
          const { reason, detail } = retold;
          // The first stands for the others: it may name the place in a mapping.
          const { count = 0, message = detail } = answered.unsent[reason] ?? {};
          answered.unsent[reason] = { count: count + 1, message };
        } else {
          answered.again++;
          answered.statements += retold.statements.length;
          answered.replaced += retold.replaces.length;
          await resend?.take(retold);
        }
      }
    }
    await resend?.flush();
  } finally {
    progress.clear();
  }
  return answered;
};

/** The failures as they are in the archive, with their statements. */
const readWhole = async (
  { bucket }: Stage,
  endpoint: string,
  failures: readonly OpenFailure[],
): Promise<readonly FailedRecord[]> => {
  const wanted = new Map(failures.map((each) => [each.id, each.at]));
  const whole = new Map<string, FailedRecord>();
  const [first = "", last = ""] = [failures.at(0)?.at, failures.at(-1)?.at];
  const days = { from: first.slice(0, 10), to: last.slice(0, 10) };
  for await (const { line } of readDated(bucket, prefixOf("failed", endpoint), { days })) {
    const record = line as FailedRecord;
    if (wanted.get(record.id) === record.at && isLater(record, whole.get(record.id)))
      whole.set(record.id, record);
  }
  return [...whole.values()];
};
