import { type SecretUse, usesOf, whyUnusable } from "../deploying/usable.ts";
import { formatProblem } from "../document/problem.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";
import { readSecretReference } from "../endpoint/secret.ts";
import { within } from "./bounded.ts";
import { type Finding, wordsOf } from "./finding.ts";
import type { DoctorParts, ExaminedFiles, ExaminedService, NamedSecret } from "./parts.ts";
import { PATIENCE, START_AGAIN, troubleOf } from "./service.ts";

/**
 * Whether each secret that the files name is there, can be read, and can be used as the functions use it. Gives those
 * that can, by their references; nothing that is told holds any part of them.
 */
export async function* examineSecrets(
  { stage }: Pick<DoctorParts, "stage">,
  { settings, secrets }: ExaminedFiles,
  endpoints: readonly Endpoint[],
  service: ExaminedService,
): AsyncGenerator<Finding, ReadonlyMap<string, string>> {
  const usable = new Map<string, string>();
  for (const named of secrets) {
    const { reference, endpoint: name } = named;
    const endpoint = endpoints.find((each) => each.name === name);
    if (name !== undefined && endpoint === undefined) continue;
    const { good, note, bad, skipped } = wordsOf("secrets", name);
    if (service.kind === "left" && endpoint !== undefined) {
      yield skipped(`${reference}: the local service makes it when it runs.`);
      continue;
    }
    try {
      const value = await within(PATIENCE, service.secret(reference));
      const why = await unusable(named, value, usesOf({ settings, endpoints }, named), stage);
      if (why !== undefined) yield bad(formatProblem(named.problem(why.told)), why.mend);
      else {
        usable.set(reference, String(value));
        yield good(`${reference} is there, and can be used.`);
      }
    } catch (error) {
      const trouble = troubleOf(error, service);
      // The functions have rights of their own: that they may not read it either is not said with that.
      yield isForbidden(error)
        ? note(`${reference}: you may not read it, so that nothing can be said of it. ${trouble}`)
        : bad(formatProblem(named.problem(`${reference} cannot be read. ${trouble}`)));
    }
  }
  return usable;
}

const isForbidden = (error: unknown): boolean =>
  error instanceof Error && /AccessDenied|NotAuthorized|Forbidden/.test(error.name);

interface Why {
  readonly told: string;
  readonly mend: string;
}

/** Why a secret cannot be used, if it cannot; in the words of the functions, which hold nothing of it. */
const unusable = async (
  { reference }: NamedSecret,
  value: string | Error | undefined,
  uses: readonly SecretUse[],
  stage: string | undefined,
): Promise<Why | undefined> => {
  // A local service makes its secrets itself, when it starts.
  const put = (isThere: boolean): string =>
    stage === undefined ? START_AGAIN : `${howToPut(reference, stage, isThere)}${whichValue(uses)}`;
  if (value === undefined) return { told: `There is no secret ${reference}.`, mend: put(false) };
  if (value instanceof Error) return { told: `The secret ${reference} ${value.message}.`, mend: put(true) };
  if (value.trim() === "") return { told: `The secret ${reference} is empty.`, mend: put(true) };
  for (const use of uses) {
    const told = await whyUnusable(use, value);
    if (told !== undefined) return { told, mend: put(true) };
  }
  return undefined;
};

/** How a value is put where a file says that it is; it is not written into the command, which a shell remembers. */
const howToPut = (reference: string, stage: string, isThere: boolean): string => {
  const { store, name } = readSecretReference(reference, stage);
  if (store === "ssm")
    return `aws ssm put-parameter --type SecureString${isThere ? " --overwrite" : ""} --name ${name} --value file://FILE`;
  return isThere
    ? `aws secretsmanager put-secret-value --secret-id ${name} --secret-string file://FILE`
    : `aws secretsmanager create-secret --name ${name} --secret-string file://FILE`;
};

/** What is not to be guessed of a value. */
const whichValue = (uses: readonly SecretUse[]): string => {
  const isFor = (use: SecretUse["use"]): boolean => uses.some((each) => each.use === use);
  if (isFor("pseudonyms"))
    return "; the key that it was before, if there was one: under another, every learner becomes somebody new.";
  if (isFor("former")) return "; the key before the one of today.";
  return isFor("signing") ? "; the key that the hub has, or its public half for EdDSA." : "";
};
