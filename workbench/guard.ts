import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/**
 * Who may use the workbench: only whoever has its address as it was printed, on this machine. The address has the token
 * behind a `#`, which browsers send to nobody; the page sends it in a header, with every request. A cookie would go to every
 * other server on this machine as well, as browsers do not tell ports apart, and other programs' pages could use it.
 */
export interface Guard {
  /** What the printed address ends in. */
  readonly token: string;
  /** What is wrong with a request; undefined where it is let in. */
  refusal(asked: Asked): Refused | undefined;
}

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
}

export interface Refused {
  readonly status: 401 | 403 | 415;
  readonly trouble: string;
}

/** The header in which the page shows the token. */
export const TOKEN_HEADER = "x-workbench-token";

/** A guard; each start has a token of its own. The page itself holds no secret: its files are there for everybody. */
export const guardFor = (): Guard => {
  const token = randomBytes(24).toString("base64url");
  return {
    token,
    refusal: ({ method, url, headers }) => {
      if (!isThisMachine(headers.host)) return refused(403, "This is for this machine only.");
      if (!url.pathname.startsWith("/api/")) return undefined;
      if (isAnothers(headers)) return refused(403, OWN);
      if (!isSame(String(headers[TOKEN_HEADER] ?? ""), token)) return refused(401, UNKNOWN);
      if (method === "GET" || method === "HEAD") return undefined;
      if (headers.origin !== `http://${headers.host}`) return refused(403, OWN);
      return headers["content-type"] === "application/json"
        ? undefined
        : refused(415, "What is sent here is JSON.");
    },
  };
};

const UNKNOWN =
  "Open the workbench by the whole address that was printed when it was started: it ends in a token.";

const OWN = "Only the workbench's own page may do this.";

const refused = (status: Refused["status"], trouble: string): Refused => ({ status, trouble });

/** A name elsewhere may have been led to this machine; which port it was reached by does not matter. */
const isThisMachine = (host: string | undefined): boolean =>
  host !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host);

/** Whether a browser says that the page of another program asks. */
const isAnothers = ({ "sec-fetch-site": site }: IncomingHttpHeaders): boolean =>
  site !== undefined && site !== "same-origin" && site !== "none";

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
