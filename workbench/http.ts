import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CannotRun } from "../src/cannot-run.ts";
import type { Trouble } from "./api/about.ts";
import { atMost } from "./at-most.ts";
import { PAGE, type PageFiles } from "./bundle.ts";
import { type Guard, guardFor, HEADERS, PAGE_POLICY, WORKER_POLICY } from "./guard.ts";
import { PORT } from "./port.ts";
import type { Answer, Question } from "./routes.ts";

/** What is served, to those whom the guard lets in. */
export interface Serving {
  /** The files of the page. */
  readonly files: PageFiles;
  /** Answers what is asked below `/api/`. */
  readonly answer: (question: Question) => Promise<Answer>;
  /** What an error means to whoever looks on, and the status of such an answer. */
  readonly trouble: (error: unknown) => Trouble & { readonly status: number };
}

/** A server that runs. */
export interface Served {
  /** The address to open, with the token that lets whoever has it in. */
  readonly url: string;
  /** Ends it, when what it was asked to do is done, or soon. */
  stop(): Promise<void>;
}

/**
 * Serves on this machine, and for this machine only: at PORT, or where somebody has it, at any other. Where a port is named
 * it is that one, 0 any, or CannotRun is thrown.
 */
export const serve = async (serving: Serving, port?: number): Promise<Served> => {
  const server = createServer();
  await listen(server, port);
  const at = (server.address() as AddressInfo).port;
  const guard = guardFor();
  const underWay = new Set<Promise<void>>();
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const answered = respond(request, response, { ...serving, guard })
      .catch((error: unknown) => {
        const { status, ...trouble } =
          error instanceof TooLarge ? { status: 413, trouble: error.message } : serving.trouble(error);
        if (response.headersSent) response.end(line({ end: "failed", told: trouble.trouble }));
        else sendJson(response, status, trouble);
      })
      .finally(() => underWay.delete(answered));
    underWay.add(answered);
  });
  return {
    url: `http://127.0.0.1:${at}/#token=${guard.token}`,
    stop: async () => {
      const closed = new Promise((done) => server.close(done));
      await atMost(PATIENCE, Promise.all(underWay));
      server.closeAllConnections();
      await closed;
    },
  };
};

/** For so long what was asked for may go on when the server is to end, in milliseconds. */
const PATIENCE = 2000;

type Parts = Serving & { readonly guard: Guard };

const respond = async (
  request: IncomingMessage,
  response: ServerResponse,
  { files, answer, guard }: Parts,
): Promise<void> => {
  const { method = "GET", headers } = request;
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  const url = urlOf(request);
  if (url === undefined) {
    sendJson(response, 400, { trouble: "This is no address." });
    return;
  }
  const refused = guard.refusal({ method, url, headers });
  if (refused !== undefined) {
    sendJson(response, refused.status, { trouble: refused.trouble });
    return;
  }
  const { pathname, searchParams } = url;
  if (pathname.startsWith("/api/")) {
    const body = (): Promise<string> => bodyOf(request);
    await sendAnswer(response, await answer({ method, pathname, query: searchParams, body }));
    return;
  }
  if (method !== "GET" && method !== "HEAD") {
    sendJson(response, 405, { trouble: "Pages can only be read." });
    return;
  }
  const file = files.get(pathname);
  if (file !== undefined) {
    if (pathname === "/worker.js") response.setHeader("content-security-policy", WORKER_POLICY);
    response.writeHead(200, { "content-type": file.type }).end(file.body);
    return;
  }
  // Every other path is one of the page's own.
  response
    .writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": PAGE_POLICY })
    .end(PAGE);
};

/** What is asked for; undefined where nobody can tell. */
const urlOf = ({ url = "/" }: IncomingMessage): URL | undefined => {
  try {
    const read = new URL(url, "http://127.0.0.1");
    decodeURIComponent(read.pathname);
    return read;
  } catch {
    return undefined;
  }
};

/** An answer at once, or line by line as it goes on. */
const sendAnswer = async (response: ServerResponse, answer: Answer): Promise<void> => {
  if (!("steps" in answer)) {
    sendJson(response, 200, answer.json);
    return;
  }
  response.writeHead(200, { "content-type": "application/x-ndjson; charset=utf-8" });
  response.flushHeaders();
  // What was begun is brought to its end, also where whoever asked has gone.
  for await (const step of answer.steps) if (!response.destroyed) response.write(line(step));
  response.end();
};

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;

const sendJson = (response: ServerResponse, status: number, value: unknown): void => {
  response
    .writeHead(status, { "content-type": "application/json; charset=utf-8" })
    .end(JSON.stringify(value));
};

/** The most that anybody sends, in bytes: a mapping's text. */
const LARGEST = 1024 * 1024;

/** Thrown where a request's body is larger. */
class TooLarge extends Error {
  override readonly name = "TooLarge";
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= LARGEST) chunks.push(chunk);
  }
  if (size > LARGEST) throw new TooLarge("This is more than the workbench takes at once (1 MiB).");
  return Buffer.concat(chunks).toString("utf8");
};

/** Listens on 127.0.0.1 alone. */
const listen = async (server: Server, port: number | undefined): Promise<void> => {
  const listening = (at: number): Promise<void> =>
    new Promise((done, failed) => {
      server.once("error", failed);
      server.listen(at, "127.0.0.1", () => {
        server.off("error", failed);
        done();
      });
    });
  try {
    await listening(port ?? PORT);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
    if (port !== undefined)
      throw new CannotRun(
        code === "EACCES"
          ? `Port ${port} is not for everybody on this machine. Name one above 1023, or none.`
          : `Something else has port ${port}. Name another --port, or none.`,
      );
    await listening(0);
  }
};
