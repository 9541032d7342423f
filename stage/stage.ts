import { join } from "node:path";
import { project } from "../build/bundle.ts";
import type { SiteFiles } from "../build/site.ts";
import { BUCKET, DELIVERY_QUEUES, EVENTS_QUEUE, STAGE, short } from "../infra/names.ts";
import { LOCAL_STATE } from "../local/names.ts";
import { DamagedArchive } from "../src/archive/damaged.ts";
import type { EditableBucket } from "../src/archive/layout.ts";
import type { Account, Place } from "../src/aws/administer.ts";
import { NotPlain } from "../src/aws/secrets.ts";
import { troubleWithAws } from "../src/aws/trouble.ts";
import { CannotRun } from "../src/cannot-run.ts";
import type { ImportMessage, QueueAnswer } from "../src/imports/message.ts";
import type { Depths } from "../src/ledger/balance.ts";
import { readDepths } from "../src/ledger/depths.ts";
import { Misuse } from "../src/misuse.ts";
import { openLocal } from "./local.ts";
import { readServerless } from "./serverless.ts";

/** A running service, or what one has left, as the administrator's command sees it. */
export interface Stage {
  /** `prod`, or `local`. */
  readonly name: string;
  readonly bucket: EditableBucket;
  /** The value of a secret that the site's files name. */
  secret(reference: string): Promise<string>;
  /** Puts messages into an endpoint's queue; tells for each whether the queue has it. */
  send(endpoint: string, bodies: readonly string[]): Promise<readonly boolean[]>;
  /** How many messages the queues hold. */
  depths(endpoints: readonly string[]): Promise<Depths>;
}

/** A service that is open: its events queue takes messages as well. */
export interface OpenStage extends Stage {
  /** Puts messages into the events queue, with one request; tells what it said to each. */
  sendEvents(messages: readonly ImportMessage[]): Promise<readonly QueueAnswer[]>;
}

/** Which service is meant: the options that all its commands have. */
export interface StageOptions {
  readonly stage?: string | undefined;
  readonly region?: string | undefined;
  readonly state?: string | undefined;
}

/** A service's queues and archive, by their names. */
export interface StageNames {
  readonly name: string;
  readonly bucket: string;
  readonly events: QueueNames;
  readonly delivery: (endpoint: string) => QueueNames;
}

export interface QueueNames {
  readonly queue: string;
  readonly deadLetters: string;
}

/** A service that is open: where it is, its names, and what ends it. */
export interface Opened {
  /** One that was deployed, a local one that runs, or what a local one left. */
  readonly kind: "deployed" | "running" | "left";
  readonly place: Place;
  readonly names: StageNames;
  /** Of a service that was deployed: its stack. */
  readonly stack?: string;
  /** Of a local service: the folder in which it keeps what is its own. */
  readonly state?: string;
  /** Of a local service that runs: where its learning systems are. */
  readonly sandbox?: string;
  /** Told before anything is put into a queue. */
  readonly sending?: () => void;
  close(): Promise<void>;
}

/** What a service that is open is made of, for whoever needs more than a Stage has. */
export interface Inside {
  readonly opened: Opened;
  readonly account: Account;
}

/** A service that is open until it is closed. */
export interface HeldStage extends Inside {
  readonly stage: OpenStage;
  close(): Promise<void>;
}

/** Opens a service. Throws Misuse where there is none, and CannotRun where AWS does not let it be used. */
export const openStage = async (options: StageOptions, site: SiteFiles): Promise<HeldStage> => {
  const { stage, region, state = LOCAL_STATE } = options;
  if (stage === undefined && region !== undefined) throw new Misuse("--region goes with --stage.");
  ensureRegion(region);
  if (stage !== undefined && options.state !== undefined)
    throw new Misuse("--stage and --state are two services. Name one.");
  const opened = stage === undefined ? await openHere(state, site) : await openDeployed(stage, region);
  const { accountAt } = await aws();
  const account = accountAt(opened.place);
  return {
    stage: stageOf(opened, account),
    opened,
    account,
    close: () => {
      account.close();
      return opened.close();
    },
  };
};

/**
 * Opens a service for `use`, and closes it again. Throws as `openStage` does, and CannotRun where AWS does not do what is
 * asked of it meanwhile.
 */
export const withStage = async <T>(
  options: StageOptions,
  site: SiteFiles,
  use: (stage: OpenStage, inside: Inside) => Promise<T>,
): Promise<T> => {
  const held = await openStage(options, site);
  // A local folder that was only looked at must not seem to be in use for ever.
  const interrupted = (): void => {
    held.opened.close().finally(() => process.exit(130));
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, interrupted);
  try {
    return await inWords(held.opened.place, () => use(held.stage, held));
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, interrupted);
    await held.close();
  }
};

/** Throws Misuse where what was given as a region cannot be one: it would be a part of a host's name. */
export const ensureRegion = (region: string | undefined): void => {
  if (region !== undefined && region !== "" && !/^[a-z]+(-[a-z0-9]+)+$/.test(region))
    throw new Misuse(`${JSON.stringify(region)} is no region of AWS. One is called, say, eu-central-1.`);
};

/** A local service. What it left is files, and files may be damaged. */
const openHere = (state: string, site: SiteFiles): Promise<Opened> =>
  openLocal(state, site).catch((error: unknown) => {
    // Its message quotes the beginning of the file, which holds keys.
    if (error instanceof SyntaxError)
      throw new CannotRun(
        `${join(state, "secrets.json")} is damaged. Restore it, or start a new service with another --state folder: without its keys, what lies in this one cannot be read as it was meant.`,
      );
    throw error;
  });

const stageOf = ({ names, sending }: Opened, account: Account): OpenStage => ({
  name: names.name,
  bucket: account.bucket(names.bucket),
  secret: async (reference) => {
    const value = await account.secret(reference);
    if (value !== undefined) return value;
    throw new CannotRun(`There is no secret ${reference}. Make it, or mend the file that names it.`);
  },
  send: async (endpoint, bodies) => {
    const { queue } = names.delivery(endpoint);
    const url = await account.queueUrl(queue);
    if (url === undefined)
      throw new CannotRun(`${endpoint} has no queue ${queue}. Was it added after the last deployment?`);
    sending?.();
    return account.send(url, bodies);
  },
  sendEvents: async (messages) => {
    const { queue } = names.events;
    const url = await account.queueUrl(queue);
    if (url === undefined)
      throw new CannotRun(
        `There is no events queue ${queue}. Deploy the stage, or start the local service once.`,
      );
    sending?.();
    return account.sendTogether(url, messages);
  },
  depths: (endpoints) => readDepths(names, endpoints, account.depth),
});

const openDeployed = async (stage: string, region: string | undefined): Promise<Opened> => {
  const { place, stack } = await deployedPlace(project, stage, region);
  const bucket = await inWords(place, () => archiveOf(place, stack));
  const real = (name: string): string => name.replace(STAGE, stack);
  return {
    kind: "deployed",
    place,
    stack,
    names: {
      name: stage,
      bucket,
      events: { queue: real(EVENTS_QUEUE), deadLetters: real(`${EVENTS_QUEUE}-dead-letters`) },
      delivery: (endpoint) => ({
        queue: real(DELIVERY_QUEUES + endpoint),
        deadLetters: real(`${DELIVERY_QUEUES}${short(endpoint)}-dead-letters`),
      }),
    },
    close: async () => {},
  };
};

/** Where a stage is, or would be, deployed from the serverless.yml of a folder, and the name of its stack. */
export const deployedPlace = async (
  folder: string,
  stage: string,
  region: string | undefined,
): Promise<{ readonly place: Place; readonly stack: string }> => {
  const serverless = await readServerless(folder);
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  for (const each of [region, AWS_REGION, AWS_DEFAULT_REGION]) ensureRegion(each);
  const place = { stage, region: region || AWS_REGION || AWS_DEFAULT_REGION || serverless.region() };
  return { place, stack: `${serverless.service}-${stage}` };
};

const archiveOf = async (place: Place, stack: string): Promise<string> => {
  const none = `There is no stack ${stack} in ${place.region}. Deploy it (npm run deploy -- --stage …), or name another --stage or --region.`;
  try {
    const { nameInStack } = await aws();
    const bucket = await nameInStack(place, stack, BUCKET);
    if (bucket !== undefined) return bucket;
    const { stackState } = await import("../src/aws/stack.ts");
    if ((await stackState(place, stack)) !== undefined) throw new CannotRun(withoutArchive(stack));
  } catch (error) {
    if (!(error instanceof Error) || !/does not exist/.test(error.message)) throw error;
    if (/^Resource /.test(error.message)) throw new CannotRun(withoutArchive(stack));
  }
  throw new CannotRun(none);
};

const withoutArchive = (stack: string): string =>
  `The stack ${stack} is there, and has no archive: its deployment has not ended well. See its events in CloudFormation, and deploy it again (npm run deploy -- --stage …).`;

/** AWS's SDK takes its time to load, and most commands do without it. */
const aws = () => import("../src/aws/administer.ts");

/** Runs it; says in plain words what AWS means by not doing it. */
export const inWords = async <T>({ region }: Place, run: () => Promise<T>): Promise<T> => {
  try {
    return await run();
  } catch (error) {
    if (error instanceof NotPlain) throw new CannotRun(`A secret ${error.message}.`);
    if (error instanceof DamagedArchive)
      throw new CannotRun(
        `${error.message} Nobody can count what was in it. Restore it, or move it away and run this again.`,
      );
    const trouble = troubleWithAws(error, region);
    throw trouble === undefined ? error : new CannotRun(trouble);
  }
};
