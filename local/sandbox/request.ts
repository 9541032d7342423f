import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Answer } from "./answer.ts";
import { Refusal } from "./refusal.ts";
import type { Store } from "./store.ts";

/** Larger bodies are answered 413, whatever the store's behaviour. */
export const BODY_LIMIT = 16 * 1024 * 1024;

/** The exact Authorization header that a store expects, or another header and its value. */
export type Credential = string | { readonly header: string; readonly value: string };

/** One request to a store, read to its end, with what is needed to judge it. */
export interface Call {
  readonly method: string;
  /** The path below the store, without a slash at either end: `statements`, `about` or nothing. */
  readonly resource: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly store: Store;
  /** What this store expects, where that was configured. */
  readonly credential: Credential | undefined;
  /** Notes for the request record how many events or statements came in, also where they are refused. */
  readonly carries: (items: number) => void;
}

export const TOO_LARGE: Answer = {
  status: 413,
  json: { error: `The body is larger than ${BODY_LIMIT} bytes.`, at: "" },
};

/** Reads a body to its end; what exceeds the limit is thrown away while it arrives, and `tooLarge` says so. */
export const readBody = async (request: IncomingMessage): Promise<{ body: Buffer; tooLarge: boolean }> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    // Reading on instead of closing: a client that is still sending would see a broken pipe and never the 413.
    if (bytes <= BODY_LIMIT) chunks.push(chunk);
    else chunks.length = 0;
  }
  return { body: Buffer.concat(chunks), tooLarge: bytes > BODY_LIMIT };
};

/** Refuses with 401 unless the store's own credential came, or, without one, any credential of an allowed scheme. */
export const requireAuthorization = (call: Call, schemes: readonly string[]): void => {
  if (call.credential !== undefined) {
    requireCredential(call, schemes);
    return;
  }
  const given = call.headers.authorization;
  if (given === undefined) throw unauthorized("The Authorization header is missing.", schemes);
  const [scheme = "", secret = ""] = given.split(/ (.*)/);
  const allowed = schemes.some((name) => name.toLowerCase() === scheme.toLowerCase());
  if (!allowed || secret.trim() === "") {
    throw unauthorized(`Authorization must be ${schemes.join(" or ")}, with a credential.`, schemes);
  }
};

/** Refuses with 401 unless the store's own credential came, where it has one. */
export const requireCredential = ({ credential, headers }: Call, schemes: readonly string[]): void => {
  if (credential === undefined) return;
  const { header, value } =
    typeof credential === "string" ? { header: "Authorization", value: credential } : credential;
  const given = headers[header.toLowerCase()];
  if (given === value) return;
  throw unauthorized(`The ${header} header is ${given === undefined ? "missing" : "wrong"}.`, schemes);
};

const unauthorized = (sentence: string, [scheme = "Bearer"]: readonly string[]): Refusal =>
  new Refusal(401, sentence, "", { "WWW-Authenticate": `${scheme} realm="sandbox"` });

/** Refuses a body that is compressed (415, in no standard here) or not declared as JSON (the protocol's own status). */
export const requireJsonBody = (headers: IncomingHttpHeaders, status: number): void => {
  requireContentType(headers, ["application/json"], status);
};

/** The content type without its parameters, one of `types`. Refuses another, and a body that is compressed (415). */
export const requireContentType = (
  headers: IncomingHttpHeaders,
  types: readonly string[],
  status: number,
): string => {
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (encoding !== "identity")
    throw new Refusal(415, "A compressed body is not supported: send it without Content-Encoding.");
  const [type = ""] = (headers["content-type"] ?? "").split(";");
  const known = types.find((one) => one === type.trim().toLowerCase());
  if (known === undefined) throw new Refusal(status, `Content-Type must be ${types.join(" or ")}.`);
  return known;
};

export const requireMethod = (call: Call, allowed: readonly string[]): void => {
  if (allowed.includes(call.method)) return;
  throw new Refusal(405, `Only ${allowed.join(", ")} can be used here.`, "", { Allow: allowed.join(", ") });
};

/** Refuses a batch that holds an item which the store was told to refuse (behaviour `refuseAbout`). */
export const refuseTold = (
  call: Call,
  items: readonly unknown[],
  pointerTo: (index: number) => string,
): void => {
  const topic = call.store.conduct.behaviour.refuseAbout;
  if (topic === undefined || !mayHold(call.body, topic)) return;
  const index = items.findIndex((item) => JSON.stringify(item).includes(topic));
  if (index >= 0) throw new Refusal(400, "This sandbox was told to refuse this item.", pointerTo(index));
};

// Every item turned into text again is much work for a batch that does not hold the text, as most do not. Escapes
// that JSON.stringify would not write may hide it.
const mayHold = (body: Buffer, topic: string): boolean =>
  [topic, "\\u", "\\/"].some((text) => body.includes(text));
