import { SiteError } from "../../src/document/problem.ts";
import { inWords } from "../../stage/stage.ts";
import type { Step } from "../api/steps.ts";
import type { Desk } from "../desk.ts";
import { NotAllowed, Overtaken, troubleOf } from "../trouble.ts";
import { newSteps, type Steps } from "./steps.ts";
import { takeTurn } from "./turn.ts";

/** How an act ended well. */
export type Ending = Extract<Step, { readonly end: "done" }>;

/**
 * Does something that changes the service, and gives its steps. It goes on to its end, whoever still listens: a page that
 * is closed leaves nothing half done. `doing` says what it does, in a sentence, to whoever would do something else
 * meanwhile. Throws NotAllowed where nothing may be changed, SiteError where the files have mistakes, and Overtaken where
 * another act is under way.
 */
export const act = (
  desk: Desk,
  doing: string,
  run: (tell: Steps["tell"]) => Promise<Ending>,
): AsyncIterable<Step> => {
  if (!desk.mayWrite)
    throw new NotAllowed("This workbench only looks. To change something, start it with --write.");
  const { problems } = desk.site();
  if (problems.length > 0) throw new SiteError(problems);
  const turn = takeTurn(desk, doing);
  if ("busy" in turn) throw new Overtaken(`${turn.busy} Let that end, and try again.`);
  const steps = newSteps();
  const whole = async (): Promise<void> => {
    try {
      steps.tell(await inWords(desk.held.opened.place, () => run(steps.tell)));
    } catch (error) {
      steps.tell({ end: "failed", told: troubleOf(error, desk).trouble });
    } finally {
      turn.release();
    }
    // What it came to is told already: what keeps the desk from being read is told where it is asked for.
    await desk.refresh().catch(() => undefined);
  };
  whole().finally(steps.end);
  return steps.all();
};
