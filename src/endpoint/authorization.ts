import type { Endpoint } from "./endpoint.ts";

/**
 * The Authorization header of an endpoint's requests (RFC 7617, RFC 6750). The secret of `basic` is
 * `user:password`; that of `bearer` the token. White space around it is left out: a file that was put into the
 * Parameter Store often ends in a line break. Throws where the secret cannot be one; the message never holds it.
 */
export const authorization = (endpoint: Endpoint, secret: string | undefined): string | undefined => {
  if (endpoint.auth.scheme === "none") return undefined;
  const { scheme } = endpoint.auth;
  const value = secret?.trim() ?? "";
  const wrong = (what: string): Error =>
    new Error(
      `The secret of the endpoint ${endpoint.name} ${what}. Look at the parameter that its file names.`,
    );
  if (value === "") throw wrong("is empty");
  if (scheme === "basic") {
    if (!value.includes(":")) throw wrong("is not of the form user:password");
    return `Basic ${Buffer.from(value, "utf8").toString("base64")}`;
  }
  // Anything else cannot stand in a header, which would look like an endpoint that nobody can reach.
  if (!/^[!-~]+$/.test(value))
    throw wrong("is not a token: it holds spaces, line breaks or letters beyond ASCII");
  return `Bearer ${value}`;
};
