import { join } from "node:path";
import { siteHash } from "../build/bundle.ts";
import { readFiles } from "../build/files.ts";
import type { SiteFiles } from "../build/site.ts";
import { NotPlain } from "../src/aws/secrets.ts";
import type { StackState } from "../src/aws/stack.ts";
import { troubleWithAws } from "../src/aws/trouble.ts";
import { CannotRun } from "../src/cannot-run.ts";
import type { ExaminedService, Unopened } from "../src/doctor/parts.ts";
import { Misuse } from "../src/misuse.ts";
import { type Inside, type Opened, type Stage, type StageOptions, withStage } from "./stage.ts";

/** Opens the service that is meant for an examination, until it is closed; or says why it cannot be opened. */
export const openForDoctor = async (
  options: StageOptions,
  site: SiteFiles,
): Promise<ExaminedService | Unopened> => {
  const found = Promise.withResolvers<ExaminedService>();
  const done = Promise.withResolvers<void>();
  const over = withStage(options, site, async (stage, inside) => {
    const service = examinedService(stage, inside);
    found.resolve({
      ...service,
      close: async () => {
        done.resolve();
        await over;
      },
    });
    await done.promise;
  });
  over.catch(found.reject);
  try {
    return await found.promise;
  } catch (error) {
    if (error instanceof Misuse || error instanceof CannotRun) return { unopened: error.message };
    throw error;
  }
};

/** A service that is open, as the doctor looks at it; closing it leaves it open. */
export const examinedService = (stage: Stage, { opened, account }: Inside): ExaminedService => {
  const { names, place } = opened;
  let known: Promise<StackState | undefined> | undefined;
  const stackState = async (): Promise<StackState | undefined> => {
    known ??= stackStateOf(opened);
    return known;
  };
  return {
    kind: opened.kind,
    told: toldOf(opened),
    hash: async () =>
      opened.state === undefined
        ? (await stackState())?.outputs.SiteHash
        : builtHash(join(opened.state, "functions", "site")),
    status: async () => (await stackState())?.status,
    bucket: stage.bucket,
    sandbox: opened.sandbox,
    queuesOf: (endpoint) => (endpoint === undefined ? names.events : names.delivery(endpoint)),
    depth: async (queue) =>
      (await account.queueUrl(queue)) === undefined ? undefined : account.depth(queue),
    secret: (reference) =>
      account.secret(reference).catch((error: unknown) => {
        if (error instanceof NotPlain) return error;
        if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
        throw error;
      }),
    clockAhead: account.clockAhead,
    trouble: (error) => troubleWithAws(error, place.region),
    close: async () => {},
  };
};

const toldOf = ({ kind, stack, place, names }: Opened): string => {
  if (stack !== undefined) return `The stack ${stack} is there, in ${place.region}.`;
  return kind === "running"
    ? `The local service runs (${names.name}).`
    : `The local service does not run (${names.name}). What it left is looked at.`;
};

/** How the stack of a service is, where it has one. AWS's SDK takes its time to load. */
const stackStateOf = async ({ stack, place }: Opened): Promise<StackState | undefined> => {
  if (stack === undefined) return undefined;
  const { stackState } = await import("../src/aws/stack.ts");
  return stackState(place, stack);
};

/** The hash of the files that a build has kept; undefined where there is none. */
export const builtHash = async (folder: string): Promise<string | undefined> => {
  const { files } = await readFiles(folder);
  return files.size === 0 ? undefined : siteHash(files);
};
