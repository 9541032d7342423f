import { once } from "node:events";
import { type IncomingHttpHeaders, request } from "node:http";
import { text } from "node:stream/consumers";
import { after } from "node:test";
import { type Served, type Serving, serve } from "../../workbench/http.ts";
import type { Answer } from "../../workbench/routes.ts";
import { NotFound, troubleOf } from "../../workbench/trouble.ts";

const files: Serving["files"] = new Map([
  ["/main.js", { type: "text/javascript; charset=utf-8", body: "main" }],
  ["/worker.js", { type: "text/javascript; charset=utf-8", body: "worker" }],
  ["/style.css", { type: "text/css; charset=utf-8", body: new TextEncoder().encode("style") }],
]);

const place = { region: "eu-central-1", stage: "prod" };
const held = { opened: { place } } as Parameters<typeof troubleOf>[1]["held"];

/** What is to be ended when all tests of the file are over. */
export const ends: (() => Promise<void>)[] = [];
after(async () => {
  for (const end of ends) await end();
});

/** A server of which the API answers so, at a port that nobody has, or at the one that is usual. */
export const serving = async (answer: Serving["answer"], port: number | "usual" = 0): Promise<Served> => {
  const trouble: Serving["trouble"] = (error) => troubleOf(error, { held });
  const served = await serve({ files, answer, trouble }, port === "usual" ? undefined : port);
  ends.push(served.stop);
  return served;
};

export interface Sent {
  readonly method?: string;
  readonly headers?: IncomingHttpHeaders;
  readonly body?: string | undefined;
}

export interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Asks as nobody's browser would keep it from doing. */
export const ask = async (
  { url }: Pick<Served, "url">,
  path: string,
  { body, ...options }: Sent = {},
): Promise<Received> => {
  const { port } = new URL(url);
  const asked = request({ host: "127.0.0.1", port, path, agent: false, ...options });
  asked.end(body);
  const [response] = await once(asked, "response");
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
};

/** What the page sends once it was opened by the printed address. */
export const comeIn = async ({ url }: Pick<Served, "url">): Promise<Readonly<Record<string, string>>> => {
  const { hash, origin } = new URL(url);
  const token = hash.slice("#token=".length);
  return { origin, "content-type": "application/json", "x-workbench-token": token };
};

/** What an answer says is wrong. */
export const troubleIn = ({ body }: Received): string => JSON.parse(body).trouble;

/** Knows nothing. */
export const nothing = async (): Promise<Answer> => {
  throw new NotFound("There is nothing at this address.");
};
