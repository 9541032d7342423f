import { CannotRun } from "../src/cannot-run.ts";
import { bundlePage, type PageFiles } from "./bundle.ts";
import type { Desk } from "./desk.ts";
import { type Served, serve } from "./http.ts";
import { lookOn } from "./look-on.ts";
import { type Answer, answerTo, type Question } from "./routes.ts";
import { troubleOf } from "./trouble.ts";

/**
 * Serves the workbench of a desk on this machine, and for this machine only; see `serve` for the port. The desk is read anew
 * while somebody looks on. Throws CannotRun where it cannot be served.
 */
export const startWorkbench = async (desk: Desk, port?: number): Promise<Served> => {
  const files = await bundled();
  const looking = lookOn(desk);
  const answer = (question: Question): Promise<Answer> => {
    looking.seen();
    // What was read before would be shown as what is so now. Which service it is can be told all the same.
    if (question.method === "GET" && question.pathname !== "/api/about") looking.check();
    return answerTo(desk, question);
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

const bundled = async (): Promise<PageFiles> => {
  try {
    return await bundlePage();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CannotRun(`The workbench's page could not be bundled: ${why}`);
  }
};
