import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/**
 * Who may use the workbench: only whoever has its address as it was printed, on this machine. Other users of the machine,
 * other programs' pages in the same browser, and names elsewhere that were led to this machine are kept out.
 */
export interface Guard {
  /** What the printed address ends in; a visit with it is let in from then on. */
  readonly visit: string;
  /** What the page has to show where it wants to change something. */
  readonly pageToken: string;
  /** What becomes of a request. */
  meet(asked: Asked): Met;
}

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
}

/** `visit`: it came by the printed address, and goes on with a cookie to where the token is in no address. */
export type Met =
  | { readonly how: "in" }
  | { readonly how: "visit"; readonly cookie: string; readonly location: string }
  | { readonly how: "refused"; readonly status: 401 | 403 | 415; readonly trouble: string };

/** The header in which the page shows its token. */
export const TOKEN_HEADER = "x-workbench-token";

/** A guard for a server on a port; each start has secrets of its own. */
export const guardFor = (port: () => number): Guard => {
  const [visit, session, pageToken] = [secret(), secret(), secret()];
  // Cookies do not tell one port of a host from another.
  const name = (): string => `workbench-${port()}`;
  return {
    visit,
    pageToken,
    meet: ({ method, url, headers }) => {
      if (!isThisMachine(headers.host)) return refused(403, "This is for this machine only.");
      const isReading = method === "GET" || method === "HEAD";
      if (isReading && isSame(url.searchParams.get("token") ?? "", visit))
        return {
          how: "visit",
          cookie: `${name()}=${session}; Path=/; HttpOnly; SameSite=Strict`,
          // Two slashes would begin a host's name.
          location: url.pathname.replace(/^\/+/, "/"),
        };
      if (!isSame(cookieIn(headers.cookie, name()), session)) return refused(401, UNKNOWN);
      if (url.pathname.startsWith("/api/") && isAnothers(headers)) return refused(403, OWN);
      if (isReading) return { how: "in" };
      const isOwn =
        headers.origin === `http://${headers.host}` && isSame(String(headers[TOKEN_HEADER] ?? ""), pageToken);
      if (!isOwn) return refused(403, OWN);
      return headers["content-type"] === "application/json"
        ? { how: "in" }
        : refused(415, "What is sent here is JSON.");
    },
  };
};

const UNKNOWN =
  "Open the workbench by the whole address that was printed when it was started: it ends in a token.";

const OWN = "Only the workbench's own page may do this. Load it again.";

const refused = (status: 401 | 403 | 415, trouble: string): Met => ({ how: "refused", status, trouble });

const secret = (): string => randomBytes(24).toString("base64url");

/** A name elsewhere may have been led to this machine; which port it was reached by does not matter. */
const isThisMachine = (host: string | undefined): boolean =>
  host !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host);

/** Whether a browser says that the page of another program asks: one on another port of this machine sends the cookie, too. */
const isAnothers = ({ "sec-fetch-site": site }: IncomingHttpHeaders): boolean =>
  site !== undefined && site !== "same-origin" && site !== "none";

const cookieIn = (cookies: string | undefined, name: string): string =>
  cookies
    ?.split("; ")
    .find((each) => each.startsWith(`${name}=`))
    ?.slice(name.length + 1) ?? "";

const isSame = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** What the page may do: load what is this server's own, and nothing that is not a file of it. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types lit-html workbench",
].join("; ");

/**
 * What the page's worker may do. It alone makes code of a text, as mappings are compiled to JavaScript; and it can reach
 * nobody with it, nor the page.
 */
export const WORKER_POLICY = "default-src 'none'; script-src 'unsafe-eval'";

/** What every answer has. The page and its worker have a policy of their own. */
export const HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "x-frame-options": "DENY",
};
