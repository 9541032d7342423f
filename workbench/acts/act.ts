import { formatProblem, SiteError } from "../../src/document/problem.ts";
import { inWords } from "../../stage/stage.ts";
import type { Step } from "../api/steps.ts";
import type { Desk } from "../desk.ts";
import { troubleOf } from "../trouble.ts";
import { newSteps, type Steps } from "./steps.ts";
import { ensureWritable, turnFor } from "./turn.ts";

/** How an act ended well. */
export type Ending = Extract<Step, { readonly end: "done" }>;

/**
 * Does something that changes the service, as it is now, and gives its steps. It goes on to its end, whoever still
 * listens: a page that is closed leaves nothing half done. `doing` looks for what it is done to, and says what it does, in a
 * sentence, to whoever would do something else meanwhile. Throws NotAllowed where nothing may be changed, SiteError where
 * the files have mistakes, then what `doing` throws, and Overtaken where another act is under way.
 */
export const act = (
  desk: Desk,
  doing: () => string,
  run: (tell: Steps["tell"]) => Promise<Ending>,
): AsyncIterable<Step> => {
  ensureWritable(desk);
  ensureFaultless(desk);
  const turn = turnFor(desk, doing());
  const steps = newSteps();
  const whole = async (): Promise<void> => {
    try {
      const anew = async (): Promise<Ending> => {
        // Somebody else may have done it meanwhile, and the files may have changed a moment ago.
        await desk.refresh();
        ensureFaultless(desk);
        return run(steps.tell);
      };
      steps.tell(await inWords(desk.held.opened.place, anew));
    } catch (error) {
      const { trouble, problems = [] } = troubleOf(error, desk);
      steps.tell({ end: "failed", told: [trouble, ...problems.map(formatProblem)].join(" ") });
    } finally {
      turn.release();
    }
    // What it came to is told already: what keeps the desk from being read is told where it is asked for.
    await desk.refresh().catch(() => undefined);
  };
  whole().finally(steps.end);
  return steps.all();
};

/** By the files as they were before they had mistakes, something else would be done than whoever mended them expects. */
const ensureFaultless = (desk: Desk): void => {
  const { problems } = desk.site();
  if (problems.length > 0) throw new SiteError(problems);
};
