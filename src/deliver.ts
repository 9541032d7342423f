/**
 * The story of the second function: messages of one endpoint's delivery queue become requests, and each statement
 * ends delivered, set aside, or waiting in the queue.
 */
import { type Bucket, prefixOf } from "./archive/layout.ts";
import { writeLines } from "./archive/lines.ts";
import { type FailedRecord, failedLine, receiptLine } from "./archive/records.ts";
import type { Answer } from "./delivery/answer.ts";
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
import { pacingOf } from "./delivery/pacing.ts";
import { type Place, placesOf, TOKEN, type Visit } from "./delivery/place.ts";
import { type Ended, endedAmong, failuresOf, receiptsOf, type Unlisted } from "./delivery/records.ts";
import type { Outcome, Trouble } from "./delivery/settle.ts";
import { groupsOf, isSuspect } from "./delivery/suspects.ts";
import { hiddenFor } from "./delivery/waiting.ts";
import { addressOf } from "./endpoint/destination.ts";
import type { Endpoint } from "./endpoint/endpoint.ts";
import { type Incident, setAside } from "./incident.ts";

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
  /** What was set aside. */
  readonly incidents: readonly Incident[];
}

/** What a batch came to, for the log: numbers, and why statements wait. */
export interface DeliverCounts {
  readonly endpoint: string;
  readonly messages: number;
  readonly delivered: number;
  readonly setAside: number;
  readonly waiting: number;
  /** How long the oldest of them had been on its way, also of those that ended, in milliseconds. */
  readonly oldest: number;
  readonly trouble?: Told;
}

/** Why statements wait, as it may be told. */
interface Told {
  readonly why: Trouble["why"];
  readonly status?: Answer["status"];
  /** What there was in place of an answer. */
  readonly detail?: string;
  /** The host that it is about, where launches say where the endpoint is. */
  readonly host?: string;
}

/** What cannot be delivered by then is set aside, a day before the queue forgets it, in milliseconds. */
const LONGEST_WAIT = 13 * 86_400_000;

/**
 * Makes the deliverer of an endpoint. Receipts and what was set aside are in the archive before a message is
 * acknowledged, and what remains of a message of which a part has ended is in the queue again. Throws where the
 * archive does not take them: then the batch comes again, which a store recognises by the statements' ids.
 */
export const deliverer = (parts: DeliverParts): DeliverBatch => {
  const { endpoint, bucket, queue, random = Math.random, now = Date.now } = parts;
  const { name, limits, network } = endpoint;
  const requests = exchangerTo({ timeout: limits.timeout, network, now });
  const tokens = exchangerTo({ timeout: Math.min(TOKEN, limits.timeout), network, now });
  const credentials = credentialsOf(endpoint, parts.secret, tokens.exchange, now);
  const pacing = pacingOf(limits, now);
  const { exchange } = requests;
  const placeAt = placesOf(endpoint, { credentials, exchange, pacing, sensor: parts.sensor, now });

  /** Asks each place to take what is for it; those in trouble last, so that they hold up no other. */
  const visitAll = async (
    deliveries: ReadonlyMap<string | undefined, readonly Delivery[]>,
    remaining: () => number,
  ): Promise<Visits> => {
    const known = new Set<string>();
    const places = [...deliveries.keys()].flatMap((url) => (url === undefined ? [] : placeAt(url)));
    const visits = new Map<string, Visit>();
    for (const place of places.sort(byTrouble)) {
      const groups = groupsOf(deliveries.get(place.url) ?? [], known);
      visits.set(place.url, await place.offer(groups, remaining));
    }
    // Of the endpoint's own connections the next batch has use; a token is asked for once in a while.
    tokens.rest();
    return visits;
  };

  const write = async (
    outcomes: readonly Outcome[],
    ended: readonly Ended[],
    deliveries: ReadonlyMap<string, Delivery>,
  ): Promise<readonly FailedRecord[]> => {
    const at = new Date(now()).toISOString();
    const receipts = receiptsOf(ended, at).map(receiptLine);
    const failures = failuresOf(ended, outcomes, endpoint, deliveries, at);
    await Promise.all([
      writeLines(bucket, prefixOf("receipts", name), receipts),
      writeLines(bucket, prefixOf("failed", name), failures.map(failedLine)),
    ]);
    return failures;
  };

  return async (messages, remaining = () => Number.POSITIVE_INFINITY) => {
    const received = messages.map((message): Received => ({ message, delivery: readDelivery(message) }));
    const deliveries = deliveriesById(received);
    const byAddress = Map.groupBy(new Set(deliveries.values()), ({ to }) => addressOf(endpoint, to));
    const visits = await visitAll(byAddress, remaining);
    const outcomes = [...visits.values()].flatMap((visit) => visit.outcomes);
    const ended = [
      ...endedAmong(outcomes, deliveries, now() - LONGEST_WAIT),
      ...unlistedAmong(byAddress.get(undefined) ?? [], outcomes),
    ];
    const endedIds = new Set(ended.map(({ statement }) => statement.id));

    const waitOf = ({ to, tries }: Delivery): number => {
      const visit = visits.get(addressOf(endpoint, to) ?? "");
      // Out of time, it was not the endpoint that could not take it.
      const isOurs = visit?.trouble?.why === "time" && (ended.length > 0 || outcomes.some(wasSent));
      return hiddenFor(isOurs ? 1 : tries, Math.max(visit?.place.left() ?? 0, pacing.left()), random);
    };
    let failures: readonly FailedRecord[];
    try {
      failures = await write(outcomes, ended, deliveries);
    } catch (error) {
      for (const { place } of visits.values()) place.leave();
      await hideAll(received, queue, waitOf);
      throw error;
    }

    const refused = new Set(
      outcomes.flatMap((each) => (each.end === "waiting" && each.refused ? [each.statement.id] : [])),
    );
    const blamed = new Set([...visits.values()].flatMap((visit) => [...visit.blamed]));
    const settled = await giveBack(received, endpoint, queue, {
      hasEnded: (id) => endedIds.has(id),
      waitOf,
      // What could not be narrowed to its end is narrowed further when it comes again.
      isHalved: (each) =>
        each.statements.some(({ id }) => refused.has(id) || (isSuspect(each) && blamed.has(id))),
    });
    const told = toldOf(visits, endpoint);
    return {
      settled,
      counts: {
        ...countOf(endpoint, messages.length, ended),
        waiting: outcomes.filter(({ statement }) => !endedIds.has(statement.id)).length,
        oldest: oldestOf(deliveries.values(), now()),
        ...(told !== undefined && { trouble: told }),
      },
      incidents: failures.map(setAside),
    };
  };
};

/** What came of asking each place, by its address. */
type Visits = ReadonlyMap<string, Visit>;

/** Those that take what they are sent first; then those that may be asked the soonest. */
const byTrouble = (one: Place, other: Place): number =>
  Number(one.isTroubled()) - Number(other.isTroubled()) || one.left() - other.left();

/** What no place is allowed for any more; what was sent elsewhere under the same id is not among it. */
const unlistedAmong = (
  deliveries: readonly Delivery[],
  outcomes: readonly Outcome[],
): readonly Unlisted[] => {
  if (deliveries.length === 0) return [];
  const known = new Set(outcomes.map(({ statement }) => statement.id));
  return groupsOf(deliveries, known)
    .flat()
    .map((statement) => ({ statement, end: "setAside", class: "unlisted", answer: undefined }));
};

/** A clock that is ahead of the queue's makes nothing younger than it is. */
const oldestOf = (deliveries: Iterable<Delivery>, now: number): number => {
  let oldest = 0;
  for (const { since } of deliveries) oldest = Math.max(oldest, now - since);
  return oldest;
};

const wasSent = (outcome: Outcome): boolean => outcome.end !== "waiting" || outcome.sent;

const countOf = ({ name }: Endpoint, messages: number, ended: readonly Ended[]) => {
  const delivered = ended.filter(({ end }) => end === "delivered").length;
  return { endpoint: name, messages, delivered, setAside: ended.length - delivered };
};

/** Why statements wait: where an administrator must act at some place, that. */
const toldOf = (visits: Visits, { url }: Endpoint): Told | undefined => {
  const troubled = [...visits.values()].filter(({ trouble }) => trouble !== undefined);
  const [first] = troubled;
  const { place, trouble } = troubled.find((each) => each.trouble?.why === "setup") ?? first ?? {};
  if (place === undefined || trouble === undefined) return undefined;
  const { why, answer } = trouble;
  // An endpoint's own words could quote statements; ours do not.
  return {
    why,
    ...(answer && { status: answer.status }),
    ...(typeof answer?.status === "string" && { detail: answer.excerpt }),
    ...(typeof url !== "string" && { host: new URL(place.url).host }),
  };
};
