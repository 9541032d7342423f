import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { project } from "../../build/bundle.ts";
import { readSite } from "../../build/site.ts";
import { BUCKET } from "../../local/names.ts";
import { dayOf } from "../../src/archive/days.ts";
import { s3Bucket } from "../../src/aws/bucket.ts";
import { learnerTags } from "../../src/learner/tag.ts";
import type { EventsPage } from "../../workbench/api/events.ts";
import type { Flow } from "../../workbench/api/flow.ts";
import { archiveAccounted } from "../archive/accounted.ts";
import { PER_DAY } from "../archive/archived.ts";
import { startArchive } from "../archive/local-archive.ts";
import type { Bench } from "../support/result.ts";

/** A hundred thousand events, of the days before today. */
const DAYS = 10;

/** How often each view is asked for. */
const TIMES = 40;

/**
 * How long the workbench's server takes to answer each view over an archive of a hundred thousand events, two endpoints,
 * as `jlt workbench` serves it, in a process of its own: when everything is read, and while it is read for the first time.
 */
export const benchWorkbench: Bench = async () => {
  const folder = await mkdtemp(join(tmpdir(), "jupyter-lms-bench-"));
  const { aws, stop } = await startArchive(folder);
  try {
    const say = (text: string): void => void process.stderr.write(`\r\u001b[K${text}`);
    say(`${(DAYS * PER_DAY).toLocaleString("en-GB")} events are made …`);
    const endpoints = (await readSite(project)).endpoints.map(({ endpoint }) => endpoint.name);
    // Older days than those of which everything is kept are not looked at.
    const first = Date.parse(dayOf(Date.now() - DAYS * 86_400_000));
    await archiveAccounted(s3Bucket(aws.s3, BUCKET), learnerTags(aws.key), DAYS, endpoints, first);
    const server = await serve(folder);
    try {
      say("the archive is read for the first time …");
      const began = performance.now();
      const early: number[] = [];
      while (!(await isWhole(server, early))) await sleep(20);
      const seconds = (performance.now() - began) / 1000;
      const rows = [];
      for (const [name, path] of await viewsOf(server)) {
        say(`${name} is asked for …`);
        rows.push({ name, ...(await timesOf(server, path)) });
      }
      say("");
      return resultOf(rows, { seconds, early });
    } finally {
      await server.stop();
    }
  } finally {
    await stop();
    await rm(folder, { recursive: true, force: true });
  }
};

interface Server {
  get<T>(path: string): Promise<T>;
  stop(): Promise<void>;
}

/** Starts the command, and asks by the token that its address ends in. */
const serve = async (folder: string): Promise<Server> => {
  const args = ["cli/jlt.ts", "workbench", "--state", folder, "--port", "0", "--json"];
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], {
    cwd: project,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface(child.stdout), "line");
  const { url } = JSON.parse(line);
  const [, token = ""] = /#token=(.+)$/.exec(url) ?? [];
  return {
    get: async <T>(path: string) => {
      const response = await fetch(new URL(path, url), { headers: { "x-workbench-token": token } });
      if (!response.ok) throw new Error(`${path} was answered with ${response.status}.`);
      return (await response.json()) as T;
    },
    stop: async () => {
      child.kill("SIGINT");
      await once(child, "exit");
    },
  };
};

/** Asks for the first page, and keeps how long that took. */
const isWhole = async (server: Server, times: number[]): Promise<boolean> => {
  const began = performance.now();
  const { accepted, reading } = await server.get<Flow>("/api/flow");
  times.push(performance.now() - began);
  return accepted === DAYS * PER_DAY && reading.read === reading.objects;
};

const viewsOf = async (server: Server): Promise<readonly (readonly [name: string, path: string])[]> => {
  const { rows, next = "" } = await server.get<EventsPage>("/api/events");
  return [
    ["flow", "/api/flow"],
    ["events", "/api/events"],
    ["events, the next page", `/api/events?after=${encodeURIComponent(next)}`],
    ["events, set aside", "/api/events?endpoint=campus-lrs&state=setAside"],
    ["events of a learner", "/api/events?learner=learner-0007&source=jupyter-server/contents"],
    ["event", `/api/events/${rows[0]?.id}`],
    ["mappings", "/api/mappings"],
    ["mapping", "/api/mappings/jupyter-server/contents"],
    ["endpoints", "/api/endpoints"],
    ["failures", "/api/failures"],
    ["quarantine", "/api/quarantine"],
    ["privacy", "/api/privacy"],
  ];
};

interface Times {
  /** Milliseconds: of the first time, and of all. */
  readonly first: number;
  readonly median: number;
  readonly most: number;
}

const timesOf = async (server: Server, path: string): Promise<Times> => {
  const times: number[] = [];
  for (let time = 0; time < TIMES; time++) {
    const began = performance.now();
    await server.get(path);
    times.push(performance.now() - began);
  }
  return { first: times[0] ?? Number.NaN, ...spread(times) };
};

const spread = (times: readonly number[]): Omit<Times, "first"> => {
  const sorted = times.toSorted((one, other) => one - other);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN, most: sorted.at(-1) ?? Number.NaN };
};

const HOW =
  "jlt workbench in a process of its own, over an archive with the embedded S3 in another; each view is asked for over HTTP.";

const resultOf = (
  rows: readonly (Times & { readonly name: string })[],
  { seconds, early }: { readonly seconds: number; readonly early: readonly number[] },
) => {
  const ms = (value: number): string => value.toFixed(1);
  const whileRead = spread(early);
  return {
    title: `${(DAYS * PER_DAY).toLocaleString("en-GB")} archived events, two endpoints, ${TIMES} requests of each`,
    how: HOW,
    tables: [
      [
        ["milliseconds until the answer", "first", "median", "most"],
        ...rows.map(({ name, first, median, most }) => [name, ms(first), ms(median), ms(most)]),
        ["flow, while the archive is first read", "", ms(whileRead.median), ms(whileRead.most)],
      ],
    ],
    notes: [`The archive was read in ${seconds.toFixed(1)} seconds.`],
    figures: {
      "workbench.slowest_ms": Math.round(Math.max(...rows.map(({ most }) => most))),
      "workbench.slowest_while_reading_ms": Math.round(whileRead.most),
      "workbench.first_read_seconds": Math.round(seconds * 10) / 10,
    },
  };
};
