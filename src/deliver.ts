/**
 * The story of the second function: messages of one endpoint's delivery queue become requests, and each statement
 * ends delivered, set aside, or waiting in the queue.
 */
import { type Bucket, prefixOf } from "./archive/layout.ts";
import { writeLines } from "./archive/lines.ts";
import { failedLine, receiptLine } from "./archive/records.ts";
import type { Answer } from "./delivery/answer.ts";
import { configurationFor } from "./delivery/configuration.ts";
import { credentialsOf } from "./delivery/credentials.ts";
import { exchangerTo } from "./delivery/exchange.ts";
import { type DeliveryQueue, giveBack, type Received } from "./delivery/give-back.ts";
import { type Delivery, type DeliveryMessage, readDelivery } from "./delivery/message.ts";
import { pacingOf } from "./delivery/pacing.ts";
import type { Statement } from "./delivery/pack.ts";
import { type Ended, failuresOf, receiptsOf } from "./delivery/records.ts";
import { type Room, roomOf } from "./delivery/requests.ts";
import { senderTo } from "./delivery/send.ts";
import { type Outcome, type Settling, settle, type Trouble, type Waiting } from "./delivery/settle.ts";
import { blamedAmong, groupsOf, isSuspect } from "./delivery/suspects.ts";
import { hiddenFor, restOf } from "./delivery/waiting.ts";
import type { Endpoint } from "./endpoint/endpoint.ts";

export interface DeliverParts {
  readonly endpoint: Endpoint;
  /** The value of the secret that the endpoint's file names, if it names one. */
  readonly secret: string | undefined;
  /** The IRI that stands as the sensor in Caliper's envelopes. */
  readonly sensor: string;
  readonly bucket: Bucket;
  readonly queue: DeliveryQueue;
  /** A number from 0 to 1, by chance. */
  readonly random?: () => number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** Delivers a batch; `remaining` tells how many milliseconds the function still has. */
export type DeliverBatch = (
  messages: readonly DeliveryMessage[],
  remaining?: () => number,
) => Promise<DeliverResult>;

export interface DeliverResult {
  /** For each message: undefined where it may be acknowledged, or why it comes again. */
  readonly settled: readonly (Error | undefined)[];
  readonly counts: DeliverCounts;
}

/** What a batch came to, for the log: numbers, and why statements wait. */
export interface DeliverCounts {
  readonly endpoint: string;
  readonly messages: number;
  readonly delivered: number;
  readonly setAside: number;
  readonly waiting: number;
  readonly trouble?: Told;
}

/** Why statements wait, as it may be told. */
interface Told {
  readonly why: Trouble["why"];
  readonly status?: Answer["status"];
  /** What kept us from sending at all. */
  readonly detail?: string;
}

/** How long receipts and the queue may take, in milliseconds. */
const WRITING = 4000;

/** How long an OAuth 2 server may take to give a token, in milliseconds. */
const TOKEN = 10_000;

/** What cannot be delivered by then is set aside, a day before the queue forgets it, in milliseconds. */
const LONGEST_WAIT = 13 * 86_400_000;

/** An endpoint that has taken something so lately, in milliseconds, works; what it fails at is to blame itself. */
const WORKS = 600_000;

/**
 * Makes the deliverer of an endpoint. Receipts and what was set aside are in the archive before a message is
 * acknowledged, and what remains of a message of which a part has ended is in the queue again. Throws where the
 * archive does not take them: then the batch comes again, which a store recognises by the statements' ids.
 */
export const deliverer = (parts: DeliverParts): DeliverBatch => {
  const { endpoint, bucket, queue, random = Math.random, now = Date.now } = parts;
  const { name, limits, network, answers } = endpoint;
  const { exchange, rest: hangUp } = exchangerTo({ timeout: limits.timeout, network });
  const tokens = exchangerTo({ timeout: Math.min(TOKEN, limits.timeout), network });
  const credentials = credentialsOf(endpoint, parts.secret, tokens.exchange);
  const sender = senderTo(endpoint, credentials, exchange, parts.sensor);
  const askConfiguration = configurationFor(endpoint, credentials);
  const rest = restOf(now);
  const pacing = pacingOf(limits, now);
  let room = roomOf(endpoint.batch, sender.around);
  let lastTaken = Number.NEGATIVE_INFINITY;
  // What was sent must be written down before the function's time is over.
  const needed = longestOf(endpoint) + WRITING;

  /** Asks the endpoint to take statements, as far as it may be asked: those of each group in requests of their own. */
  const offer = async (
    groups: readonly (readonly Statement[])[],
    remaining: () => number,
  ): Promise<readonly Outcome[]> => {
    if (groups.length === 0) return [];
    if (rest.left() > 0) return waitingFor(groups.flat(), { why: "rest" });
    const { speaks = true, bytes = room.bytes } = await askConfiguration();
    if (!speaks) return waitingFor(groups.flat(), { why: "version" });
    room = { ...room, bytes: Math.min(bytes, room.bytes) };
    const send: Settling["send"] = async (texts) => {
      if (remaining() < needed + pacing.left()) return { why: "time" };
      await pacing.turn();
      return sender.send(texts);
    };
    const narrowed = (smaller: Room): void => {
      room = smaller;
    };
    const outcomes: Outcome[] = [];
    for (const group of groups) {
      const trouble = outcomes.findLast((each) => each.end === "waiting");
      outcomes.push(
        ...(trouble === undefined
          ? await settle(group, { send, answers, room, narrowed })
          : waitingFor(group, trouble)),
      );
    }
    return outcomes;
  };

  const remember = (outcomes: readonly Outcome[], trouble: Waiting | undefined): void => {
    const hasTaken = outcomes.some(({ end }) => end === "delivered");
    if (hasTaken) lastTaken = now();
    if (hasTaken || (trouble === undefined && outcomes.length > 0)) rest.succeeded();
    if (trouble !== undefined && trouble.why !== "rest" && trouble.why !== "time")
      rest.failed(trouble.answer?.retryAfter);
  };

  return async (messages, remaining = () => Number.POSITIVE_INFINITY) => {
    const received = messages.map((message): Received => ({ message, delivery: readDelivery(message) }));
    const deliveries = new Map<string, Delivery>();
    for (const { delivery } of received) {
      if (delivery instanceof Error) continue;
      for (const { id } of delivery.statements) deliveries.set(id, delivery);
    }
    const outcomes = await offer(groupsOf(new Set(deliveries.values())), remaining);
    hangUp();
    tokens.rest();
    const trouble = outcomes.find((each) => each.end === "waiting");
    remember(outcomes, trouble);

    const expires = now() - LONGEST_WAIT;
    const deliveryOf = (id: string): Delivery | undefined => deliveries.get(id);
    const ended = outcomes.flatMap((each): readonly Ended[] => {
      if (each.end !== "waiting") return [each];
      const { statement, answer } = each;
      const isOld = (deliveryOf(statement.id)?.since ?? expires) < expires;
      return isOld ? [{ statement, end: "setAside", class: "waited", answer }] : [];
    });
    const at = new Date(now()).toISOString();
    await Promise.all([
      writeLines(bucket, prefixOf("receipts", name), receiptsOf(ended, at).map(receiptLine)),
      writeLines(
        bucket,
        prefixOf("failed", name),
        failuresOf(ended, endpoint, deliveryOf, at).map(failedLine),
      ),
    ]);

    const endedIds = new Set(ended.map(({ statement }) => statement.id));
    const blamed = now() - lastTaken < WORKS ? blamedAmong(outcomes) : new Set<string>();
    const settled = await giveBack(received, endpoint, queue, {
      hasEnded: (id) => endedIds.has(id),
      // Out of time, it was not the endpoint that could not take it.
      waitOf: (tries) => hiddenFor(trouble?.why === "time" ? 1 : tries, rest.left(), random),
      isHalved: (each) => isSuspect(each) && each.statements.some(({ id }) => blamed.has(id)),
    });
    return {
      settled,
      counts: {
        ...countOf(endpoint, messages.length, ended),
        waiting: outcomes.length - ended.length,
        ...(trouble !== undefined && { trouble: toldOf(trouble) }),
      },
    };
  };
};

/** How long it may take to send something, in milliseconds: with a token, and once more with another where that is refused. */
const longestOf = ({ auth, limits }: Endpoint): number =>
  auth.scheme === "oauth2-client-credentials"
    ? 2 * (limits.timeout + Math.min(TOKEN, limits.timeout))
    : limits.timeout;

const countOf = ({ name }: Endpoint, messages: number, ended: readonly Ended[]) => {
  const delivered = ended.filter(({ end }) => end === "delivered").length;
  return { endpoint: name, messages, delivered, setAside: ended.length - delivered };
};

/** An endpoint's own words could quote statements; ours do not. */
const toldOf = ({ why, answer }: Trouble): Told => ({
  why,
  ...(answer && { status: answer.status }),
  ...(answer?.status === "setup" && { detail: answer.excerpt }),
});

const waitingFor = (statements: readonly Statement[], { why, answer }: Trouble): readonly Outcome[] =>
  statements.map((statement) => ({
    statement,
    end: "waiting",
    why,
    ...(answer && { answer }),
    sent: false,
  }));
