import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { LocalLambda } from "./lambda.ts";

/** A server of this machine, and for it only. */
export interface LocalServer {
  readonly url: string;
  /** From now on, requests are answered so. */
  answer(handler: Handler): void;
  stop(): Promise<void>;
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Listens on a port of 127.0.0.1 that nobody has. */
export const startServer = async (): Promise<LocalServer> => {
  const server = createServer();
  const url = await listening(server);
  return {
    url,
    answer: (handler) => {
      server.on("request", forThisMachine(url, handler));
    },
    stop: () => ended(server),
  };
};

/**
 * Answers as an HTTP API in front of a function does. Of bodies of more than `most` bytes only so much is read that the
 * function sees it is too much.
 */
export const inFrontOf = (fn: LocalLambda, most: number): Handler => {
  // A function answers one request at a time, as on Lambda.
  let last: Promise<unknown> = Promise.resolve();
  const invoke = (event: unknown): Promise<unknown> => {
    const answered = last.then(() => fn.invoke(event));
    last = answered.catch(() => undefined);
    return answered;
  };
  return async (request, response) => {
    const {
      statusCode = 200,
      headers = {},
      cookies = [],
      body,
    } = answerOf(await invoke(await eventOf(request, most)));
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
    if (cookies.length > 0) response.setHeader("set-cookie", cookies);
    response.writeHead(statusCode);
    response.end(request.method === "HEAD" ? undefined : body);
  };
};

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

const answerOf = (answer: unknown): APIGatewayProxyStructuredResultV2 =>
  typeof answer === "object" && answer !== null ? answer : { statusCode: 502 };

/** A request as an HTTP API brings it to its function, as far as functions look at it. */
const eventOf = async (request: IncomingMessage, most: number): Promise<unknown> => {
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
    if (size <= most) chunks.push(chunk);
    size += chunk.length;
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
