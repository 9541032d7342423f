import {
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
} from "jose";
import { ComesAgain } from "../again.ts";
import { isObject, parseJson } from "../event/json.ts";

/** Verifies a token; throws jose's error where it does not. */
export type Verify = (token: string, options: JWTVerifyOptions) => Promise<JWTPayload>;

/** For so long, in milliseconds, keys that were had are good. */
const FRESH = 5 * 60_000;

/** So soon after they were had, a key that is not among them may only be too new, and they are not asked for again. */
const COOLDOWN = 30_000;

/** For so long after the hub did not give its keys, in milliseconds, it is not asked again. */
const REST = 10_000;

/** How long the hub may take, in milliseconds, and how large its keys may be, in bytes. */
const TIMEOUT = 5000;
const LARGEST = 1024 * 1024;

/** What a published key may be for: never a secret that both sides have, which nobody publishes. */
const ALGORITHMS = ["EdDSA", "Ed25519", "ES256", "RS256", "PS256"];

/**
 * Verifies tokens with the keys that the hub publishes (RFC 7517, section 5), which are asked for when they are needed.
 * Throws ComesAgain where they cannot be had: such a token is neither good nor forged.
 */
export const publishedKeys = (url: string, now: () => number = Date.now): Verify => {
  let known: { readonly keys: Keys; readonly at: number } | undefined;
  let asked: Promise<void> | undefined;
  let rests = 0;
  const ask = async (): Promise<void> => {
    if (now() < rests) throw noKeys();
    try {
      known = { keys: createLocalJWKSet(await fetchKeys(url)), at: now() };
    } catch {
      rests = now() + REST;
      throw noKeys();
    }
  };
  /** However many ask at once, the hub is asked once. */
  const askOnce = (): Promise<void> => {
    asked ??= ask().finally(() => {
      asked = undefined;
    });
    return asked;
  };
  return async (token, options) => {
    const isOld = known === undefined || now() - known.at > FRESH;
    if (isOld) await askOnce();
    if (known === undefined) throw noKeys();
    try {
      return await verifyWith(known.keys, token, options);
    } catch (error) {
      // What the hub says just now is its last word.
      if (!(error instanceof errors.JWKSNoMatchingKey) || isOld) throw error;
      if (now() - known.at < COOLDOWN) throw tooNew();
      await askOnce();
      return verifyWith(known.keys, token, options);
    }
  };
};

type Keys = ReturnType<typeof createLocalJWKSet>;

const verifyWith = async (keys: Keys, token: string, options: JWTVerifyOptions): Promise<JWTPayload> => {
  const known = { ...options, algorithms: ALGORITHMS };
  try {
    return (await jwtVerify(token, keys, known)).payload;
  } catch (error) {
    // A key of the set that nobody can use, such as one that is too short.
    if (error instanceof TypeError) throw noKeys();
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    let last: unknown = error;
    for await (const key of error) {
      try {
        return (await jwtVerify(token, key, known)).payload;
      } catch (other) {
        if (!(other instanceof errors.JWSSignatureVerificationFailed)) throw other;
        last = other;
      }
    }
    throw last;
  }
};

const fetchKeys = async (url: string): Promise<JSONWebKeySet> => {
  const response = await fetch(url, {
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT),
    headers: { accept: "application/jwk-set+json, application/json" },
  });
  const read = response.ok && response.body !== null ? parseJson(await textOf(response.body)) : undefined;
  if (read !== undefined && "value" in read && isKeySet(read.value)) return read.value;
  throw new Error("This is no set of keys.");
};

const isKeySet = (value: unknown): value is JSONWebKeySet =>
  isObject(value) && Array.isArray(value.keys) && value.keys.every(isObject);

const textOf = async (body: ReadableStream<Uint8Array>): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > LARGEST) throw new Error("The set of keys is too large.");
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
};

const noKeys = (): ComesAgain =>
  new ComesAgain("The hub's public keys cannot be had. Look at the address that learners.jwks names.");

const tooNew = (): ComesAgain =>
  new ComesAgain(
    "The token's key is not among those that the hub has just published. It is looked for again.",
  );
