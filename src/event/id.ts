import { hash } from "node:crypto";

declare const branded: unique symbol;
/** A lower-case UUID that names an event, the same whenever and however often it arrives. */
export type EventId = string & { readonly [branded]: "EventId" };
/** A lower-case UUID that names what one endpoint is told of one event. */
export type StatementId = string & { readonly [branded]: "StatementId" };

const namespace = (uuid: string): Buffer => Buffer.from(uuid.replaceAll("-", ""), "hex");

/** The project's own name space for UUIDv5. It never changes: every id in an archive depends on it. */
const EVENTS = namespace("a8473345-f095-49ed-b42a-6ab545ff42dd");

/**
 * The id of an event: from its text as received, its learner and the server that it came from, because two
 * learners can save the same path in the same microsecond. An event that does not say when it happened can repeat
 * another to the letter: then its message and its position there tell them apart.
 */
export const eventId = (
  text: string,
  learner: string | undefined,
  server: string | undefined,
  untimed: readonly [message: string, position: number] | readonly [] = [],
): EventId => uuidV5(EVENTS, headOf(learner, server, untimed), text) as EventId;

/** What stands before an event's text. The events of a message have mostly the same. */
const headOf = (
  learner: string | undefined,
  server: string | undefined,
  untimed: readonly [message: string, position: number] | readonly [],
): string => {
  if (untimed.length > 0) return JSON.stringify([learner ?? null, server ?? null, ...untimed]);
  if (last.learner !== learner || last.server !== server || last.head === "")
    last = { learner, server, head: JSON.stringify([learner ?? null, server ?? null]) };
  return last.head;
};

let last: {
  readonly learner: string | undefined;
  readonly server: string | undefined;
  readonly head: string;
} = {
  learner: undefined,
  server: undefined,
  head: "",
};

/**
 * The id of a statement. `space`, 16 bytes, is the endpoint's own secret name space: an endpoint knows nearly all of
 * what an event's id is made from, and could otherwise try names until one fits. `position` tells apart the statements
 * that one translation makes of one event.
 */
export const statementId = (
  space: Buffer,
  event: EventId,
  translation: string,
  position: number,
): StatementId => uuidV5(space, event, "\n", translation, "\n", String(position)) as StatementId;

/**
 * The id of a learner's registration for a course at an endpoint (xAPI 1.0.3 Part Two, 2.4.6.1), in the endpoint's own
 * name space: the same for all that they do in it.
 */
export const registrationId = (space: Buffer, learner: string, course: string): string =>
  uuidV5(space, "registration\n", learner, "\n", course);

/**
 * A name-based UUID with SHA-1 (RFC 9562, section 5.5), of a name that comes in parts. Written here because it runs twice
 * for every event: with Node's one-shot hash it takes a seventh of the time of the usual package.
 */
const uuidV5 = (space: Buffer, ...parts: readonly string[]): string => {
  let units = 0;
  for (const part of parts) units += part.length;
  // No UTF-16 code unit takes more than three bytes.
  const most = space.length + 3 * units;
  const name = most <= scratch.length ? scratch : Buffer.allocUnsafe(most);
  name.set(space);
  let end = space.length;
  for (const part of parts) end += put(part, name, end);
  return shownAsV5(hash("sha1", name.subarray(0, end), "hex"));
};

/** Writes a text as UTF-8; gives how many bytes that are. A short one is written faster here than by a call into the engine. */
const put = (text: string, into: Buffer, start: number): number => {
  if (text.length > SHORT) return into.write(text, start);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x7e) return into.write(text, start);
    into[start + at] = code;
  }
  return text.length;
};

const SHORT = 64;

/** Where names are put together: room for most. */
const scratch = Buffer.allocUnsafeSlow(16 * 1024);

/** The first 32 hexadecimal digits of a hash, as a UUID of version 5 and the variant of RFC 9562. */
const shownAsV5 = (digits: string): string => {
  let to = 0;
  for (let at = 0; at < 32; at++) {
    if (at === 8 || at === 12 || at === 16 || at === 20) to++;
    shown[to++] = digits.charCodeAt(at);
  }
  shown[14] = VERSION;
  shown[19] = VARIANTS[shown[19] ?? 0] ?? 0;
  // In one piece: texts that are joined are put together anew wherever they are read.
  return shown.toString("latin1");
};

/** The text of the UUID that is being made: its hyphens stay. */
const shown = Buffer.from("00000000-0000-0000-0000-000000000000", "latin1");
const VERSION = 0x35;

/** By the code of a hexadecimal digit, that of the digit whose first two bits say the variant. */
const VARIANTS = Uint8Array.from({ length: 128 }, (_, code) =>
  "89ab".charCodeAt(Number.parseInt(String.fromCharCode(code), 16) & 3),
);
