import { type ReceivedText, readBody } from "./event/message.ts";
import { refuse } from "./event/reason.ts";
import {
  type Answer,
  LATE,
  silentAnswer,
  takenAnswer,
  troubleAnswer,
  type Unfit,
  unfitAnswer,
  whole,
} from "./ingest/answer.ts";
import { requireReadable, textOf } from "./ingest/body.ts";
import {
  type IngestRequest,
  type IngestResponse,
  isBatch,
  isPreflight,
  PREFLIGHT,
  requirePost,
} from "./ingest/http.ts";
import type { TakenEvent } from "./ingest/messages.ts";
import { readBatch } from "./ingest/segment.ts";
import { type SendToEvents, sendEvents } from "./ingest/send.ts";
import { requireBelieved, tokenInEvent, tokenInHeader, withoutTokens } from "./ingest/token.ts";
import { type ReadSender, senderReader } from "./learner/sender.ts";
import type { Settings } from "./settings.ts";

export interface IngestOptions {
  readonly settings: Pick<Settings, "trust" | "ingest">;
  /** The values of the secrets that `trust` names, by their references. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly send: SendToEvents;
  readonly now?: () => number;
}

/** Answers a request to post events. It never throws: what went wrong is told in plain words. */
export type Ingest = (request: IngestRequest) => Promise<IngestResponse>;

/**
 * Takes events that are posted over HTTPS: one, an array or NDJSON, or calls as Segment's libraries send them, under a
 * learner context. What is JSON, and not too large, goes into the events queue under the same token; all else is judged
 * there. Throws where a secret is missing or no key, or where the site trusts more than signatures: then anybody could
 * speak for anybody.
 */
export const ingest = ({ settings, secrets, send, now = Date.now }: IngestOptions): Ingest => {
  const { trust, ingest } = settings;
  if (trust.trust !== "signed")
    throw new Error("Events can be posted only where learners.trust in translator.yml is signed.");
  const parts = { readSender: senderReader(trust, secrets), send, now };
  return async (request) => {
    if (isPreflight(request)) return whole(ingest.origins, request, PREFLIGHT);
    const answer = await take(request, parts).catch(troubleAnswer);
    return whole(ingest.origins, request, answer);
  };
};

/** Answers where events cannot be taken at all, as when the hub's key cannot be read. Logs why. */
export const ingestUnready = (
  { ingest }: Pick<Settings, "ingest">,
  request: IngestRequest,
  error: unknown,
): IngestResponse => whole(ingest.origins, request, troubleAnswer(error));

interface Parts extends Required<Pick<IngestOptions, "send" | "now">> {
  readonly readSender: ReadSender;
}

const take = async (request: IngestRequest, { readSender, send, now }: Parts): Promise<Answer> => {
  requirePost(request);
  requireReadable(request);
  const named = tokenInHeader(request);
  // Before the body is unpacked and read, where that can be.
  if (named !== undefined) await requireBelieved(readSender, named, now());
  const { received, tokenWithin } = contentOf(request);
  const token = named ?? (await requireBelieved(readSender, tokenWithin(), now()));
  const { events, unfit } = sorted(received, token);
  if (events.length === 0) return unfitAnswer(unfit);
  const { messages, taken, left } = await sendEvents(events, token, send);
  const all = [...unfit, ...left.map(({ index }) => ({ index, ...LATE }))].sort((a, b) => a.index - b.index);
  return taken.length === 0 ? silentAnswer(all) : takenAnswer(taken.length, all, messages);
};

interface Content {
  readonly received: readonly ReceivedText[];
  /** The token that the body holds. Throws NotTaken where it is none. */
  readonly tokenWithin: () => string | undefined;
}

const contentOf = (request: IngestRequest): Content => {
  const text = textOf(request);
  if (isBatch(request)) {
    const { calls, writeKey } = readBatch(text);
    return { received: calls, tokenWithin: () => writeKey };
  }
  const received = readBody(text);
  return { received, tokenWithin: () => tokenInEvent(received) };
};

interface Sorted {
  readonly events: readonly TakenEvent[];
  readonly unfit: readonly Unfit[];
}

/** What is JSON, and what cannot be read. Tokens go with messages, and never in an event. */
const sorted = (received: readonly ReceivedText[], token: string): Sorted => {
  const events: TakenEvent[] = [];
  const unfit: Unfit[] = [];
  for (const [index, { text, read }] of received.entries()) {
    const rest = "reason" in read ? read : (withoutTokens(text, read.value, token) ?? NOT_CUT_OUT);
    if (typeof rest === "string") events.push({ index, text: rest });
    else unfit.push({ index, ...rest });
  }
  return { events, unfit };
};

const NOT_CUT_OUT = refuse(
  "identity.forged",
  "The event holds a learner context that is no token, or is written with escapes, and could not be taken out.",
);
