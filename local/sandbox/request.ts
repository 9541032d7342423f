import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Answer } from "./answer.ts";
import { Refusal } from "./refusal.ts";
import type { Store } from "./store.ts";

/** Larger bodies are answered 413, whatever the store's behaviour. */
export const BODY_LIMIT = 16 * 1024 * 1024;

/** One request to a store, read to its end, with what is needed to judge it. */
export interface Call {
  readonly method: string;
  /** The path below the store, without a slash at either end: `statements`, `about` or nothing. */
  readonly resource: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly store: Store;
  /** The exact Authorization header that this store expects, where one was configured. */
  readonly credential: string | undefined;
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
  const given = call.headers.authorization;
  const challenge = { "WWW-Authenticate": `${schemes[0] ?? "Bearer"} realm="sandbox"` };
  if (given === undefined) throw new Refusal(401, "The Authorization header is missing.", "", challenge);
  if (call.credential !== undefined) {
    if (given !== call.credential)
      throw new Refusal(401, "The Authorization header is wrong.", "", challenge);
    return;
  }
  const [scheme = "", secret = ""] = given.split(/ (.*)/);
  const allowed = schemes.some((name) => name.toLowerCase() === scheme.toLowerCase());
  if (!allowed || secret.trim() === "") {
    throw new Refusal(
      401,
      `Authorization must be ${schemes.join(" or ")}, with a credential.`,
      "",
      challenge,
    );
  }
};

/** Refuses a body that is compressed (415, in no standard here) or not declared as JSON (the protocol's own status). */
export const requireJsonBody = (headers: IncomingHttpHeaders, status: number): void => {
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (encoding !== "identity")
    throw new Refusal(415, "A compressed body is not supported: send it without Content-Encoding.");
  if (!/^application\/json\s*(;|$)/i.test(headers["content-type"] ?? "")) {
    throw new Refusal(status, "Content-Type must be application/json.");
  }
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
  if (topic === undefined) return;
  const index = items.findIndex((item) => JSON.stringify(item).includes(topic));
  if (index >= 0) throw new Refusal(400, "This sandbox was told to refuse this item.", pointerTo(index));
};
