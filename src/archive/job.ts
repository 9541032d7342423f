import { randomUUID } from "node:crypto";
import { isObject, parseJson } from "../event/json.ts";
import type { EditableBucket } from "./layout.ts";

/** Where long runs keep how far they have come. What is left of one that nobody took up again expires. */
export const JOBS = "jobs/";

/** A long run in the hands of one process: as soon as another takes it up, this one can note nothing more. */
export interface Job<T> {
  /** What an earlier run of it has left; undefined where there is none to be taken up. */
  readonly left: T | undefined;
  /** Keeps how far it has come. Throws JobOvertaken. */
  note(state: T): Promise<void>;
  /** It is done: nothing of it stays. Throws JobOvertaken. */
  end(): Promise<void>;
}

/** Thrown where two processes are at the same work: the later one goes on. */
export class JobOvertaken extends Error {
  override readonly name = "JobOvertaken";
  /** Whether what was to be noted may have been, before the other run took over. */
  readonly mayBeNoted: boolean;

  constructor(mayBeNoted = false) {
    super("Another run does the same, and has taken over. Let it end, and run this again.");
    this.mayBeNoted = mayBeNoted;
  }
}

/**
 * Takes up a long run, or begins it. Its name tells it from all others, and holds nothing of a learner; `read` tells
 * whether what was left is a state of it. Throws JobOvertaken.
 */
export const takeUpJob = async <T>(
  bucket: EditableBucket,
  name: string,
  read: (state: unknown) => T | undefined,
): Promise<Job<T>> => {
  const key = `${JOBS}${name}.json`;
  const run = randomUUID();
  const found = await bucket.find(key);
  const text = found && new TextDecoder().decode(found.body);
  const state = stateIn(text);
  let last = text;

  const write = async (next: string): Promise<void> => {
    const now = await bucket.find(key);
    const before = now && new TextDecoder().decode(now.body);
    if (before !== last) throw new JobOvertaken();
    const isWritten = await bucket.replace(key, new TextEncoder().encode(next), now?.version);
    // The answer to a first try may have been lost on its way.
    if (!isWritten && (await textAt(bucket, key)) !== next) throw new JobOvertaken(true);
    last = next;
  };
  const textOf = (each: unknown): string => `${JSON.stringify({ run, state: each })}\n`;
  await write(textOf(state));

  return {
    left: state === undefined ? undefined : read(state),
    note: (next) => write(textOf(next)),
    end: async () => {
      if ((await textAt(bucket, key)) !== last) throw new JobOvertaken();
      await bucket.remove(key);
    },
  };
};

const stateIn = (text: string | undefined): unknown => {
  const read = text === undefined ? undefined : parseJson(text);
  return read !== undefined && "value" in read && isObject(read.value) ? read.value.state : undefined;
};

const textAt = async (bucket: EditableBucket, key: string): Promise<string | undefined> => {
  const found = await bucket.find(key);
  return found && new TextDecoder().decode(found.body);
};
