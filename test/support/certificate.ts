import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { getCACertificates, setDefaultCACertificates } from "node:tls";

/** A server's certificate that nobody but itself has signed, and its key; both PEM, and new each time. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Makes a certificate (RFC 5280) for these host names and IPv4 addresses. */
export const certificateFor = (
  names: readonly string[],
  days: { from?: number; until?: number } = {},
): Certificate => {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const at = (day: number): Buffer =>
    der(0x18, new Date(Date.now() + day * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, ""));
  const name = der(0x30, der(0x31, der(0x30, oid("550403"), der(0x0c, "jupyter-lms-translator's tests"))));
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    name,
    der(0x30, at(days.from ?? -1), at(days.until ?? 1)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, der(0x30, der(0x30, oid("551d11"), der(0x04, der(0x30, ...names.map(alternative)))))),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign("sha256", body, privateKey)]);
  const certificate = der(0x30, body, ECDSA_WITH_SHA256, der(0x03, signature));
  const lines = certificate.toString("base64").replace(/.{64}/g, "$&\n");
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
};

const alternative = (name: string): Buffer =>
  /^[\d.]+$/.test(name) ? der(0x87, Buffer.from(name.split(".").map(Number))) : der(0x82, name);

/** A value as DER writes it: what it is, how long, and what is in it. */
const der = (tag: number, ...parts: readonly (Buffer | string)[]): Buffer => {
  const inside = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const { length } = inside;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), inside]);
};

const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, "hex"));

const ECDSA_WITH_SHA256 = der(0x30, oid("2a8648ce3d040302"));

/** Runs `use` while this process trusts the certificate as it would one of the known authorities. */
export const trusting = async <T>({ cert }: Certificate, use: () => Promise<T>): Promise<T> => {
  const before = getCACertificates("default");
  setDefaultCACertificates([cert]);
  try {
    return await use();
  } finally {
    setDefaultCACertificates(before);
  }
};
