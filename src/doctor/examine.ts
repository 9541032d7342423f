/**
 * The story of an examination: from the files on this machine, over the service, to what the endpoints answer. Each step
 * rests on those before it, and says so where it cannot be taken.
 */
import { formatProblem, SiteError } from "../document/problem.ts";
import { localEndpoint } from "../endpoint/local.ts";
import { examineAuthentication } from "./authentication.ts";
import { examineBacklog } from "./backlog.ts";
import { TooLong, within } from "./bounded.ts";
import { type Case, caseOf } from "./case.ts";
import { examineCertificates } from "./certificate.ts";
import { examineClocks } from "./clock.ts";
import { examineFailures } from "./failures.ts";
import { type Check, checks, type Finding, wordsOf } from "./finding.ts";
import { examineHosts } from "./host.ts";
import type { DoctorParts, ExaminedFiles, ExaminedService, Unopened } from "./parts.ts";
import { examineQuarantine } from "./quarantine.ts";
import { examineSecrets } from "./secrets.ts";
import { examineStatements } from "./send.ts";
import { examineBucket, examineDeployed, examineQueues } from "./service.ts";

/**
 * Examines a service and its endpoints, and gives each finding as soon as it is known. It changes nothing, but for the
 * test statements that it may send. Throws only what `files` and `service` throw.
 */
export async function* examine(parts: DoctorParts): AsyncGenerator<Finding> {
  const files = yield* examineFiles(parts);
  if (files === undefined) {
    yield* skipAfter(
      "files",
      "The files have mistakes, and without them it is not known what there should be.",
    );
    return;
  }
  yield examineBuild(parts, files);
  const service = yield* examineService(parts);
  try {
    yield* examineEndpoints(parts, files, service);
  } finally {
    await service?.close();
  }
}

async function* examineFiles(parts: DoctorParts): AsyncGenerator<Finding, ExaminedFiles | undefined> {
  const { good, bad } = wordsOf("files");
  try {
    const files = await parts.files();
    yield good(`No problems: ${files.summary}.`);
    return files;
  } catch (error) {
    if (!(error instanceof SiteError)) throw error;
    for (const problem of error.problems) yield bad(formatProblem(problem), "Mend it there; see: jlt check");
    return undefined;
  }
}

const examineBuild = ({ stage }: DoctorParts, { hash, built }: ExaminedFiles): Finding => {
  const { good, note, skipped } = wordsOf("build");
  if (stage === undefined) return skipped("The local service builds what it runs by itself.");
  if (built === undefined)
    return note(
      "Nothing is built here: there is no dist/site.",
      "npm run build, or npm run deploy, which builds.",
    );
  return built === hash
    ? good("What is built in dist/ was built from the files as they are.")
    : note(
        "The files have changed since dist/ was built.",
        "npm run build; before that, jlt diff shows what changes.",
      );
};

/** How long opening the service may take, in milliseconds. */
const OPENING = 60_000;

async function* examineService(parts: DoctorParts): AsyncGenerator<Finding, ExaminedService | undefined> {
  const { good, note, bad } = wordsOf("service");
  const found = await within(OPENING, parts.service()).catch((error: unknown): Unopened => {
    if (!(error instanceof TooLong)) throw error;
    return { unopened: error.message, mend: "Look at this machine's network, and at AWS_REGION." };
  });
  if ("unopened" in found) {
    yield bad(found.unopened, found.mend);
    return undefined;
  }
  yield found.kind === "left" ? note(found.told, "Start it: npm start") : good(found.told);
  return found;
}

/** All that is known of the service, and then of each endpoint, by what was found before. */
async function* examineEndpoints(
  parts: DoctorParts,
  files: ExaminedFiles,
  service: ExaminedService | undefined,
): AsyncGenerator<Finding> {
  const wanted = files.endpoints.filter(
    ({ name }) => parts.endpoint === undefined || name === parts.endpoint,
  );
  const names = wanted.map(({ name }) => name);
  let values: ReadonlyMap<string, string> = new Map();
  if (service === undefined) yield* skipAll(["deployed", "queues", "bucket", "secrets"], NO_SERVICE);
  else {
    yield* examineDeployed(parts, files, service);
    yield* examineQueues(parts, names, service);
    yield* examineBucket(parts, service);
    // Where endpoints are played, none has an OAuth 2 server.
    const asked = wanted.map((each) => (parts.stage === undefined ? localEndpoint(each, HERE) : each));
    values = yield* examineSecrets(parts, files, asked, service);
  }
  const isLocal = parts.stage === undefined;
  if (isLocal && service?.kind !== "running")
    yield* skipAll(
      ["host", "certificate", "authentication", "statement", "clock"],
      "The local service does not run, and so neither do its learning systems.",
    );
  else {
    const cases = wanted.map((endpoint) => caseOf(endpoint, service?.sandbox, values, parts.resolve));
    for (const each of cases) yield* examineConnection(parts, files, each);
    yield* examineStatements(parts, files, cases);
    yield* examineClocks(service, cases);
  }
  if (service === undefined) yield* skipAll(["backlog", "failures"], NO_SERVICE);
  else {
    yield* examineBacklog(names, service);
    yield* examineFailures(parts, names, service);
    if (parts.endpoint === undefined) yield* examineQuarantine(parts, files, service);
  }
}

/** This machine. */
const HERE = "http://127.0.0.1";

const NO_SERVICE = "The service cannot be looked at.";

/** Everything about how an endpoint is reached. */
async function* examineConnection(
  parts: DoctorParts,
  files: ExaminedFiles,
  each: Case,
): AsyncGenerator<Finding> {
  yield* examineHosts(each, parts);
  yield* examineCertificates(each, parts.resolve);
  yield* examineAuthentication(each, files.settings);
}

function* skipAfter(last: Check, why: string): Generator<Finding> {
  yield* skipAll(checks.slice(checks.indexOf(last) + 1), why);
}

function* skipAll(some: readonly Check[], why: string): Generator<Finding> {
  for (const check of some) yield wordsOf(check).skipped(why);
}
