import type { ReadSite } from "../build/site.ts";
import type { Problem } from "../src/document/problem.ts";
import type { Depths } from "../src/ledger/balance.ts";
import type { Site } from "../src/site.ts";
import type { Learners } from "../stage/learners.ts";
import type { HeldStage } from "../stage/stage.ts";
import type { About } from "./api/about.ts";
import type { ArchiveIndex } from "./index/archive-index.ts";

/** Everything that the workbench's answers are made from. */
export interface Desk {
  readonly kind: About["kind"];
  /** `local`, or the name of a stage. */
  readonly name: string;
  /** The folder with the site's files. */
  readonly folder: string;
  /** The service: its queues and its archive. */
  readonly held: HeldStage;
  readonly mayWrite: boolean;
  /**
   * Has the running service take the folder's files; absent where nobody may save them. Gives what it could not take while it
   * runs, in sentences. Throws SiteError, and CannotRun where they do not go together with what it was started with.
   */
  readonly take?: () => Promise<string | undefined>;
  /** The files as they are, or as they were before they had mistakes. */
  site(): LoadedSite;
  readonly index: ArchiveIndex;
  /** What the queues held when they were last asked: the last few answers, the latest last. */
  depths(): readonly Depths[];
  /** What is known of learners by the service's own secrets. Throws where these cannot be read. */
  learners(): Promise<Learners>;
  /** Reads what is new: files, archive and queues. */
  refresh(): Promise<void>;
}

/** A site's files, read and compiled. */
export interface LoadedSite {
  readonly files: ReadSite;
  readonly site: Site;
  /** What is wrong with the files as they are now. */
  readonly problems: readonly Problem[];
  /** By which these files are told from others. */
  readonly hash: string;
  /** Whether the service was made of the same files. */
  readonly isSame: About["files"];
}
