/**
 * One instance of the function, in a process of its own, as Lambda has it; and the floor beneath it: a loop that posts
 * the same bodies on a kept connection, reads the answers, and does nothing else.
 */
import { Agent, request as httpRequest } from "node:http";
import { request as httpsRequest, Agent as TlsAgent } from "node:https";
import { createRequire } from "node:module";
import { byTurns, type Piece, type Spent } from "../support/turns.ts";

/** What an instance measures, by turns, and how often. */
export interface Order {
  readonly bundle: string;
  /** The event of an invocation. */
  readonly event: unknown;
  /** The requests that one comes to. */
  readonly url: string;
  readonly bodies: readonly string[];
  readonly rounds: number;
  readonly withFloor: boolean;
}

/** What an invocation took in each round, and the same requests without it. */
export interface Measured {
  readonly function: readonly Spent[];
  readonly floor: readonly Spent[];
}

type Handler = (
  event: unknown,
  context: object,
) => Promise<{ readonly batchItemFailures: readonly unknown[] }>;

const invoking = ({ bundle, event }: Order): Piece => {
  const { handler } = createRequire(import.meta.url)(bundle) as { readonly handler: Handler };
  return async () => {
    // Middleware writes into the context: each invocation has one of its own.
    const context = { awsRequestId: "bench", getRemainingTimeInMillis: () => 900_000 };
    const { batchItemFailures } = await handler(event, context);
    if (batchItemFailures.length > 0) throw new Error("Messages came again: not everything was taken.");
  };
};

const posting = ({ url, bodies }: Order): Piece => {
  const isEncrypted = url.startsWith("https:");
  const agent = new (isEncrypted ? TlsAgent : Agent)({ keepAlive: true });
  const headers = { "content-type": "application/json", authorization: "Basic dXNlcjpwYXNzd29yZA==" };
  const post = (body: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const sent = (isEncrypted ? httpsRequest : httpRequest)(url, { method: "POST", agent, headers });
      sent.on("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
      });
      sent.on("error", reject);
      sent.end(body);
    });
  return async () => {
    for (const body of bodies) await post(body);
  };
};

process.once("message", async (order: Order) => {
  const { rounds, withFloor } = order;
  const [invoke, post] = [invoking(order), posting(order)];
  const measured: Measured = withFloor
    ? await byTurns({ function: invoke, floor: post }, rounds)
    : { ...(await byTurns({ function: invoke }, rounds)), floor: [] };
  process.send?.(measured);
});
