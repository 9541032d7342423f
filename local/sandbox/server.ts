import { setMaxListeners } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { Answer } from "./answer.ts";
import { attempt, rawAnswer, send } from "./answer.ts";
import type { Behaviour } from "./behaviour.ts";
import { answerCaliper } from "./caliper.ts";
import type { Drawn } from "./chaos.ts";
import { answerJson } from "./json.ts";
import { answerPage } from "./pages.ts";
import type { Call, Credential } from "./request.ts";
import { readBody, TOO_LARGE } from "./request.ts";
import type { JsonObject } from "./shape.ts";
import type { CaliperItem, Kind, RequestRecord, Statement, Store } from "./store.ts";
import { isKind } from "./store.ts";
import type { Stores } from "./stores.ts";
import { openStores } from "./stores.ts";
import { answerXapi } from "./xapi.ts";

export type { Behaviour } from "./behaviour.ts";
export type { ChaosBehaviour, Drawn, Misbehaviour } from "./chaos.ts";
export type { Credential } from "./request.ts";
export type { CaliperItem, RequestRecord, Statement } from "./store.ts";

export interface SandboxOptions {
  /** 0, the default, takes any port that is free. */
  readonly port?: number;
  /** Where it keeps what it got, one NDJSON file per store and protocol, read again at start. Without it: memory only. */
  readonly folder?: string;
  /**
   * Store name → the exact Authorization header that it expects, or another header and its value. Other stores take
   * any credential of a fitting scheme; for plain JSON also none.
   */
  readonly credentials?: Readonly<Record<string, Credential>>;
}

export interface Sandbox {
  readonly url: string;
  /** Stops at once; requests that are still open end without an answer. */
  stop(): Promise<void>;
  /** Throws where the behaviour makes no sense. */
  behave(store: string, behaviour: Behaviour): void;
  /** Every event and entity accepted, in order, repeats included. */
  caliper(store: string): readonly CaliperItem[];
  /** The statements kept, in order of arrival, each id once, voided or not. */
  statements(store: string): readonly Statement[];
  /** The ids of the statements that are voided, in order of arrival. */
  voided(store: string): readonly string[];
  /** Every record of plain JSON accepted, in order, repeats included. */
  records(store: string): readonly JsonObject[];
  /** The most recent 10,000 requests to the store. */
  requests(store: string): readonly RequestRecord[];
  /** How often chance had each misbehaviour at the store since the start (behaviour `chaos`). */
  drawn(store: string): Drawn;
}

/** Starts a learning system to play with, on 127.0.0.1 only. Rejects where the port is taken or a kept file is damaged. */
export const startSandbox = async (options: SandboxOptions = {}): Promise<Sandbox> => {
  const stores = openStores(options.folder);
  const credentials = new Map(Object.entries(options.credentials ?? {}));
  const stopped = new AbortController();
  setMaxListeners(0, stopped.signal);

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    serve({ request, response, stores, credentials, stopped: stopped.signal }).catch(() =>
      request.socket.destroy(),
    );
  };
  // Node would answer some requests by itself, and its answers do not say that this is a sandbox.
  const server = createServer({ keepAliveTimeout: 60_000, requireHostHeader: false }, listener);
  server.on("checkExpectation", listener);
  server.on("clientError", (_error, socket) => {
    if (socket.writable)
      socket.end(rawAnswer({ status: 400, json: { error: "This is not an HTTP request.", at: "" } }));
    else socket.destroy();
  });

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const ended = new Promise<void>((resolve) => server.once("close", resolve));

  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      stopped.abort();
      server.close();
      server.closeAllConnections();
      return ended;
    },
    behave: (store, behaviour) => stores.named(store).conduct.change(behaviour),
    caliper: (store) => stores.named(store).items,
    statements: (store) => [...stores.named(store).statements.values()],
    voided: (store) => stores.named(store).voided(),
    records: (store) => stores.named(store).records,
    requests: (store) => stores.named(store).requests,
    drawn: (store) => stores.named(store).conduct.drawn,
  };
};

interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly stores: Stores;
  readonly credentials: ReadonlyMap<string, Credential>;
  readonly stopped: AbortSignal;
}

const ANSWERERS: Readonly<Record<Kind, (call: Call) => Answer>> = {
  caliper: answerCaliper,
  xapi: answerXapi,
  json: answerJson,
};

const serve = async (visit: Visit): Promise<void> => {
  const { request, response } = visit;
  // Only the path matters; an absolute request target or `//` must not be taken for a host.
  const [path = "", query = ""] = (request.url ?? "").split(/\?(.*)/s);
  const [, protocol, name, resource = ""] = /^\/([a-z]+)\/([a-z0-9-]{1,64})(?:\/(.*))?$/s.exec(path) ?? [];
  if (name !== undefined && isKind(protocol) && (protocol === "xapi" || resource === "")) {
    await serveStore(visit, visit.stores.named(name), protocol, {
      path,
      resource,
      query: new URLSearchParams(query),
    });
    return;
  }
  const { body, tooLarge } = await readBody(request);
  send(response, tooLarge ? TOO_LARGE : attempt(() => answerPage(request, path, body, visit.stores)));
};

/** One request to a store: as it is told to behave, and else as the standard says. */
const serveStore = async (
  { request, response, credentials, stopped }: Visit,
  store: Store,
  protocol: Kind,
  { path, resource, query }: { path: string; resource: string; query: URLSearchParams },
): Promise<void> => {
  const at = new Date().toISOString();
  const start = performance.now();
  const method = request.method === "HEAD" ? "GET" : (request.method ?? "GET");
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  let items = 0;
  const record = (status: number): void =>
    store.record({
      at,
      method: request.method ?? method,
      path,
      status,
      items,
      ms: Math.round(performance.now() - start),
    });

  const { body, tooLarge } = await readBody(request);
  const draw = store.conduct.draw();
  const about = protocol === "caliper" && method === "GET" ? "configuration" : "records";
  if (!(await store.conduct.wait(about, draw, gone.signal, stopped))) return record(0);
  if (draw?.kind === "resetBefore") {
    record(0);
    request.socket.resetAndDestroy();
    return;
  }
  const carries = (count: number): void => {
    items = count;
  };
  const call: Call = {
    method,
    resource,
    query,
    headers: request.headers,
    body,
    store,
    credential: credentials.get(store.name),
    carries,
  };
  const verdict = store.conduct.verdict(body.length, draw);
  const answer = verdict ?? (tooLarge ? TOO_LARGE : attempt(() => ANSWERERS[protocol](call)));
  record(answer.status);
  if (store.conduct.behaviour.reset === true || draw?.kind === "resetAfter") {
    const whole = rawAnswer(answer);
    request.socket.write(whole.subarray(0, Math.floor(whole.length / 2)), () => request.socket.destroy());
  } else send(response, answer);
};
