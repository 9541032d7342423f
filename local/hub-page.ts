import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { LocalHub } from "./hub.ts";

/**
 * Plays the hub's page `/hub/lms`, by which a learner who is signed in there comes to their own page. As nobody is
 * signed in here, it lets you be whomever the events are of.
 */
export const hubPage =
  ({ learners, signIn }: Pick<LocalHub, "learners" | "signIn">, page: string) =>
  async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    if (pathname !== "/hub/lms" || request.method !== "GET") {
      response.writeHead(404, { "content-type": "text/plain" }).end("Only /hub/lms is played here.\n");
      return;
    }
    const known = learners();
    const forms = await Promise.all(
      (known.length === 0 ? ["local-learner"] : known).map(async (name) =>
        formOf(name, await signIn(name), page),
      ),
    );
    response
      .writeHead(200, {
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-store",
        "content-security-policy": `default-src 'none'; style-src 'sha256-${HASH}'; form-action ${page}; frame-ancestors 'none'; base-uri 'none'`,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
      })
      .end(whole(forms.join("\n")));
  };

const STYLE =
  ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}button{font:inherit;padding:.5rem 1rem;margin:.25rem 0}";
const HASH = createHash("sha256").update(STYLE).digest("base64");

const formOf = (name: string, token: string, page: string): string =>
  `<form method="post" action="${page}/sign-in"><input type="hidden" name="token" value="${token}"><button>See what is collected about ${escaped(name)}</button></form>`;

const whole = (forms: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>A hub for this machine</title><style>${STYLE}</style></head>
<body><main>
<h1>A hub for this machine</h1>
<p>This plays the hub's page <code>/hub/lms</code>. There, a learner is signed in; here, be any of them. A button is good for five minutes.</p>
${forms}
</main></body>
</html>
`;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`);
