import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { type JupyterServer, startServer } from "../../test/interop/jupyter/server.ts";
import { toQueue } from "../../test/interop/jupyter/trouble-server.ts";
import { pythonWith } from "../../test/interop/support/parts.ts";
import type { Bench } from "../support/result.ts";
import { quantile, rounded } from "../support/spread.ts";
import type { Order, Ready } from "./sqs.ts";

/** How often all phases are gone through, and how often each server is asked in one. */
const ROUNDS = 5;
const TIMES = 80;

/** The phases, in order, and how SQS does in them. */
const PHASES = { well: "well", slow: "slow", silent: "silent", gone: "gone", back: "well" } as const;
type Phase = keyof typeof PHASES;
const phases = Object.keys(PHASES) as Phase[];

/**
 * Servers by their handlers of events. `other` is one more without, and tells how much two of the same differ; `idle` has
 * one that does nothing: without any, Jupyter does not even make its events.
 */
const KINDS = ["without", "other", "idle", "with"] as const;
type Kind = (typeof KINDS)[number];
const REQUESTS = ["PUT", "GET"] as const;
type Request = (typeof REQUESTS)[number];

/** Milliseconds, of each request and phase and server. */
type Times = Map<`${Request} ${Phase} ${Kind}`, number[]>;

/**
 * How long a Jupyter Server takes to save and to open a notebook, with the shipped sender and without: servers side by
 * side, asked by turns while SQS is well, slow, silent, gone, and back.
 */
export const benchServer: Bench = async () => {
  const found = await pythonWith("jupyter");
  if ("missing" in found) return found;
  const folder = await mkdtemp(join(tmpdir(), "jupyter-lms-bench-"));
  const sqs = new Worker(new URL("./sqs.ts", import.meta.url), { workerData: folder });
  const [ready]: [Ready] = (await once(sqs, "message")) as [Ready];
  const servers = new Map<Kind, JupyterServer>();
  try {
    const sends = { ...toQueue(ready.url, ready.queueUrl), LMS_LEARNER_CONTEXT: "a-token" };
    await writeFile(join(folder, "jupyter_server_config.py"), IDLE);
    const variables = { without: {}, other: {}, idle: { JUPYTER_CONFIG_PATH: folder }, with: sends };
    for (const kind of KINDS) servers.set(kind, await startServer(found.python, folder, variables[kind]));
    return resultOf(await timesOf(servers, sqs));
  } finally {
    for (const server of servers.values()) await server[Symbol.asyncDispose]();
    await sqs.terminate();
    await rm(folder, { recursive: true, force: true });
  }
};

const IDLE = "import logging\nget_config().EventLogger.handlers = [logging.NullHandler()]\n";

const timesOf = async (servers: ReadonlyMap<Kind, JupyterServer>, sqs: Worker): Promise<Times> => {
  const times: Times = new Map();
  let asked = 0;
  const askAll = async (phase: Phase, keep: boolean): Promise<void> => {
    asked += 1;
    for (const [at] of KINDS.entries()) {
      // Each goes first as often as the others.
      const kind = KINDS[(at + asked) % KINDS.length];
      const server = kind && servers.get(kind);
      if (kind === undefined || server === undefined) continue;
      for (const request of REQUESTS) {
        const began = performance.now();
        await server.ask(
          request,
          `/api/contents/hw${asked % 50}.ipynb`,
          request === "PUT" ? NOTEBOOK : undefined,
        );
        if (keep) put(times, `${request} ${phase} ${kind}`, performance.now() - began);
      }
    }
  };
  const be = async (phase: Phase): Promise<void> => {
    let isMet = false;
    sqs.once("message", () => {
      isMet = true;
    });
    sqs.postMessage({ weather: PHASES[phase] } satisfies Order);
    // There must be something to send, for the sender to meet what SQS does now.
    do await askAll(phase, false);
    while (!isMet);
  };
  for (let time = 0; time < TIMES; time++) await askAll("well", false);
  for (let round = 0; round < ROUNDS; round++)
    for (const phase of phases) {
      process.stderr.write(`\r\u001b[K${round + 1} of ${ROUNDS}: SQS is ${phase} …`);
      await be(phase);
      for (let time = 0; time < TIMES; time++) await askAll(phase, true);
    }
  process.stderr.write("\r\u001b[K");
  return times;
};

const CELL = {
  cell_type: "code",
  id: "a-cell",
  metadata: {},
  source: "1 + 1",
  outputs: [],
  execution_count: null,
};
const NOTEBOOK = {
  type: "notebook",
  content: { cells: [CELL], metadata: {}, nbformat: 4, nbformat_minor: 5 },
};

const put = <Key>(map: Map<Key, number[]>, key: Key, value: number): void => {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
};

const HOW =
  "four real Jupyter Servers side by side, asked by turns, while SQS is well, slow (two seconds for an answer), silent, gone, and back.";

const resultOf = (times: Times) => {
  const of = (request: Request, phase: Phase, kind: Kind): readonly number[] =>
    times.get(`${request} ${phase} ${kind}`) ?? [];
  const figures: Record<string, number> = {};
  const rows = REQUESTS.flatMap((request) =>
    phases.map((phase) => {
      const base = of(request, phase, "without");
      const ratios = KINDS.slice(1).flatMap((kind) => {
        const some = of(request, phase, kind);
        // Of the median, those who were asked together are compared; the slowest are not the same for each.
        const median = quantile(
          some.map((time, at) => time / (base[at] ?? Number.NaN)),
          0.5,
        );
        const p95 = quantile(some, 0.95) / quantile(base, 0.95);
        const name = `server.${request.toLowerCase()}_${phase}_${kind}`;
        figures[`${name}_median_ratio`] = rounded(median);
        figures[`${name}_p95_ratio`] = rounded(p95);
        return [median, p95].map((ratio) => ratio.toFixed(2));
      });
      const without = [0.5, 0.95].map((share) => `${quantile(base, share).toFixed(1)} ms`);
      return [`${request}, SQS ${phase}`, ...without, ...ratios];
    }),
  );
  return {
    title: `a Jupyter Server's notebook saved (PUT) and opened (GET); ${ROUNDS * TIMES} of each by turns`,
    how: HOW,
    tables: [
      [["", "no handler", "p95", "again ÷", "p95 ÷", "idle ÷", "p95 ÷", "sender ÷", "p95 ÷"], ...rows],
    ],
    notes: [
      "÷ what a server without a handler of events took: the median of all pairs, and of both 95th percentiles.",
      "again: one more server without; idle: with a handler that does nothing; sender: with the shipped one.",
    ],
    figures,
  };
};
