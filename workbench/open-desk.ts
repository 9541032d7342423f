import { type Days, dayOf, daysAfter } from "../src/archive/days.ts";
import { CannotRun } from "../src/cannot-run.ts";
import { SiteError } from "../src/document/problem.ts";
import type { Depths } from "../src/ledger/balance.ts";
import { allDays } from "../src/ledger/window.ts";
import { type Learners, learnersOf } from "../stage/learners.ts";
import { endWholes } from "./acts/whole.ts";
import type { Desk, LoadedSite } from "./desk.ts";
import { inTurn } from "./in-turn.ts";
import { type LaidOut, layOut } from "./laid-out.ts";
import { type LoadedFiles, watchedFiles } from "./loaded-files.ts";
import { meanwhile } from "./meanwhile.ts";
import { serviceHash } from "./service-hash.ts";

export interface DeskOptions extends Pick<Desk, "held" | "name" | "folder" | "mayWrite"> {
  readonly take?: Desk["take"] | undefined;
  /** How many days of the archive are looked at, today the last; see DAYS. */
  readonly days?: number | undefined;
}

/** A desk over an open service, until it is closed. */
export interface OpenDesk extends Desk {
  /**
   * Ends what it does; what must not be cut off is waited for, some seconds at most. The service stays open: whoever opened
   * it closes it afterwards.
   */
  close(): Promise<void>;
}

/** So many answers of the queues are kept. */
const ASKED = 8;

/** How many days are looked at where nobody says: with a local service, more than a queue keeps anything. */
const DAYS = { running: 16, left: 16, deployed: 2 } as const;

/**
 * Lays everything out from which the workbench answers; the first `refresh` reads the archive. Throws SiteError where the
 * files have mistakes: then there is nothing that could be shown by them.
 */
export const openDesk = async (options: DeskOptions): Promise<OpenDesk> => {
  const { held, name, folder, mayWrite, take } = options;
  const { kind } = held.opened;
  const { days = DAYS[kind] } = options;
  const archive: Parameters<typeof layOut>[0] = {
    bucket: held.stage.bucket,
    days: (retention) => upToToday(days, retention),
  };
  const files = watchedFiles(folder);
  const first = await files.look();
  if (first === undefined) throw new SiteError(files.problems());
  let laidOut = await layOut(archive, first);
  let coming: LoadedFiles | undefined;
  /** Those, laid out: not all may be read yet. */
  let next: LaidOut | undefined;
  let site: LoadedSite = { ...first, problems: [], isSame: "unknown" };
  let depths: readonly Depths[] = [];
  let learners: Promise<Learners> | undefined;
  const hashOfService = serviceHash(held);
  const closing = Promise.withResolvers<never>();
  closing.promise.catch(() => undefined);
  let isClosed = false;

  const lookAtFiles = inTurn(async () => {
    coming = (await files.look()) ?? coming;
    if (coming !== undefined && coming !== next?.loaded)
      next = await layOut(archive, coming, next === undefined ? [laidOut] : [laidOut, next]);
    // Until all is read for other endpoints, or by other schemas, it is shown as it was before.
    if (next !== undefined && next.index !== laidOut.index)
      await meanwhile(Promise.race([next.index.refresh(), closing.promise]), async () => {
        await lookAtArchive();
        await lookAtQueues();
      });
    const hash = await hashOfService();
    // From here on nothing is waited for: whoever asks sees the files and what is archived of the same moment.
    if (next !== undefined) {
      if (next.of.endpoints !== laidOut.of.endpoints) depths = [];
      if (next.of.learners !== laidOut.of.learners) learners = undefined;
      laidOut = next;
      next = undefined;
      coming = undefined;
    }
    const isSame = hash === undefined ? "unknown" : hash === files.hash() ? "same" : "other";
    const problems = files.problems();
    // Others remember by it what they have made of it.
    if (site.files !== laidOut.loaded.files || site.problems !== problems || site.isSame !== isSame)
      site = { ...laidOut.loaded, problems, isSame };
  });
  const lookAtArchive = (): Promise<void> => laidOut.index.refresh();
  const lookAtQueues = inTurn(async () => {
    const { endpoints, of } = laidOut;
    const answer = await held.stage.depths(endpoints);
    if (of.endpoints === laidOut.of.endpoints) depths = [...depths, answer].slice(-ASKED);
  });
  await lookAtFiles();

  return {
    kind,
    name,
    folder,
    held,
    mayWrite,
    ...(take !== undefined && { take }),
    site: () => site,
    get index() {
      return laidOut.index;
    },
    depths: () => depths,
    learners: () => {
      const asked = learners ?? learnersOf(held.stage, laidOut.loaded.files.settings);
      learners = asked;
      asked.catch(() => {
        if (learners === asked) learners = undefined;
      });
      return asked;
    },
    refresh: async () => {
      if (isClosed) return closing.promise;
      await Promise.race([allOf([lookAtFiles, lookAtArchive, lookAtQueues]), closing.promise]);
    },
    close: async () => {
      isClosed = true;
      // Whoever waits to do something by what would be read does nothing more.
      closing.reject(new CannotRun("The workbench is ending."));
      await endWholes({ held });
    },
  };
};

/** The last days, today with them; none of which the archive does not keep everything any more. */
const upToToday = (days: number, retention: Parameters<typeof allDays>[0]): Days => {
  const today = dayOf(Date.now());
  const { from: kept, to } = allDays(retention, today).counted;
  const from = daysAfter(today, 1 - days);
  return { from: from < kept ? kept : from, to };
};

/** Does one after the other, whatever becomes of those before; then throws what was thrown first. */
const allOf = async (looks: readonly (() => Promise<void>)[]): Promise<void> => {
  const errors: unknown[] = [];
  for (const look of looks) await look().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw errors[0];
};
