import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { LocalHub } from "./hub.ts";
import { hubPage } from "./hub-page.ts";
import type { LocalLambda } from "./lambda.ts";

/** The learner's own page on this machine, and a hub's page that leads to it. */
export interface LocalPage {
  /** Where the page is. */
  readonly url: string;
  /** Where learners come in. */
  readonly hubUrl: string;
  stop(): Promise<void>;
}

/**
 * Serves the learner's page as an HTTP API in front of its function does, and plays the hub's page that signs learners
 * in. Both are for this machine only. `start` starts the function, given the hub's address.
 */
export const startPage = async (
  hub: Pick<LocalHub, "learners" | "signIn">,
  start: (hubUrl: string) => LocalLambda,
): Promise<LocalPage> => {
  const hubServer = createServer();
  const pageServer = createServer();
  const [hubUrl, url] = await Promise.all([listening(hubServer), listening(pageServer)]);
  const fn = start(hubUrl);
  // A function answers one request at a time, as on Lambda.
  let last: Promise<unknown> = Promise.resolve();
  const invoke = (event: unknown): Promise<unknown> => {
    const answered = last.then(() => fn.invoke(event));
    last = answered.catch(() => undefined);
    return answered;
  };
  hubServer.on("request", forThisMachine(hubUrl, hubPage(hub, url)));
  pageServer.on("request", forThisMachine(url, inFrontOf(invoke)));
  return {
    url,
    hubUrl: `${hubUrl}/hub/lms`,
    stop: async () => {
      await Promise.all([hubServer, pageServer].map(ended));
      await fn.stop();
    },
  };
};

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Refuses what was meant for another host: a name elsewhere may have been led to this machine. */
const forThisMachine =
  (url: string, handler: Handler) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const { port } = new URL(url);
    if (request.headers.host !== `127.0.0.1:${port}` && request.headers.host !== `localhost:${port}`) {
      response.writeHead(403, { "content-type": "text/plain" }).end("This is for this machine only.\n");
      return;
    }
    handler(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(502, { "content-type": "text/plain" });
      response.end("The function did not answer. Look at its log.\n");
    });
  };

const inFrontOf =
  (invoke: (event: unknown) => Promise<unknown>): Handler =>
  async (request, response) => {
    const {
      statusCode = 200,
      headers = {},
      cookies = [],
      body,
    } = answerOf(await invoke(await eventOf(request)));
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
    if (cookies.length > 0) response.setHeader("set-cookie", cookies);
    response.writeHead(statusCode);
    response.end(request.method === "HEAD" ? undefined : body);
  };

const answerOf = (answer: unknown): APIGatewayProxyStructuredResultV2 =>
  typeof answer === "object" && answer !== null ? answer : { statusCode: 502 };

/** More than the page takes is not even read; it is told by its size that it is too much. */
const MOST = 64 * 1024;

/** A request as an HTTP API brings it to its function, as far as the page looks at it. */
const eventOf = async (request: IncomingMessage): Promise<unknown> => {
  const { pathname, search } = new URL(request.url ?? "/", "http://127.0.0.1");
  const { cookie, ...others } = request.headers;
  const headers = Object.fromEntries(
    Object.entries(others).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, [value].flat().join(",")]],
    ),
  );
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= MOST) chunks.push(chunk);
  }
  const method = request.method ?? "GET";
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: pathname,
    rawQueryString: search.slice(1),
    ...(cookie !== undefined && { cookies: cookie.split("; ") }),
    headers,
    requestContext: { http: { method, path: pathname } },
    body: Buffer.concat(chunks).toString("base64"),
    isBase64Encoded: true,
  };
};

const listening = async (server: Server): Promise<string> => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const ended = (server: Server): Promise<void> =>
  new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
