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
): EventId =>
  uuidV5(EVENTS, `${JSON.stringify([learner ?? null, server ?? null, ...untimed])}${text}`) as EventId;

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
): StatementId => uuidV5(space, `${event}\n${translation}\n${position}`) as StatementId;

/**
 * The id of a learner's registration for a course at an endpoint (xAPI 1.0.3 Part Two, 2.4.6.1), in the endpoint's own
 * name space: the same for all that they do in it.
 */
export const registrationId = (space: Buffer, learner: string, course: string): string =>
  uuidV5(space, `registration\n${learner}\n${course}`);

/**
 * A name-based UUID with SHA-1 (RFC 9562, section 5.5). Written here because it runs twice for every event:
 * with Node's one-shot hash it takes a seventh of the time of the usual package.
 */
const uuidV5 = (space: Buffer, name: string): string => {
  const bytes = Buffer.allocUnsafe(16 + Buffer.byteLength(name));
  space.copy(bytes);
  bytes.write(name, 16);
  const hex = hash("sha1", bytes, "hex");
  const variant = "89ab".charAt(Number.parseInt(hex.charAt(16), 16) & 3);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
