import type { ClientCredentials } from "../endpoint/endpoint.ts";
import { isObject, parseJson } from "../event/json.ts";
import type { Answer } from "./answer.ts";
import type { HttpReply } from "./exchange.ts";
import { retryAfterOf } from "./retry-after.ts";
import { lastingTrouble, Unreachable } from "./unreachable.ts";

/**
 * That there is no token, with the answer that stands in place of the endpoint's. It holds nothing that was sent, and
 * of what came only the status and the code of the error. A server in trouble counts as one that did not answer:
 * what the endpoint's file says of status codes is about the endpoint.
 */
export class NoToken extends Error {
  override readonly name = "NoToken";
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(answer.excerpt);
    this.answer = answer;
  }
}

/** The administrator must act. */
export const setupOf = (endpoint: string, text: string): NoToken =>
  new NoToken({ status: "setup", excerpt: `The endpoint ${endpoint} has no token. ${text}` });

/** What was thrown in place of an answer. */
export const unanswered = (error: unknown, endpoint: string): NoToken => {
  const code = error instanceof Unreachable ? error.code : "EUNKNOWN";
  const why = lastingTrouble(code);
  return why === undefined
    ? new NoToken({ status: "network", excerpt: `No answer came from tokenUrl (${code}).` })
    : setupOf(endpoint, `Look at tokenUrl in its file: ${why} (${code}).`);
};

/** An answer other than a token. `secret` is left out, should the server repeat it. */
export const refusedBy = (
  reply: HttpReply,
  endpoint: string,
  auth: ClientCredentials,
  secret: string,
  now: number,
): NoToken => {
  const { status } = reply;
  const code = errorIn(reply.text, secret);
  if (status === 200 || isTrouble(status) || TEMPORARY.has(code)) {
    const retryAfter = retryAfterOf(reply.headers, now);
    const what = status === 200 ? "an answer that breaks off" : said(status, code);
    return new NoToken({
      status: "network",
      excerpt: `From tokenUrl came no token now, but ${what}.`,
      ...(retryAfter !== undefined && { retryAfter }),
    });
  }
  return setupOf(endpoint, `From tokenUrl came ${said(status, code)}. ${adviceOn(status, code, auth)}`);
};

/** Whether the connection broke before all of a body had come; one that is too long to be a token's is no such. */
export const isCutOff = ({ headers, text }: HttpReply): boolean => {
  const size = Buffer.byteLength(text);
  return size < Math.min(Number(headers["content-length"] ?? 0), LONGEST);
};

const LONGEST = 60 * 1024;

const isTrouble = (status: number): boolean => status === 408 || status === 429 || status >= 500;

const TEMPORARY: ReadonlySet<string> = new Set(["temporarily_unavailable", "server_error", "slow_down"]);

/**
 * What may be told of an error: the codes of RFC 6749 (5.2), one of RFC 8707, one that servers borrow from another part
 * of RFC 6749 (4.1.2.1), and what is over by itself. Anything else may quote what was sent, in whatever form.
 */
const CODES: ReadonlySet<string> = new Set([
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "unauthorized_client",
  "unsupported_grant_type",
  "invalid_scope",
  "invalid_target",
  "access_denied",
  ...TEMPORARY,
]);

const errorIn = (text: string, secret: string): string => {
  const read = parseJson(text);
  const code = "value" in read && isObject(read.value) ? read.value.error : undefined;
  return typeof code === "string" && CODES.has(code) && code !== secret ? code : "";
};

const said = (status: number, code: string): string => (code === "" ? `${status}` : `${status} ${code}`);

const adviceOn = (status: number, code: string, { method }: ClientCredentials): string => {
  if (status >= 300 && status < 400)
    return "Redirects are not followed: write into its file, as tokenUrl, the address that this one leads to.";
  switch (code) {
    case "invalid_client":
      return method === "private_key_jwt"
        ? "Look at clientId, keyId, algorithm and secret in its file, and whether the server knows the public key."
        : "Look at clientId, secret and method in its file: some servers take client_secret_post only.";
    case "unauthorized_client":
    case "unsupported_grant_type":
      return "The server's administrator must allow client credentials to this client.";
    case "invalid_scope":
      return "Look at scope in its file.";
    case "invalid_target":
    case "access_denied":
      return "Look at audience and scope in its file.";
    default:
      return "Look at tokenUrl, clientId, secret, method, scope and audience in its file.";
  }
};

/** What says that a 200 is no token. */
export const notToken = "What came from tokenUrl is no bearer token. Look at tokenUrl in its file.";

export const wrongAddress = "Look at tokenUrl in its file: it must begin with https.";

export const wrongKey = ({ algorithm, secret }: ClientCredentials): string =>
  `${secret}, which its file names, is no private key for ${algorithm}. It must be PEM that begins with -----BEGIN PRIVATE KEY----- (PKCS #8)${SIZES[algorithm]}; openssl pkcs8 -topk8 -nocrypt makes it of another form.`;

const SIZES: Readonly<Record<ClientCredentials["algorithm"], string>> = {
  RS256: ", of at least 2048 bits",
  PS256: ", of at least 2048 bits",
  ES256: ", on the curve P-256",
  EdDSA: ", of the kind Ed25519",
};
