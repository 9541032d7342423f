import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, SignJWT } from "jose";
import type { Reason } from "../../../src/event/reason.ts";
import { saveOf } from "../../service/support.ts";
import { eventually } from "../support/running.ts";
import type { Whole } from "../support/whole.ts";
import { quarantinedIn, signed } from "./told.ts";

/** An event that lies in quarantine, or is to: why, and its text. */
interface Quarantined {
  readonly reason: string;
  readonly text: string;
}

/** What became of events that somebody tried to have told: what their posts were answered, and what must be in quarantine. */
interface Tried {
  readonly answers: readonly number[];
  readonly quarantined: readonly Quarantined[];
}

/**
 * Posts events with tokens that nobody may be believed by, and puts them into the queue itself; then posts one that names
 * `other` with the learner's own `token`.
 */
export const tryForgeries = async (service: Whole, token: string, other: string): Promise<Tried> => {
  const post = async (body: string, bearer: string | null): Promise<number> => {
    const headers = {
      "content-type": "application/x-ndjson",
      ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
    };
    const answer = await fetch(service.ingestUrl, { method: "POST", headers, body });
    await answer.body?.cancel();
    return answer.status;
  };
  const forged = await forgeries(service, token, other);
  const answers: number[] = [];
  for (const { what, token: each } of forged) {
    answers.push(await post(saveOf(`${what}, posted.ipynb`), each));
    await service.post(saveOf(`${what}.ipynb`), each);
  }
  const started = startOf(other);
  answers.push(await post(started, token));
  const quarantined = [
    ...forged.map(({ what, reason }) => ({ reason, text: saveOf(`${what}.ipynb`) })),
    { reason: "identity.mismatch", text: started },
  ];
  return { answers, quarantined: quarantined.sort(byText) };
};

/** What lies in quarantine, by its text, as soon as there is so much. */
export const quarantinedOnce = (service: Whole, count: number): Promise<readonly Quarantined[]> =>
  eventually(`${count} events are in quarantine`, async () => {
    const all = [...(await quarantinedIn(service))];
    return all.length >= count ? all.sort(byText) : undefined;
  });

const byText = (one: Quarantined, other: Quarantined): number => (one.text < other.text ? -1 : 1);

/** The hub's event that somebody's server has started. */
const startOf = (username: string): string =>
  JSON.stringify({
    __timestamp__: "2026-11-20T09:00:00.000001+00:00Z",
    __schema__: "https://schema.jupyter.org/jupyterhub/events/server-action",
    __schema_version__: "1",
    __metadata_version__: 1,
    action: "start",
    username,
    servername: "",
  });

/** A token that nobody may be believed by, or none, and why. */
interface Forgery {
  readonly what: string;
  readonly token: string | null;
  readonly reason: Reason;
}

/** What somebody may try who has a learner's token, and the hub's public key. The hub's key is there to let a token expire. */
const forgeries = async (service: Whole, token: string, other: string): Promise<readonly Forgery[]> => {
  const [head = "", , seal = ""] = token.split(".");
  const claims = decodeJwt(token);
  const header = { alg: "EdDSA", ...decodeProtectedHeader(token) };
  const another = { ...claims, sub: other };
  const publicKey = createPublicKey(String(service.hub.LMS_CONTEXT_KEY));
  const asSecret = new TextEncoder().encode(String(publicKey.export({ type: "spki", format: "pem" })));
  const signWith = (alg: string, key: Parameters<SignJWT["sign"]>[0]): Promise<string> =>
    new SignJWT(another).setProtectedHeader({ ...header, alg }).sign(key);
  return [
    {
      what: "signed with another key",
      token: await signWith("EdDSA", generateKeyPairSync("ed25519").privateKey),
      reason: "identity.forged",
    },
    {
      what: "not signed at all",
      token: `${part({ ...header, alg: "none" })}.${part(another)}.`,
      reason: "identity.forged",
    },
    {
      what: "of another subject than was signed",
      token: `${head}.${part(another)}.${seal}`,
      reason: "identity.forged",
    },
    {
      what: "signed with the public key, as if it were a secret",
      token: await signWith("HS256", asSecret),
      reason: "identity.forged",
    },
    {
      what: "expired",
      token: await signed(service, claims, Math.floor(Date.now() / 1000) - 3600),
      reason: "identity.expired",
    },
    { what: "missing", token: null, reason: "identity.missing" },
  ];
};

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
