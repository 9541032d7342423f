import { setTimeout as sleep } from "node:timers/promises";
import type { AddressedEndpoint, Endpoint } from "../endpoint/endpoint.ts";
import { type Configuration, configurationFor } from "./configuration.ts";
import type { Credentials } from "./credentials.ts";
import type { Exchange } from "./exchange.ts";
import { intervalOf, type Pacing } from "./pacing.ts";
import type { Statement } from "./pack.ts";
import { type Room, roomOf } from "./requests.ts";
import { senderTo } from "./send.ts";
import { type Outcome, type Settling, settle, type Trouble, type Waiting, waitingFor } from "./settle.ts";
import { blameOf } from "./suspects.ts";
import { restOf } from "./waiting.ts";

/** One address of an endpoint, with what a function remembers of it while it lives. */
export interface Place {
  readonly url: string;
  /** Asks it to take statements, as far as it may be asked: those of each group in requests of their own. Never throws. */
  offer(groups: readonly (readonly Statement[])[], remaining: () => number): Promise<Visit>;
  /** How long it is still left alone, in milliseconds. */
  left(): number;
  /** Whether it could not take what it was sent last. */
  isTroubled(): boolean;
  /** Leaves it alone for a while. */
  leave(): void;
}

/** What came of asking a place. */
export interface Visit {
  readonly place: Place;
  readonly outcomes: readonly Outcome[];
  /** Why statements wait, if any do. */
  readonly trouble: Trouble | undefined;
  /** The statements, by their ids, that it fails at though it works. */
  readonly blamed: ReadonlySet<string>;
}

/** What all places of an endpoint share. */
export interface PlaceParts {
  readonly credentials: Credentials;
  readonly exchange: Exchange;
  readonly pacing: Pacing;
  /** The IRI that stands as the sensor in Caliper's envelopes. */
  readonly sensor: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** So many places are remembered: those that were asked last. A forgotten one begins anew. */
const REMEMBERED = 200;

/** Gives an endpoint's places by their addresses: one, or those that launches name. */
export const placesOf = (endpoint: Endpoint, parts: PlaceParts): ((url: string) => Place) => {
  const known = new Map<string, Place>();
  return (url) => {
    const place = known.get(url) ?? placeAt(url, endpoint, parts);
    known.delete(url);
    known.set(url, place);
    const [oldest] = known.keys();
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
    return place;
  };
};

/** A rest of a place that a function itself waits out, in milliseconds. */
export const SHORT_REST = 5000;

const placeAt = (url: string, endpoint: Endpoint, parts: PlaceParts): Place => {
  const { pacing, now } = parts;
  const addressed: AddressedEndpoint = { ...endpoint, url };
  const isFromLaunch = typeof endpoint.url !== "string";
  const { credentials, exchange, sensor } = parts;
  const sender = senderTo(addressed, credentials, { exchange, turn: pacing.turn, sensor, isFromLaunch });
  // Of a launch's many places, each would cost a request, and those that do not answer, seconds.
  const askConfiguration = isFromLaunch
    ? async (): Promise<Configuration> => ({})
    : configurationFor(addressed, credentials, pacing.turn);
  const rest = restOf(now);
  const blame = blameOf(now);
  let room = roomOf(endpoint.batch, sender.around);
  // What was sent must be written down before the function's time is over.
  const needed = longestOf(endpoint) + WRITING;

  const ask = async (
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
          ? await settle(group, { send, answers: endpoint.answers, room, narrowed })
          : waitingFor(group, trouble);
      outcomes.push(...more);
    }
    return outcomes;
  };

  /** Leaves a place in trouble alone for a while. */
  const heed = (outcomes: readonly Outcome[], trouble: Waiting | undefined): void => {
    const hasTaken = outcomes.some(({ end }) => end === "delivered");
    if (hasTaken || (trouble === undefined && outcomes.length > 0)) rest.succeeded();
    if (trouble !== undefined && trouble.why !== "rest" && trouble.why !== "time")
      rest.failed(trouble.answer?.retryAfter);
  };

  const place: Place = {
    url,
    offer: async (groups, remaining) => {
      const outcomes = await ask(groups, remaining);
      const trouble = outcomes.find((each) => each.end === "waiting");
      heed(outcomes, trouble);
      return { place, outcomes, trouble, blamed: blame(outcomes) };
    },
    left: rest.left,
    isTroubled: rest.isTroubled,
    leave: () => rest.failed(),
  };
  return place;
};

/** How long receipts and the queue may take, in milliseconds. */
const WRITING = 4000;

/** How long an OAuth 2 server may take to give a token, in milliseconds. */
export const TOKEN = 10_000;

/**
 * How long it may take to send something, in milliseconds: with a token, and once more with another where that is
 * refused.
 */
const longestOf = ({ auth, limits }: Endpoint): number =>
  auth.scheme === "oauth2-client-credentials"
    ? 2 * (limits.timeout + Math.min(TOKEN, limits.timeout)) + intervalOf(limits)
    : limits.timeout;
