import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { project } from "../../../build/bundle.ts";
import { eventually, orEnd, type Running, start } from "../support/running.ts";
import { shipped } from "./server.ts";

/** What became of the events of a flood. */
export interface Counts {
  readonly taken: number;
  readonly sent: number;
  readonly dropped: number;
  /** How much waits in the process, in characters. */
  readonly waiting: number;
}

/** A process that has emitted more events than it may keep. */
export interface Flood extends Running {
  /** Once all are emitted. */
  readonly emitted: Counts;
  /** Has it emit a hundred `more`, or ten at the `last`. */
  readonly tell: (what: "more" | "last") => Promise<Counts>;
  /** Once nothing waits any more. */
  readonly settled: () => Promise<Counts>;
  /** Lets it end by itself, with what it still has to send. */
  readonly over: () => Promise<void>;
}

/** How long it may take to emit them all, in milliseconds, until a test fails that waits for it. */
const PATIENCE = 120_000;
const OVER = { done: true, value: undefined } as const;

/** Has a process emit `events` with the shipped sender; gives it when they are emitted. */
export const flood = async (
  python: string,
  events: number,
  env: Readonly<Record<string, string>>,
): Promise<Flood> => {
  const running = start(python, [join(project, "test", "interop", "jupyter", "flood.py")], {
    cwd: project,
    env: { TEST_SHIPPED: shipped, TEST_EVENTS: String(events), ...env },
  });
  const { stdin, stdout } = running.child;
  assert.ok(stdin !== null && stdout !== null);
  const lines = createInterface(stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<Counts> => {
    const late = AbortSignal.timeout(PATIENCE);
    const { value, done } = await Promise.race([lines.next(), once(late, "abort").then(() => OVER)]);
    if (done === true)
      throw new Error(`The flood ended too soon, or is held up. It said:\n${running.said()}`);
    return JSON.parse(value);
  };
  const tell = (what: string): Promise<Counts> => {
    stdin.write(`${what}\n`);
    return next();
  };
  const settled = (): Promise<Counts> =>
    eventually("nothing waits", async () => {
      const counts = await tell("counts");
      return counts.taken === counts.sent + counts.dropped ? counts : undefined;
    });
  const over = async (): Promise<void> => {
    const closed = new Promise((resolve) => running.child.once("close", resolve));
    stdin.end();
    await closed;
  };
  return { ...running, emitted: await orEnd(running, next()), tell, settled, over };
};

/** How a receiver treats its requests while it is in trouble: with a status, or with silence. */
export type Trouble = number | "silence";

/** A receiver in trouble, until it is mended. */
export interface Receiver extends AsyncDisposable {
  readonly url: string;
  /** The events that it has acknowledged, by their numbers. */
  readonly events: ReadonlySet<number>;
  /** How many requests it did not acknowledge. */
  readonly refused: () => number;
  readonly mend: () => void;
}

/** An ingest address on this machine; on this port, or any. */
export const receiver = async (trouble: Trouble, port = 0): Promise<Receiver> => {
  const events = new Set<number>();
  const silent: ServerResponse[] = [];
  let now: Trouble = trouble;
  let refused = 0;
  const answer: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (now === "silence") {
      refused += 1;
      silent.push(response);
      return;
    }
    if (now === 200) for (const n of numbersIn(Buffer.concat(chunks).toString("utf8"))) events.add(n);
    else refused += 1;
    response.writeHead(now).end();
  };
  const server = createServer((request, response) => {
    Promise.resolve(answer(request, response)).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  return {
    url: `http://127.0.0.1:${address.port}/events`,
    events,
    refused: () => refused,
    mend: () => {
      now = 200;
      for (const response of silent) response.destroy();
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** The numbers of a flood's events in a body of NDJSON. */
export const numbersIn = (lines: string): readonly number[] =>
  lines.split("\n").map((line) => Number(JSON.parse(line).n));
