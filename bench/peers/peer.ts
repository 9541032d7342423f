import { join } from "node:path";
import { createInterface } from "node:readline";
import { orEnd, type Running, start } from "../../test/interop/support/running.ts";
import { meanBytes, SHOWN, type Spent, type Subject } from "./subject.ts";

/** What a peer is run with. */
export interface PeerParts {
  readonly name: string;
  /** The Python that has it. */
  readonly python: string;
  /** The texts of its events. */
  readonly events: readonly string[];
}

/** What came of all events the first time, as turns.py tells it. */
interface Begun {
  readonly version: string;
  readonly python: string;
  readonly outputs: number;
  readonly bytes: number;
  readonly shown: readonly string[];
}

/**
 * Starts a peer in a Python process of its own, where it waits for its turns: a program beside this file, and what that
 * takes. Throws, with what it said, where it does not start or ends; and where it does not make one statement of each
 * event.
 */
export const startPeer = async (
  { name, python, events }: PeerParts,
  script: string,
  ...args: readonly string[]
): Promise<Subject> => {
  const folder = import.meta.dirname;
  const running = start(python, [join(folder, script), ...args], { cwd: folder, env: {} });
  const ask = asking(running);
  const begun = await orEnd(running, begin(name, ask, events));
  return {
    name: `${name} ${begun.version}`,
    runtime: `Python ${begun.python}`,
    bytes: { event: meanBytes(events), statement: begun.bytes / begun.outputs },
    shown: begun.shown,
    turn: () => ask<Spent>("turn"),
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
};

type Ask = <Answer>(line: string) => Promise<Answer>;

const begin = async (name: string, ask: Ask, events: readonly string[]): Promise<Begun> => {
  const begun = await ask<Begun>(JSON.stringify({ events, shown: SHOWN }));
  if (begun.outputs !== events.length)
    throw new Error(`${name} made ${begun.outputs} statements of ${events.length} events.`);
  return begun;
};

/** Writes a line to a program and gives what the line holds that it answers with. */
const asking = (running: Running): Ask => {
  const { stdin, stdout } = running.child;
  if (stdin === null || stdout === null) throw new Error("The program has no pipes.");
  // Where a program has ended, no answer comes, and tells why.
  stdin.on("error", () => {});
  const lines = createInterface(stdout)[Symbol.asyncIterator]();
  return async <Answer>(line: string) => {
    stdin.write(`${line}\n`);
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`The program has ended. It said:\n${running.said()}`);
    return JSON.parse(value) as Answer;
  };
};
