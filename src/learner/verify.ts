import { decodeProtectedHeader, errors, importSPKI, type JWTPayload, jwtVerify } from "jose";
import { ComesAgain } from "../again.ts";
import { type Refusal, refuse } from "../event/reason.ts";
import { type LearnerContext, readClaims } from "./context.ts";
import { publishedKeys, type Verify } from "./published-keys.ts";
import type { SigningAlgorithm } from "./trust.ts";

/** Verifies a learner context token that arrived at `arrived` (milliseconds). */
export type VerifyToken = (token: string, arrived: number) => Promise<LearnerContext | RefusedContext>;

/** A token that cannot be believed; `by` is who it was for, where the signature is good all the same. */
export interface RefusedContext extends Refusal {
  readonly by?: Pick<LearnerContext, "subject" | "role" | "about">;
}

/** What tokens are verified with. */
export interface VerificationKeys {
  readonly keys: readonly VerificationKey[];
  /** Where the hub publishes its public keys. */
  readonly jwks?: string | undefined;
}

export interface VerificationKey {
  readonly id?: string;
  readonly algorithm: SigningAlgorithm;
  /** For HS256 the secret, for EdDSA the public key as PEM (SPKI). */
  readonly value: string;
}

/** Whom tokens are for: a token of the hub for somebody else is none for us. */
const AUDIENCE = "jupyter-lms-translator";

/** How far the hub's clock and the queue's may be apart, in seconds. */
const CLOCK_TOLERANCE = 60;

/** RFC 7518, section 3.2: a key for HS256 has at least the size of its hash, in bytes. */
const KEY_SIZE = 32;

/** A token comes with thousands of events; this many are remembered per instance of the function. */
const REMEMBERED = 10_000;

/** For so long, in milliseconds: a key that the hub has withdrawn is not believed for ever. */
const BELIEVED = 10 * 60_000;

/**
 * Verifies learner context tokens: JWTs (RFC 7519) that the hub signs when it starts a server. A token that was valid
 * when its message was sent stays good however long the message waited in the queue. Throws where a key is none.
 */
export const tokenVerifier = ({ keys, jwks }: VerificationKeys): VerifyToken => {
  const tries = keys.map(trial);
  const published = jwks === undefined ? undefined : publishedKeys(jwks);
  const remembered = new Map<string, Remembered>();
  const verify = async (token: string, arrived: number): Promise<Verified | RefusedContext> => {
    const named = readHeader(token);
    if (named === undefined) return refuse("identity.forged", FORGED.form);
    const { id } = named;
    const fitting = tries.filter((each) => id === undefined || each.id === undefined || each.id === id);
    let refusal: RefusedContext = refuse("identity.forged", FORGED.noKey);
    for (const each of fitting) {
      const verdict = await attempt(() => each.verify(token, optionsAt(arrived)));
      // Of several keys, the one that fits knows best what is wrong.
      if ("payload" in verdict || verdict.detail !== FORGED.signature) return verdict;
      refusal = verdict;
    }
    if (published === undefined) return refusal;
    return attempt(() => published(token, { ...optionsAt(arrived), audience: AUDIENCE }));
  };
  return async (token, arrived) => {
    const known = remembered.get(token);
    if (known !== undefined && known.from <= arrived && arrived < known.until && Date.now() < known.believed)
      return known.context;
    const verified = await verify(token, arrived);
    if (!("payload" in verified)) return verified;
    const { payload } = verified;
    const context = readClaims(payload);
    if ("reason" in context) return context;
    if (remembered.size >= REMEMBERED) remembered.clear();
    const { nbf = 0, exp = 0 } = payload;
    remembered.set(token, {
      context,
      from: Math.ceil(nbf - CLOCK_TOLERANCE) * 1000,
      until: Math.ceil(exp + CLOCK_TOLERANCE) * 1000,
      believed: Date.now() + BELIEVED,
    });
    return context;
  };
};

/** What a token says, and the time in which it is good, in milliseconds: not at `until` any more. */
interface Remembered {
  readonly context: LearnerContext;
  readonly from: number;
  readonly until: number;
  /** Until then it need not be verified anew. */
  readonly believed: number;
}

interface Options {
  readonly currentDate: Date;
  readonly clockTolerance: number;
  readonly requiredClaims: string[];
  readonly audience?: string;
}

const optionsAt = (arrived: number): Options => ({
  currentDate: new Date(arrived),
  clockTolerance: CLOCK_TOLERANCE,
  requiredClaims: ["sub", "exp", "role"],
});

/** A key's algorithm is what its file says, never what a token says of itself (RFC 8725, section 3.1). */
const trial = ({
  id,
  algorithm,
  value,
}: VerificationKey): { readonly id?: string; readonly verify: Verify } => {
  const key = algorithm === "HS256" ? secretKey(value) : publicKey(value);
  return {
    ...(id !== undefined && { id }),
    verify: async (token, options) =>
      (await jwtVerify(token, await key, { ...options, algorithms: [algorithm] })).payload,
  };
};

const secretKey = (value: string): Uint8Array => {
  // A file ends in a line break, which nobody means to be part of the key; the hub leaves it out as well.
  const key = new TextEncoder().encode(value.trim());
  if (key.length >= KEY_SIZE) return key;
  throw new Error(
    `The learner context key is shorter than ${KEY_SIZE} bytes. Make one: openssl rand -base64 48`,
  );
};

const publicKey = (value: string): ReturnType<typeof importSPKI> => {
  const key = importSPKI(value, "EdDSA").catch(() => {
    throw new ComesAgain(
      "The public key of learner contexts is not an Ed25519 key as PEM: openssl pkey -in private.pem -pubout makes it of the private one.",
    );
  });
  // It throws where it is used; nobody may wait for it yet.
  key.catch(() => undefined);
  return key;
};

interface Verified {
  readonly payload: JWTPayload;
}

const attempt = async (verify: () => Promise<JWTPayload>): Promise<Verified | RefusedContext> => {
  try {
    const payload = await verify();
    const { aud } = payload;
    return aud === undefined || [aud].flat().includes(AUDIENCE)
      ? { payload }
      : refuse("identity.forged", FORGED.audience);
  } catch (error) {
    // Its signature was looked at before its time.
    if (error instanceof errors.JWTExpired) return { ...EXPIRED, ...byWhom(error.payload) };
    if (
      error instanceof errors.JWSSignatureVerificationFailed ||
      // A key of another algorithm is another key.
      error instanceof errors.JOSEAlgNotAllowed
    )
      return refuse("identity.forged", FORGED.signature);
    if (error instanceof errors.JWTClaimValidationFailed)
      return refuse("identity.forged", error.claim === "aud" ? FORGED.audience : FORGED.claims);
    if (error instanceof errors.JWKSNoMatchingKey) return refuse("identity.forged", FORGED.noKey);
    if (error instanceof errors.JOSEError) return refuse("identity.forged", FORGED.form);
    throw error;
  }
};

/** The key that a token names, if it names one; undefined where it is no token. Nothing proves what it says. */
const readHeader = (token: string): { readonly id: string | undefined } | undefined => {
  try {
    const kid: unknown = decodeProtectedHeader(token).kid;
    return kid === undefined || typeof kid === "string" ? { id: kid } : undefined;
  } catch {
    return undefined;
  }
};

const byWhom = (payload: JWTPayload): Pick<RefusedContext, "by"> => {
  const context = readClaims(payload);
  if ("reason" in context) return {};
  const { subject, role, about } = context;
  return { by: { subject, role, ...(about !== undefined && { about }) } };
};

const EXPIRED = refuse("identity.expired", "The learner context expired before the message was sent.");

const FORGED = {
  form: "The token is not a learner context signed as translator.yml says.",
  signature: "The signature was not made with a key that translator.yml names.",
  noKey: "No key that translator.yml names is the one that the token was signed with.",
  claims: "A claim is missing or not yet valid; sub, role and exp are required.",
  audience: `The token is for somebody else: its audience (aud) is not ${AUDIENCE}.`,
} as const;
