import { createServer } from "node:http";

/** A server on this machine that keeps the bodies of requests, for what the sandbox has no behaviour for. */
export interface Listener extends AsyncDisposable {
  readonly url: string;
  /** The path and the body of each request, in order. */
  readonly requests: readonly { readonly path: string; readonly body: string }[];
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text?: string;
}

export const listener = async (reply: (path: string, body: string) => Reply): Promise<Listener> => {
  const requests: { path: string; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const [path, body] = [request.url ?? "", Buffer.concat(chunks).toString("utf8")];
    requests.push({ path, body });
    const { status = 200, headers = {}, text = "" } = reply(path, body);
    response.writeHead(status, headers).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
};
