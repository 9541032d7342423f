import type { Pair } from "../src/diff/compare.ts";
import type { Diff } from "../src/diff/diff.ts";
import { withStage } from "../stage/stage.ts";
import { archivedPairs, otherMappings } from "./diff-archive.ts";
import { eventPairs, examplePairs } from "./diff-events.ts";
import { filePairs, filesIn } from "./diff-files.ts";
import { type DiffValues, type Origin, whoseIn } from "./diff-options.ts";
import { notesOn, type SiteVersion } from "./diff-sites.ts";
import type { Told } from "./diff-text.ts";
import { passedOver } from "./passed-over.ts";
import { progressOn } from "./progress.ts";

/** Two versions, what is compared of them, and what was asked for. */
export interface Run {
  readonly before: SiteVersion;
  readonly after: SiteVersion;
  readonly diff: Diff;
  readonly values: DiffValues;
  readonly endpoint: string | undefined;
  readonly sources: ReadonlySet<string> | undefined;
}

/** Compares the two for the events that are meant. */
export const runDiff = (run: Run, origin: Origin): Promise<Told> => {
  if (origin.by === "archive") return diffArchive(run, origin.days);
  return origin.by === "files" ? diffFiles(run, origin.names) : diffExamples(run);
};

const diffArchive = (run: Run, days: Extract<Origin, { by: "archive" }>["days"]): Promise<Told> => {
  const { before, after, diff, values, endpoint, sources } = run;
  return withStage(values, after.files, async ({ name, bucket }) => {
    const notes = [...notesOn(before, after, true)];
    const over = passedOver();
    const progress = progressOn(process.stderr, (objects) => `${objects} objects of the archive read …`);
    const options = { days, sources, onObject: progress.step, onTrouble: over.onTrouble };
    try {
      await takeAll(diff, archivedPairs(bucket, options, diff.read));
      const endpoints = before.site.endpoints.filter(
        (each) => endpoint === undefined || each.name === endpoint,
      );
      const names = endpoints.map((each) => each.name);
      const others = await otherMappings(bucket, names, days.to, before.site.hashes);
      if (others.length > 0)
        notes.push(
          `The archive's receipts of ${days.to} were made by other mappings than ${before.folder} has: ${others.join(", ")}. If it is not what is deployed, name what is: --deployed FOLDER.`,
        );
    } finally {
      progress.clear();
    }
    const range = days.from === days.to ? days.from : `${days.from} to ${days.to}`;
    return told(run, `${range} (${name})`, { notes, passedOver: over.all() });
  });
};

const diffFiles = async (run: Run, names: readonly string[]): Promise<Told> => {
  const { before, after, diff, values } = run;
  const files = await filesIn(names);
  const over = passedOver();
  const progress = progressOn(process.stderr, (read) => `${read} files read …`, files.length);
  const options = {
    readLines: diff.read,
    readEvents: eventPairs(before, after),
    whose: whoseIn(values),
    onFile: progress.step,
    onTrouble: over.onTrouble,
  };
  try {
    await takeAll(diff, filePairs(files, options));
  } finally {
    progress.clear();
  }
  return told(run, names.join(", "), { notes: notesOn(before, after, false), damagedFiles: over.all() });
};

const diffExamples = async (run: Run): Promise<Told> => {
  const { before, after, diff, values } = run;
  // Of a mapping that is gone, the examples that it had.
  const files = new Map([...before.texts, ...after.texts]);
  const { course } = whoseIn(values);
  await takeAll(diff, examplePairs(files, eventPairs(before, after), course));
  return told(run, "the mappings' examples", { notes: notesOn(before, after, false) });
};

const takeAll = async (diff: Diff, batches: AsyncIterable<readonly Pair[]>): Promise<void> => {
  for await (const pairs of batches) if (!diff.take(pairs)) return;
};

const told = ({ before, diff }: Run, events: string, rest: Partial<Told>): Told => ({
  tallied: diff.result(),
  events,
  before: before.folder,
  notes: [],
  passedOver: [],
  damagedFiles: [],
  ...rest,
});
