import { randomUUID } from "node:crypto";
import type { Writable } from "node:stream";
import { Worker } from "node:worker_threads";

/** One instance of a function: its bundle in a thread of its own, with an environment of its own. */
export interface LocalLambda {
  /** Calls the handler. Rejects where it throws, or where the time is up: then the instance is ended, as Lambda does. */
  invoke(event: unknown): Promise<unknown>;
  /** Ends the instance, whatever it does: an invocation that is under way fails, and the next one has a new instance. */
  stop(): Promise<void>;
}

/** One that can have another bundle meanwhile, as with a deployment. */
export interface RenewableLambda extends LocalLambda {
  /** The next invocation has a new instance, of the bundle as it is then. What is under way is brought to its end. */
  renew(): void;
}

export interface LambdaOptions {
  /** The path of the bundle, a CommonJS module that exports `handler`. */
  readonly bundle: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Milliseconds that an invocation may take. */
  readonly timeout: number;
  /** Where what the function logs is written. */
  readonly log: Writable;
}

/** What the thread is sent, and what it answers. */
export interface Invocation {
  readonly id: string;
  readonly event: unknown;
  readonly deadline: number;
}

export type Invoked =
  | { readonly id: string; readonly result: unknown }
  | { readonly id: string; readonly error: string };

export const startLambda = (options: LambdaOptions): RenewableLambda => {
  const all = new Set<Instance>();
  let current: Instance | undefined;
  const forget = (ended: Instance): void => {
    if (current === ended) current = undefined;
  };
  const start = (): Instance => {
    const instance: Instance = { worker: boot(options), underWay: 0 };
    all.add(instance);
    instance.worker.once("exit", () => {
      all.delete(instance);
      forget(instance);
    });
    return instance;
  };
  const endIfFormer = (instance: Instance): void => {
    if (instance === current || instance.underWay > 0) return;
    // What it logged last may still be on its way.
    setTimeout(() => instance.worker.terminate(), LINGER).unref();
  };
  return {
    invoke: async (event) => {
      current ??= start();
      const instance = current;
      instance.underWay++;
      try {
        return await call(instance.worker, event, options.timeout, () => forget(instance));
      } finally {
        instance.underWay--;
        endIfFormer(instance);
      }
    },
    renew: () => {
      const former = current;
      current = undefined;
      if (former !== undefined) endIfFormer(former);
    },
    stop: async () => {
      current = undefined;
      await Promise.all([...all].map(({ worker }) => worker.terminate()));
    },
  };
};

interface Instance {
  readonly worker: Worker;
  /** How many invocations it has not answered yet. */
  underWay: number;
}

/** How long an instance that is not needed any more is left alone, in milliseconds. */
const LINGER = 500;

const boot = ({ bundle, environment, log }: LambdaOptions): Worker => {
  const worker = new Worker(new URL("./lambda-worker.ts", import.meta.url), {
    workerData: { bundle },
    env: { ...environment },
    stdout: true,
    stderr: true,
  });
  worker.stdout.pipe(log, { end: false });
  worker.stderr.pipe(log, { end: false });
  // An error is told to the invocation that waits; without a listener it would end this process.
  worker.on("error", (error) => log.write(`${String(error)}\n`));
  worker.unref();
  return worker;
};

const call = (worker: Worker, event: unknown, timeout: number, forget: () => void): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const id = randomUUID();
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      worker.off("message", onMessage);
      worker.off("exit", onExit);
      act();
    };
    const onMessage = (message: Invoked): void => {
      if (message.id !== id) return;
      settle(() => ("error" in message ? reject(new Error(message.error)) : resolve(message.result)));
    };
    const onExit = (): void => settle(() => reject(new Error("The function ended without an answer.")));
    const timer = setTimeout(() => {
      forget();
      worker.terminate();
      settle(() => reject(new Error(`The function took longer than ${timeout} ms.`)));
    }, timeout);
    worker.on("message", onMessage);
    worker.on("exit", onExit);
    worker.postMessage({ id, event, deadline: Date.now() + timeout } satisfies Invocation);
  });
