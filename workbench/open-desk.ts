import { join } from "node:path";
import { project } from "../build/bundle.ts";
import { type Days, dayOf, daysAfter } from "../src/archive/days.ts";
import { SiteError } from "../src/document/problem.ts";
import type { Depths } from "../src/ledger/balance.ts";
import { type Learners, learnersOf } from "../stage/learners.ts";
import type { HeldStage } from "../stage/stage.ts";
import type { Desk, LoadedSite } from "./desk.ts";
import { inTurn } from "./in-turn.ts";
import { layOut } from "./laid-out.ts";
import { type LoadedFiles, watchedFiles } from "./loaded-files.ts";
import { serviceHash } from "./service-hash.ts";

export interface DeskOptions extends Pick<Desk, "held" | "name" | "folder" | "mayWrite"> {
  /** Where `held` alone does not tell it. */
  readonly kind?: Desk["kind"] | undefined;
  /** Where a local service keeps what is its own; by default, .local of the project. */
  readonly state?: string | undefined;
  readonly take?: Desk["take"] | undefined;
  /** How many days of the archive are looked at, today the last; by default all of a local service, two of a deployed one. */
  readonly days?: number | undefined;
}

/** A desk over an open service, until it is closed. */
export interface OpenDesk extends Desk {
  /** Ends what it does. The service stays open: whoever opened it closes it afterwards. */
  close(): Promise<void>;
}

/** So many answers of the queues are kept. */
const ASKED = 8;

const DAYS = { running: 16, left: 16, deployed: 2 } as const;

/**
 * Lays everything out from which the workbench answers; the first `refresh` reads the archive. Throws SiteError where the
 * files have mistakes: then there is nothing that could be shown by them.
 */
export const openDesk = async (options: DeskOptions): Promise<OpenDesk> => {
  const { held, name, folder, state = join(project, ".local"), mayWrite, take } = options;
  const { kind = kindOf(held), days = DAYS[kind] } = options;
  const archive = { bucket: held.stage.bucket, days: (): Days => upToToday(days) };
  const files = watchedFiles(folder);
  const first = await files.look();
  if (first === undefined) throw new SiteError(files.problems());
  let laidOut = await layOut(archive, first);
  let coming: LoadedFiles | undefined;
  let site: LoadedSite = { ...first, problems: [], isSame: "unknown" };
  let depths: readonly Depths[] = [];
  let learners: Promise<Learners> | undefined;
  const hashOfService = serviceHash(held, state);

  const lookAtFiles = inTurn(async () => {
    coming = (await files.look()) ?? coming;
    if (coming !== undefined) {
      const next = await layOut(archive, coming, laidOut);
      // Until all is read for other endpoints, or by other schemas, it is shown as it was before.
      if (next.index !== laidOut.index) await next.index.refresh();
      if (next.of.endpoints !== laidOut.of.endpoints) depths = [];
      if (next.of.learners !== laidOut.of.learners) learners = undefined;
      laidOut = next;
      coming = undefined;
    }
    const hash = await hashOfService();
    const isSame = hash === undefined ? "unknown" : hash === files.hash() ? "same" : "other";
    const problems = files.problems();
    // Others remember by it what they have made of it.
    if (site.files !== laidOut.loaded.files || site.problems !== problems || site.isSame !== isSame)
      site = { ...laidOut.loaded, problems, isSame };
  });
  const lookAtArchive = inTurn(() => laidOut.index.refresh());
  const lookAtQueues = inTurn(async () => {
    const { endpoints, of } = laidOut;
    const answer = await held.stage.depths(endpoints);
    if (of.endpoints === laidOut.of.endpoints) depths = [...depths, answer].slice(-ASKED);
  });
  await lookAtFiles();

  const closing = Promise.withResolvers<void>();
  let isClosed = false;
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
      if (isClosed) return;
      await Promise.race([allOf([lookAtFiles, lookAtArchive, lookAtQueues]), closing.promise]);
    },
    close: async () => {
      isClosed = true;
      closing.resolve();
    },
  };
};

const kindOf = ({ opened: { stack, sandbox } }: HeldStage): Desk["kind"] => {
  if (stack !== undefined) return "deployed";
  return sandbox === undefined ? "left" : "running";
};

/** The clocks of the functions may be ahead of this one's. */
const upToToday = (days: number): Days => {
  const today = dayOf(Date.now());
  return { from: daysAfter(today, 1 - days), to: daysAfter(today, 1) };
};

/** Does one after the other, whatever becomes of those before; then throws what was thrown first. */
const allOf = async (looks: readonly (() => Promise<void>)[]): Promise<void> => {
  const errors: unknown[] = [];
  for (const look of looks) await look().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw errors[0];
};
