import { classify } from "../endpoint/answers.ts";
import type { AddressedEndpoint } from "../endpoint/endpoint.ts";
import type { Answer } from "./answer.ts";
import type { Credentials } from "./credentials.ts";
import { withoutSecrets } from "./excerpt.ts";
import type { Exchange } from "./exchange.ts";
import { protocolOf } from "./protocol.ts";
import { retryAfterOf } from "./retry-after.ts";
import { lastingTrouble, Unreachable } from "./unreachable.ts";

export interface Sender {
  /** Sends statements, which are JSON text already, in one request; two where a token is no longer good. Never throws. */
  send(texts: readonly string[]): Promise<Answer>;
  /** How many bytes a request has besides its statements and the commas between them. */
  readonly around: number;
}

export interface SenderParts {
  readonly exchange: Exchange;
  /** Resolves when a request may begin. */
  readonly turn: () => Promise<void>;
  /** The IRI that stands in Caliper's envelopes. */
  readonly sensor: string;
  /** Whether the address is a launch's, and not the file's. */
  readonly isFromLaunch?: boolean;
}

/** Makes the sender of an endpoint. */
export const senderTo = (
  endpoint: AddressedEndpoint,
  credentials: Credentials,
  { exchange, turn, sensor, isFromLaunch = false }: SenderParts,
): Sender => {
  const { url, headers, write } = protocolOf(endpoint, sensor);
  const isDone = (status: number): boolean => classify(endpoint.answers, status) === "done";
  const post = async (body: Uint8Array, isLast: boolean): Promise<Answer> => {
    const proof = await credentials.headers();
    if ("answer" in proof) return proof.answer;
    await turn();
    try {
      const reply = await exchange({ method: "POST", url, headers: { ...headers, ...proof.headers }, body });
      // Tokens may end before their time.
      if (reply.status === 401 && !isLast && credentials.refused(proof.headers)) return post(body, true);
      const retryAfter = retryAfterOf(reply.headers, Date.now());
      return {
        status: reply.status,
        // Nobody asks what was said of statements that were taken; a store lists the ids of all of them.
        excerpt: isDone(reply.status) ? "" : withoutSecrets(reply.text, Object.values(proof.headers)),
        ...(retryAfter !== undefined && { retryAfter }),
      };
    } catch (error) {
      return unanswered(error, isFromLaunch);
    }
  };
  return {
    send: (texts) => post(write(texts), false),
    around: write([]).byteLength,
  };
};

/** What stands in place of an answer: by its code, as an error's message could hold an address with credentials. */
const unanswered = (error: unknown, isFromLaunch: boolean): Answer => {
  if (!(error instanceof Unreachable)) {
    const name = error instanceof Error ? error.name : "unknown";
    return {
      status: "setup",
      excerpt: `The request could not be made (${name}). Look at the endpoint's file.`,
    };
  }
  const { code } = error;
  const why = lastingTrouble(code);
  const where = isFromLaunch ? "the address that the LMS's launch names" : "url in the endpoint's file";
  return why === undefined
    ? { status: "network", excerpt: `No answer came (${code}).` }
    : { status: "setup", excerpt: `Look at ${where}: ${why} (${code}).` };
};
