import { writeEnvelope } from "../caliper/envelope.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";
import { writeBatch } from "../xapi/frame.ts";

/** An endpoint's answer to a request; `network` where there was none. */
export interface Answer {
  readonly status: number | "network";
  /** The beginning of the answer's body, or what the network said. */
  readonly excerpt: string;
}

/** Sends statements, which are JSON text already, in one request. Never throws. */
export type Send = (texts: readonly string[]) => Promise<Answer>;

export interface Sender {
  readonly send: Send;
  /** How many bytes a request has besides its statements and the commas between them. */
  readonly around: number;
}

/** The most of a body that is read, in bytes, and that is kept of an answer's, in characters. */
const READ = 64 * 1024;
const KEPT = 500;

/** Makes the sender of an endpoint. `sensor` is the IRI that stands in Caliper's envelopes. */
export const senderTo = (endpoint: Endpoint, authorization: string | undefined, sensor: string): Sender => {
  const headers = {
    "content-type": "application/json",
    ...(authorization !== undefined && { authorization }),
    ...(endpoint.protocol === "xapi" && { "x-experience-api-version": endpoint.version }),
  };
  const url = endpoint.protocol === "xapi" ? `${endpoint.url}/statements` : endpoint.url;
  const version = endpoint.version === "1.1" ? "1.1" : "1.2";
  const write = (texts: readonly string[]): string =>
    endpoint.protocol === "xapi" ? writeBatch(texts) : writeEnvelope(version, sensor, texts, new Date());
  const send: Send = async (texts) => {
    try {
      const signal = AbortSignal.timeout(endpoint.limits.timeout);
      const body = write(texts);
      // A redirect could carry records and credentials to another host: it is an answer, and not followed.
      const response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
      return { status: response.status, excerpt: (await beginning(response)).slice(0, KEPT) };
    } catch (error) {
      return { status: "network", excerpt: nameOf(error) };
    }
  };
  return { send, around: Buffer.byteLength(write([])) };
};

/**
 * The beginning of a body, as far as it could be read. Where the connection breaks after the status, the answer has
 * been given all the same.
 */
export const beginning = async (response: Response): Promise<string> => {
  if (response.body === null) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= READ) break;
    }
  } catch {
    // The status alone says what becomes of the statements: to send them again would be to send them twice.
  }
  return Buffer.concat(chunks).toString("utf8");
};

/** `ECONNREFUSED`, `TimeoutError` and the like: the message itself could hold an address with credentials. */
const nameOf = (error: unknown): string => {
  if (!(error instanceof Error)) return "unknown";
  const { cause } = error;
  return cause instanceof Error && "code" in cause ? String(cause.code) : error.name;
};
