import type { HttpReply } from "../delivery/exchange.ts";
import { lastingTrouble, Unreachable, unreachable } from "../delivery/unreachable.ts";
import type { AddressedEndpoint } from "../endpoint/endpoint.ts";
import type { Access } from "./case.ts";

/** An endpoint's answer to a question; or, in a sentence, why there is none, and whether it was reached at all. */
export type Asked =
  | { readonly reply: HttpReply }
  | { readonly unanswered: string; readonly isReached: boolean };

/** As whom a question is asked: with the service's credentials, or as anybody could. */
export type As = "ourselves" | "anybody";

/** Asks an endpoint for something. Never throws. */
export const ask = async (
  { credentials, exchange, turn }: Access,
  url: string,
  headers: Readonly<Record<string, string>>,
  as: As = "ourselves",
): Promise<Asked> => {
  const proof = as === "anybody" ? { headers: {} } : await credentials.headers();
  if ("answer" in proof) return { unanswered: proof.answer.excerpt, isReached: false };
  await turn();
  try {
    return { reply: await exchange({ method: "GET", url, headers: { ...headers, ...proof.headers } }) };
  } catch (error) {
    // An error that is none of the network's: what cannot stand in a header.
    if (!(error instanceof Unreachable))
      return {
        unanswered: "The request could not be made. Look at the headers in the endpoint's file.",
        isReached: false,
      };
    const { code } = unreachable(error);
    return { unanswered: `No answer came (${code}).`, isReached: isReached(code) };
  }
};

/** Whether a connection may have come about, and so a request been heard, given the network's code where no answer came. */
export const isReached = (code: string): boolean =>
  lastingTrouble(code) === undefined && !NOT_CONNECTED.includes(code);

const NOT_CONNECTED: readonly string[] = ["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EAI_AGAIN"];

/** Asks an xAPI store for statements (xAPI 1.0.3 Part Three, 2.1.3). */
export const askStore = (
  { url, version, request }: AddressedEndpoint,
  access: Access,
  query: Readonly<Record<string, string>>,
  as: As = "ourselves",
): Promise<Asked> =>
  ask(
    access,
    `${url}/statements?${new URLSearchParams(query)}`,
    { accept: "application/json", "x-experience-api-version": version, ...request.headers },
    as,
  );
