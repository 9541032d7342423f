import { hash } from "node:crypto";
import type { SiteFiles } from "../build/site.ts";
import { didYouMean } from "../src/document/problem.ts";
import { Misuse } from "../src/misuse.ts";
import type { Meant } from "../src/replay/fits.ts";
import { type DaysOptions, daysIn, daysOptions } from "./days.ts";
import { stageOptions } from "./stage-options.ts";

export const replayOptions = {
  ...stageOptions,
  ...daysOptions,
  schema: { type: "string" },
  course: { type: "string" },
  learner: { type: "string" },
  endpoint: { type: "string" },
  rate: { type: "string" },
  delivered: { type: "boolean", default: false },
  retract: { type: "boolean", default: false },
  anew: { type: "boolean", default: false },
  "dry-run": { type: "boolean", default: false },
  yes: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

export interface ReplayOptions extends DaysOptions {
  readonly schema?: string | undefined;
  readonly course?: string | undefined;
  readonly learner?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly rate?: string | undefined;
  readonly delivered: boolean;
  readonly retract: boolean;
  readonly anew: boolean;
  readonly "dry-run": boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** Which events are meant; `tagsOf` gives a learner's names in the archive. Throws Misuse. */
export const meantBy = (
  { schema, course, learner }: ReplayOptions,
  files: SiteFiles,
  tagsOf: (username: string) => readonly string[],
): Meant => ({
  ...(schema !== undefined && { source: sourceOf(schema, files) }),
  ...(course !== undefined && { course }),
  ...(learner !== undefined && { tags: tagsOf(learner) }),
});

/** The mapping's folder that a name or the id of its schema means. Throws Misuse. */
export const sourceOf = (schema: string, { sources }: SiteFiles): string => {
  const found = sources.find(({ name, ids }) => name === schema || ids.includes(schema));
  if (found !== undefined) return found.name;
  const names = sources.map(({ name }) => name);
  const all = [...names, ...sources.flatMap(({ ids }) => ids)];
  throw new Misuse(`There is no schema "${schema}"${didYouMean(schema, all)} There are ${names.join(", ")}.`);
};

/** How many events are sent in a second at the most; undefined where nothing is said. Throws Misuse. */
export const rateOf = ({ rate }: ReplayOptions): number | undefined => {
  if (rate === undefined) return undefined;
  const number = Number(rate);
  if (!Number.isFinite(number) || number <= 0) throw new Misuse("--rate takes a number, such as 50.");
  return number;
};

/**
 * A hash of what is asked for, and of everything that statements depend on: only a replay with the same goes on where one
 * was cut off. It tells nobody who or what is meant.
 */
export const askedFor = (
  options: ReplayOptions,
  meant: Meant,
  endpoints: readonly string[],
  { settings, sources, ...files }: SiteFiles,
): string => {
  const taken = files.endpoints.filter(({ endpoint }) => endpoints.includes(endpoint.name));
  const parts = [
    [daysIn(options), options.delivered, options.retract, meant],
    settings,
    taken.map(({ endpoint, select, where }) => [endpoint, select, where]),
    sources.map(({ name, hash: version, schemas }) => [name, version, schemas.map(({ schema }) => schema)]),
  ];
  return hash("sha256", JSON.stringify(parts)).slice(0, 32);
};
