import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import type { Server, Socket } from "node:net";

/** A server on this machine that keeps the bodies of requests, for what the sandbox has no behaviour for. */
export interface Listener extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly Heard[];
}

/** A request as it was heard. */
export interface Heard {
  readonly path: string;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text?: string;
}

export const listener = async (
  reply: (path: string, body: string, headers: IncomingHttpHeaders) => Reply,
): Promise<Listener> => {
  const requests: Heard[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const [path, body] = [request.url ?? "", Buffer.concat(chunks).toString("utf8")];
    const { headers: sent } = request;
    requests.push({ path, body, headers: sent });
    const { status = 200, headers = {}, text = "" } = reply(path, body, sent);
    response.writeHead(status, headers).end(text);
  });
  const { port, [Symbol.asyncDispose]: dispose } = await listening(server);
  return { url: `http://127.0.0.1:${port}`, requests, [Symbol.asyncDispose]: dispose };
};

/** A server of any kind (HTTP, TLS or bare TCP) that listens on 127.0.0.1. */
export interface Listening extends AsyncDisposable {
  readonly port: number;
  /** The connections that were made to it, in order, whatever became of them. */
  readonly connections: readonly Socket[];
}

export const listening = async (server: Server): Promise<Listening> => {
  const connections: Socket[] = [];
  server.on("connection", (socket: Socket) => {
    connections.push(socket);
    // A client that resets a connection is no error of a test.
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: address !== null && typeof address === "object" ? address.port : 0,
    connections,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of connections) socket.destroy();
      await closed;
    },
  };
};

/** A server of HTTP, which answers as it is told and keeps its connections as long as the client does. */
export const serving = async (answer: RequestListener): Promise<Listening & { readonly url: string }> => {
  const server = await listening(createServer({ keepAliveTimeout: 0 }, answer));
  return { ...server, url: `http://127.0.0.1:${server.port}` };
};

/** Waits until a connection is closed, however that comes about. */
export const closed = (socket: Socket | undefined): Promise<void> =>
  new Promise((resolve) => {
    if (socket === undefined || socket.closed) resolve();
    else socket.once("close", () => resolve());
  });
