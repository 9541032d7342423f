import { isObject } from "../event/json.ts";
import { isProbeTag, type ProbeKey } from "./tag.ts";

/** A request of the delivery to the test target, whoever brought it. */
export interface ProbeRequest {
  readonly method: string;
  /** As it was asked for, such as `/probe`. */
  readonly path: string;
  readonly body: Uint8Array;
}

/** What is answered, how long each test event took, and what may be logged. */
export interface ProbeResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** In milliseconds, of those that count. */
  readonly times: readonly number[];
  readonly use: ProbeUse;
}

/**
 * The test events of a request: those that count, those that are of too long ago or to come, and forged ones. One that is
 * in it more than once is one.
 */
export interface ProbeUse {
  readonly counted: number;
  readonly untimely: number;
  readonly forged: number;
}

/** Where delivery posts them to. */
export const PROBE_PATH = "/probe";

/** The largest body, in bytes: more than a batch of the endpoint `probe` comes to. */
export const PROBE_LIMIT = 128 * 1024;

/** The most records of a request: a batch of that endpoint has no more, and each costs a verification and a metric. */
export const PROBE_RECORDS = 50;

/** What took longer, in milliseconds, counts no more: else a recording of it could be played for ever. */
const LONGEST = 60 * 60_000;

/** How far the clocks of two functions may be apart, in milliseconds. */
const CLOCK_TOLERANCE = 1000;

/**
 * Receives test events, a record or an array of them, at `now` (milliseconds). It believes their tags and nothing else:
 * the address is open to anybody. It never throws.
 */
export const receiveProbes = (request: ProbeRequest, key: ProbeKey, now: number): ProbeResponse => {
  const { method, path, body } = request;
  if (path !== PROBE_PATH) return refused(404, "There is nothing here.");
  if (method !== "POST") return refused(405, "Test events are posted.", { allow: "POST" });
  if (body.length > PROBE_LIMIT) return refused(413, `The body is more than ${PROBE_LIMIT} bytes.`);
  const records = recordsIn(body);
  if (records === undefined) return refused(400, "The body is no test event, nor an array of them.");
  if (records.length > PROBE_RECORDS) return refused(413, `There are more than ${PROBE_RECORDS} records.`);

  const believed = records.filter(({ sent, tag }) => isProbeTag(key, sent, tag));
  const forged = records.length - believed.length;
  // Who has one could repeat it for as many metrics as there is room for.
  const genuine = [...new Set(believed.map(({ sent }) => sent))];
  // What is genuine counts, whatever came with it.
  if (genuine.length === 0) return refused(403, "These are not test events of this stage.", {}, forged);
  const times = genuine
    .map((sent) => now - sent)
    .filter((time) => time >= -CLOCK_TOLERANCE && time <= LONGEST)
    .map((time) => Math.max(0, time));
  const use = { counted: times.length, untimely: genuine.length - times.length, forged };
  return { status: 204, headers: ALWAYS, body: "", times, use };
};

/** Answers where nothing can be told of tags, as the site's key cannot be read. */
export const probesUnready = (): ProbeResponse => refused(503, "Test events cannot be told from others now.");

interface ProbeRecord {
  readonly sent: number;
  readonly tag: string;
}

const recordsIn = (body: Uint8Array): readonly ProbeRecord[] | undefined => {
  const value = parsed(body);
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  const records = all.flatMap((each) =>
    isObject(each) && typeof each.sent === "number" && typeof each.tag === "string"
      ? [{ sent: each.sent, tag: each.tag }]
      : [],
  );
  return records.length === all.length && records.length > 0 ? records : undefined;
};

const parsed = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
};

const refused = (
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
  forged = 0,
): ProbeResponse => ({
  status,
  headers: { ...ALWAYS, "content-type": "application/json", ...headers },
  body: JSON.stringify({ error }),
  times: [],
  use: { counted: 0, untimely: 0, forged },
});

const ALWAYS = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
