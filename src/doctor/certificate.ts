import { connect, type PeerCertificate } from "node:tls";
import { everyAddress, lookupWithin, type Resolve } from "../delivery/connections.ts";
import { lastingTrouble, Unreachable, unreachable } from "../delivery/unreachable.ts";
import { literalAddress, mayReach } from "../endpoint/address.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";
import type { Address, Case } from "./case.ts";
import { type Finding, wordsOf } from "./finding.ts";
import { quoted } from "./quote.ts";

/** How long it may take to agree on encryption, in milliseconds: as long as when something is sent. */
const PATIENCE = 5000;

/** With fewer days left, somebody should renew a certificate. */
const SOON = 21;

const DAY = 86_400_000;

/** Whether an endpoint's servers have certificates that the functions would trust, and for how long. */
export async function* examineCertificates(
  each: Case,
  resolve: Resolve = everyAddress,
): AsyncGenerator<Finding> {
  const { endpoint, addresses, fallen } = each;
  const { good, skipped } = wordsOf("certificate", endpoint.name);
  if (fallen !== undefined) {
    yield skipped(`Its ${fallen} must be right first.`);
    return;
  }
  for (const address of addresses) {
    if (address.url.protocol === "http:") {
      yield good("On this machine itself, no certificate is needed.");
      continue;
    }
    const found = await lookAt(endpoint, address, resolve);
    if (found.end === "bad") each.fallen = "certificate";
    yield found;
  }
}

const lookAt = async (
  { name, network }: Endpoint,
  { of, url }: Address,
  resolve: Resolve,
): Promise<Finding> => {
  const { good, note, bad } = wordsOf("certificate", name);
  const { host } = url;
  try {
    const days = Math.floor(
      (Date.parse((await certificateOf(url, network, resolve)).valid_to) - Date.now()) / DAY,
    );
    const told = `The certificate of ${host} is trusted, and is valid for ${days === 1 ? "one more day" : `${days} more days`}.`;
    return days < SOON
      ? note(told, "Ask whoever runs it to renew it in time: nothing is sent once it has expired.")
      : good(told);
  } catch (error) {
    const { code } = unreachable(error);
    const [why, mend] = troubles[code] ?? other(code, of, name);
    return bad(`${host}: ${why} (${code}).${namesIn(error)}`, mend);
  }
};

/** The certificate of a server that is trusted as the functions do it. Throws what stands in its place. */
const certificateOf = (
  url: URL,
  network: Endpoint["network"],
  resolve: Resolve,
): Promise<PeerCertificate> => {
  const literal = literalAddress(url.hostname);
  if (literal !== undefined && !mayReach(literal, url.hostname, network)) throw new Unreachable("EPRIVATE");
  return new Promise((found, reject) => {
    const socket = connect({
      host: literal ?? url.hostname,
      port: Number(url.port) || 443,
      ...(literal === undefined && { servername: url.hostname }),
      lookup: lookupWithin(network, resolve),
      rejectUnauthorized: true,
      minVersion: "TLSv1.2",
    });
    const timer = setTimeout(() => socket.destroy(new Unreachable("ETIMEDOUT")), PATIENCE);
    socket.on("error", reject);
    socket.on("secureConnect", () => {
      found(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.on("close", () => {
      clearTimeout(timer);
      reject(new Unreachable("ECONNRESET"));
    });
  });
};

const RENEW = "Ask whoever runs it to renew it.";
const UNKNOWN_AUTHORITY =
  "Ask whoever runs it for a certificate of an authority that everybody knows: the functions trust no other.";

const troubles: Readonly<Record<string, readonly [why: string, mend: string]>> = {
  CERT_HAS_EXPIRED: ["its certificate has expired", RENEW],
  CERT_NOT_YET_VALID: [
    "its certificate is not valid yet",
    "Look at this machine's clock; or ask whoever runs it, who may have renewed it too early.",
  ],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    "its certificate is for another host",
    "Look at the host in the endpoint's file; or ask whoever runs it for a certificate that names it.",
  ],
  DEPTH_ZERO_SELF_SIGNED_CERT: ["nobody but itself has signed its certificate", UNKNOWN_AUTHORITY],
  SELF_SIGNED_CERT_IN_CHAIN: ["its certificate is of an authority that nobody knows", UNKNOWN_AUTHORITY],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    "its certificate is of an authority that is not known here",
    `Mostly the server does not send the certificate between: ask whoever runs it to send the whole chain. ${UNKNOWN_AUTHORITY}`,
  ],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [
    "its certificate is of an authority that is not known here",
    UNKNOWN_AUTHORITY,
  ],
  CERT_REVOKED: ["its certificate was revoked", RENEW],
};

const other = (code: string, of: Address["of"], name: string): readonly [string, string] => {
  const lasting = lastingTrouble(code);
  return lasting === undefined
    ? [
        "no encrypted connection came about",
        `Look at ${of} in endpoints/${name}.yml, at whether the server runs, and at what is between it and this machine.`,
      ]
    : [lasting, "Ask whoever runs it."];
};

/** For which hosts a certificate is that is not for this one. */
const namesIn = (error: unknown): string => {
  const cert =
    error instanceof Error && "cert" in error ? (error.cert as Partial<PeerCertificate>) : undefined;
  const names = quoted(cert?.subjectaltname ?? "", []);
  return names === "" ? "" : ` It is for ${names}.`;
};
