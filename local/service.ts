import { createWriteStream } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { loadSite } from "../build/load.ts";
import type { SiteFiles } from "../build/site.ts";
import { hasIngest } from "../infra/ingest.ts";
import { deliverPace, type Pace, translatePace } from "../infra/pace.ts";
import { hasPage } from "../infra/page.ts";
import type { Bucket } from "../src/archive/layout.ts";
import { s3Bucket } from "../src/aws/bucket.ts";
import { queueDepth } from "../src/aws/queue.ts";
import type { Endpoint } from "../src/endpoint/endpoint.ts";
import { localEndpoint } from "../src/endpoint/local.ts";
import { readSecretReference } from "../src/endpoint/secret.ts";
import { eventReader } from "../src/event/catalog.ts";
import { awsVariables, type LocalAws, startAws } from "./aws.ts";
import { mapQueue } from "./event-source-mapping.ts";
import { type Fed, feed } from "./feed.ts";
import { localHub } from "./hub.ts";
import { type LocalIngest, startIngest } from "./ingest.ts";
import { hubKey, publishedKeys, siteSecrets } from "./keys.ts";
import { type LocalLambda, startLambda } from "./lambda.ts";
import { ADDRESSES, BUCKET, DELIVER, deadLetters, EVENTS, STAGE } from "./names.ts";
import { type LocalPage, startPage } from "./page.ts";
import { startParameters } from "./parameters.ts";
import { type Sandbox, startSandbox } from "./sandbox/server.ts";
import type { LocalState } from "./state.ts";

/** The whole service on this machine. */
export interface LocalService {
  readonly aws: LocalAws;
  readonly sandbox: Sandbox;
  readonly bucket: Bucket;
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
  /** How many messages wait or are under way: in the events queue, in each endpoint's, and in the dead-letter queues. */
  depths(): Promise<Depths>;
  /** Ends an instance of a function at once, as AWS may; which one, `pick` says of so many. */
  kill(pick: (count: number) => number): Promise<void>;
  stop(): Promise<void>;
}

export interface Depths {
  readonly events: number;
  readonly deliveries: Readonly<Record<string, number>>;
  readonly deadLetters: number;
}

export interface ServiceOptions {
  readonly state: LocalState;
  /** The folder of the built bundles. */
  readonly dist: string;
  readonly site: SiteFiles;
  /** Seconds; see VISIBILITY. */
  readonly visibility?: number;
  /** See the event source mapping: where tests end the world. */
  readonly beforeAcknowledge?: (queue: string) => Promise<void>;
}

/** Seconds after which a message that was cut off comes again: sooner than on AWS, as somebody may be waiting. */
export const VISIBILITY = 15;

/** Batches are smaller than on AWS, and gathered for a shorter time (milliseconds), as somebody is looking on. */
const BATCH = 100;
const WINDOW = 100;

/** How many instances of a function there are at most: the endpoints' own numbers, where this machine bears them. */
const INSTANCES = 4;

/** One instance of a function, with what feeds it. */
interface Connection {
  stop(): Promise<void>;
  /** Ends the instance at once, whatever it does. Another takes its place with the next batch. */
  kill(): Promise<void>;
}

export const startService = async (options: ServiceOptions): Promise<LocalService> => {
  const { state, dist, site, visibility = VISIBILITY } = options;
  const endpoints = site.endpoints.map(({ endpoint }) => endpoint);
  const secrets = secretsOf(options);
  const { trust } = site.settings;
  const signing = hubKey(trust, state);
  const readEvent = eventReader((await loadSite(site)).schemas);
  const [aws, parameters, sandbox] = await Promise.all([
    startAws(state.folder),
    startParameters(secrets.ssm, secrets.secretsmanager, publishedKeys(signing)),
    startSandbox({ folder: join(state.folder, "sandbox"), credentials: secrets.credentials }),
  ]);
  aws.makeBucket(BUCKET);
  aws.makeQueue(EVENTS, { visibility, tries: translatePace.tries });
  for (const endpoint of endpoints)
    aws.makeQueue(DELIVER + endpoint.name, { visibility, tries: deliverPace(endpoint).tries });

  const logFile = join(state.folder, "functions.log");
  const log = createWriteStream(logFile, { flags: "a" });
  // Every instance of a function writes to it.
  log.setMaxListeners(0);
  const shared = { ...awsVariables(aws.address, parameters.address), ARCHIVE_BUCKET: BUCKET, STAGE };
  const connect = (
    queue: string,
    name: string,
    pace: Pace,
    instances: number,
    environment: Readonly<Record<string, string>>,
  ): readonly Connection[] =>
    Array.from({ length: instances }, () => {
      const fn = startLambda({
        bundle: join(dist, name, "index.cjs"),
        environment: { ...shared, ...environment },
        timeout: pace.timeout * 1000,
        log,
      });
      const mapping = mapQueue({
        sqs: aws.sqs,
        queueUrl: aws.queueUrl(queue),
        invoke: fn.invoke,
        batchSize: Math.min(pace.messages, BATCH),
        window: WINDOW,
        concurrency: 1,
        ...(options.beforeAcknowledge && {
          beforeAcknowledge: () => options.beforeAcknowledge?.(queue) ?? Promise.resolve(),
        }),
      });
      // What is under way is finished first, so that nothing starts a function that was ended.
      return { stop: () => mapping.stop().then(fn.stop), kill: fn.stop };
    });
  const connections = [
    ...connect(EVENTS, "translate", translatePace, 1, {
      DELIVERY_QUEUES: aws.queueUrl(DELIVER),
      LOCAL_JWKS_URL: parameters.jwks,
    }),
    ...endpoints.flatMap((endpoint) => {
      const queue = DELIVER + endpoint.name;
      const pace = deliverPace(endpoint);
      return connect(queue, "deliver", pace, Math.min(INSTANCES, pace.concurrency), {
        ENDPOINT: endpoint.name,
        LOCAL_ENDPOINT_URL: sandboxUrl(sandbox, endpoint),
        DELIVERY_QUEUE: aws.queueUrl(queue),
      });
    }),
  ];
  // By which the administrator's command finds what runs.
  const addresses = join(state.folder, ADDRESSES);
  await writeFile(
    addresses,
    JSON.stringify({
      aws: aws.address,
      parameters: parameters.address,
      sandbox: sandbox.url,
      pid: process.pid,
    }),
  );

  const hub = localHub(signing);
  const answering = (name: string, environment: Readonly<Record<string, string>>): LocalLambda =>
    startLambda({
      bundle: join(dist, name, "index.cjs"),
      environment: { ...shared, LOCAL_JWKS_URL: parameters.jwks, ...environment },
      timeout: 30_000,
      log,
    });
  const page = hasPage(site.settings)
    ? await startPage(hub, (hubUrl) => answering("consent", { LOCAL_HUB_URL: hubUrl }))
    : undefined;
  const ingest = hasIngest(site.settings)
    ? await startIngest(hub, state.folder, answering("ingest", { EVENTS_QUEUE: aws.queueUrl(EVENTS) }))
    : undefined;
  const depth = (queue: string): Promise<number> => queueDepth(aws.sqs, aws.queueUrl(queue));
  return {
    aws,
    sandbox,
    key: state.secret("pseudonyms"),
    bucket: s3Bucket(aws.s3, BUCKET),
    page,
    ingest,
    archive: aws.folderOf(BUCKET),
    log: logFile,
    feed: (file, stopping) => feed(file, aws.sqs, aws.queueUrl(EVENTS), hub, readEvent, stopping),
    depths: async () => {
      // Translating fills the other queues before it acknowledges, so the events queue is looked at first.
      const events = await depth(EVENTS);
      const deliveries = await Promise.all(
        endpoints.map(async ({ name }) => [name, await depth(DELIVER + name)] as const),
      );
      const queues = [EVENTS, ...endpoints.map(({ name }) => DELIVER + name)];
      const dead = await Promise.all(queues.map((queue) => depth(deadLetters(queue))));
      return {
        events,
        deliveries: Object.fromEntries(deliveries),
        deadLetters: dead.reduce((sum, each) => sum + each, 0),
      };
    },
    kill: async (pick) => {
      await connections[pick(connections.length)]?.kill();
    },
    stop: async () => {
      await Promise.all([page?.stop(), ingest?.stop(), ...connections.map((each) => each.stop())]);
      await rm(addresses, { force: true });
      await Promise.all([aws.stop(), parameters.stop(), sandbox.stop()]);
      await new Promise((ended) => log.end(ended));
    },
  };
};

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

const sandboxUrl = (sandbox: Sandbox, { protocol, name }: Endpoint): string =>
  `${sandbox.url}/${protocol}/${name}`;

/** Gives every secret that the site's files name a value of this folder's own, and tells the sandbox what to expect. */
const secretsOf = ({ state, site }: ServiceOptions) => {
  const stores = { ssm: new Map<string, string>(), secretsmanager: new Map<string, string>() };
  const credentials: Record<string, string | { readonly header: string; readonly value: string }> = {};
  const put = (reference: string, value: string): void => {
    const { store, name } = readSecretReference(reference, STAGE);
    stores[store].set(name, value);
  };
  for (const [reference, value] of siteSecrets(site.settings, state)) put(reference, value);
  for (const { endpoint } of site.endpoints) {
    const { auth } = localEndpoint(endpoint, "http://127.0.0.1");
    if (auth.scheme === "none") continue;
    const secret = auth.scheme === "basic" ? `translator:${state.secret("store")}` : state.secret("store");
    put(auth.secret, secret);
    if (auth.scheme === "basic")
      credentials[endpoint.name] = `Basic ${Buffer.from(secret).toString("base64")}`;
    if (auth.scheme === "bearer") credentials[endpoint.name] = `Bearer ${secret}`;
    if (auth.scheme === "header") credentials[endpoint.name] = { header: auth.name, value: secret };
  }
  return { ...stores, credentials };
};
