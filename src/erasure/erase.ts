/**
 * The story of an erasure: a record of it is begun, nothing more is taken in, endpoints are told, and then what the
 * archive has of the learner is removed, until nothing is found any more. It may be cut off at any moment and begun
 * again: what endpoints are to be told is known from the receipts, which are removed only after they were told.
 */

import type { EditableBucket } from "../archive/layout.ts";
import type { ArchivePart } from "../settings.ts";
import { type Counts, countsOf, sum } from "./counts.ts";
import { type Found, type FoundObject, findLearner } from "./find.ts";
import { beginErasure, type ErasureRecord, keepErasure, type Step } from "./job.ts";
import { type Leaving, leaving } from "./leave.ts";
import { rewrite } from "./rewrite.ts";
import { countTelling, planTelling, type TellParts, tellEndpoints } from "./tell.ts";
import { toldOf } from "./told.ts";
import type { Who } from "./whose.ts";

export interface EraseParts extends TellParts {
  readonly bucket: EditableBucket;
  readonly who: Who;
  /** Under which name it is recorded: see `erasureName`. */
  readonly name: string;
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
  /** Why it is not done: statements wait in queues, a queue did not take what voids, or more came meanwhile. */
  readonly remains: readonly ("waiting" | "untaken" | "coming")[];
}

/** What was found before, so that it need not be read again. */
export interface Survey {
  readonly found: Found;
  /** Objects that hold nothing of the learner, though their names would let them. */
  readonly clean: Set<string>;
}

/** Looks for everything of a learner, and changes nothing. */
export const survey = async ({ bucket, who, onRead }: Pick<EraseParts, "bucket" | "who" | "onRead">) => {
  const clean = new Set<string>();
  return { found: await findLearner(bucket, who, clean, onRead), clean } satisfies Survey;
};

/** So often it is looked for what came meanwhile. */
const PASSES = 5;

/** Objects that are rewritten at once. */
const AT_ONCE = 8;

/** Erases a learner. Throws where the archive does not answer; then it can be begun again. */
export const eraseLearner = async (parts: EraseParts, before?: Survey): Promise<Erased> => {
  const { bucket, who, now = () => new Date() } = parts;
  const at = (): string => now().toISOString();
  let record = await beginErasure(bucket, parts.name, at());
  const note = (step: Step, changes: Partial<ErasureRecord> = {}): Promise<void> => {
    record = { ...record, ...changes, steps: { ...record.steps, [step]: at() } };
    return keepErasure(bucket, record);
  };
  await parts.stop();
  await note("stopped");

  const { clean, found: first } = before ?? (await survey(parts));
  // Whoever erases another learner at the same time may bring back for a moment what was known before.
  const ended = new Set<string>();
  let found = first;
  for (let pass = 0; ; pass++) {
    const told = toldOf(found, at().slice(0, 10), ended);
    const waiting = countsOf(told, (of) => of.waiting.size);
    const leave = leaving(found.objects, told);
    const open = found.objects.filter(({ lines }) => lines.some(({ text }) => leave(text) !== text));
    if (open.length === 0) {
      const isWaiting = Object.keys(waiting).length > 0;
      if (!isWaiting) await parts.forget();
      await note("verified", { waiting, ...(!isWaiting && { done: at() }) });
      return { record, remains: isWaiting ? ["waiting"] : [] };
    }
    if (pass >= PASSES) return { record, remains: ["coming"] };

    const telling = planTelling(parts, told, record.steps.told);
    if (!(await tellEndpoints(parts, telling, record.begun))) return { record, remains: ["untaken"] };
    const { voided, listed } = countTelling(telling);
    await note("told", { waiting, voided: sum(record.voided, voided), listed: sum(record.listed, listed) });

    for (const group of inOrder(open)) {
      await eachOf(group, async (object) => {
        const next = await rewrite(bucket, object, leave);
        // Where something of the learner is left in it, it is looked at again.
        const isClean = object.lines.every(({ text }) => leave(text) === undefined);
        if (next !== undefined && isClean) clean.add(next);
        parts.onRewritten?.();
      });
    }
    await note("removed", {
      removed: sum(record.removed, removedFrom(open, leave)),
      objects: record.objects + open.length,
    });
    found = await findLearner(bucket, who, clean, parts.onRead);
  }
};

/**
 * The ledger first: of a statement without a receipt it would say that it waits. Events last: by them, what bears no tag
 * is found when it is begun again.
 */
const inOrder = (objects: readonly FoundObject[]): readonly (readonly FoundObject[])[] => {
  const parts: readonly (readonly ArchivePart[])[] = [
    ["ledger"],
    ["failed", "receipts", "quarantine"],
    ["raw"],
  ];
  return parts.map((group) => objects.filter(({ part }) => group.includes(part)));
};

const removedFrom = (objects: readonly FoundObject[], leave: Leaving): Counts => {
  const counts: Record<string, number> = {};
  for (const { part, lines } of objects)
    counts[part] = (counts[part] ?? 0) + lines.filter(({ text }) => leave(text) === undefined).length;
  return counts;
};

const eachOf = async <T>(all: readonly T[], run: (each: T) => Promise<void>): Promise<void> => {
  const open = [...all].reverse();
  const worker = async (): Promise<void> => {
    for (let next = open.pop(); next !== undefined; next = open.pop()) await run(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
};
