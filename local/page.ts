import { inFrontOf, startServer } from "./http-api.ts";
import type { LocalHub } from "./hub.ts";
import { hubPage } from "./hub-page.ts";
import type { LocalLambda } from "./lambda.ts";

/** The learner's own page on this machine, and a hub's page that leads to it. */
export interface LocalPage {
  /** Where the page is. */
  readonly url: string;
  /** Where learners come in. */
  readonly hubUrl: string;
  stop(): Promise<void>;
}

/** What the page takes is smaller; what is larger is told by its size that it is too much. */
const MOST = 64 * 1024;

/**
 * Serves the learner's page as an HTTP API in front of its function does, and plays the hub's page that signs learners
 * in. Both are for this machine only. `start` starts the function, given the hub's address.
 */
export const startPage = async (
  hub: Pick<LocalHub, "learners" | "signIn">,
  start: (hubUrl: string) => LocalLambda,
): Promise<LocalPage> => {
  const [hubServer, pageServer] = await Promise.all([startServer(), startServer()]);
  const fn = start(hubServer.url);
  hubServer.answer(hubPage(hub, pageServer.url));
  pageServer.answer(inFrontOf(fn, MOST));
  return {
    url: pageServer.url,
    hubUrl: `${hubServer.url}/hub/lms`,
    stop: async () => {
      await Promise.all([hubServer.stop(), pageServer.stop()]);
      await fn.stop();
    },
  };
};
