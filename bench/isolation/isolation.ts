import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { buildSite, project } from "../../build/bundle.ts";
import { readSite } from "../../build/site.ts";
import { localHub } from "../../local/hub.ts";
import { hubKey } from "../../local/keys.ts";
import { EVENTS } from "../../local/names.ts";
import { type LocalService, settled, startService } from "../../local/service.ts";
import { openState } from "../../local/state.ts";
import { LEARNER_CONTEXT } from "../../src/learner/sender.ts";
import type { Bench } from "../support/result.ts";
import { quantile, rounded } from "../support/spread.ts";

/** The endpoint whose statements are timed, and the one that hangs in every other phase: two of the shipped site. */
const TIMED = "campus-lrs";
const OTHER = "campus-caliper";

/** Pairs of phases, and how long a phase is, in milliseconds: longer than the shipped endpoints' timeout. */
const ROUNDS = 5;
const PHASE = 12_000;

/** Between two events, in milliseconds: twice as long at the most, and this on average. */
const PAUSE = 50;

/** How long everything may take to settle after a phase, in milliseconds. */
const SETTLING = 120_000;

type Weather = "alone" | "hangs";

/**
 * How long events take from the events queue to one endpoint's store, while it alone is told of them, and while
 * another endpoint is told of them too and hangs: in one service, by turns. From just before an event's message is sent
 * until the store's own `stored`.
 */
export const benchIsolation: Bench = async () => {
  const folder = await mkdtemp(join(tmpdir(), "jupyter-lms-bench-"));
  try {
    const dist = join(folder, "functions");
    const files = join(folder, "site");
    await copySite(files);
    await buildSite(files, dist);
    const site = await readSite(files);
    const state = await openState(join(folder, "state"), true);
    const service = await startService({ state, dist, site });
    try {
      const { token } = await localHub(hubKey(site.settings.trust, state)).sign(undefined);
      const phase = phaseOf(service, token);
      await phase("alone", "warm-up", PHASE / 4);
      const times: Record<Weather, number[][]> = { alone: [], hangs: [] };
      for (let round = 0; round < ROUNDS; round++) {
        const order: readonly Weather[] = round % 2 === 0 ? ["alone", "hangs"] : ["hangs", "alone"];
        for (const weather of order) times[weather].push(await phase(weather, `${round}-${weather}`, PHASE));
      }
      return resultOf(times);
    } finally {
      await service.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** The shipped site, but a get is told to TIMED, and both get names of files as they are, by which they are found. */
const copySite = async (into: string): Promise<void> => {
  for (const part of ["translator.yml", "endpoints", "mappings", "queries"])
    await cp(join(project, part), join(into, part), { recursive: true });
  for (const endpoint of [TIMED, OTHER])
    await appendFile(join(into, "endpoints", `${endpoint}.yml`), "personalData: allow\n");
  const timed = join(into, "endpoints", `${TIMED}.yml`);
  const asking = "translations:\n    - +jupyter-server/contents:opened\n";
  await writeFile(timed, (await readFile(timed, "utf8")).replace("translations:\n", asking));
};

/** What runs one phase, and gives how long each of its events took, in milliseconds. */
const phaseOf =
  ({ aws, sandbox, ...service }: LocalService, token: string) =>
  async (weather: Weather, name: string, length: number): Promise<number[]> => {
    sandbox.behave(OTHER, weather === "hangs" ? { hang: true } : {});
    const sent = new Map<string, number>();
    const sending: Promise<unknown>[] = [];
    const end = Date.now() + length;
    while (Date.now() < end) {
      const file = `${name}-${sent.size}.ipynb`;
      sent.set(file, Date.now());
      const command = new SendMessageCommand({
        QueueUrl: aws.queueUrl(EVENTS),
        MessageBody: eventOf(weather, file),
        MessageAttributes: { [LEARNER_CONTEXT]: { DataType: "String", StringValue: token } },
      });
      sending.push(aws.sqs.send(command));
      await sleep(PAUSE * 2 * Math.random());
    }
    await Promise.all(sending);
    const limit = Date.now() + SETTLING;
    let times: readonly number[] = [];
    while (times.length < sent.size) {
      if (Date.now() > limit) throw new Error(`${TIMED} did not get all events of a phase.`);
      await sleep(100);
      times = sandbox.statements(TIMED).flatMap((statement) => {
        const { object, stored } = statement as unknown as Kept;
        const at = sent.get(object.definition?.name?.en ?? object.id.split("/").at(-1) ?? "");
        return at === undefined ? [] : [Date.parse(stored) - at];
      });
    }
    // What has piled up at the other endpoint is none of the next phase's business.
    sandbox.behave(OTHER, {});
    if (!(await settled({ aws, sandbox, ...service }, SETTLING))) throw new Error("A phase did not settle.");
    return [...times];
  };

/** What is read of a statement that the store has kept. */
interface Kept {
  readonly stored: string;
  readonly object: {
    readonly id: string;
    readonly definition?: { readonly name?: { readonly en?: string } };
  };
}

/** A get of a notebook is told to TIMED only, a save to both. */
const eventOf = (weather: Weather, file: string): string =>
  JSON.stringify({
    __timestamp__: new Date().toISOString(),
    __schema__: "https://events.jupyter.org/jupyter_server/contents_service/v1",
    __schema_version__: "1",
    __metadata_version__: 1,
    action: weather === "alone" ? "get" : "save",
    path: `stat101/${file}`,
  });

const HOW =
  "the local service with the shipped endpoints, in real time: events are sent at random moments, and each is timed from the queue to the sandbox store of one endpoint, by turns while the other endpoint is told nothing and while it is told the same and never answers.";

const resultOf = (times: Readonly<Record<Weather, readonly (readonly number[])[]>>) => {
  const row = (title: string, all: readonly number[]): readonly string[] => [
    title,
    String(all.length),
    ...[0.5, 0.95, 1].map((share) => `${quantile(all, share).toFixed(0)} ms`),
  ];
  const ratios = times.hangs.map(
    (some, round) => quantile(some, 0.95) / quantile(times.alone[round] ?? [], 0.95),
  );
  const ratio = rounded(quantile(ratios, 0.5));
  const medians = quantile(times.hangs.flat(), 0.5) / quantile(times.alone.flat(), 0.5);
  const figures = {
    "isolation.p95_ratio": ratio,
    "isolation.median_ratio": rounded(medians),
    "isolation.p95_ms": quantile(times.alone.flat(), 0.95),
    "isolation.p95_ms_hanging": quantile(times.hangs.flat(), 0.95),
  };
  return {
    title: `events queue → ${TIMED}; ${ROUNDS} pairs of ${PHASE / 1000} s by turns`,
    how: HOW,
    tables: [
      [
        ["", "events", "median", "p95", "longest"],
        row(`${TIMED} alone`, times.alone.flat()),
        row(`beside ${OTHER}, which hangs`, times.hangs.flat()),
      ],
    ],
    notes: [
      `p95 beside a hanging endpoint ÷ alone, the median of all pairs: ${ratio} (budget: 1.5); pair by pair ${ratios.map((each) => each.toFixed(2)).join(", ")}.`,
    ],
    figures,
  };
};
