import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { SignJWT } from "jose";
import { ARRIVED, KEY } from "../support/tokens.ts";

const pairs = new Map<string, KeyObject>();
export const privateOf = (name: string): KeyObject => {
  const known = pairs.get(name) ?? generateKeyPairSync("ed25519").privateKey;
  pairs.set(name, known);
  return known;
};
export const pemOf = (name: string): string =>
  createPublicKey(privateOf(name)).export({ type: "spki", format: "pem" }).toString();

interface Signing {
  readonly alg: "HS256" | "EdDSA";
  readonly key: Uint8Array | KeyObject;
  readonly kid?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
}

const tokenOf = ({ alg, key, kid, claims = {} }: Signing): Promise<string> =>
  new SignJWT({ sub: "ada", role: "learner", exp: ARRIVED / 1000 + 3600, ...claims })
    .setProtectedHeader({ alg, ...(kid !== undefined && { kid }) })
    .sign(key);

const secret = (value: string): Uint8Array => new TextEncoder().encode(value);
export const hs256 = (value = KEY, more: Partial<Signing> = {}): Promise<string> =>
  tokenOf({ alg: "HS256", key: secret(value), ...more });
export const eddsa = (name: string, more: Partial<Signing> = {}): Promise<string> =>
  tokenOf({ alg: "EdDSA", key: privateOf(name), ...more });
