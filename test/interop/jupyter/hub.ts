import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile } from "node:fs/promises";
import { request as ask, type IncomingMessage } from "node:http";
import { dirname, join } from "node:path";
import { text as readText } from "node:stream/consumers";
import { project } from "../../../build/bundle.ts";
import { KEY } from "../../support/tokens.ts";
import { answering, freePort, orEnd, type Running, start } from "../support/running.ts";
import type { Jupyter } from "./install.ts";
import { asking, type JupyterServer, shipped } from "./server.ts";

/** A hub with the shipped configuration, behind a proxy. */
export interface JupyterHub extends AsyncDisposable {
  readonly url: string;
  readonly running: Running;
  /** Asks as the service that stops idle servers. */
  readonly cull: JupyterServer["ask"];
  /** Asks as another service, by which an administrator works. */
  readonly operate: JupyterServer["ask"];
  /**
   * What the hub gave to a learner's server, or to the last one that it started: the names of variables, whether the key
   * is in one, and the learner's token.
   */
  readonly environment: (
    user?: string,
    server?: string,
  ) => Promise<{ readonly names: readonly string[]; readonly key: boolean; readonly token: string }>;
}

export interface HubOptions {
  readonly folder: string;
  /** What the LMS says of whoever logs in. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** What it says of some people instead, by their names in the hub. */
  readonly people?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The hub's groups, and who is in them. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly env: Readonly<Record<string, string>>;
}

/** Starts a hub that lets anybody in. */
export const startHub = async (
  { python, proxy }: Jupyter,
  { folder, claims, people = {}, groups = {}, env }: HubOptions,
): Promise<JupyterHub> => {
  const own = await mkdtemp(join(folder, "hub-"));
  const [port, api, inner] = [await freePort(), await freePort(), await freePort()];
  const [url, proxyToken] = [`http://127.0.0.1:${port}`, secret()];
  const [cullerToken, operatorToken] = [secret(), secret()];
  const before = start(
    process.execPath,
    [proxy, "--ip=127.0.0.1", `--port=${port}`, "--api-ip=127.0.0.1", `--api-port=${api}`],
    { cwd: own, env: { CONFIGPROXY_AUTH_TOKEN: proxyToken } },
  );
  await orEnd(before, answering(url, before));
  const running = start(
    python,
    ["-m", "jupyterhub", `--config=${join(project, "test", "interop", "jupyter", "jupyterhub_config.py")}`],
    {
      cwd: own,
      env: {
        PATH: `${dirname(python)}:${process.env.PATH}`,
        HOME: own,
        CONFIGPROXY_AUTH_TOKEN: proxyToken,
        JUPYTERHUB_CRYPT_KEY: secret(),
        LMS_CONTEXT_KEY: KEY,
        TEST_FOLDER: own,
        TEST_SHIPPED: join(shipped, "jupyterhub_config.py"),
        TEST_AUTH_STATE: JSON.stringify(claims),
        TEST_PEOPLE: JSON.stringify(people),
        TEST_GROUPS: JSON.stringify(
          Object.fromEntries(Object.entries(groups).map(([name, users]) => [name, { users }])),
        ),
        TEST_SERVER_ENVIRONMENT: JSON.stringify({
          JUPYTER_CONFIG_PATH: shipped,
          PYTHONDONTWRITEBYTECODE: "1",
        }),
        TEST_URL: url,
        TEST_HUB_URL: `http://127.0.0.1:${inner}`,
        TEST_PROXY_URL: `http://127.0.0.1:${api}`,
        TEST_CULLER_TOKEN: cullerToken,
        TEST_OPERATOR_TOKEN: operatorToken,
        ...env,
      },
    },
  );
  const dispose = async (): Promise<void> => {
    await running[Symbol.asyncDispose]();
    await before[Symbol.asyncDispose]();
  };
  const hub = { [Symbol.asyncDispose]: dispose };
  // Until the hub is there, the proxy answers that it knows of no such page.
  await orEnd(
    hub,
    answering(`${url}/hub/health`, running, (status) => status === 200),
  );
  return {
    url,
    running,
    cull: asking(url, cullerToken),
    operate: asking(url, operatorToken),
    environment: async (user, server = "") => {
      const name = user === undefined ? "environment" : `environment-${user}-${server}`;
      return JSON.parse(await readFile(join(own, `${name}.json`), "utf8"));
    },
    ...hub,
  };
};

const secret = (): string => randomBytes(32).toString("hex");

/** What came of a request, redirects followed. */
export interface Page {
  readonly status: number;
  readonly path: string;
  readonly headers: Headers;
  readonly text: string;
}

/** A browser of somebody's, as far as the hub needs one: it keeps cookies, and follows redirects. */
export const browser = (
  url: string,
): {
  readonly get: (path: string) => Promise<Page>;
  readonly logIn: (username: string) => Promise<Page>;
} => {
  const cookies = new Map<string, { readonly path: string; readonly pair: string }>();
  const cookiesFor = (path: string): string =>
    [...cookies.values()].flatMap((each) => (path.startsWith(each.path) ? [each.pair] : [])).join("; ");
  const go = async (path: string, form?: URLSearchParams): Promise<Page> => {
    const answer = await navigate(`${url}${path}`, cookiesFor(path), form?.toString());
    for (const cookie of answer.headers.getSetCookie()) {
      const [pair = "", ...rest] = cookie.split(/;\s*/);
      const at = rest.find((each) => /^path=/i.test(each))?.slice("path=".length) ?? "/";
      cookies.set(`${pair.split("=")[0]} ${at}`, { path: at, pair });
    }
    const to = answer.headers.get("location");
    const { status, headers, text } = answer;
    if (to === null) return { status, path, headers, text };
    const { pathname, search } = new URL(to, `${url}${path}`);
    return go(`${pathname}${search}`);
  };
  return {
    get: (path) => go(path),
    logIn: async (username) => {
      const { text } = await go("/hub/login");
      const [, xsrf = ""] = /name="_xsrf" value="([^"]+)"/.exec(text) ?? [];
      return go("/hub/login?next=/hub/lms", new URLSearchParams({ username, password: "any", _xsrf: xsrf }));
    },
  };
};

/**
 * Asks for a page as browsers do that somebody uses: `fetch` says that it is a script which asks, and the hub gives scripts
 * no cookie by which it would know its own form again.
 */
const navigate = async (
  url: string,
  cookie: string,
  form: string | undefined,
): Promise<Omit<Page, "path">> => {
  const request = ask(url, {
    method: form === undefined ? "GET" : "POST",
    headers: {
      cookie,
      "sec-fetch-mode": "navigate",
      ...(form !== undefined && { "content-type": "application/x-www-form-urlencoded" }),
    },
  });
  request.end(form);
  const [answer] = (await once(request, "response")) as [IncomingMessage];
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(answer.headersDistinct))
    for (const value of values) headers.append(name, value);
  return { status: answer.statusCode ?? 0, headers, text: await readText(answer) };
};
