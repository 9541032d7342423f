import { generateKeyPairSync, type JsonWebKey } from "node:crypto";
import { createServer, type RequestListener } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import type { ClientCredentials } from "../../src/endpoint/endpoint.ts";

/** A client as the server knows it: its registration's names (RFC 7591). */
export interface Registered {
  readonly client_id: string;
  readonly token_endpoint_auth_method: ClientCredentials["method"];
  readonly client_secret?: string;
  readonly jwks?: { readonly keys: readonly JsonWebKey[] };
  readonly scope?: string;
}

/** A token that the server has given. */
export interface Given {
  readonly clientId: string;
  readonly scope?: string;
}

export interface OAuthServer extends AsyncDisposable {
  readonly tokenUrl: string;
  /** The Authorization header and the form of each request for a token. */
  readonly requests: readonly { readonly authorization: string; readonly form: URLSearchParams }[];
  /** What a token stands for; nothing where it is none of the server's. */
  find(token: string): Promise<Given | undefined>;
}

interface Provider {
  callback(): RequestListener;
  readonly ClientCredentials: { find(token: string): Promise<Given | undefined> };
}

/** An OAuth 2 server that others wrote, on this machine. */
export const oauthServer = async (...clients: readonly Registered[]): Promise<OAuthServer> => {
  const { Provider } = createRequire(import.meta.url)("oidc-provider") as {
    readonly Provider: new (issuer: string, configuration: object) => Provider;
  };
  const requests: { authorization: string; form: URLSearchParams }[] = [];
  let answer: RequestListener | undefined;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () =>
      requests.push({
        authorization: request.headers.authorization ?? "",
        form: new URLSearchParams(Buffer.concat(chunks).toString("utf8")),
      }),
    );
    answer?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: clients.map((client) => ({
      grant_types: ["client_credentials"],
      response_types: [],
      redirect_uris: [],
      id_token_signed_response_alg: "ES256",
      ...client,
    })),
    clientAuthMethods: ["client_secret_basic", "client_secret_post", "private_key_jwt"],
    enabledJWA: { clientAuthSigningAlgValues: ["RS256", "PS256", "ES256", "EdDSA"] },
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
    scopes: ["xapi:write", "xapi:read"],
    ttl: { ClientCredentials: 3600 },
    cookies: { keys: ["of no use here"] },
    // Its own would say in each run of the tests that they are for development only.
    jwks: { keys: [newKey("ES256", "its own").privateJwk] },
    adapter: () => memory(),
  });
  answer = provider.callback();
  return {
    tokenUrl: `${issuer}/token`,
    requests,
    find: (token) => provider.ClientCredentials.find(token),
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
};

/** What keeps one kind of the server's things. */
const memory = () => {
  const kept = new Map<string, unknown>();
  return {
    find: async (id: string) => kept.get(id),
    upsert: async (id: string, value: unknown) => {
      kept.set(id, value);
    },
    destroy: async (id: string) => {
      kept.delete(id);
    },
  };
};

/** A new key: the private half as PEM (PKCS #8), the public half as a server knows it. */
export const newKey = (
  algorithm: ClientCredentials["algorithm"],
  kid: string,
): { readonly pem: string; readonly jwk: JsonWebKey; readonly privateJwk: JsonWebKey } => {
  const { privateKey, publicKey } =
    algorithm === "ES256"
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : algorithm === "EdDSA"
        ? generateKeyPairSync("ed25519")
        : generateKeyPairSync("rsa", { modulusLength: 2048 });
  const named = { kid, alg: algorithm, use: "sig" };
  return {
    pem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    jwk: { ...publicKey.export({ format: "jwk" }), ...named },
    privateJwk: { ...privateKey.export({ format: "jwk" }), ...named },
  };
};
