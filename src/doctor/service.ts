import { prefixOf } from "../archive/layout.ts";
import { within } from "./bounded.ts";
import { type Finding, wordsOf } from "./finding.ts";
import type { DoctorParts, ExaminedFiles, ExaminedService } from "./parts.ts";

/** How long AWS may take to answer, in milliseconds: its clients try several times. */
export const PATIENCE = 30_000;

/** What is told of an error of a service's. Its message is left out where it is none of AWS's: it may hold anything. */
export const troubleOf = (error: unknown, { trouble }: Pick<ExaminedService, "trouble">): string => {
  const known = trouble(error);
  if (known !== undefined) return known;
  if (!(error instanceof Error)) return "It cannot be told why.";
  return error.name === "TooLong" ? error.message : `It could not be looked at (${error.name}).`;
};

/** How a stage is deployed, or the local service started. */
const howToDeploy = ({ stage }: Pick<DoctorParts, "stage">): string =>
  stage === undefined ? "npm start" : `npm run deploy -- --stage ${stage}`;

/** What a local service needs, where its files have changed. */
export const START_AGAIN = "End it with Ctrl+C, and start it again: npm start";

/** Whether what is deployed was made of the files as they are. */
export async function* examineDeployed(
  parts: DoctorParts,
  { hash }: ExaminedFiles,
  service: ExaminedService,
): AsyncGenerator<Finding> {
  const { good, note, bad } = wordsOf("deployed");
  const { stage } = parts;
  try {
    const status = await within(PATIENCE, service.status());
    const [end, what] = status === undefined ? [] : endingOf(status);
    if (end === "note") yield note(`The stack is in the state ${status}: ${what}.`, SEE);
    if (end === "bad")
      yield bad(`The stack is in the state ${status}: ${what}.`, `${SEE} Then: ${howToDeploy(parts)}`);
    const deployed = await within(PATIENCE, service.hash());
    if (deployed === hash) yield good("It was made of the files as they lie here.");
    else if (deployed === undefined)
      yield note("It does not say of which files it was made.", `Deploy it anew: ${howToDeploy(parts)}`);
    else if (stage === undefined)
      yield bad("It was made of other files than those that lie here.", START_AGAIN);
    else
      yield bad(
        "What is deployed is not what lies here.",
        `jlt diff --stage ${stage} shows the difference; ${howToDeploy(parts)} deploys it. Until then, what follows is about the files that lie here.`,
      );
  } catch (error) {
    yield note(`It cannot be told of which files it was made. ${troubleOf(error, service)}`);
  }
}

const SEE = "What happened: CloudFormation in the AWS console, the stack's events.";

/** What the state of a stack says of its last deployment; nothing where that went well. */
const endingOf = (status: string): readonly ["note" | "bad", string] | readonly [] => {
  if (/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status)) return [];
  if (status === "ROLLBACK_COMPLETE")
    return ["bad", "it could not be made, and must be removed before it can be deployed anew"];
  if (status.endsWith("_FAILED")) return ["bad", "parts of it may be of another deployment, or missing"];
  if (status.endsWith("_IN_PROGRESS")) return ["note", "it is being changed just now"];
  return ["note", "its last deployment was taken back, and what was there before runs"];
};

/** Whether the queues are there, those of dead letters as well. */
export async function* examineQueues(
  parts: DoctorParts,
  endpoints: readonly string[],
  service: ExaminedService,
): AsyncGenerator<Finding> {
  for (const endpoint of [undefined, ...endpoints]) {
    const { good, bad } = wordsOf("queues", endpoint);
    const { queue, deadLetters } = service.queuesOf(endpoint);
    try {
      const missing: string[] = [];
      for (const name of [queue, deadLetters])
        if ((await within(PATIENCE, service.depth(name))) === undefined) missing.push(name);
      if (missing.length === 0) yield good(`${queue} and its dead letters' are there.`);
      else
        yield bad(
          `There is no queue ${missing.join(", and no queue ")}.`,
          endpoint === undefined
            ? `Deploy the service: ${howToDeploy(parts)}`
            : `Was ${endpoint} added after the last deployment? Then: ${howToDeploy(parts)}`,
        );
    } catch (error) {
      yield bad(`${queue} cannot be looked at. ${troubleOf(error, service)}`);
    }
  }
}

/** Whether the archive is there and lets itself be listed; nothing is written. */
export async function* examineBucket(parts: DoctorParts, service: ExaminedService): AsyncGenerator<Finding> {
  const { good, bad } = wordsOf("bucket");
  try {
    const begins = await within(PATIENCE, hasSome(service));
    yield good(
      begins ? "The archive can be listed." : "The archive can be listed; its ledger is empty as yet.",
    );
  } catch (error) {
    yield bad(
      `The archive cannot be listed. ${troubleOf(error, service)}`,
      `If its bucket is gone, it comes back empty: ${howToDeploy(parts)}`,
    );
  }
}

const hasSome = async ({ bucket }: ExaminedService): Promise<boolean> => {
  for await (const _ of bucket.list(prefixOf("ledger"))) return true;
  return false;
};
