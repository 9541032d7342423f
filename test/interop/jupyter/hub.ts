import { randomBytes } from "node:crypto";
import { mkdtemp, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
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
  /** What the hub gave to the last server that it started: the names of variables, and whether the key is in one. */
  readonly environment: () => Promise<{ readonly names: readonly string[]; readonly key: boolean }>;
}

export interface HubOptions {
  readonly folder: string;
  /** What the LMS says of whoever logs in. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
}

/** Starts a hub that lets anybody in. */
export const startHub = async (
  { python, proxy }: Jupyter,
  { folder, claims, env }: HubOptions,
): Promise<JupyterHub> => {
  const own = await mkdtemp(join(folder, "hub-"));
  const [port, api, inner] = [await freePort(), await freePort(), await freePort()];
  const [url, proxyToken, cullerToken] = [`http://127.0.0.1:${port}`, secret(), secret()];
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
        TEST_SERVER_ENVIRONMENT: JSON.stringify({
          JUPYTER_CONFIG_PATH: shipped,
          PYTHONDONTWRITEBYTECODE: "1",
        }),
        TEST_URL: url,
        TEST_HUB_URL: `http://127.0.0.1:${inner}`,
        TEST_PROXY_URL: `http://127.0.0.1:${api}`,
        TEST_CULLER_TOKEN: cullerToken,
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
    environment: async () => JSON.parse(await readFile(join(own, "environment.json"), "utf8")),
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
    const answer = await fetch(`${url}${path}`, {
      method: form === undefined ? "GET" : "POST",
      headers: { cookie: cookiesFor(path) },
      redirect: "manual",
      ...(form !== undefined && { body: form }),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [pair = "", ...rest] = cookie.split(/;\s*/);
      const at = rest.find((each) => /^path=/i.test(each))?.slice("path=".length) ?? "/";
      cookies.set(`${pair.split("=")[0]} ${at}`, { path: at, pair });
    }
    const to = answer.headers.get("location");
    const text = await answer.text();
    if (to === null) return { status: answer.status, path, headers: answer.headers, text };
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
