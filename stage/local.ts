import { relative } from "node:path";
import type { SiteFiles } from "../build/site.ts";
import { runningAt } from "../local/addresses.ts";
import { siteSecrets } from "../local/keys.ts";
import { BUCKET, DELIVER, deadLetters, EVENTS, STAGE } from "../local/names.ts";
import { FolderTaken, NothingRan, visitState } from "../local/state.ts";
import type { Place } from "../src/aws/administer.ts";
import { readSecretReference } from "../src/endpoint/secret.ts";
import { Misuse } from "../src/misuse.ts";
import type { Opened, QueueNames, StageNames } from "./stage.ts";

/** Anything is accepted there: nothing but this machine can reach it. */
const here: Omit<Place, "addresses"> = {
  region: "us-east-1",
  stage: STAGE,
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
};

const names = (folder: string): StageNames => ({
  name: `local, ${shorter(folder)}`,
  bucket: BUCKET,
  events: queues(EVENTS),
  delivery: (endpoint) => queues(DELIVER + endpoint),
});

/** As it is seen from here. */
const shorter = (folder: string): string => {
  const seen = relative(process.cwd(), folder);
  return seen === "" || seen.startsWith("..") ? folder : seen;
};

const queues = (queue: string): QueueNames => ({ queue, deadLetters: deadLetters(queue) });

/**
 * Opens the local service of a folder: the one that runs, or, where none does, what it left, which then nobody else can
 * use meanwhile. Throws Misuse where there is none.
 */
export const openLocal = async (folder: string, site: SiteFiles): Promise<Opened> => {
  const running = await runningAt(folder);
  if (running !== undefined)
    return {
      kind: "running",
      place: { ...here, addresses: running },
      names: names(folder),
      state: folder,
      sandbox: running.sandbox,
      close: async () => {},
    };
  try {
    return await openLeft(folder, site);
  } catch (error) {
    if (error instanceof NothingRan || error instanceof FolderTaken) throw new Misuse(error.message);
    throw error;
  }
};

const openLeft = async (folder: string, site: SiteFiles): Promise<Opened> => {
  const state = await visitState(folder);
  // Only here is an embedded AWS needed, which takes its time to load.
  const [{ startAws }, { startParameters }] = await Promise.all([
    import("../local/aws.ts"),
    import("../local/parameters.ts"),
  ]);
  const secrets = new Map(
    [...siteSecrets(site.settings, state)].map(([reference, value]) => [
      readSecretReference(reference, STAGE).name,
      value,
    ]),
  );
  const [aws, parameters] = await Promise.all([startAws(state.folder), startParameters(secrets)]);
  aws.makeBucket(BUCKET);
  return {
    kind: "left",
    place: { ...here, addresses: { aws: aws.address, parameters: parameters.address } },
    names: names(folder),
    state: folder,
    sending: state.leaveWork,
    close: async () => {
      await Promise.all([aws.stop(), parameters.stop()]);
      await state.close();
    },
  };
};
