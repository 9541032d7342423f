import { counted } from "../../src/counted.ts";
import { examine } from "../../src/doctor/examine.ts";
import { type Finding, isBad } from "../../src/doctor/finding.ts";
import type { DoctorParts, ExaminedService } from "../../src/doctor/parts.ts";
import { didYouMean, SiteError } from "../../src/document/problem.ts";
import { adviceFor } from "../../src/ledger/failure-advice.ts";
import { examinedFiles } from "../../stage/examined-files.ts";
import { examinedService } from "../../stage/examined-service.ts";
import { inWords } from "../../stage/stage.ts";
import type { Step } from "../api/steps.ts";
import type { Desk } from "../desk.ts";
import { NotFound, troubleOf } from "../trouble.ts";
import { takeTurn } from "./turn.ts";

export interface Examination {
  /** Whether a test statement is to be sent: it is where the workbench may change something. */
  readonly send: boolean;
}

/**
 * Examines the service and one endpoint, as `jlt doctor` does, and gives each finding as soon as it is known. Throws
 * NotFound where there is no such endpoint.
 */
export const examineEndpoint = (desk: Desk, name: string, examination: Examination): AsyncIterable<Step> => {
  const names = desk.site().files.endpoints.map(({ endpoint }) => endpoint.name);
  if (!names.includes(name)) throw new NotFound(`There is no endpoint "${name}"${didYouMean(name, names)}`);
  return examined(desk, name, examination);
};

async function* examined(desk: Desk, name: string, { send }: Examination): AsyncGenerator<Step> {
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

const partsOf = (desk: Desk, endpoint: string, maySend: true | string): DoctorParts => {
  let hash = "";
  return {
    stage: desk.kind === "deployed" ? desk.name : undefined,
    endpoint,
    files: async () => {
      const { files, problems } = desk.site();
      if (problems.length > 0) throw new SiteError(problems);
      const found = await examinedFiles(desk.folder, files);
      hash = found.hash;
      return found;
    },
    service: async () => serviceOf(desk, hash),
    maySend: async () => maySend,
    advice: adviceFor,
  };
};

/** The service as the doctor looks at it. Whether a local one was made of the files, the desk knows already. */
const serviceOf = ({ held, folder, kind, site }: Desk, hash: string): ExaminedService => {
  const service = examinedService(held.stage, held, folder);
  if (kind === "deployed") return service;
  const madeOf = { same: hash, other: `not ${hash}`, unknown: undefined };
  return { ...service, hash: async () => madeOf[site().isSame] };
};

/** What all findings come to. */
const summaryOf = (findings: readonly Finding[]): string => {
  const count = (end: Finding["end"]): number => findings.filter((each) => each.end === end).length;
  const others = `${counted(count("note"), "note")}, ${count("skipped")} skipped, ${count("good")} good.`;
  return findings.some(isBad)
    ? `${counted(count("bad"), "thing")} wrong, ${others}`
    : `Nothing is wrong: ${others}`;
};
