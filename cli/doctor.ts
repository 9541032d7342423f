import { readSite, type SiteFiles } from "../build/site.ts";
import { examine } from "../src/doctor/examine.ts";
import { type Finding, isBad } from "../src/doctor/finding.ts";
import type { DoctorParts, ExaminedFiles } from "../src/doctor/parts.ts";
import { didYouMean, type Problem, SiteError } from "../src/document/problem.ts";
import type { Endpoint } from "../src/endpoint/endpoint.ts";
import { adviceFor } from "../src/ledger/failure-advice.ts";
import { Misuse } from "../src/misuse.ts";
import { examinedFiles } from "../stage/examined-files.ts";
import { openForDoctor } from "../stage/examined-service.ts";
import { ensureRegion, type StageOptions } from "../stage/stage.ts";
import { askOnTerminal } from "./ask.ts";
import { type Command, parseArguments } from "./command.ts";
import { findingText, summaryText } from "./doctor-text.ts";
import { undisturbed } from "./doctor-undisturbed.ts";
import { STAGE_HELP, stageOptions } from "./stage-options.ts";
import { visibleJson } from "./visible.ts";

/** What a test puts in the place of this machine's own. */
type Seams = Pick<DoctorParts, "resolve" | "isHere">;

/** `jlt doctor`: looks at everything between the files and the endpoints, and says what to do. */
export const doctorWith = (seams: Seams): Command => ({
  name: "doctor",
  usage: "doctor [ENDPOINT] [--yes | --no-send] [--stage S | --state FOLDER] [--json]",
  summary: "looks for what keeps a service or an endpoint from working",
  help: `Looks at the files, the build, the service, its queues, archive and secrets; then at each endpoint, or at the one
that is named: its host, certificate, credentials, and whether it takes a test statement; at clocks, and at what waits or
was set aside. It says what is wrong and what to do. Exit code 0: nothing is wrong; 1: something is.

  jlt doctor --stage prod
  jlt doctor campus-lrs --stage prod --yes

A test statement is nobody's: its actor is jlt-doctor. In an xAPI store it is voided right after; elsewhere it stays. It is
asked for before any is sent.

  --yes           sends test statements without a question
  --no-send       sends none
${STAGE_HELP}
  --json          one JSON object: stage, wrong, findings; problems, where the files have some;
                  unfinished, where it broke off`,
  run: async (args) => {
    const { values, positionals } = parseArguments({
      args: [...args],
      allowPositionals: true,
      options: {
        ...stageOptions,
        yes: { type: "boolean", default: false },
        "no-send": { type: "boolean", default: false },
        json: { type: "boolean", default: false },
      },
    });
    const { stage, region, state, json } = values;
    ensureRegion(region);
    if (positionals.length > 1) throw new Misuse("Name one endpoint, or none for all of them.");
    if (values.yes && values["no-send"]) throw new Misuse("--yes and --no-send are opposites. Say one.");
    if (stage === undefined && region !== undefined) throw new Misuse("--region goes with --stage.");
    if (stage !== undefined && state !== undefined)
      throw new Misuse("--stage and --state are two services. Name one.");
    const findings: Finding[] = [];
    const problems: Problem[] = [];
    const parts = partsFor({ stage, region, state }, positionals[0], values);
    const files = (): Promise<ExaminedFiles> =>
      parts.files().catch((error: unknown) => {
        if (error instanceof SiteError) problems.push(...error.problems);
        throw error;
      });
    const tell = (isWhole: boolean): number => {
      const wrong = findings.filter(isBad).length;
      const found = { stage: stage ?? "local", wrong, findings, ...(problems.length > 0 && { problems }) };
      if (json) console.log(visibleJson({ ...found, ...(!isWhole && { unfinished: true }) }));
      else if (isWhole) console.log(`\n${summaryText(findings)}`);
      return wrong;
    };
    try {
      for await (const finding of examine({ ...parts, ...seams, files, whole: undisturbed })) {
        findings.push(finding);
        if (!json) console.log(findingText(finding));
      }
    } catch (error) {
      // What was found so far may be what explains it.
      if (findings.length > 0) tell(false);
      throw error;
    }
    const status = tell(true) === 0 ? 0 : 1;
    // A request that nobody waits for any more must not hold up the end.
    setTimeout(() => process.exit(status), LINGER).unref();
    return status;
  },
});

export const doctor = doctorWith({});

/** How long a request may still be under way when all is told, in milliseconds. */
const LINGER = 2000;

interface Sending {
  readonly yes: boolean;
  readonly "no-send": boolean;
  readonly json: boolean;
}

const partsFor = (options: StageOptions, endpoint: string | undefined, sending: Sending): DoctorParts => {
  let site: SiteFiles | undefined;
  return {
    stage: options.stage,
    endpoint,
    files: async () => {
      const read = await readSite(".");
      site = read;
      const names = read.endpoints.map((each) => each.endpoint.name);
      if (endpoint !== undefined && !names.includes(endpoint))
        throw new Misuse(
          `There is no endpoint "${endpoint}"${didYouMean(endpoint, names)} There are ${names.join(", ")}.`,
        );
      return examinedFiles(".", read);
    },
    service: async () => {
      if (site === undefined) throw new Error("The files are read before the service is opened.");
      return openForDoctor(options, site);
    },
    maySend: (endpoints) => maySend(endpoints, sending),
    advice: adviceFor,
  };
};

/** Whether test statements may be sent: whoever is there is asked, as they stay. */
const maySend = async (
  endpoints: readonly Endpoint[],
  { yes, "no-send": none, json }: Sending,
): Promise<true | string> => {
  if (yes) return true;
  if (none) return "No test statement is sent, as you said --no-send.";
  if (json || !process.stdin.isTTY || !process.stderr.isTTY)
    return "No test statement is sent: nobody can be asked here.";
  const lines = endpoints.map(({ name, protocol }) => `  ${name} (${STAYS[protocol]})`);
  console.error(`\nOne test statement for each, which tells of no learner:\n${lines.join("\n")}`);
  return (await askOnTerminal("Send them?")) || "No test statement is sent, as you said no.";
};

const STAYS: Readonly<Record<Endpoint["protocol"], string>> = {
  xapi: "voided right after; the store keeps it as voided",
  caliper: "it cannot be taken back",
  json: "it cannot be taken back",
};
