import type { Learner } from "../learner/identify.ts";
import type { Endpoint, FromLaunch } from "./endpoint.ts";

/**
 * Where an endpoint is told of a learner: `file`, at the url of its file; `launch`, at the one that the learner's launch
 * named; `nowhere`, where the launch named none, or one that the file does not allow.
 */
export type Destination =
  | { readonly by: "file"; readonly url: string }
  | { readonly by: "launch"; readonly url: string }
  | { readonly by: "nowhere" };

/** Where an endpoint is told of a learner. A launch's url comes in its one normal form. Never throws. */
export const destinationOf = (
  { url }: Pick<Endpoint, "url">,
  { launch }: Pick<Learner, "launch">,
): Destination => {
  if (typeof url === "string") return { by: "file", url };
  const named = allowedUrl(launch?.endpoint, url);
  return named === undefined ? { by: "nowhere" } : { by: "launch", url: named };
};

/**
 * Where a statement is sent that is on its way to `to`, by the endpoint's file as it is now; undefined where that
 * allows no such place.
 */
export const addressOf = ({ url }: Pick<Endpoint, "url">, to: string | undefined): string | undefined =>
  typeof url === "string" ? url : allowedUrl(to, url);

/** A longer address is no LMS's, and would leave a message no room for statements. */
const LONGEST = 2000;

/**
 * A launch's address in its normal form, if records may be sent there: it must be an https address without a password, a
 * fragment or anything that one reader of addresses takes for another host than the next, at a listed host and port.
 */
const allowedUrl = (text: string | undefined, { hosts }: FromLaunch): string | undefined => {
  if (text === undefined || text.length > LONGEST || !PLAIN.test(text) || !URL.canParse(text))
    return undefined;
  const { protocol, host, username, password, href } = new URL(text);
  const isAllowed = protocol === "https:" && username === "" && password === "" && hosts.includes(host);
  return isAllowed && href.length <= LONGEST ? href : undefined;
};

/** No white space, control characters or backslashes anywhere, no @ before the path, and no fragment. */
const PLAIN = /^https:\/\/[^\s\p{Cc}\\#@/?]+([/?][^\s\p{Cc}\\#]*)?$/iu;
