import type { Endpoint } from "./endpoint.ts";

/**
 * The endpoint with another address, for runs on one machine. Only the machine itself is allowed: no variable of
 * the environment can send records about students elsewhere. There is no OAuth server there either: the secret itself
 * is the token.
 */
export const localEndpoint = (endpoint: Endpoint, url: string | undefined): Endpoint => {
  if (url === undefined) return endpoint;
  if (new URL(url).hostname !== "127.0.0.1") throw new Error("LOCAL_ENDPOINT_URL must lead to 127.0.0.1.");
  const { auth } = endpoint;
  return auth.scheme === "oauth2-client-credentials"
    ? { ...endpoint, url, auth: { scheme: "bearer", secret: auth.secret } }
    : { ...endpoint, url, auth };
};
