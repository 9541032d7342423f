import { startServer } from "../../local/http-api.ts";

/** A way to the learning systems on which a test can hold somebody up. */
export interface Gate {
  readonly url: string;
  /** Once, when the endpoint has answered a request and the answer is not yet told, this is done first. */
  once(endpoint: string, act: () => void): void;
  stop(): Promise<void>;
}

export const startGate = async (systems: string): Promise<Gate> => {
  const acts = new Map<string, () => void>();
  const server = await startServer();
  server.answer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const path = request.url ?? "/";
    const {
      host,
      connection,
      "content-length": length,
      "transfer-encoding": coding,
      ...others
    } = request.headers;
    const answer = await fetch(systems + path, {
      method: request.method ?? "GET",
      headers: Object.entries(others).map(([name, value]): [string, string] => [name, String(value)]),
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    const [, endpoint = ""] = /^\/\w+\/([^/?]+)/.exec(path) ?? [];
    if (request.method === "POST") {
      acts.get(endpoint)?.();
      acts.delete(endpoint);
    }
    const told = [...answer.headers].filter(
      ([name]) => !/^(connection|content-length|content-encoding|transfer-encoding|keep-alive)$/.test(name),
    );
    response.writeHead(answer.status, Object.fromEntries(told)).end(body);
  });
  return { url: server.url, once: (endpoint, act) => acts.set(endpoint, act), stop: server.stop };
};
