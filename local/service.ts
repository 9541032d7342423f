import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { loadSite } from "../build/load.ts";
import type { SiteFiles } from "../build/site.ts";
import { hasIngest } from "../infra/ingest.ts";
import { hasPage } from "../infra/page.ts";
import type { Bucket } from "../src/archive/layout.ts";
import { s3Bucket } from "../src/aws/bucket.ts";
import { eventReader, type ReadEvent } from "../src/event/catalog.ts";
import { type Addresses, forgetAddresses, tellAddresses } from "./addresses.ts";
import { awsVariables, type LocalAws, startAwsApart } from "./aws.ts";
import { connectQueues, type Gather } from "./connections.ts";
import { type Depths, depthsOf } from "./depths.ts";
import { type Fed, feed } from "./feed.ts";
import { localFunctions } from "./functions.ts";
import { localHub } from "./hub.ts";
import { type LocalIngest, startIngest } from "./ingest.ts";
import { hubKey, publishedKeys } from "./keys.ts";
import type { LocalLambda } from "./lambda.ts";
import { BUCKET, EVENTS, STAGE } from "./names.ts";
import { type LocalPage, startPage } from "./page.ts";
import { startParameters } from "./parameters.ts";
import { type Sandbox, startSandbox } from "./sandbox/server.ts";
import { secretsOf } from "./secrets.ts";
import type { LocalState } from "./state.ts";
import { takeFiles } from "./take.ts";

/** The whole service on this machine. */
export interface LocalService {
  readonly aws: LocalAws;
  readonly sandbox: Sandbox;
  readonly bucket: Bucket;
  /** Where it can be reached, as its folder tells. */
  readonly addresses: Addresses;
  /** The key that pseudonyms are made from. */
  readonly key: string;
  /** The learner's own page; undefined where nothing that the hub signs tells who somebody is. */
  readonly page: LocalPage | undefined;
  /** Where events can be posted; undefined where the site has no such address. */
  readonly ingest: LocalIngest | undefined;
  /** Where the archive lies as files. */
  readonly archive: string;
  /** Where the functions' logs are. */
  readonly log: string;
  feed(file: string, stopping?: AbortSignal): Promise<Fed>;
  depths(): Promise<Depths>;
  /**
   * Goes on with the files of a folder: what is under way is brought to its end by the former ones. Gives what it could
   * not take while it runs, in sentences. Throws what `takeFiles` throws, and then goes on as before.
   */
  take(folder: string): Promise<string | undefined>;
  /** Ends an instance of a function at once, as AWS may; which one, `pick` says of so many. */
  kill(pick: (count: number) => number): Promise<void>;
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly state: LocalState;
  /** The folder of the built bundles. */
  readonly dist: string;
  /** When they are there, where they are not yet: all else is started meanwhile. Where that fails, nothing runs. */
  readonly built?: Promise<unknown>;
  readonly site: SiteFiles;
  /** Seconds; see VISIBILITY. */
  readonly visibility?: number;
  /** See the event source mapping: where tests end the world. */
  readonly beforeAcknowledge?: (queue: string) => Promise<void>;
  /** How messages are gathered for the functions, where not as somebody who looks on would have it. */
  readonly gather?: Gather;
  /** Starts another SQS and S3 than the embedded ones. */
  readonly openAws?: (folder: string) => Promise<LocalAws>;
  /** The addresses of learning systems that are there, by their endpoints' names; the others are played. */
  readonly systems?: Readonly<Record<string, string>>;
}

/** Seconds after which a message that was cut off comes again: sooner than on AWS, as somebody may be waiting. */
export const VISIBILITY = 15;

/** How long a request to a function that answers over HTTP may take, in seconds. */
const ANSWER = 30;

export const startService = async (options: ServiceOptions): Promise<LocalService> => {
  const { state, dist, site, visibility = VISIBILITY, beforeAcknowledge, gather } = options;
  const { openAws = startAwsApart, systems = {} } = options;
  const { settings } = site;
  const endpoints = site.endpoints.map(({ endpoint }) => endpoint);
  const secrets = secretsOf(site, state);
  const signing = hubKey(settings.trust, state);
  const starting = [
    openAws(state.folder),
    startParameters(secrets.ssm, secrets.secretsmanager, publishedKeys(signing)),
    startSandbox({ folder: join(state.folder, "sandbox"), credentials: secrets.credentials }),
  ] as const;
  const [[aws, parameters, sandbox], firstReader] = await Promise.all([
    Promise.all(starting),
    readerOf(site),
    options.built,
  ]).catch(async (error: unknown) => {
    for (const each of await Promise.allSettled(starting))
      if (each.status === "fulfilled") await each.value.stop();
    throw error;
  });
  let readEvent = firstReader;
  await aws.makeBucket(BUCKET);

  const { jwks } = parameters;
  const log = join(state.folder, "functions.log");
  const functions = localFunctions({
    dist,
    log,
    environment: { ...awsVariables(aws.address, parameters.address), ARCHIVE_BUCKET: BUCKET, STAGE },
  });
  const connections = await connectQueues({
    aws,
    functions,
    endpoints,
    visibility,
    jwks,
    systemOf: ({ name, protocol }) => systems[name] ?? `${sandbox.url}/${protocol}/${name}`,
    beforeAcknowledge,
    gather,
  });
  // By which the administrator's command finds what runs.
  const addresses = { aws: aws.address, parameters: parameters.address, sandbox: sandbox.url };
  await tellAddresses(state.folder, addresses);

  const hub = localHub(signing);
  const answering = (name: string, environment: Readonly<Record<string, string>>): LocalLambda =>
    functions.start(name, ANSWER, { LOCAL_JWKS_URL: jwks, ...environment });
  const page = hasPage(settings)
    ? await startPage(hub, (hubUrl) => answering("consent", { LOCAL_HUB_URL: hubUrl }))
    : undefined;
  const ingest = hasIngest(settings)
    ? await startIngest(hub, state.folder, answering("ingest", { EVENTS_QUEUE: aws.queueUrl(EVENTS) }))
    : undefined;
  let taking: Promise<unknown> = Promise.resolve();
  return {
    aws,
    sandbox,
    addresses,
    key: state.secret("pseudonyms"),
    bucket: s3Bucket(aws.s3, BUCKET),
    page,
    ingest,
    archive: aws.folderOf(BUCKET),
    log,
    feed: (file, stopping) =>
      feed(file, aws.sqs, aws.queueUrl(EVENTS), hub, (value, now) => readEvent(value, now), stopping),
    depths: () =>
      depthsOf(
        aws,
        endpoints.map(({ name }) => name),
      ),
    take: (folder) => {
      const taken = taking.then(async () => {
        const { site: next, left } = await takeFiles(folder, dist, site);
        functions.renew();
        readEvent = await readerOf(next);
        return left;
      });
      taking = taken.catch(() => undefined);
      return taken;
    },
    kill: async (pick) => {
      await connections[pick(connections.length)]?.kill();
    },
    stop: async () => {
      await Promise.all([page?.stop(), ingest?.stop(), ...connections.map((each) => each.stop())]);
      await forgetAddresses(state.folder);
      await Promise.all([aws.stop(), parameters.stop(), sandbox.stop()]);
      await functions.close();
    },
  };
};

const readerOf = async (site: SiteFiles): Promise<ReadEvent> => eventReader((await loadSite(site)).schemas);

/** Resolves with true when nothing waits any more, and with false when the time (milliseconds) is up before that. */
export const settled = async (service: LocalService, time: number): Promise<boolean> => {
  const end = Date.now() + time;
  while (Date.now() < end) {
    const { events, deliveries } = await service.depths();
    if (events === 0 && Object.values(deliveries).every((depth) => depth === 0)) return true;
    await sleep(100);
  }
  return false;
};
