import { createHmac, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import type { Trust } from "../src/learner/trust.ts";
import type { Settings } from "../src/settings.ts";
import type { LocalState } from "./state.ts";

/** What the played hub signs learner contexts with. */
export interface HubKey {
  readonly algorithm: "HS256" | "EdDSA";
  readonly id?: string;
  readonly key: Uint8Array | KeyObject;
}

type Secrets = Pick<LocalState, "secret">;

/** The name of the key that is used where a site has but one. */
const ONLY = "learner-context";

/** The key that the hub signs with: the first that the site trusts, or a pair of its own, which it publishes. */
export const hubKey = (trust: Trust, state: Secrets): HubKey => {
  const [first] = trust.trust === "signed" ? trust.keys : [];
  if (first === undefined) return { algorithm: "EdDSA", id: "local", key: privateKey(state.secret(ONLY)) };
  const { id, algorithm } = first;
  const secret = state.secret(ONLY);
  return {
    algorithm,
    ...(id !== undefined && { id }),
    key: algorithm === "HS256" ? new TextEncoder().encode(secret) : privateKey(secret),
  };
};

/** Gives every secret that translator.yml names a value of the folder's own, by its reference. */
export const siteSecrets = ({ trust, pseudonyms }: Settings, state: Secrets): ReadonlyMap<string, string> => {
  const { key, former } = pseudonyms;
  const secrets = new Map([[key, state.secret("pseudonyms")]]);
  if (former !== undefined) secrets.set(former.key, state.secret("pseudonyms before"));
  if (trust.trust === "signed")
    for (const [at, { algorithm, secret }] of trust.keys.entries()) {
      const value = state.secret(at === 0 ? ONLY : `${ONLY} ${at}`);
      secrets.set(secret, algorithm === "HS256" ? value : publicPem(value));
    }
  return secrets;
};

/** The hub's public keys as it would publish them (RFC 7517, section 5). */
export const publishedKeys = ({ key, id = "local" }: HubKey): { readonly keys: readonly unknown[] } =>
  key instanceof Uint8Array
    ? { keys: [] }
    : { keys: [{ ...createPublicKey(key).export({ format: "jwk" }), kid: id, alg: "EdDSA", use: "sig" }] };

/** What a private key on Ed25519 begins with as PKCS #8 (RFC 8410, section 7); 32 bytes follow. */
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

/** A pair that is the same whenever the secret is. */
const privateKey = (secret: string): KeyObject => {
  const seed = createHmac("sha256", secret).update("Ed25519").digest();
  return createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: "der", type: "pkcs8" });
};

const publicPem = (secret: string): string =>
  createPublicKey(privateKey(secret)).export({ format: "pem", type: "spki" }).toString();
