import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { installed } from "../support/parts.ts";
import { eventually } from "../support/running.ts";
import type { Notes } from "./class-acts.ts";
import { type OwnServer, objectIn, ownServer } from "./class-server.ts";
import { browser, type HubOptions, type Page, startHub } from "./hub.ts";
import { type Jupyter, jupyter } from "./install.ts";
import { asking, type JupyterServer, shipped } from "./server.ts";

/** What a class needs of others: Jupyter, and the folder of the extensions that its servers have. */
export interface ClassParts {
  readonly jupyter: Jupyter;
  readonly extensions: string;
}

/** The parts, or why there are none: see `installed`. */
export const classParts = async (): Promise<ClassParts | { readonly missing: string }> => {
  const found = await jupyter();
  if ("missing" in found) return found;
  const part = await installed("jupyter-extensions");
  if ("missing" in part) return part;
  const [extensions] = globSync(join(part.folder, "lib", "python3*", "site-packages"));
  return extensions === undefined ? { missing: "There are no extensions." } : { jupyter: found, extensions };
};

/** The hub of a class. */
export interface ClassHub extends AsyncDisposable {
  /** Has somebody log in through the hub's pages, and starts their server; notes that they did. */
  readonly logIn: (user: string, notes: Notes) => Promise<OwnServer>;
  /** Has somebody stop their own server and log out, or the culler stop it; notes it, once it has stopped. */
  readonly stop: (user: string, by: "learner" | "culler", notes: Notes) => Promise<void>;
  /** Ends it, as an administrator would. */
  readonly end: () => Promise<void>;
  /** What it and all servers have written into their logs. */
  readonly log: () => string;
}

/**
 * Rooms neither save what is in them nor look at their files by themselves, at times that nobody knows: so what is saved
 * is what a learner has saved. Where a room is empty, it stays.
 */
const ROOMS = { document_save_delay: null, file_poll_interval: 0, document_cleanup_delay: null };

/** Somebody who has logged in: with their browser, and as a page of the hub asks it in their name. */
interface Visitor {
  readonly get: ReturnType<typeof browser>["get"];
  readonly ask: JupyterServer["ask"];
}

const seen = ({ status, path, text }: Page, wanted: string): void =>
  assert.ok(
    status === 200 && path.includes(wanted),
    `The hub showed ${path}: ${status} ${text.slice(0, 20000)}`,
  );

/** Starts a hub with the shipped configuration, whose servers have it too, and jupyter-collaboration and -nbmodel. */
export const startClassHub = async (
  { jupyter, extensions }: ClassParts,
  options: HubOptions,
): Promise<ClassHub> => {
  const config = await mkdtemp(join(options.folder, "servers-"));
  await writeFile(
    join(config, "jupyter_server_config.json"),
    JSON.stringify({
      ServerApp: { jpserver_extensions: { jupyter_server_fileid: true, jupyter_server_ydoc: true } },
      YDocExtension: ROOMS,
    }),
  );
  const hub = await startHub(jupyter, {
    ...options,
    env: {
      LMS_LEARNER_PAGE: "https://lms-events.example.edu/learner",
      ...options.env,
      TEST_SERVER_ENVIRONMENT: JSON.stringify({
        JUPYTER_CONFIG_PATH: `${shipped}:${config}`,
        // Beside what the server has itself, of the same versions.
        PYTHONPATH: extensions,
        // As there is a JupyterLab among the extensions, which would be started instead.
        JUPYTERHUB_SINGLEUSER_APP: "jupyter-server",
        PYTHONDONTWRITEBYTECODE: "1",
      }),
    },
  });
  const there = new Map<string, Visitor>();
  const serverOf = async (user: string): Promise<{ readonly isReady: boolean; readonly isGone: boolean }> => {
    // The hub has better to do than to answer this.
    await sleep(400);
    const { servers } = objectIn(await hub.cull("GET", `/hub/api/users/${user}`));
    const server = Object(servers)[""];
    return { isReady: server?.ready === true, isGone: server === undefined };
  };
  return {
    logIn: (user, { note }) =>
      note(
        async () => {
          const { logIn, get } = browser(hub.url);
          seen(await logIn(user), "/hub/lms");
          seen(await get("/hub/spawn"), "");
          await eventually(
            `the server of ${user} has started`,
            async () => ((await serverOf(user)).isReady ? true : undefined),
            hub.running,
          );
          const { token } = objectIn(await hub.cull("POST", `/hub/api/users/${user}/tokens`, {}));
          there.set(user, { get, ask: asking(hub.url, String(token)) });
          return ownServer(`${hub.url}/user/${user}`, String(token));
        },
        { act: "log in" },
      ),
    stop: async (user, by, { note }) => {
      await note(
        async () => {
          const ask = by === "culler" ? hub.cull : there.get(user)?.ask;
          await ask?.("DELETE", `/hub/api/users/${user}/server`);
          await eventually(
            `the server of ${user} has stopped`,
            async () => ((await serverOf(user)).isGone ? true : undefined),
            hub.running,
          );
        },
        { act: by === "culler" ? "time out" : "log out" },
      );
      if (by === "learner") await there.get(user)?.get("/hub/logout");
    },
    end: hub.running.end,
    log: hub.running.log,
    [Symbol.asyncDispose]: () => hub[Symbol.asyncDispose](),
  };
};
