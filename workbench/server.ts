import { CannotRun } from "../src/cannot-run.ts";
import { bundlePage, type PageFiles } from "./bundle.ts";
import type { Desk } from "./desk.ts";
import { type Served, serve } from "./http.ts";
import { type Clock, type Looked, lookOn } from "./look-on.ts";
import { type Answer, answerTo, type Question } from "./routes.ts";
import { troubleOf } from "./trouble.ts";
import type { AsOf } from "./views/flow.ts";

/**
 * Serves the workbench of a desk on this machine, and for this machine only; see `serve` for the port. The desk is read anew
 * while somebody looks on. Throws CannotRun where it cannot be served.
 */
export const startWorkbench = async (desk: Desk, port?: number, clock?: Clock): Promise<Served> => {
  const files = await bundled();
  const looking = lookOn(desk, clock);
  const asOf = ({ at, isOld, failed }: Looked): AsOf => {
    if (failed !== undefined)
      return { at, unsure: `${troubleOf(failed.by, desk).trouble} It is being tried again.` };
    return isOld ? { at, unsure: OLD } : { at };
  };
  const answer = async (question: Question): Promise<Answer> => {
    looking.seen();
    if (question.method !== "GET" || isOfFiles(question.pathname)) return answerTo(desk, question);
    await looking.ready();
    // What was read before would be shown as what is so now.
    return answerTo(desk, question, asOf(looking.check()));
  };
  const served = await serve({ files, answer, trouble: (error) => troubleOf(error, desk) }, port).catch(
    async (error: unknown) => {
      await looking.stop();
      throw error;
    },
  );
  return {
    url: served.url,
    stop: async () => {
      await Promise.all([looking.stop(), served.stop()]);
    },
  };
};

/** Which service it is, and what its files say, can be told whether it answers or not. */
const isOfFiles = (pathname: string): boolean => /^\/api\/(about$|privacy$|mappings\/)/.test(pathname);

const OLD = "These numbers are of a while ago: the service is being asked for those of now.";

const bundled = async (): Promise<PageFiles> => {
  try {
    return await bundlePage();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CannotRun(`The workbench's page could not be bundled: ${why}`);
  }
};
