import { appendFile } from "node:fs/promises";
import type { SiteFiles } from "../build/site.ts";
import { DamagedArchive } from "../src/archive/damaged.ts";
import { CannotRun } from "../src/cannot-run.ts";
import { type EraseParts, eraseLearner, survey } from "../src/erasure/erase.ts";
import { erasureName, readRequests } from "../src/erasure/job.ts";
import { ErasureOvertaken, readAll } from "../src/erasure/keep.ts";
import { countTelling, type ListedStatement, planTelling } from "../src/erasure/tell.ts";
import { toldOf } from "../src/erasure/told.ts";
import { allKeys } from "../src/learner/pseudonym-keys.ts";
import { learnersOf } from "../stage/learners.ts";
import type { Stage } from "../stage/stage.ts";
import { type ErasedUser, type Eraser, erasedText, questionOf } from "./erase-text.ts";
import { progressOn } from "./progress.ts";
import { visible, visibleJson } from "./visible.ts";

export interface EraseRun {
  readonly stage: Stage;
  readonly site: SiteFiles;
  /** Asks whether to do it; where it is absent, it is done. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
  readonly json: boolean;
  /** For the statements that cannot be voided; standard output, where absent. */
  readonly file: string | undefined;
}

/**
 * Erases one user; gives the exit code. May be interrupted at any moment, and repeated. Throws CannotRun where something
 * of the archive is damaged, or another run erases the same user.
 */
export const eraseUser = async (run: EraseRun, username: string): Promise<number> => {
  const { stage, json } = run;
  try {
    const eraser = await eraserOf(run, username);
    if (eraser.isUnknown) {
      if (json) tell(run, []);
      else console.error(`Nothing is kept of this user (${stage.name}).`);
      return 0;
    }
    if (run.ask !== undefined && !(await run.ask(questionOf(eraser, visible(username))))) {
      console.error("Nothing was erased.");
      return 0;
    }
    const erased = await perform(eraser, run);
    tell(run, [erased]);
    return erased.remains.length === 0 ? 0 : 1;
  } catch (error) {
    const trouble = troubleOf(error);
    throw trouble === undefined ? error : new CannotRun(trouble);
  }
};

/**
 * Erases everybody who asked for it, one after the other; gives the exit code. Where one cannot be erased, it says so and
 * goes on with the next.
 */
export const eraseRequested = async (run: EraseRun): Promise<number> => {
  const { stage, ask, json } = run;
  const { requests, damaged } = await readRequests(stage.bucket);
  for (const key of damaged)
    console.error(`The request ${key} is damaged. Find out who it was, and remove it.`);
  const all: ErasedUser[] = [];
  for (const { key, username, at } of requests) {
    const day = at.slice(0, 10);
    try {
      const eraser = await eraserOf(run, username);
      if (ask !== undefined && !(await ask(`Asked for on ${day}: ${questionOf(eraser, visible(username))}`)))
        continue;
      const erased = await perform(eraser, run);
      if (erased.remains.length === 0) await stage.bucket.remove(key);
      all.push(erased);
      if (!json) tell(run, [erased]);
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble === undefined) throw error;
      console.error(`Asked for on ${day}, and not done: ${trouble}`);
    }
  }
  if (json) tell(run, all);
  else if (requests.length === 0) console.error(`Nobody has asked to be erased (${stage.name}).`);
  const isDone = all.length === requests.length && all.every(({ remains }) => remains.length === 0);
  return isDone && damaged.length === 0 ? 0 : 1;
};

/** Words go to standard error: standard output is for the list of statements. */
const tell = ({ json, stage }: EraseRun, all: readonly ErasedUser[]): void => {
  if (json) console.log(visibleJson({ stage: stage.name, erased: all }));
  else for (const each of all) console.error(erasedText(each));
};

/** Looks for everything of a user, and changes nothing yet. */
const eraserOf = async ({ stage, site, file }: EraseRun, username: string): Promise<Eraser> => {
  const { settings, endpoints } = site;
  const { keys, store, tagsOf } = await learnersOf(stage, settings);
  const all = allKeys(keys);
  const progress = progressOn(process.stderr, (objects) => `${objects} objects of the archive read …`);
  const parts: EraseParts = {
    bucket: stage.bucket,
    who: { username, tags: tagsOf(username) },
    names: [erasureName(keys.key, username), ...all.slice(1).map((key) => erasureName(key, username))],
    retention: settings.retention,
    hub: settings.hub.id,
    endpoints: endpoints.map(({ endpoint }) => endpoint),
    keys: all,
    send: stage.send,
    stop: async () => {
      if (settings.consent.policy !== "required-by-site")
        await store.change(username, { to: "out" }, "administrator");
    },
    forget: () => store.forget(username),
    handOver: (statements) => handOver(file, statements),
    onRead: progress.step,
  };
  try {
    const before = await survey(parts);
    const { found } = before;
    const today = new Date().toISOString().slice(0, 10);
    const telling = countTelling(planTelling(parts, toldOf(found, today)));
    const recorded = await readAll(stage.bucket, parts.names);
    const isUnknown =
      found.objects.length === 0 &&
      recorded.every(({ done }) => done !== undefined) &&
      (await store.read(username))?.username === undefined;
    return { parts, before, telling, isUnknown, depths: () => stage.depths([]) };
  } finally {
    progress.clear();
  }
};

const perform = async ({ parts, before, depths }: Eraser, { ask }: EraseRun): Promise<ErasedUser> => {
  const objects = before.found.objects.length;
  const progress = progressOn(process.stderr, (done) => `${done} of ${objects} objects rewritten …`, objects);
  try {
    // While somebody was asked, more may have come, and others may have gone.
    const known = ask === undefined ? before : undefined;
    const erased = await eraseLearner({ ...parts, onRewritten: progress.step }, known);
    return { ...erased, events: (await depths()).events };
  } finally {
    progress.clear();
  }
};

/** Why a user cannot be erased, in words, where it is no mistake of ours and none of the service. */
const troubleOf = (error: unknown): string | undefined => {
  if (error instanceof ErasureOvertaken) return error.message;
  if (!(error instanceof DamagedArchive)) return undefined;
  return `${error.message} Nobody can tell whether it holds anything of this user. Restore it, or remove it with all its versions, and run this again.`;
};

/** Thrown before anything of it is removed, so that nothing is lost that nobody has. */
const handOver = async (file: string | undefined, statements: readonly ListedStatement[]): Promise<void> => {
  const lines = statements.map((each) => `${JSON.stringify(each)}\n`).join("");
  if (file !== undefined) return addTo(file, lines);
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(lines, (error) => {
      if (error === null || error === undefined) resolve();
      else reject(new CannotRun("The list of statements was not read to its end. Run it again."));
    });
  });
};

/** Adds to a file that only its owner can read; what is in it stays. Throws CannotRun where it cannot be written. */
export const addTo = async (file: string, text: string): Promise<void> => {
  try {
    await appendFile(file, text, { mode: 0o600, flush: true });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    throw new CannotRun(`The file that --statements names cannot be written (${code}). Name another.`);
  }
};
