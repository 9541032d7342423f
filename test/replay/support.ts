import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { project } from "../../build/bundle.ts";
import { loadSite } from "../../build/load.ts";
import { readSite, type SiteFiles } from "../../build/site.ts";
import type { ReplayOptions } from "../../cli/replay-options.ts";
import { replayEvents, type Steps } from "../../cli/replay-run.ts";
import type { Sandbox } from "../../local/sandbox/server.ts";
import type { EditableBucket } from "../../src/archive/layout.ts";
import { deliverer } from "../../src/deliver.ts";
import { unpack } from "../../src/delivery/pack.ts";
import type { Endpoint } from "../../src/endpoint/endpoint.ts";
import type { EventMessage } from "../../src/intake.ts";
import { readAccounts } from "../../src/ledger/accounts.ts";
import type { ReplayCounts } from "../../src/replay/counts.ts";
import type { Site } from "../../src/site.ts";
import type { Stage } from "../../stage/stage.ts";
import { SENSOR } from "../support/delivering.ts";
import { messageOf, queueRecord } from "../support/delivery-queue.ts";
import { contents, message } from "../support/events.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { ARRIVED, learnerToken, PSEUDONYM_KEY } from "../support/tokens.ts";
import { translating } from "../support/translating.ts";

export const LRS = "campus-lrs";
export const CALIPER = "campus-caliper";
export const DAY = new Date(ARRIVED).toISOString().slice(0, 10);

/** A site, as its files and compiled. */
export interface Deployed {
  readonly files: SiteFiles;
  readonly site: Site;
}

/** The shipped site with some files written anew or added. */
export const deployed = async (changes: Readonly<Record<string, string>> = {}): Promise<Deployed> => {
  const folder = await mkdtemp(join(tmpdir(), "replay-"));
  try {
    for (const part of ["translator.yml", "endpoints", "mappings"])
      await cp(join(project, part), join(folder, part), { recursive: true });
    for (const [path, text] of Object.entries(changes)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const files = await readSite(folder);
    return { files, site: await loadSite(files) };
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** An event of a learner in a course, in a message of its own. */
export const saved = async (
  path: string,
  { learner = "ada", course = "stat101", ...more }: Readonly<Record<string, string>> = {},
): Promise<EventMessage> =>
  message(contents({ path, ...more }), { token: await learnerToken(learner, { course: { id: course } }) });

export const CELLS = "https://events.jupyter.org/jupyter_server_nbmodel/cell_execution/v1";

let moment = 0;

/** A message of a learner with what happens to a few cells: what is told of an end depends on its beginning. */
export const cells = async (
  learner: string,
  steps: readonly (readonly [string, number])[],
): Promise<EventMessage> => {
  const events = steps.map(([type, cell], at) => ({
    ...contents(),
    // No two events in the same millisecond: of these, a batch that has one of them twice forgets which came first.
    __timestamp__: new Date(Date.UTC(2026, 10, 22, 1, 0, 0, moment++)).toISOString(),
    __schema__: CELLS,
    action: undefined,
    path: undefined,
    event_type: `execution_${type}`,
    cell_id: `c${cell}`,
    document_id: "json:notebook:0",
    timestamp: new Date(Date.UTC(2026, 10, 22, 1, 0, at)).toISOString(),
    ...(type === "end" && { success: true }),
  }));
  return message(JSON.stringify(events), { token: await learnerToken(learner) });
};

const OPTIONS: ReplayOptions = {
  from: DAY,
  to: DAY,
  delivered: false,
  retract: false,
  anew: false,
  "dry-run": false,
  yes: true,
  json: true,
};

/** What a replay said, with its exit code. */
export interface Said {
  readonly code: number;
  readonly resumed?: string;
  readonly endpoints: readonly (ReplayCounts & { readonly endpoint: string })[];
  readonly passedOver: readonly { readonly key: string; readonly why: string }[];
}

let worlds = 0;

/** A service in memory, whose stores are in the sandbox: what is put into its queues is delivered when that is asked for. */
export const world = (sandbox: Pick<Sandbox, "url" | "statements" | "voided" | "caliper">) => {
  const number = worlds++;
  const bucket = memoryBucket();
  let queues = new Map<string, string[]>();
  let clock = ARRIVED + 2000;
  const now = (): number => clock++;
  const storeOf = (endpoint: string): string => `replay-${number}-${endpoint}`;
  const send = async (endpoint: string, bodies: readonly string[]): Promise<readonly boolean[]> => {
    queues.set(endpoint, [...(queues.get(endpoint) ?? []), ...bodies]);
    return bodies.map(() => true);
  };
  const deliver = async ({ site }: Deployed): Promise<void> => {
    const all = queues;
    queues = new Map();
    for (const [name, bodies] of all) {
      const endpoint = site.endpoints.find((each) => each.name === name);
      if (endpoint === undefined) throw new Error(`There is no endpoint ${name}.`);
      const url = `${sandbox.url}/${endpoint.protocol}/${storeOf(name)}`;
      const at: Endpoint = { ...endpoint, url };
      const parts = { endpoint: at, bucket, queue: queueRecord(), sensor: SENSOR, now };
      const run = deliverer({ ...parts, secret: "user:password" });
      // As many at once as SQS hands over.
      for (let from = 0; from < bodies.length; from += 10)
        await run(bodies.slice(from, from + 10).map((body) => messageOf(body, { sent: clock })));
    }
  };
  const stage = (of: EditableBucket = bucket, how: Stage["send"] = send): Stage => ({
    name: "memory",
    bucket: of,
    secret: async () => PSEUDONYM_KEY,
    send: how,
    depths: async () => ({ events: 0, deliveries: {}, deadLetters: { events: 0, deliveries: {} } }),
  });
  const replay = async (
    { files, site }: Deployed,
    options: Partial<ReplayOptions> = {},
    { on = stage(), ...steps }: Steps & { readonly on?: Stage } = {},
  ): Promise<Said> => {
    const { log } = console;
    let text = "";
    console.log = (each) => {
      text += each;
    };
    try {
      const all = { ...OPTIONS, ...options };
      const code = await replayEvents(on, files, all, async () => true, {
        now,
        load: async () => site,
        ...steps,
      });
      return { code, ...JSON.parse(text) };
    } finally {
      console.log = log;
    }
  };
  return {
    bucket,
    stage,
    send,
    deliver,
    replay,
    /** Batches of events come, and are told and delivered. */
    take: async (to: Deployed, ...batches: readonly (readonly EventMessage[])[]): Promise<void> => {
      const way = await translating({ site: to.site });
      for (const batch of batches) await way.translate(batch);
      for (const [key, body] of way.bucket.objects) await bucket.put(key, body);
      for (const { name } of to.site.endpoints) await send(name, way.bodies(name));
      await deliver(to);
    },
    /** Nothing happens until then (milliseconds). */
    pass: (time: number) => {
      clock = time;
    },
    /** The ids of the statements that the queues hold. */
    waiting: (endpoint: string): readonly string[] =>
      (queues.get(endpoint) ?? []).flatMap((body) => unpack(body).statements.map(({ id }) => id)),
    /** Whatever the queues hold is lost. */
    lose: () => {
      queues = new Map();
    },
    /** What an xAPI store tells whoever asks it, in the order of the ids: neither what is voided, nor what voids. */
    told: (endpoint: string): readonly Readonly<Record<string, unknown>>[] => {
      const store = storeOf(endpoint);
      const voided = new Set(sandbox.voided(store));
      return sandbox
        .statements(store)
        .filter((each) => !voided.has(each.id) && !JSON.stringify(each).includes("StatementRef"))
        .map(({ stored: _, authority: __, version: ___, ...each }: Record<string, unknown>) => each)
        .sort((one, other) => (String(one.id) < String(other.id) ? -1 : 1));
    },
    store: storeOf,
    /** Where the account of each endpoint does not balance: nothing may wait unless it is in a queue. */
    faults: async (...endpoints: readonly string[]): Promise<readonly string[]> => {
      const accounts = await readAccounts(bucket, endpoints);
      return accounts.endpoints.flatMap(({ endpoint, received, delivered, filtered, setAside, ...each }) => {
        const silent = Object.values(filtered).reduce((sum, count) => sum + count, 0);
        const isEven = received === delivered + silent + setAside + each.waiting;
        const isRight = isEven && each.waiting === 0 && each.unexplained === 0;
        return isRight ? [] : [`${endpoint}: ${JSON.stringify(each)}`];
      });
    },
  };
};

/** How many statements of an endpoint became what. */
export const sumOf = (
  { endpoints }: Said,
  endpoint: string,
  what: keyof ReplayCounts["translations"][string],
): number => {
  const counts = endpoints.find((each) => each.endpoint === endpoint);
  return Object.values(counts?.translations ?? {}).reduce((sum, each) => sum + each[what], 0);
};
