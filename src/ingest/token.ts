import { isObject, parseJson } from "../event/json.ts";
import type { ReceivedText } from "../event/message.ts";
import { bearerOf } from "../learner/bearer.ts";
import { LEARNER_CONTEXT, type ReadSender } from "../learner/sender.ts";
import { type IngestRequest, isBatch, NotTaken } from "./http.ts";
import { writeKeyIn } from "./segment.ts";

/** The variable in a learner's server that holds the learner context (examples/jupyter/). */
const VARIABLE = "LMS_LEARNER_CONTEXT";

/**
 * The token that a request's header carries, for Segment's libraries as their write key; undefined where it has no such
 * header. Throws NotTaken where it is none.
 */
export const tokenInHeader = (request: IngestRequest): string | undefined => {
  const { authorization } = request.headers;
  if (authorization === undefined) return undefined;
  const token = bearerOf(authorization) ?? (isBatch(request) ? writeKeyIn(authorization) : undefined);
  if (token === undefined) throw unbelieved("identity.forged", isBatch(request) ? NO_WRITE_KEY : NO_BEARER);
  return token;
};

const NO_BEARER = "The Authorization header holds no Bearer token.";
const NO_WRITE_KEY = "The Authorization header holds neither a write key nor a Bearer token.";

/** What a token is written with (RFC 7515, section 3.1): nothing of it is ever escaped in JSON. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * The token that an event of jupyterlab-pioneer's remote exporter carries. That can set no header, but sends the variables
 * of the server's environment that it was told to: `env`, a list of objects.
 */
export const tokenInEvent = (events: readonly ReceivedText[]): string | undefined => {
  const [only, ...others] = events;
  if (only === undefined || others.length > 0 || !("value" in only.read)) return undefined;
  const [token] = tokensOf(only.read.value);
  if (token === undefined) return undefined;
  if (isToken(token)) return token;
  throw unbelieved("identity.forged", "The learner context in the event's env is no token.");
};

/**
 * An event's text without the token that it came under, wherever that stands, and without what else looks like a learner
 * context, whoever it is believed to be from; undefined where what is to go cannot be told from the rest of the text, as
 * it is no token or written with escapes.
 */
export const withoutTokens = (text: string, value: unknown, own: string): string | undefined => {
  let rest = text;
  const tokens = new Set([...tokensOf(value), ...writeKeysOf(value)]);
  if (tokens.size > MOST_TOKENS) return undefined;
  for (const token of tokens) {
    if (!isToken(token) || !text.includes(token)) return undefined;
    rest = rest.replaceAll(token, "");
  }
  rest = rest.replaceAll(own, "").replaceAll(asUser(own), "").replace(SIGNED, "");
  if (rest === text && !ESCAPED.test(text)) return text;
  // What is left could be the token again, written with escapes, or around another; or no JSON, where one was cut through.
  const plain = rest.replace(ESCAPES, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return plain.includes(own) || !("value" in parseJson(rest)) ? undefined : rest;
};

/** As Segment's libraries send it in their header: a user without a password, less what fills up its last four letters. */
const asUser = (token: string): string => Buffer.from(`${token}:`).toString("base64").replace(/=+$/, "");

/** A signed token: header and claims are JSON objects in base64url, which begin with `{"`. */
const SIGNED = /eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/g;

/** The escapes of the characters that tokens are written with, and of some others. */
const ESCAPED = /\\u00[2-7]/i;
const ESCAPES = /\\u00([2-7][\da-f])/gi;

/** A server has one. Each is looked for in all of the event. */
const MOST_TOKENS = 16;

/** What stands in the variable, in each of an event's lists of variables. */
const tokensOf = (value: unknown): readonly unknown[] => {
  if (!isObject(value) || !Array.isArray(value.env)) return [];
  const variables: readonly unknown[] = value.env;
  return variables.flatMap((each) => {
    const found = isObject(each) && Object.hasOwn(each, VARIABLE) ? each[VARIABLE] : undefined;
    return found == null || found === "" ? [] : [found];
  });
};

/** A call's own write key, as libraries in browsers send it, where it begins as a token's JSON does (`{"`). */
const writeKeysOf = (value: unknown): readonly string[] =>
  isObject(value) && isToken(value.writeKey) && value.writeKey.startsWith("eyJ") ? [value.writeKey] : [];

const isToken = (found: unknown): found is string => typeof found === "string" && TOKEN.test(found);

/**
 * Verifies a token that came at `now` (milliseconds). Throws NotTaken where there is none, or it cannot be believed, and
 * ComesAgain where that cannot be told now.
 */
export const requireBelieved = async (
  readSender: ReadSender,
  token: string | undefined,
  now: number,
): Promise<string> => {
  const sender = token === undefined ? undefined : await readSender({ [LEARNER_CONTEXT]: token }, now);
  if (token === undefined || sender === undefined)
    throw new NotTaken(401, "identity.missing", MISSING, { "www-authenticate": CHALLENGE });
  if ("reason" in sender) throw unbelieved(sender.reason, sender.detail);
  return token;
};

const CHALLENGE = 'Bearer realm="jupyter-lms-translator"';

const MISSING =
  "It is not known whose events these are. Send the learner context that the hub has signed as Authorization: Bearer.";

const EXPIRED = "The learner context has expired. A server gets a new one when it is started again.";

/** RFC 6750, section 3.1: the error is told only where there was a token. */
const unbelieved = (reason: string, detail: string): NotTaken => {
  const message = reason === "identity.expired" ? EXPIRED : detail;
  const challenge = `${CHALLENGE}, error="invalid_token", error_description="${message.replaceAll('"', "'")}"`;
  return new NotTaken(401, reason, message, { "www-authenticate": challenge });
};
