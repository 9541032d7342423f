import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { project } from "../build/bundle.ts";
import type { SiteFiles } from "../build/site.ts";
import { BUCKET, DELIVERY_QUEUES, EVENTS_QUEUE, STAGE, short } from "../infra/names.ts";
import { DamagedArchive } from "../src/archive/damaged.ts";
import type { EditableBucket } from "../src/archive/layout.ts";
import type { Account, Place } from "../src/aws/administer.ts";
import { NotPlain } from "../src/aws/secrets.ts";
import { troubleWithAws } from "../src/aws/trouble.ts";
import type { ImportMessage, QueueAnswer } from "../src/imports/message.ts";
import type { Depths } from "../src/ledger/balance.ts";
import { CannotRun } from "./cannot-run.ts";
import { Misuse } from "./command.ts";
import { openLocal } from "./stage-local.ts";

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

/** The same, for `parseArguments`. */
export const stageOptions = {
  stage: { type: "string" },
  region: { type: "string" },
  state: { type: "string" },
} as const;

/** What `--help` says of them. */
export const STAGE_HELP = `  --stage NAME    the service that was deployed as this stage, with your own AWS credentials
  --region R      where it was deployed (default: AWS_REGION, or what serverless.yml says)
  --state FOLDER  without --stage: the local service with this folder (default: .local), running or not`;

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
  readonly place: Place;
  readonly names: StageNames;
  /** Told before anything is put into a queue. */
  readonly sending?: () => void;
  close(): Promise<void>;
}

/**
 * Opens a service for `use`, and closes it again. Throws Misuse where there is none, and CannotRun where AWS does not
 * let it be used.
 */
export const withStage = async <T>(
  options: StageOptions,
  site: SiteFiles,
  use: (stage: OpenStage) => Promise<T>,
): Promise<T> => {
  const { stage, region, state = join(project, ".local") } = options;
  if (stage === undefined && region !== undefined) throw new Misuse("--region goes with --stage.");
  if (stage !== undefined && options.state !== undefined)
    throw new Misuse("--stage and --state are two services. Name one.");
  const opened = stage === undefined ? await openLocal(state, site) : await openDeployed(stage, region);
  const { accountAt } = await aws();
  const account = accountAt(opened.place);
  // A local folder that was only looked at must not seem to be in use for ever.
  const interrupted = (): void => {
    opened.close().finally(() => process.exit(130));
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, interrupted);
  try {
    return await inWords(opened.place, () => use(stageOf(opened, account)));
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, interrupted);
    account.close();
    await opened.close();
  }
};

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
  depths: async (endpoints) => {
    // Translating fills the other queues before it acknowledges, so the events queue is looked at first.
    const events = await account.depth(names.events.queue);
    const of = async (queue: keyof QueueNames): Promise<Readonly<Record<string, number>>> =>
      Object.fromEntries(
        await Promise.all(
          endpoints.map(async (each) => [each, await account.depth(names.delivery(each)[queue])] as const),
        ),
      );
    const [deliveries, dead, deadEvents] = await Promise.all([
      of("queue"),
      of("deadLetters"),
      account.depth(names.events.deadLetters),
    ]);
    return { events, deliveries, deadLetters: { events: deadEvents, deliveries: dead } };
  },
});

const openDeployed = async (stage: string, region: string | undefined): Promise<Opened> => {
  const { service, usual } = await readServerless();
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const place = { stage, region: region || AWS_REGION || AWS_DEFAULT_REGION || usual };
  const stack = `${service}-${stage}`;
  const bucket = await inWords(place, () => archiveOf(place, stack));
  const real = (name: string): string => name.replace(STAGE, stack);
  return {
    place,
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

const archiveOf = async (place: Place, stack: string): Promise<string> => {
  const none = `There is no stack ${stack} in ${place.region}. Deploy it (npm run deploy -- --stage …), or name another --stage or --region.`;
  try {
    const { nameInStack } = await aws();
    const bucket = await nameInStack(place, stack, BUCKET);
    if (bucket !== undefined) return bucket;
  } catch (error) {
    if (!(error instanceof Error) || !/does not exist/.test(error.message)) throw error;
  }
  throw new CannotRun(none);
};

/** AWS's SDK takes its time to load, and most commands do without it. */
const aws = () => import("../src/aws/administer.ts");

/** Runs it; says in plain words what AWS means by not doing it. */
const inWords = async <T>({ region }: Place, run: () => Promise<T>): Promise<T> => {
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

/** The service's name, and the region to which it is deployed where nothing else is said. */
const readServerless = async (): Promise<{ readonly service: string; readonly usual: string }> => {
  const { service, provider } = parse(await readFile(join(project, "serverless.yml"), "utf8"));
  const [, usual = String(provider.region)] = /'([a-z0-9-]+)'\}$/.exec(String(provider.region)) ?? [];
  return { service: String(service), usual };
};
