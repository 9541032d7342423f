/**
 * Lambda on this machine: runs a packaged function under AWS's own runtime client, which asks a Runtime API for events
 * as it does in AWS (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). Here is that API.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { LocalLambda } from "../../local/lambda.ts";
import { isObject, parseJson } from "../../src/event/json.ts";

export interface LambdaFunction {
  /** As AWS names it. */
  readonly name: string;
  /** `folder/file.export`, below the package. */
  readonly handler: string;
  /** Where the package is unpacked. */
  readonly folder: string;
  /** Megabytes. */
  readonly memory: number;
  /** Milliseconds. */
  readonly timeout: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** One instance of a function; after the end of its process, the next invocation has another. */
export interface LambdaInstance extends LocalLambda {
  /** All lines that it has logged. */
  readonly log: readonly string[];
  /** Its process, while there is one. */
  process(): ChildProcess | undefined;
}

/** Thrown for an invocation without an answer, with the type that Lambda tells of it. */
export class InvocationFailed extends Error {
  override readonly name = "InvocationFailed";
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** The most bytes of an event, and of an answer: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST = 6 * 1024 * 1024;

/** How long a process may take until it asks for an event, in milliseconds: longer than in AWS, as a machine may be busy. */
const STARTING = 60_000;

const PATH = "/2018-06-01/runtime/";

interface Job {
  readonly id: string;
  readonly event: string;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: InvocationFailed) => void;
}

/** Starts an instance, whose process begins with its first event. `client` is the file of AWS's runtime client. */
export const startInstance = async (fn: LambdaFunction, client: string): Promise<LambdaInstance> => {
  const log: string[] = [];
  let child: ChildProcess | undefined;
  /** The runtime client that waits for an event. */
  let asking: ServerResponse | undefined;
  let job: Job | undefined;
  let isHanded = false;
  let last: Promise<unknown> = Promise.resolve();
  const over = new AbortController();

  const fail = (type: string, message: string): void => {
    job?.reject(new InvocationFailed(type, message));
    job = undefined;
  };

  const hand = (): void => {
    if (asking === undefined || job === undefined || isHanded) return;
    isHanded = true;
    asking.writeHead(200, headersFor(fn, job.id)).end(job.event);
    asking = undefined;
    // From here the time counts, as in AWS: what it took to start is not the invocation's.
    endAfter(fn.timeout, job, () => true);
  };

  const endAfter = (time: number, meant: Job, isLate: () => boolean): void => {
    const late = (): void => {
      if (job !== meant || !isLate()) return;
      child?.kill("SIGKILL");
      fail("Sandbox.Timedout", `${fn.name} timed out after ${time / 1000} seconds.`);
    };
    sleep(time, undefined, { signal: over.signal, ref: false }).then(late, () => {});
  };

  const told = (request: IncomingMessage, body: Buffer): number => {
    const path = request.url?.slice(PATH.length) ?? "";
    if (path === "init/error") {
      fail(...failureIn(body));
      return 202;
    }
    const [, id, kind] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (kind === undefined) return 404;
    if (job === undefined || id !== job.id) return 400;
    if (kind === "error") fail(...failureIn(body));
    else if (body.length > MOST) {
      fail("Function.ResponseSizeTooLarge", `${fn.name} answered with more than ${MOST} bytes.`);
      return 413;
    } else {
      job.resolve(answerIn(body));
      job = undefined;
    }
    return 202;
  };

  const server = createServer(async (request, response) => {
    if (request.method === "GET" && request.url === `${PATH}invocation/next`) {
      asking = response;
      hand();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const status = request.method === "POST" ? told(request, Buffer.concat(chunks)) : 404;
    response.writeHead(status, { "content-type": "application/json" }).end("{}");
  });
  // A process that is killed in the middle of a request leaves it without an end.
  server.on("clientError", (_error, socket) => socket.destroy());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const api = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  const boot = (): void => {
    const started = spawn(process.execPath, [`--max-old-space-size=${fn.memory}`, client, fn.handler], {
      cwd: fn.folder,
      env: environmentOf(fn, api),
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const input of [started.stdout, started.stderr])
      createInterface({ input }).on("line", (line) => log.push(line));
    // Not "exit": all that it logged is there by now.
    started.once("close", (code, signal) => {
      child = undefined;
      asking = undefined;
      fail("Runtime.ExitError", `The process of ${fn.name} ended with ${code ?? signal}.`);
    });
    child = started;
  };

  const invoke = async (event: unknown): Promise<unknown> => {
    const text = JSON.stringify(event);
    if (Buffer.byteLength(text) > MOST)
      throw new InvocationFailed("RequestTooLargeException", `An event has more than ${MOST} bytes.`);
    // One that was killed may still be about to end.
    if (child?.killed === true) await once(child, "close");
    if (over.signal.aborted) throw new InvocationFailed("Stopped", `${fn.name} is not there any more.`);
    return new Promise((resolve, reject) => {
      isHanded = false;
      const mine: Job = { id: randomUUID(), event: text, resolve, reject };
      job = mine;
      if (child === undefined) {
        boot();
        endAfter(STARTING, mine, () => !isHanded);
      }
      hand();
    });
  };

  return {
    log,
    process: () => child,
    // An instance has one event at a time.
    invoke: (event) => {
      const answered = last.then(() => invoke(event));
      last = answered.catch(() => undefined);
      return answered;
    },
    stop: async () => {
      over.abort();
      const ending = child;
      if (ending?.kill("SIGKILL")) await once(ending, "close");
      server.close();
      server.closeAllConnections();
    },
  };
};

const headersFor = ({ name, timeout }: LambdaFunction, id: string): Readonly<Record<string, string>> => {
  const trace = randomBytes(16).toString("hex");
  return {
    "content-type": "application/json",
    "lambda-runtime-aws-request-id": id,
    "lambda-runtime-deadline-ms": String(Date.now() + timeout),
    "lambda-runtime-invoked-function-arn": `arn:aws:lambda:us-east-1:123456789012:function:${name}`,
    // The client gives it to the function as _X_AMZN_TRACE_ID.
    "lambda-runtime-trace-id": `Root=1-${trace.slice(0, 8)}-${trace.slice(8)};Parent=${trace.slice(0, 16)};Sampled=0`,
  };
};

/** What a function finds in its environment: what Lambda puts there for all, and what its own settings say. */
const environmentOf = (fn: LambdaFunction, api: string): Readonly<Record<string, string>> => ({
  PATH: process.env.PATH ?? "",
  TZ: ":UTC",
  _HANDLER: fn.handler,
  LAMBDA_TASK_ROOT: fn.folder,
  AWS_LAMBDA_RUNTIME_API: api,
  AWS_LAMBDA_FUNCTION_NAME: fn.name,
  AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memory),
  AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
  AWS_LAMBDA_LOG_FORMAT: "JSON",
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: "this-machine",
  ...fn.environment,
});

const failureIn = (body: Buffer): readonly [type: string, message: string] => {
  const told = answerIn(body);
  const { errorType, errorMessage } = isObject(told) ? told : {};
  return [String(errorType ?? "Unknown"), String(errorMessage ?? "no message")];
};

const answerIn = (body: Buffer): unknown => {
  const read = parseJson(body.toString("utf8"));
  return "value" in read ? read.value : undefined;
};
