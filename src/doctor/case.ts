import type { Resolve } from "../delivery/connections.ts";
import { type Credentials, credentialsOf } from "../delivery/credentials.ts";
import { type Exchange, exchangerTo } from "../delivery/exchange.ts";
import { pacingOf } from "../delivery/pacing.ts";
import { TOKEN } from "../delivery/place.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";
import { localEndpoint } from "../endpoint/local.ts";
import type { Finding } from "./finding.ts";

/** An endpoint under examination, and what was found of it so far. */
export interface Case {
  /** With the address that it is asked at: the sandbox's, for a local service. */
  readonly endpoint: Endpoint;
  /** What it needs to be asked as the service would; undefined where its secret cannot be had. */
  readonly access: Access | undefined;
  /** Which addresses it has. */
  readonly addresses: readonly Address[];
  /** By how much its clock, and that of its OAuth server, are ahead of this machine's, in milliseconds. */
  readonly ahead: Map<Address["of"], number>;
  /** The check that ended badly: those after it have no ground. */
  fallen: Finding["check"] | undefined;
}

export interface Access {
  readonly credentials: Credentials;
  readonly exchange: Exchange;
  /** Resolves when a request may begin, by the endpoint's limits. */
  turn(): Promise<void>;
  /** What must not be shown. */
  readonly secrets: readonly string[];
  /** Closes connections that are kept. */
  rest(): void;
}

/** An address of an endpoint, and what its file calls it. */
export interface Address {
  readonly of: "url" | "tokenUrl" | "hosts";
  readonly url: URL;
}

/**
 * An endpoint as it is to be asked, given the sandbox's address, if it is to be asked there, the secrets' values, and what
 * finds hosts in place of the system's resolver.
 */
export const caseOf = (
  written: Endpoint,
  sandbox: string | undefined,
  values: ReadonlyMap<string, string>,
  resolve?: Resolve,
): Case => {
  const at = sandbox === undefined ? undefined : `${sandbox}/${written.protocol}/${written.name}`;
  const endpoint = localEndpoint(written, at);
  const ahead: Case["ahead"] = new Map();
  return {
    endpoint,
    access: accessTo(endpoint, values, ahead, resolve),
    addresses: addressesOf(endpoint),
    ahead,
    fallen: undefined,
  };
};

const addressesOf = ({ url, auth }: Endpoint): readonly Address[] => [
  ...(typeof url === "string"
    ? [{ of: "url" as const, url: new URL(url) }]
    : url.hosts.map((host) => ({ of: "hosts" as const, url: new URL(`https://${host}`) }))),
  ...(auth.scheme === "oauth2-client-credentials"
    ? [{ of: "tokenUrl" as const, url: new URL(auth.tokenUrl) }]
    : []),
];

/** As the deliverer makes it. */
const accessTo = (
  endpoint: Endpoint,
  values: ReadonlyMap<string, string>,
  ahead: Case["ahead"],
  resolve: Resolve | undefined,
): Access | undefined => {
  const { auth, limits, network } = endpoint;
  const secret = auth.scheme === "none" ? undefined : values.get(auth.secret);
  if (auth.scheme !== "none" && secret === undefined) return undefined;
  const finding = { network, ...(resolve !== undefined && { resolve }) };
  const requests = exchangerTo({ timeout: limits.timeout, ...finding });
  const tokens = exchangerTo({ timeout: Math.min(TOKEN, limits.timeout), ...finding });
  const timed =
    (exchange: Exchange, of: Address["of"]): Exchange =>
    async (request) => {
      const reply = await exchange(request);
      const date = Date.parse(reply.headers.date ?? "");
      if (!Number.isNaN(date)) ahead.set(of, date - Date.now());
      return reply;
    };
  return {
    credentials: credentialsOf(endpoint, secret, timed(tokens.exchange, "tokenUrl")),
    exchange: timed(requests.exchange, "url"),
    // Nobody else asks beside it.
    turn: pacingOf({ ...limits, concurrency: 1 }, Date.now).turn,
    secrets: secret === undefined ? [] : [secret, ...halvesOf(secret.trim())],
    rest: () => {
      requests.rest();
      tokens.rest();
    },
  };
};

/** A secret, and the user and the password that it may be. */
const halvesOf = (secret: string): readonly string[] => {
  const at = secret.indexOf(":");
  return at < 0 ? [secret] : [secret, secret.slice(0, at), secret.slice(at + 1)];
};

/** Why an endpoint is not asked, where something before it was wrong. */
export const groundMissing = ({ fallen, access }: Case): string | undefined => {
  if (fallen !== undefined) return `Its ${fallen} must be right first.`;
  return access === undefined ? "Its secret cannot be had." : undefined;
};
