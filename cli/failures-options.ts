import type { SiteFiles } from "../build/site.ts";
import { isDay } from "../src/archive/days.ts";
import { didYouMean } from "../src/document/problem.ts";
import { reasons } from "../src/event/reason.ts";
import { type OpenFailure, readOpenFailures } from "../src/ledger/failures.ts";
import { Misuse } from "../src/misuse.ts";
import type { Stage } from "../stage/stage.ts";
import { endpointsOf } from "./ledger.ts";
import { progressOn } from "./progress.ts";
import { stageOptions } from "./stage-options.ts";

/** What all of `jlt failures` takes. */
export const failuresOptions = {
  ...stageOptions,
  endpoint: { type: "string" },
  reason: { type: "string" },
  class: { type: "string" },
  translation: { type: "string" },
  since: { type: "string" },
  until: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

/** Which failures are meant. */
export interface FailureFilters {
  readonly endpoint?: string | undefined;
  readonly reason?: string | undefined;
  readonly class?: string | undefined;
  readonly translation?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

const CLASSES = ["setAside", "split", "waited", "mapping", "size"];

type Wanted = (failure: Omit<OpenFailure, "deliveredBefore">) => boolean;

/** Throws Misuse where a filter names what cannot be. */
export const wantedBy = (filters: FailureFilters): Wanted => {
  const { reason, class: why, translation, since = "", until } = filters;
  oneOf("reason", reason, Object.keys(reasons));
  oneOf("class", why, CLASSES);
  for (const [name, day] of [["since", filters.since] as const, ["until", until] as const])
    if (day !== undefined && !isDay(day)) throw new Misuse(`--${name} takes a day, such as 2026-11-22.`);
  const names = translation === undefined ? undefined : namesLike(translation);
  return (failure) =>
    (reason === undefined || failure.reason === reason) &&
    (why === undefined || failure.class === why) &&
    (names === undefined || names.test(failure.translation ?? `${failure.mapping}:`)) &&
    since <= failure.at &&
    (until === undefined || failure.at.slice(0, 10) <= until);
};

const oneOf = (name: string, value: string | undefined, all: readonly string[]): void => {
  if (value === undefined || all.includes(value)) return;
  throw new Misuse(`There is no ${name} "${value}"${didYouMean(value, all)} There are ${all.join(", ")}.`);
};

/** A translation's name, with `*` for any text, as in an endpoint's file. */
const namesLike = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replace(/[\\^$.|?+()[\]{}]/g, "\\$&").replaceAll("*", ".*")}$`, "s");

/** Reads the failures that are meant, of all endpoints or of one. */
export const readFailuresOf = async (
  stage: Stage,
  site: SiteFiles,
  filters: FailureFilters,
): Promise<readonly OpenFailure[]> => {
  const wanted = wantedBy(filters);
  const endpoints = endpointsOf(site, filters.endpoint);
  const progress = progressOn(process.stderr, (objects) => `${objects} objects of the archive read …`);
  try {
    const read = endpoints.map((each) =>
      readOpenFailures(stage.bucket, each, { wanted, onObject: progress.step }),
    );
    return (await Promise.all(read)).flat();
  } finally {
    progress.clear();
  }
};
