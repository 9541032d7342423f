import { importPKCS8 } from "jose";
import {
  allowInsecureRequests,
  type ClientAuth,
  ClientSecretPost,
  clientCredentialsGrantRequest,
  customFetch,
  modifyAssertion,
  OperationProcessingError,
  PrivateKeyJwt,
  processClientCredentialsResponse,
} from "oauth4webapi";
import { isThisMachine } from "../document/this-machine.ts";
import type { ClientCredentials } from "../endpoint/endpoint.ts";
import { isObject, parseJson } from "../event/json.ts";
import type { Exchange } from "./exchange.ts";
import type { NewToken, TokenRequest } from "./oauth.ts";
import {
  isCutOff,
  NoToken,
  notToken,
  refusedBy,
  setupOf,
  unanswered,
  wrongAddress,
  wrongKey,
} from "./token-refusal.ts";

/**
 * What asks an OAuth 2 server for a token (RFC 6749, 4.4) on behalf of the endpoint `name`. `secret` is the client's
 * secret, or its private key. Where no token comes, the answer says why, and what to look at.
 */
export const tokenRequestOf = (
  name: string,
  auth: ClientCredentials,
  secret: string,
  exchange: Exchange,
  now: () => number,
): TokenRequest => {
  // What an assertion is meant for is the address of tokens (OpenID Connect Core 1.0, 9), as which it is the issuer here.
  const server = { issuer: auth.tokenUrl, token_endpoint: auth.tokenUrl };
  const client = { client_id: auth.clientId };
  const { scope, audience } = auth;
  const parameters = { ...(scope !== undefined && { scope }), ...(audience !== undefined && { audience }) };

  const post = async (url: string, headers: Record<string, string>, body: string): Promise<Response> => {
    const reply = await exchange({ method: "POST", url, headers, body }).catch((error: unknown) => {
      throw unanswered(error, name);
    });
    if (reply.status !== 200 || isCutOff(reply)) throw refusedBy(reply, name, auth, secret, now());
    return responseOf(reply.text);
  };

  const ask = async (): Promise<NewToken> => {
    const response = await proofOf(auth, secret)
      .then((proof) =>
        clientCredentialsGrantRequest(server, client, proof, parameters, {
          [customFetch]: (url, { headers, body }) => post(url, headers, String(body)),
          [allowInsecureRequests]: isThisMachine(new URL(auth.tokenUrl).hostname),
        }),
      )
      .catch((error: unknown) => {
        if (error instanceof NoToken) throw error;
        // Nothing was sent: the address is refused by the library as well, and all else can only be a key that is none.
        throw setupOf(name, error instanceof OperationProcessingError ? wrongAddress : wrongKey(auth));
      });
    const given = await processClientCredentialsResponse(server, client, response).catch(() => undefined);
    if (given?.token_type !== "bearer" || !/^[!-~]+$/.test(given.access_token)) throw setupOf(name, notToken);
    const { access_token: token, expires_in: seconds } = given;
    return { token, ...(seconds !== undefined && { life: seconds * 1000 }) };
  };

  return () =>
    ask().catch((error: unknown) => {
      if (error instanceof NoToken) return { answer: error.answer };
      throw error;
    });
};

/** How the client proves who it is. Rejects where a key is none. */
const proofOf = async (
  { method, algorithm, keyId }: ClientCredentials,
  secret: string,
): Promise<ClientAuth> => {
  switch (method) {
    case "client_secret_basic":
      return secretBasic(secret);
    case "client_secret_post":
      return ClientSecretPost(secret);
    case "private_key_jwt": {
      const key = await importPKCS8(secret, algorithm);
      return PrivateKeyJwt(keyId === undefined ? key : { key, kid: keyId }, {
        // Ed25519 has a new name of its own (RFC 9864), which few servers know yet.
        [modifyAssertion]: (header) => {
          header.alg = algorithm;
        },
      });
    }
  }
};

/**
 * The id and the secret as user and password (RFC 6749, 2.3.1 and B). The library's own writes hyphens and dots as
 * `%2D` and `%2E` as well: so would every id that is a UUID fail at servers that do not decode.
 */
const secretBasic =
  (secret: string): ClientAuth =>
  (_server, { client_id }, _body, headers) => {
    headers.set("authorization", `Basic ${btoa(`${formEncoded(client_id)}:${formEncoded(secret)}`)}`);
  };

const formEncoded = (text: string): string => new URLSearchParams({ "": text }).toString().slice("=".length);

/** What the library is to read of an answer: only what is needed, as servers write null for what they do not say. */
const responseOf = (text: string): Response => {
  const read = parseJson(text);
  if (!("value" in read) || !isObject(read.value)) return new Response(text);
  const { access_token, token_type, expires_in } = read.value;
  return Response.json({ access_token, token_type, expires_in: expires_in ?? undefined });
};
