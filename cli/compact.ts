import { columnsOf } from "../build/columns.ts";
import { loadSite } from "../build/load.ts";
import { readSite } from "../build/site.ts";
import type { Days } from "../src/archive/days.ts";
import { type CompactParts, compact, lastFinished } from "../src/compaction/compact.ts";
import type { CompactedDay } from "../src/compaction/day.ts";
import { valuesReader } from "../src/compaction/values.ts";
import { Misuse } from "../src/misuse.ts";
import { withStage } from "../stage/stage.ts";
import { type Command, parseArguments } from "./command.ts";
import { compactedJson, dayText, endText } from "./compact-text.ts";
import { type DaysOptions, daysIn, daysOptions } from "./days.ts";
import { passedOver } from "./passed-over.ts";
import { progressOn } from "./progress.ts";
import { STAGE_HELP, stageOptions } from "./stage-options.ts";

/** `jlt compact`: puts the events of finished days into tables, as each night does. */
export const compactArchive: Command = {
  name: "compact",
  usage: "compact [--from DAY [--to DAY]] [--dry-run] [--stage S | --state FOLDER] [--json]",
  summary: "puts the events of finished days into tables, as each night does",
  help: `Puts the events of each finished day, which came in many small objects, into one table for each kind of event. Each
table is read back and counted before anything is taken away. The deployed service does it by itself each night, for the
last 45 days; this does it now, or for older days, or on this machine. It can be cut off at any moment and run again. Exit
code 0: done; 1: something could not be read and was left as it was, others were at work on a day, or one failed.

  jlt compact --dry-run
  jlt compact --from 2026-01-01 --to 2026-09-30 --stage prod

  --from D, --to D  the days (UTC) on which the events arrived; up to the last that is over without --to
  --dry-run         reads everything and tells what would come of it; changes nothing
${STAGE_HELP}
  --json            data`,
  run: async (args) => {
    const { values } = parseArguments({
      args: [...args],
      options: {
        ...stageOptions,
        ...daysOptions,
        "dry-run": { type: "boolean", default: false },
        json: { type: "boolean", default: false },
      },
    });
    const { json, "dry-run": isDry } = values;
    const days = finishedDays(values);
    const files = await readSite(".");
    const { schemas, settings } = await loadSite(files);
    return withStage(values, files, async ({ bucket, name }) => {
      const passed = passedOver();
      const progress = progressOn(process.stderr, (objects) => `${objects} objects of the archive read …`);
      const parts: CompactParts = {
        bucket,
        columns: columnsOf(files),
        readValues: valuesReader(schemas),
        retention: settings.retention.raw,
        isDry,
        onTrouble: passed.onTrouble,
        onObject: progress.step,
        // It is told below.
        onFailed: () => {},
      };
      const done: CompactedDay[] = [];
      try {
        for await (const day of compact(parts, days)) {
          progress.clear();
          done.push(day);
          if (!json) console.log(dayText(day, isDry));
        }
      } finally {
        progress.clear();
      }
      const run = { stage: name, isDry, days: done, passedOver: passed.all() };
      console.log(json ? compactedJson(run) : endText(run));
      return run.passedOver.length === 0 && done.every(({ end }) => end === "done" || end === "nothing")
        ? 0
        : 1;
    });
  },
};

/** The days that are asked for; undefined where none are. Throws Misuse where one is not over yet. */
const finishedDays = (values: DaysOptions): Days | undefined => {
  if (values.from === undefined && values.to === undefined) return undefined;
  const last = lastFinished(Date.now());
  const days = daysIn({ ...values, to: values.to ?? last });
  if (days.to > last)
    throw new Misuse(`Only days that are over for an hour (UTC) become tables. The last one is ${last}.`);
  return days;
};
