import assert from "node:assert/strict";
import { isObject } from "../../../src/event/json.ts";
import { eventually } from "../support/running.ts";
import type { Whole } from "../support/whole.ts";
import { browser, type JupyterHub, type Page } from "./hub.ts";
import { asking, type JupyterServer } from "./server.ts";
import { archivedIn } from "./told.ts";

/** What the hub showed where the learners' own page is asked for. */
export interface Shown {
  /** To somebody who is not logged in. */
  readonly stranger: Page;
  readonly learner: Page;
}

/** The servers that learners start: grace's is named after one of her courses. */
const SERVERS = { ada: "", bob: "", grace: "8" };

/**
 * Has three learners log in, start a server each, and save a notebook there. Then ada stops hers, the culler stops bob's,
 * and an administrator stops grace's. Gives what ada was shown as she logged in.
 */
export const act = async (hub: JupyterHub, service: Whole): Promise<Shown> => {
  const shown = await Promise.all(
    Object.entries(SERVERS).map(async ([learner, server]): Promise<Shown> => {
      const { get, logIn } = browser(hub.url);
      const stranger = await get("/hub/lms");
      const page = await logIn(learner.replace("ada", "Ada"));
      await get(server === "" ? "/hub/spawn" : `/hub/spawn/${learner}/${server}`);
      await save(hub, learner, server);
      return { stranger, learner: page };
    }),
  );
  await archived(hub, service, "save");
  const ada = await asLearner(hub, "ada");
  await Promise.all([
    ada("DELETE", "/hub/api/users/ada/server"),
    hub.cull("DELETE", "/hub/api/users/bob/server"),
    hub.operate("DELETE", "/hub/api/users/grace/servers/8"),
  ]);
  await archived(hub, service, "stop");
  assert.ok(shown[0] !== undefined);
  return shown[0];
};

/** Saves a notebook on a learner's server, once it is there. */
const save = async (hub: JupyterHub, learner: string, server: string): Promise<void> => {
  await eventually(
    `the server of ${learner} is there`,
    async () => {
      const { servers } = Object(await hub.cull("GET", `/hub/api/users/${learner}`));
      return servers[server]?.ready === true ? true : undefined;
    },
    hub.running,
  );
  const at = server === "" ? `/user/${learner}` : `/user/${learner}/${server}`;
  const content = { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 };
  const ask = await asLearner(hub, learner);
  await ask("PUT", `${at}/api/contents/hw1.ipynb`, { type: "notebook", format: "json", content });
};

/** Asks the hub and its servers, with a token that the hub has made for a learner. */
const asLearner = async ({ cull, url }: JupyterHub, learner: string): Promise<JupyterServer["ask"]> => {
  const made = await cull("POST", `/hub/api/users/${learner}/tokens`, {});
  assert.ok(isObject(made) && typeof made.token === "string");
  return asking(url, made.token);
};

/** Waits until the archive has this act of each learner. */
const archived = (hub: JupyterHub, service: Whole, action: string): Promise<true> =>
  eventually(
    `each ${action} is archived`,
    async () => {
      const acts = (await archivedIn(service)).filter(({ event }) => event.action === action);
      return acts.length === Object.keys(SERVERS).length ? true : undefined;
    },
    hub.running,
  );
