import type { Endpoint } from "./endpoint.ts";

/**
 * The Authorization header of an endpoint's requests (RFC 7617, RFC 6750). The secret of `basic` is
 * `user:password`; that of `bearer` the token.
 */
export const authorization = (endpoint: Endpoint, secret: string | undefined): string | undefined => {
  if (endpoint.auth.scheme === "none") return undefined;
  if (secret === undefined || secret === "") {
    throw new Error(
      `The secret of the endpoint ${endpoint.name} is empty. Look at the parameter that its file names.`,
    );
  }
  return endpoint.auth.scheme === "basic"
    ? `Basic ${Buffer.from(secret, "utf8").toString("base64")}`
    : `Bearer ${secret}`;
};
