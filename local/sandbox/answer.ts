import type { ServerResponse } from "node:http";
import { STATUS_CODES } from "node:http";
import { Refusal } from "./refusal.ts";

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; an answer without it, and without a text, has an empty body. */
  readonly json?: unknown;
  readonly text?: string;
}

/** In every answer, whatever it is. */
const NOTICE = { "X-Sandbox-LMS": "for local runs and tests only" };

/** Turns a Refusal into its answer, and anything else that was thrown into a 500 that says so. */
export const attempt = (answer: () => Answer): Answer => {
  try {
    return answer();
  } catch (error) {
    if (!(error instanceof Refusal))
      return { status: 500, json: { error: `The sandbox itself failed: ${String(error)}`, at: "" } };
    return { status: error.status, headers: error.headers, json: { error: error.message, at: error.at } };
  }
};

const hasNoBody = ({ status }: Answer): boolean => status === 204 || status === 304;

const bodyOf = (answer: Answer): Buffer => {
  if (hasNoBody(answer)) return Buffer.alloc(0);
  return Buffer.from(answer.text ?? (answer.json === undefined ? "" : JSON.stringify(answer.json)));
};

const headersOf = (answer: Answer, bytes: number): Record<string, string> => ({
  ...NOTICE,
  ...answer.headers,
  ...(bytes > 0
    ? { "Content-Type": answer.text === undefined ? "application/json" : "text/plain; charset=utf-8" }
    : {}),
  ...(hasNoBody(answer) ? {} : { "Content-Length": String(bytes) }),
});

export const send = (response: ServerResponse, answer: Answer): void => {
  const body = bodyOf(answer);
  response.writeHead(answer.status, headersOf(answer, body.length)).end(body);
};

/** An answer as the bytes on the wire, for the cases where Node's own response is of no use. */
export const rawAnswer = (answer: Answer): Buffer => {
  const body = bodyOf(answer);
  const headers = Object.entries({ ...headersOf(answer, body.length), Connection: "close" });
  const head = [
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ""}`,
    ...headers.map(([key, value]) => `${key}: ${value}`),
  ];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body]);
};
