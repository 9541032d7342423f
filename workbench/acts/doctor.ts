import { type ReadSite, readSite } from "../../build/site.ts";
import { examine } from "../../src/doctor/examine.ts";
import { type Finding, summaryOf } from "../../src/doctor/finding.ts";
import type { DoctorParts } from "../../src/doctor/parts.ts";
import { didYouMean } from "../../src/document/problem.ts";
import { adviceFor } from "../../src/ledger/failure-advice.ts";
import { examinedFiles } from "../../stage/examined-files.ts";
import { examinedService } from "../../stage/examined-service.ts";
import { inWords } from "../../stage/stage.ts";
import type { DoctorRequest, Step } from "../api/steps.ts";
import type { Desk } from "../desk.ts";
import { NotFound, troubleOf } from "../trouble.ts";
import { takeTurn } from "./turn.ts";
import { wholeOver } from "./whole.ts";

/**
 * Examines the service and one endpoint, as `jlt doctor` does, and gives each finding as soon as it is known. Throws
 * NotFound where there is no such endpoint.
 */
export const examineEndpoint = (
  desk: Desk,
  name: string,
  examination: DoctorRequest,
): AsyncIterable<Step> => {
  ensureEndpoint(desk.site().files, name);
  return examined(desk, name, examination);
};

const ensureEndpoint = ({ endpoints }: ReadSite, name: string): void => {
  const names = endpoints.map(({ endpoint }) => endpoint.name);
  if (!names.includes(name)) throw new NotFound(`There is no endpoint "${name}"${didYouMean(name, names)}`);
};

async function* examined(desk: Desk, name: string, { send }: DoctorRequest): AsyncGenerator<Step> {
  const turn = turnToSend(desk, name, send);
  const findings: Finding[] = [];
  try {
    for await (const finding of examine(partsOf(desk, name, "release" in turn || turn.busy))) {
      findings.push(finding);
      yield { finding };
    }
    yield { end: "done", told: summaryOf(findings) };
  } catch (error) {
    yield { end: "failed", told: await inTrouble(desk, error) };
  } finally {
    if ("release" in turn) turn.release();
  }
}

/** What an error means, as a command would say it. */
const inTrouble = (desk: Desk, error: unknown): Promise<string> =>
  inWords(desk.held.opened.place, () => Promise.reject(error)).catch(
    (told: unknown) => troubleOf(told, desk).trouble,
  );

/** The right to send a test statement; or, in a sentence, why none is sent. */
const turnToSend = (desk: Desk, name: string, send: boolean): ReturnType<typeof takeTurn> => {
  if (!send) return { busy: "No test statement is sent, as none was asked for." };
  if (!desk.mayWrite)
    return { busy: "No test statement is sent: this workbench only looks. Start it with --write." };
  const turn = takeTurn(desk, `${name} is being tested.`);
  return "busy" in turn ? { busy: `No test statement is sent now. ${turn.busy}` } : turn;
};

const partsOf = (desk: Desk, endpoint: string, maySend: true | string): DoctorParts => ({
  stage: desk.kind === "deployed" ? desk.name : undefined,
  endpoint,
  files: async () => {
    // As they are now: what the desk has may be what they were before they had mistakes.
    const files = await readSite(desk.folder);
    ensureEndpoint(files, endpoint);
    return examinedFiles(desk.folder, files);
  },
  service: async () => examinedService(desk.held.stage, desk.held),
  maySend: async () => maySend,
  advice: adviceFor,
  whole: wholeOver(desk),
});
