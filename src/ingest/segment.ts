import { parseJson, splitArray } from "../event/json.ts";
import { type ReceivedText, readBody } from "../event/message.ts";
import { refuse } from "../event/reason.ts";

/**
 * What Segment's libraries post: calls, and beside them a time of sending and a write key, which are not kept
 * (https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/#batch).
 */
export interface Batch {
  /** Each as it was written, as an event's id is made from its text. */
  readonly calls: readonly ReceivedText[];
  /** Some of the libraries send it here, and no header. */
  readonly writeKey: string | undefined;
}

/** Reads a body of Segment's libraries. Never throws: where there is no list of calls, that is what is refused. */
export const readBatch = (body: string): Batch => {
  const text = body.trim();
  const isWhole = text.startsWith("{") && text.endsWith("}");
  const members = (isWhole && splitArray(`[${text.slice(1, -1)}]`, MOST_MEMBERS)) || [];
  const calls = valueIn(members, "batch");
  return {
    calls: calls?.startsWith("[") ? readBody(calls) : [{ text: "", read: NO_BATCH }],
    writeKey: textIn(valueIn(members, "writeKey")),
  };
};

/** The libraries send four or five. */
const MOST_MEMBERS = 100;

const NO_BATCH = refuse(
  "json.malformed",
  'The body is not what Segment\'s libraries send: a JSON object with a list "batch".',
);

/** The text of an object's member; of several with the same name it is the last, as JSON's readers have it. */
const valueIn = (members: readonly string[], name: string): string | undefined => {
  const key = JSON.stringify(name);
  const member = members.findLast((each) => each.startsWith(key));
  return member === undefined ? undefined : /^\s*:\s*(.*)$/s.exec(member.slice(key.length))?.[1];
};

const textIn = (json: string | undefined): string | undefined => {
  const read = json === undefined ? undefined : parseJson(json);
  const value = read !== undefined && "value" in read ? read.value : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
};

/**
 * The user of an `Authorization: Basic` header that has no password (RFC 7617, section 2), which is where the libraries
 * put their write key; undefined where the header is none in that form.
 */
export const writeKeyIn = (authorization: string): string | undefined => {
  const [, packed = ""] = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization) ?? [];
  return /^([\w.~+/=-]+):$/.exec(Buffer.from(packed, "base64").toString("latin1"))?.[1];
};
