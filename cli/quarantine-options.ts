import type { OnTrouble } from "../src/archive/damaged.ts";
import { type Days, isDay } from "../src/archive/days.ts";
import { didYouMean } from "../src/document/problem.ts";
import { reasons } from "../src/event/reason.ts";
import { Misuse } from "../src/misuse.ts";
import { takerAgain } from "../src/recovery/again.ts";
import { type Elsewhere, type OpenEvent, surveyQuarantine } from "../src/recovery/survey.ts";
import type { Site } from "../src/site.ts";
import type { Stage } from "../stage/stage.ts";
import { type DaysOptions, daysIn, daysOptions } from "./days.ts";
import { progressOn } from "./progress.ts";
import { stageOptions } from "./stage-options.ts";

/** What all of `jlt quarantine` takes. */
export const quarantineOptions = {
  ...stageOptions,
  ...daysOptions,
  reason: { type: "string" },
  schema: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

/** Which events are meant. */
export interface QuarantineFilters extends DaysOptions {
  readonly reason?: string | undefined;
  readonly schema?: string | undefined;
}

/** The filters as they were understood. */
export interface Meant {
  /** All days, where absent. */
  readonly days: Days | undefined;
  readonly wanted: (event: OpenEvent) => boolean;
}

/** Throws Misuse where a filter names what cannot be. */
export const meantBy = ({ reason, schema, from, to }: QuarantineFilters): Meant => {
  const all = Object.keys(reasons);
  if (reason !== undefined && !all.includes(reason))
    throw new Misuse(`There is no reason "${reason}"${didYouMean(reason, all)} There are ${all.join(", ")}.`);
  if (from === undefined && to !== undefined && !isDay(to))
    throw new Misuse("--to takes a day, such as 2026-11-22.");
  const names = schema === undefined ? undefined : idsLike(schema);
  return {
    days: from === undefined ? undefined : daysIn({ from, to }),
    wanted: (event) =>
      (reason === undefined || event.reason === reason) &&
      (names === undefined || (event.schema !== undefined && names.test(event.schema))) &&
      (from !== undefined ||
        to === undefined ||
        placesOf(event).some(({ arrived }) => arrived.slice(0, 10) <= to)),
  };
};

const placesOf = (event: OpenEvent): readonly Elsewhere[] => [event, ...(event.elsewhere ?? [])];

/** A schema's id, with `*` for any text. */
const idsLike = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replace(/[\\^$.|?+()[\]{}]/g, "\\$&").replaceAll("*", ".*")}$`, "s");

/** Reads the events that are meant, and what becomes of each by a site as it is now; changes nothing. */
export const readMeant = async (
  stage: Stage,
  { schemas, settings }: Site,
  { days, wanted }: Meant,
  onTrouble: OnTrouble,
): Promise<readonly OpenEvent[]> => {
  const progress = progressOn(process.stderr, (objects) => `${objects} objects of the archive read …`);
  try {
    const takeAgain = takerAgain({ schemas, trust: settings.trust });
    const found = await surveyQuarantine(stage.bucket, takeAgain, {
      days,
      onObject: progress.step,
      onTrouble,
    });
    return found.filter(wanted);
  } finally {
    progress.clear();
  }
};
