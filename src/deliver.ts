/**
 * The story of the second function: messages of one endpoint's delivery queue become requests, and each statement
 * ends delivered, set aside, or waiting in the queue.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Bucket, prefixOf } from "./archive/layout.ts";
import { writeLines } from "./archive/lines.ts";
import { failedLine, receiptLine } from "./archive/records.ts";
import type { Answer } from "./delivery/answer.ts";
import { configurationFor } from "./delivery/configuration.ts";
import { credentialsOf } from "./delivery/credentials.ts";
import { exchangerTo } from "./delivery/exchange.ts";
import {
  type DeliveryQueue,
  deliveriesById,
  giveBack,
  hideAll,
  type Received,
} from "./delivery/give-back.ts";
import { type Delivery, type DeliveryMessage, readDelivery } from "./delivery/message.ts";
import { intervalOf, pacingOf } from "./delivery/pacing.ts";
import type { Statement } from "./delivery/pack.ts";
import { type Ended, endedAmong, failuresOf, receiptsOf } from "./delivery/records.ts";
import { type Room, roomOf } from "./delivery/requests.ts";
import { senderTo } from "./delivery/send.ts";
import {
  type Outcome,
  type Settling,
  settle,
  type Trouble,
  type Waiting,
  waitingFor,
} from "./delivery/settle.ts";
import { blameOf, groupsOf, isSuspect } from "./delivery/suspects.ts";
import { hiddenFor, restOf } from "./delivery/waiting.ts";
import type { Endpoint } from "./endpoint/endpoint.ts";

export interface DeliverParts {
  readonly endpoint: Endpoint;
  /** The value of the secret that the endpoint's file names, if it names one; or why it cannot be had. */
  readonly secret: string | Error | undefined;
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
  /** What there was in place of an answer. */
  readonly detail?: string;
}

/** A rest of the endpoint that a function itself waits out, in milliseconds. */
const SHORT_REST = 5000;

/** How long receipts and the queue may take, in milliseconds. */
const WRITING = 4000;

/** How long an OAuth 2 server may take to give a token, in milliseconds. */
const TOKEN = 10_000;

/** What cannot be delivered by then is set aside, a day before the queue forgets it, in milliseconds. */
const LONGEST_WAIT = 13 * 86_400_000;

/**
 * Makes the deliverer of an endpoint. Receipts and what was set aside are in the archive before a message is
 * acknowledged, and what remains of a message of which a part has ended is in the queue again. Throws where the
 * archive does not take them: then the batch comes again, which a store recognises by the statements' ids.
 */
export const deliverer = (parts: DeliverParts): DeliverBatch => {
  const { endpoint, bucket, queue, random = Math.random, now = Date.now } = parts;
  const { name, limits, network, answers } = endpoint;
  const requests = exchangerTo({ timeout: limits.timeout, network });
  const tokens = exchangerTo({ timeout: Math.min(TOKEN, limits.timeout), network });
  const credentials = credentialsOf(endpoint, parts.secret, tokens.exchange, now);
  const pacing = pacingOf(limits, now);
  const sender = senderTo(endpoint, credentials, { ...requests, turn: pacing.turn, sensor: parts.sensor });
  const askConfiguration = configurationFor(endpoint, credentials, pacing.turn);
  const rest = restOf(now);
  const blame = blameOf(now);
  let room = roomOf(endpoint.batch, sender.around);
  // What was sent must be written down before the function's time is over.
  const needed = longestOf(endpoint) + WRITING;

  /** Asks the endpoint to take statements, as far as it may be asked: those of each group in requests of their own. */
  const offer = async (
    groups: readonly (readonly Statement[])[],
    remaining: () => number,
  ): Promise<readonly Outcome[]> => {
    if (groups.length === 0) return [];
    const pause = rest.left();
    if (pause > SHORT_REST || (pause > 0 && remaining() <= needed + pause))
      return waitingFor(groups.flat(), { why: "rest" });
    // To wait is cheaper than to let messages come and go, which looks like failures of theirs. The clock is not asked
    // again: a timer may be a millisecond early by it, and the wait would be in vain.
    if (pause > 0) await sleep(pause);
    if (remaining() < needed + pacing.left()) return waitingFor(groups.flat(), { why: "time" });
    const { speaks = true, bytes = room.bytes } = await askConfiguration();
    if (!speaks) return waitingFor(groups.flat(), { why: "version" });
    room = { ...room, bytes: Math.min(bytes, room.bytes) };
    const send: Settling["send"] = async (texts) =>
      remaining() < needed + pacing.left() ? { why: "time" } : sender.send(texts);
    const narrowed = (smaller: Room): void => {
      room = smaller;
    };
    const outcomes: Outcome[] = [];
    for (const group of groups) {
      const trouble = outcomes.findLast((each) => each.end === "waiting");
      const more =
        trouble === undefined
          ? await settle(group, { send, answers, room, narrowed })
          : waitingFor(group, trouble);
      outcomes.push(...more);
    }
    return outcomes;
  };

  /** Leaves an endpoint in trouble alone for a while. */
  const heed = (outcomes: readonly Outcome[], trouble: Waiting | undefined): void => {
    const hasTaken = outcomes.some(({ end }) => end === "delivered");
    if (hasTaken || (trouble === undefined && outcomes.length > 0)) rest.succeeded();
    if (trouble !== undefined && trouble.why !== "rest" && trouble.why !== "time")
      rest.failed(trouble.answer?.retryAfter);
  };

  const write = async (
    outcomes: readonly Outcome[],
    ended: readonly Ended[],
    deliveries: ReadonlyMap<string, Delivery>,
  ): Promise<void> => {
    const at = new Date(now()).toISOString();
    const receipts = receiptsOf(ended, at).map(receiptLine);
    const failures = failuresOf(ended, outcomes, endpoint, deliveries, at).map(failedLine);
    await Promise.all([
      writeLines(bucket, prefixOf("receipts", name), receipts),
      writeLines(bucket, prefixOf("failed", name), failures),
    ]);
  };

  return async (messages, remaining = () => Number.POSITIVE_INFINITY) => {
    const received = messages.map((message): Received => ({ message, delivery: readDelivery(message) }));
    const deliveries = deliveriesById(received);
    const outcomes = await offer(groupsOf(new Set(deliveries.values())), remaining);
    requests.rest();
    tokens.rest();
    const trouble = outcomes.find((each) => each.end === "waiting");
    heed(outcomes, trouble);
    const blamed = blame(outcomes);

    const ended = endedAmong(outcomes, deliveries, now() - LONGEST_WAIT);
    const endedIds = new Set(ended.map(({ statement }) => statement.id));
    // Out of time, it was not the endpoint that could not take it.
    const isOurs = trouble?.why === "time" && ended.length > 0;
    const waitOf = (tries: number): number =>
      hiddenFor(isOurs ? 1 : tries, Math.max(rest.left(), pacing.left()), random);
    try {
      await write(outcomes, ended, deliveries);
    } catch (error) {
      rest.failed();
      await hideAll(received, queue, waitOf);
      throw error;
    }

    const refused = new Set(
      outcomes.flatMap((each) => (each.end === "waiting" && each.refused ? [each.statement.id] : [])),
    );
    const settled = await giveBack(received, endpoint, queue, {
      hasEnded: (id) => endedIds.has(id),
      waitOf,
      // What could not be narrowed to its end is narrowed further when it comes again.
      isHalved: (each) =>
        each.statements.some(({ id }) => refused.has(id) || (isSuspect(each) && blamed.has(id))),
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

/**
 * How long it may take to send something, in milliseconds: with a token, and once more with another where that is
 * refused.
 */
const longestOf = ({ auth, limits }: Endpoint): number =>
  auth.scheme === "oauth2-client-credentials"
    ? 2 * (limits.timeout + Math.min(TOKEN, limits.timeout)) + intervalOf(limits)
    : limits.timeout;

const countOf = ({ name }: Endpoint, messages: number, ended: readonly Ended[]) => {
  const delivered = ended.filter(({ end }) => end === "delivered").length;
  return { endpoint: name, messages, delivered, setAside: ended.length - delivered };
};

/** An endpoint's own words could quote statements; ours do not. */
const toldOf = ({ why, answer }: Trouble): Told => ({
  why,
  ...(answer && { status: answer.status }),
  ...(typeof answer?.status === "string" && { detail: answer.excerpt }),
});
