import { type App, ServerTrouble } from "./app.ts";
import type { Troubles } from "./troubles.ts";

/** What tasks need of the page around them. */
export interface TaskParts {
  /** Aborted when they are to end. */
  readonly leaving: AbortSignal;
  readonly troubles: Troubles;
  /** Whether anybody can see the page now. */
  isSeen(): boolean;
}

/** What a view has the page run for it. What fails is told, until the same goes well. */
export const tasksOf = ({ leaving, troubles, isSeen }: TaskParts): Pick<App, "once" | "every"> => {
  /** Runs it, and gives what came in between. */
  const attempt = async (task: object, run: () => Promise<void>): Promise<unknown> => {
    try {
      await run();
      troubles.over(task);
      return undefined;
    } catch (error) {
      if (!leaving.aborted) troubles.tell(task, error);
      return error;
    }
  };
  return {
    once: (run) => {
      const task = {};
      const round = async (): Promise<void> => {
        if (leaving.aborted) return;
        const error = await attempt(task, run);
        if (mayPass(error)) again();
      };
      const again = (): void => {
        setTimeout(() => (isSeen() || leaving.aborted ? round() : again()), AGAIN);
      };
      round();
    },
    every: (milliseconds, run) => {
      const task = {};
      const round = async (): Promise<void> => {
        if (leaving.aborted) return;
        if (isSeen()) await attempt(task, run);
        if (!leaving.aborted) setTimeout(round, milliseconds);
      };
      round();
    },
  };
};

/** After so long it is tried again, in milliseconds. */
const AGAIN = 5000;

/** Whether it may go well later: nobody answered, or not now, or not whom it does not know yet. */
const mayPass = (error: unknown): boolean =>
  error instanceof ServerTrouble && (error.status === 0 || error.status === 401 || error.status >= 500);
