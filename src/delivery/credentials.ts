import type { Auth, Endpoint } from "../endpoint/endpoint.ts";
import type { Answer } from "./answer.ts";
import type { Exchange } from "./exchange.ts";
import { tokensOf } from "./oauth.ts";
import { tokenRequestOf } from "./token-request.ts";

/** How requests to an endpoint prove who we are. */
export interface Credentials {
  /**
   * The headers that prove it; or the answer that stands in place of the endpoint's, where they cannot be had. Never
   * throws, and what it says never holds the secret.
   */
  headers(): Promise<Proof | { readonly answer: Answer }>;
  /**
   * Says that the endpoint answered 401. True where new headers can be had, so that one more try makes sense. `sent`
   * are the headers that it refused.
   */
  refused(sent: Proof["headers"]): boolean;
}

interface Proof {
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The credentials of an endpoint, by its scheme (RFC 7617, RFC 6750, RFC 6749). White space around the secret is left
 * out: a file that was put into a store of secrets often ends in a line break. A secret that cannot be one, or cannot
 * be had (an error whose message says why), makes the messages wait for the administrator.
 */
export const credentialsOf = (
  endpoint: Pick<Endpoint, "name" | "auth">,
  secret: string | Error | undefined,
  exchange: Exchange,
  now: () => number = Date.now,
): Credentials => {
  const { name, auth } = endpoint;
  if (auth.scheme === "none") return fixed({ headers: {} });
  const value = secret instanceof Error ? "" : (secret?.trim() ?? "");
  const why = secret instanceof Error ? secret.message : value === "" ? "is empty" : unfit(auth, value);
  if (why !== undefined)
    return fixed(
      setup(`The secret of the endpoint ${name} ${why}. Look at ${auth.secret}, which its file names.`),
    );
  switch (auth.scheme) {
    case "basic":
      return fixed({ headers: { authorization: `Basic ${Buffer.from(value, "utf8").toString("base64")}` } });
    case "bearer":
      return fixed(bearer(value));
    case "header":
      return fixed({ headers: { [auth.name]: value } });
    case "oauth2-client-credentials": {
      const tokens = tokensOf(tokenRequestOf(name, auth, value, exchange, now), now);
      return {
        headers: async () => {
          const given = await tokens.token();
          return "token" in given ? bearer(given.token) : given;
        },
        refused: (sent) => tokens.refused(sent.authorization?.slice(BEARER.length)),
      };
    }
  }
};

const fixed = (proof: Proof | { readonly answer: Answer }): Credentials => ({
  headers: async () => proof,
  refused: () => false,
});

const BEARER = "Bearer ";

const bearer = (token: string): Proof => ({ headers: { authorization: BEARER + token } });

const setup = (excerpt: string): { readonly answer: Answer } => ({ answer: { status: "setup", excerpt } });

/** Why a secret cannot be what its scheme needs. What cannot stand in a header would look like an endpoint that nobody can reach. */
const unfit = ({ scheme }: Auth, value: string): string | undefined => {
  if (scheme === "basic" && !value.includes(":")) return "is not of the form user:password";
  if (scheme === "bearer" && !/^[!-~]+$/.test(value))
    return "is not a token: it holds spaces, line breaks or letters beyond ASCII";
  if (scheme === "header" && !/^[ -~]+$/.test(value))
    return "cannot stand in a header: it holds line breaks or letters beyond ASCII";
  return undefined;
};
