/**
 * The story of an erasure: a record of it is begun, nothing more is taken in, endpoints are told, and then what the
 * archive has of the learner is removed, until nothing is found any more. It may be cut off at any moment and begun
 * again: what endpoints are to be told is known from the receipts, which are removed only after they were told.
 */

import { dayIn, daysAfter } from "../archive/days.ts";
import type { EditableBucket } from "../archive/layout.ts";
import { takeBackTables } from "../compaction/job.ts";
import type { ArchivePart } from "../settings.ts";
import { removeDiscarded, stopCompactions } from "./compacted.ts";
import { type Counts, countsOf, sum } from "./counts.ts";
import { type Found, type FoundObject, findLearner } from "./find.ts";
import { type ErasureRecord, keyOfErasure, type Step } from "./job.ts";
import { takeUpErasure } from "./keep.ts";
import { type Leaving, leaving } from "./leave.ts";
import { type Rewriting, rewriteObjects, settleMoving } from "./rewrite.ts";
import { countTelling, planTelling, type TellParts, tellEndpoints, toldBefore } from "./tell.ts";
import { toldOf } from "./told.ts";
import type { Who } from "./whose.ts";

export interface EraseParts extends TellParts {
  readonly bucket: EditableBucket;
  readonly who: Who;
  /** Under which names it may be recorded, that of the current key first: see `erasureName`. */
  readonly names: readonly [string, ...string[]];
  /** For how many days each part of the archive is kept: what is older is not written anew. */
  readonly retention: Readonly<Record<ArchivePart, number>>;
  /** Sees to it that nothing new of the learner is taken in, where the site lets learners choose. */
  stop(): Promise<void>;
  /** Forgets what the learner chose, or whose choice it was. */
  forget(): Promise<void>;
  /** Told of each object that was read, and of each that was rewritten. */
  readonly onRead?: () => void;
  readonly onRewritten?: () => void;
  readonly now?: () => Date;
}

export interface Erased {
  readonly record: ErasureRecord;
  /**
   * Why it is not done: statements wait in queues, a queue did not take what voids, or more came meanwhile, or is still
   * to come of events that were taken in.
   */
  readonly remains: readonly ("waiting" | "untaken" | "coming")[];
}

/** What was found of a learner. */
export interface Survey {
  readonly found: Found;
  /** Objects that hold nothing of the learner, though their names would let them. */
  readonly clean: Set<string>;
  /** When it was begun: what came later may not be in it. */
  readonly seen: string;
}

/** Looks for everything of a learner, but not in what is known to be `clean`, and changes nothing. */
export const survey = async (
  { bucket, who, onRead, now = () => new Date() }: Pick<EraseParts, "bucket" | "who" | "onRead" | "now">,
  clean = new Set<string>(),
): Promise<Survey> => {
  const seen = now().toISOString();
  return { found: await findLearner(bucket, who, clean, onRead), clean, seen };
};

/** So often it is looked for what came meanwhile, and for what others moved while it was to be removed. */
const PASSES = 20;

/**
 * Erases a learner, where `before` is what was found a moment ago, if it was. Throws where the archive does not answer,
 * and ErasureOvertaken; then it can be begun again.
 */
export const eraseLearner = async (parts: EraseParts, before?: Survey): Promise<Erased> => {
  const { bucket, now = () => new Date() } = parts;
  const at = (): string => now().toISOString();
  const keeper = await takeUpErasure(bucket, parts.names, at());
  const { record } = keeper;
  const note = (step: Step, changes: Partial<ErasureRecord> = {}): Promise<void> =>
    keeper.note({ ...changes, steps: { ...record().steps, [step]: at() } });
  await parts.stop();
  await settleMoving(bucket, record().moving);
  await note("stopped", { moving: undefined });

  const past = toldBefore(record().seen);
  // Whoever erases another learner at the same time may bring back for a moment what was known before.
  const ended = new Set<string>();
  const accounted = new Set<unknown>();
  const rewritten = new Set<string>();
  let { found, clean, seen } = before ?? (await survey(parts));
  let isStopped = false;
  for (let pass = 0; ; pass++) {
    const today = at().slice(0, 10);
    const told = toldOf(found, today, ended);
    const waiting = countsOf(told, (of) => of.waiting.size);
    const { leave, coming } = leaving(found.objects, told, today, accounted);
    const open = found.objects.filter((object) => isOpen(object, leave));
    if (open.length === 0) {
      await stopCompactions(bucket);
      await removeDiscarded(bucket, parts.who, rewritten);
      // What seems to be coming may have been in a table that counted for nothing, and was just taken back.
      if (coming > 0 && !isStopped) {
        isStopped = true;
        ({ found, clean, seen } = await survey(parts, clean));
        continue;
      }
      const isWaiting = Object.keys(waiting).length > 0;
      const isDone = !isWaiting && coming === 0;
      if (isDone) await parts.forget();
      await note("verified", { waiting, ...(isDone && { done: at(), run: undefined, seen: undefined }) });
      // Its earlier versions tell which objects were rewritten.
      if (isDone) await bucket.removeEarlier(keyOfErasure(record().learner));
      return {
        record: record(),
        remains: [...(isWaiting ? (["waiting"] as const) : []), ...(coming > 0 ? (["coming"] as const) : [])],
      };
    }
    if (pass >= PASSES) return { record: record(), remains: ["coming"] };

    const telling = planTelling(parts, told, past.isTold);
    if (!(await tellEndpoints(parts, telling, at()))) return { record: record(), remains: ["untaken"] };
    past.add(told);
    const { voided, listed } = countTelling(telling);
    await note("told", {
      waiting,
      seen,
      voided: sum(record().voided, voided),
      listed: sum(record().listed, listed),
    });

    // Only what is there for good is copied; and what a table has replaced is known by that table.
    await takeBackTables(bucket);
    if (pass === 0) await removeDiscarded(bucket, parts.who);
    for (const { key } of open) rewritten.add(key);
    const done = await rewriteInOrder(parts, clean, open, {
      leave,
      isPast: ({ key, part }) => daysAfter(dayIn(key) ?? today, parts.retention[part]) < today,
      note: (moving) => keeper.note({ moving }),
      onRewritten: parts.onRewritten,
    });
    await note("removed", {
      moving: undefined,
      removed: sum(record().removed, removedFrom(done, leave)),
      objects: record().objects + done.length,
    });
    ({ found, clean, seen } = await survey(parts, clean));
  }
};

/**
 * Quarantine first, where some are known for theirs only by the events. Then these: one that is not in the ledger is still to come. Then the ledger: of a statement without a receipt it
 * would say that it waits.
 */
const ORDER: readonly (readonly ArchivePart[])[] = [
  ["quarantine"],
  ["raw"],
  ["ledger"],
  ["failed", "receipts"],
];

/** Rewrites objects, and gives those that are done; adds to `clean` what is in their places. */
const rewriteInOrder = async (
  { bucket, who, onRead }: EraseParts,
  clean: Set<string>,
  objects: readonly FoundObject[],
  rewriting: Rewriting,
): Promise<readonly FoundObject[]> => {
  const done: FoundObject[] = [];
  for (const parts of ORDER) {
    const some = objects.filter(({ part }) => parts.includes(part));
    const rewritten = await rewriteObjects(bucket, some, rewriting);
    done.push(...rewritten.done);
    for (const key of rewritten.clean) clean.add(key);
    // The erasure of another learner may have copied them meanwhile: then these come first in the next pass too.
    const looked = parts.includes("quarantine") ? (["raw", ...parts] as const) : parts;
    const left = some.length === 0 ? [] : (await findLearner(bucket, who, clean, onRead, looked)).objects;
    if (left.some((object) => parts.includes(object.part) && isOpen(object, rewriting.leave))) break;
  }
  return done;
};

/** Whether something of an object is to be removed. */
const isOpen = ({ lines }: FoundObject, leave: Leaving): boolean =>
  lines.some(({ text }) => leave(text) !== text);

const removedFrom = (objects: readonly FoundObject[], leave: Leaving): Counts => {
  const counts: Record<string, number> = {};
  for (const { part, lines } of objects)
    counts[part] = (counts[part] ?? 0) + lines.filter(({ text }) => leave(text) === undefined).length;
  return counts;
};
