import { RefusedRequest } from "../refused-request.ts";
/** A request to post events, whoever brought it. */
export interface IngestRequest {
  readonly method: string;
  /** As it was asked for: `/events`, or `/v1/batch`. */
  readonly path: string;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/** What is answered, and what may be logged of it: neither holds anything of an event. */
export interface IngestResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly use: IngestUse;
}

/** A request, as it is logged. */
export interface IngestUse {
  readonly outcome: string;
  readonly taken: number;
  /** How many messages they went into the queue with. */
  readonly messages: number;
  /** How many events were not taken, by the reason. */
  readonly refused: Readonly<Record<string, number>>;
}

/** Thrown where a request is not taken at all. The message is for whoever sent it, and quotes nothing of it. */
export class NotTaken extends RefusedRequest {
  override readonly name = "NotTaken";
}

/** Where events are posted to. */
export const EVENTS_PATH = "/events";

/** Where Segment's libraries post to, whichever host they are pointed at. */
export const BATCH_PATH = "/v1/batch";

/** Whether a request has the form of Segment's libraries. */
export const isBatch = ({ path }: Pick<IngestRequest, "path">): boolean => path === BATCH_PATH;

const isKnown = (path: string): boolean => path === EVENTS_PATH || path === BATCH_PATH;

const ALLOW = { allow: "POST, OPTIONS" };

/** Throws NotTaken where the request is for another address, or of a method that is not for posting. */
export const requirePost = ({ method, path }: IngestRequest): void => {
  if (!isKnown(path))
    throw new NotTaken(404, "address.wrong", `There is nothing here. Events are posted to ${EVENTS_PATH}.`);
  if (method !== "POST")
    throw new NotTaken(405, "method.wrong", `Events are sent to ${path} by POST.`, ALLOW);
};

/** Whether a browser asks, or anybody, what may be sent here. */
export const isPreflight = ({ method, path }: IngestRequest): boolean =>
  method === "OPTIONS" && isKnown(path);

/**
 * The headers by which a browser lets a page of a listed origin post events, and read the answer (Fetch, section 3.2);
 * none where the site lists no origin. To a preflight they say what may be sent.
 */
export const crossOrigin = (
  origins: readonly string[],
  { headers: { origin } }: Pick<IngestRequest, "headers">,
  preflight: boolean,
): Readonly<Record<string, string>> => {
  if (origins.length === 0) return {};
  // What is answered to one origin is not for another, whatever stands in between.
  if (origin === undefined || !origins.includes(origin)) return VARY;
  return { ...VARY, "access-control-allow-origin": origin, ...(preflight ? MAY_SEND : MAY_READ) };
};

/** The answer to a preflight, whoever asks. */
export const PREFLIGHT = { status: 204, headers: ALLOW };

const VARY = { vary: "Origin" };

const MAY_SEND = {
  "access-control-allow-methods": "POST",
  "access-control-allow-headers": "authorization, content-type, content-encoding",
  "access-control-max-age": "7200",
};

const MAY_READ = { "access-control-expose-headers": "retry-after, www-authenticate" };
