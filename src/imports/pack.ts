import { gzipSync } from "node:zlib";
import { LARGEST, MOST_MESSAGES } from "./message.ts";
import type { Piece, Place } from "./pieces.ts";

/** A message's body with some of a file's events, in their order. */
export interface Parcel {
  readonly body: string;
  /** Where it is packed: gzip in base64. */
  readonly encoding?: "gzip";
  /** The line of its first event. */
  readonly line: number;
  readonly events: number;
}

/** What goes into one request to the queue. */
export interface Shipment {
  readonly parcels: readonly Parcel[];
  /** Lines that fit into no message, whatever is done. */
  readonly tooLarge: readonly Pick<Parcel, "line" | "events">[];
  readonly events: number;
  /** How far the file is done with it. */
  readonly until: Place;
}

export interface PackOptions {
  /** What a message's attributes take, in bytes. */
  readonly attributes: number;
  /** The most events of one shipment, where they are to go slowly. */
  readonly most?: number;
}

/**
 * A message holds as many events and, in bytes, as much text as the senders of hubs and servers put into one, or a
 * little less, so that ten of them fill a request, and a function's batch is what it is every day.
 */
export const MOST_EVENTS = 500;
export const MESSAGE = 100_000;

/**
 * Packs a file's pieces into as few messages and requests as there may be, in their order. Where there are none in what
 * comes, what is packed so far goes at once.
 */
export async function* shipmentsOf(
  pieces: AsyncIterable<readonly Piece[]>,
  { attributes, most = Number.POSITIVE_INFINITY }: PackOptions,
): AsyncGenerator<Shipment> {
  const mostEvents = Math.max(1, Math.min(MOST_EVENTS, most));
  let open = newShipment();
  let group: Piece[] = [];
  let bytes = 0;
  const close = (): Shipment | undefined => {
    const last = group.at(-1);
    if (last === undefined) return undefined;
    const parcel = parcelOf(group);
    const size = Buffer.byteLength(parcel.body) + attributes + (parcel.encoding === undefined ? 0 : ENCODING);
    group = [];
    bytes = 0;
    const isFull =
      open.parcels.length === MOST_MESSAGES ||
      open.size + size > LARGEST ||
      open.events + parcel.events > most;
    const full = isFull && open.until !== undefined ? shipmentOf(open, open.until) : undefined;
    if (full !== undefined) open = newShipment();
    if (size > LARGEST) open.tooLarge.push({ line: parcel.line, events: parcel.events });
    else {
      open.parcels.push(parcel);
      open.size += size;
      open.events += parcel.events;
    }
    open.until = last.until;
    return full;
  };
  for await (const some of pieces) {
    if (some.length === 0) {
      const full = close();
      if (full !== undefined) yield full;
      if (open.until !== undefined) yield shipmentOf(open, open.until);
      open = newShipment();
    }
    for (const piece of some) {
      const size = Buffer.byteLength(piece.text) + 1;
      const fits = !piece.alone && group.at(-1)?.alone !== true;
      if (!fits || group.length === mostEvents || bytes + size > MESSAGE) {
        const full = close();
        if (full !== undefined) yield full;
      }
      group.push(piece);
      bytes += size;
    }
  }
  const full = close();
  if (full !== undefined) yield full;
  if (open.until !== undefined) yield shipmentOf(open, open.until);
}

interface OpenShipment {
  readonly parcels: Parcel[];
  readonly tooLarge: Pick<Parcel, "line" | "events">[];
  events: number;
  size: number;
  until: Place | undefined;
}

const newShipment = (): OpenShipment => ({
  parcels: [],
  tooLarge: [],
  events: 0,
  size: 0,
  until: undefined,
});

const shipmentOf = ({ parcels, tooLarge, events }: OpenShipment, until: Place): Shipment => ({
  parcels,
  tooLarge,
  events,
  until,
});

/** What the attribute `content-encoding` takes, in bytes. */
const ENCODING = "content-encodingStringgzip".length;

/**
 * Packed only where it must be. As text it is what functions are given every day; packed, so much could come at once
 * that there is no time for it.
 */
const parcelOf = (group: readonly Piece[]): Parcel => {
  const text = group.map((piece) => piece.text).join("\n");
  const parcel = {
    line: group[0]?.line ?? 0,
    events: group.reduce((sum, { events }) => sum + events, 0),
  };
  const isPlain = !REFUSED.test(text) && Buffer.byteLength(text) <= LARGEST - ROOM;
  return isPlain
    ? { ...parcel, body: text }
    : { ...parcel, body: gzipSync(text).toString("base64"), encoding: "gzip" };
};

/** Left beside a message's text for its attributes, before it is packed. */
const ROOM = 16 * 1024;

/** What SQS takes in no message: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about.
const REFUSED = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
