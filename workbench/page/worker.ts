import { tryMapping } from "./compiled.ts";
import type { Task, ThreadSays } from "./editor/trials.ts";

/**
 * Where mappings are checked, compiled and tried: it may make code of a text, which the page may not, and it can reach nobody
 * with it (see `WORKER_POLICY`). What takes too long is ended by the page.
 */
addEventListener("message", ({ data }: MessageEvent<Task>) => {
  const { detail, text, saved, sample } = data;
  try {
    const before = saved === undefined ? undefined : tryMapping(detail, saved, sample);
    say({ trial: { tried: tryMapping(detail, text, sample), ...(before && { before }) } });
  } catch {
    say({ isBroken: true });
  }
});

const say = (said: ThreadSays): void => postMessage(said);

say({ isReady: true });
