import assert from "node:assert/strict";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { project } from "../../../build/bundle.ts";
import { awsVariables } from "../../../local/aws.ts";
import { answering, freePort, orEnd, type Running, start } from "../support/running.ts";

/** The folder of the configuration files that are shipped. */
export const shipped = join(project, "examples", "jupyter");

/** A learner's server, and how it is asked over its REST API; what it refuses fails the test. */
export interface JupyterServer extends Running {
  readonly url: string;
  /** The folder of the learner's files. */
  readonly root: string;
  readonly ask: (method: string, path: string, body?: unknown) => Promise<unknown>;
}

/** By what a server that is started here lets in. */
export const TOKEN = "a-token-for-tests";

/**
 * Starts a learner's server with the shipped configuration, and these variables besides those of its folders; `more` are
 * arguments besides its own.
 */
export const startServer = async (
  python: string,
  folder: string,
  env: Readonly<Record<string, string>>,
  more: readonly string[] = [],
): Promise<JupyterServer> => {
  const own = await mkdtemp(join(folder, "server-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = [
    ...["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", `--ServerApp.port=${port}`],
    ...["--ServerApp.port_retries=0", `--ServerApp.root_dir=${own}`, `--IdentityProvider.token=${TOKEN}`],
    ...more,
  ];
  const running = start(python, ["-m", "jupyter_server", ...args], {
    cwd: own,
    env: { HOME: own, JUPYTER_CONFIG_PATH: shipped, JUPYTER_RUNTIME_DIR: join(own, "run"), ...env },
  });
  await orEnd(running, answering(`${url}/api`, running));
  return { ...running, url, root: own, ask: asking(url, TOKEN) };
};

/** By what a server with the shipped configuration finds a queue of an SQS on this machine, or of what is in front of it. */
export const queueVariables = (address: string, queueUrl: string): Readonly<Record<string, string>> => ({
  ...awsVariables(address, ""),
  AWS_DEFAULT_REGION: "us-east-1",
  LMS_EVENTS_QUEUE_URL: queueUrl,
});

/** Asks a Jupyter Server or a hub, under a token of its own. */
export const asking =
  (url: string, token: string): JupyterServer["ask"] =>
  async (method, path, body) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `token ${token}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  };
