import { gzipSync } from "node:zlib";

/** An event that is taken: its text, as it was received, and its place in the request, from 0. */
export interface TakenEvent {
  readonly index: number;
  readonly text: string;
}

/** A message's body with some of a request's events, in their order: a JSON array. */
export interface Parcel {
  readonly body: string;
  /** Where it is packed: gzip in base64. */
  readonly encoding?: "gzip";
  readonly events: readonly TakenEvent[];
}

/** SQS counts what a message costs in steps of 64 KB: https://aws.amazon.com/sqs/pricing/ */
const STEP = 64 * 1024;

/**
 * How large a message gets, in bytes, where its events can be parted. SQS takes 1 MiB, with the token. The queue has all of
 * a message or nothing, so a request that is one message is taken, or may be sent again, as a whole.
 */
const FULL = 12 * STEP;

/**
 * Puts events into as few messages as there may be. An array takes every event as it is, while lines would not: an event
 * may have line breaks in it, and its id is made from its text.
 */
export const parcelsOf = (events: readonly TakenEvent[]): readonly Parcel[] => {
  if (events.length === 0) return [];
  const parcel = parcelWith(events);
  if (events.length === 1 || Buffer.byteLength(parcel.body) <= FULL) return [parcel];
  const half = halfOf(events);
  return [...parcelsOf(events.slice(0, half)), ...parcelsOf(events.slice(half))];
};

/** How many of the first events come to half of all characters; neither all of them nor none. */
const halfOf = (events: readonly TakenEvent[]): number => {
  const all = events.reduce((sum, { text }) => sum + text.length, 0);
  let size = 0;
  const half = events.findIndex(({ text }) => {
    size += text.length;
    return size > all / 2;
  });
  return Math.max(1, half);
};

const parcelWith = (events: readonly TakenEvent[]): Parcel => {
  const body = `[${events.map(({ text }) => text).join(",")}]`;
  const size = Buffer.byteLength(body);
  const carried = !NOT_CARRIED.test(body);
  if (carried && size <= STEP) return { body, events };
  const packed = gzipSync(body).toString("base64");
  if (carried && steps(packed.length) >= steps(size)) return { body, events };
  return { body: packed, encoding: "gzip", events };
};

const steps = (bytes: number): number => Math.ceil(bytes / STEP);

/**
 * Characters that no message may hold as they are:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
const NOT_CARRIED = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
