/**
 * What the function speaks to, in a process of its own: an endpoint that takes everything, over http and https, and an
 * AWS that knows one secret and keeps nothing. A path such as `/50/100/…` asks for an answer with 50 ids after 100 ms.
 */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { certificateFor } from "../../test/support/certificate.ts";

/** Where the parts are, and what https is to be believed by. */
export interface Ready {
  readonly http: string;
  readonly https: string;
  readonly aws: string;
  /** PEM. */
  readonly certificate: string;
}

/** What an xAPI store answers: the ids of the statements (xAPI 1.0.3 Part Three, 2.1.2). Others answer nothing. */
const answers = new Map<string, string>();
const answerOf = (count: string): string => {
  const known =
    answers.get(count) ?? JSON.stringify(Array.from({ length: Number(count) }, () => randomUUID()));
  answers.set(count, known);
  return known;
};

const endpoint: RequestListener = (request, response) => {
  const [, count = "0", delay = "0"] = (request.url ?? "").split("/");
  request.resume().on("end", async () => {
    if (Number(delay) > 0) await sleep(Number(delay));
    // That a Caliper endpoint tells of itself is optional.
    if (request.method !== "POST") response.writeHead(404).end();
    else if (count === "0") response.writeHead(204).end();
    else response.writeHead(200, { "content-type": "application/json" }).end(answerOf(count));
  });
};

const aws: RequestListener = async (request, response) => {
  const text = await textOf(request);
  if (request.method === "PUT") {
    response.writeHead(200, { etag: '"0"' }).end();
    return;
  }
  const { Names } = JSON.parse(text) as { readonly Names: readonly string[] };
  const Parameters = Names.map((Name) => ({
    Name,
    Type: "SecureString",
    Value: "user:password",
    Version: 1,
  }));
  response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
  response.end(JSON.stringify({ Parameters, InvalidParameters: [] }));
};

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
};

const listen = async (server: Server, scheme: "http" | "https"): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return `${scheme}://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`;
};

const certificate = certificateFor(["127.0.0.1"]);
const kept = { keepAliveTimeout: 0 };
const ready: Ready = {
  http: await listen(createServer(kept, endpoint), "http"),
  https: await listen(createTlsServer({ ...kept, ...certificate }, endpoint), "https"),
  aws: await listen(createServer(kept, aws), "http"),
  certificate: certificate.cert,
};
process.send?.(ready);
// Without whoever started it, it ends.
process.on("disconnect", () => process.exit());
