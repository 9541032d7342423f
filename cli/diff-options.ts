import { type Days, dayOf, daysAfter } from "../src/archive/days.ts";
import { didYouMean } from "../src/document/problem.ts";
import { Misuse } from "../src/misuse.ts";
import type { Whose } from "../src/rehearsal.ts";
import { daysIn, daysOptions } from "./days.ts";
import type { SiteVersion } from "./diff-sites.ts";
import { pickMappings } from "./named.ts";
import { stageOptions } from "./stage-options.ts";

export const diffOptions = {
  ...stageOptions,
  ...daysOptions,
  deployed: { type: "string" },
  events: { type: "string", multiple: true },
  examples: { type: "boolean", default: false },
  learner: { type: "string", default: "a-learner" },
  course: { type: "string" },
  schema: { type: "string", multiple: true },
  endpoint: { type: "string" },
  limit: { type: "string" },
  show: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

/** What was asked for. */
export interface DiffValues {
  readonly stage?: string | undefined;
  readonly region?: string | undefined;
  readonly state?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly events?: readonly string[] | undefined;
  readonly examples: boolean;
  readonly learner: string;
  readonly course?: string | undefined;
}

/** Where the events are from. */
export type Origin =
  | { readonly by: "archive"; readonly days: Days }
  | { readonly by: "files"; readonly names: readonly string[] }
  | { readonly by: "examples" };

/** Throws Misuse where the options contradict one another. */
export const originOf = (values: DiffValues, positionals: readonly string[]): Origin => {
  const { stage, region, state, from, to, events, examples, course } = values;
  if (events === undefined && positionals.length > 0)
    throw new Misuse(`What is "${positionals[0]}"? Files of events follow --events.`);
  if (events !== undefined && examples) throw new Misuse("It is either --events or --examples.");
  if (events === undefined && !examples) {
    if (course !== undefined) throw new Misuse("--course goes with --events or --examples.");
    if (from === undefined && to !== undefined) throw new Misuse("--to goes with --from.");
    const yesterday = daysAfter(dayOf(Date.now()), -1);
    return {
      by: "archive",
      days: from === undefined ? { from: yesterday, to: yesterday } : daysIn({ from, to }),
    };
  }
  if ([stage, region, state, from, to].some((each) => each !== undefined))
    throw new Misuse(
      `${examples ? "--examples" : "--events"} looks into no archive: leave out --stage, --region, --state, --from and --to.`,
    );
  return events === undefined ? { by: "examples" } : { by: "files", names: [...events, ...positionals] };
};

/** Whose events are that do not say so. */
export const whoseIn = ({ learner, course }: DiffValues): Whose => ({
  otherwise: learner,
  roles: ["Learner"],
  ...(course !== undefined && { course: { id: course } }),
});

/** A whole number of an option; undefined where it is absent. Throws Misuse. */
export const numberIn = (
  option: string,
  text: string | undefined,
  least: number,
  most: number,
): number | undefined => {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new Misuse(`--${option} takes a number from ${least} to ${most.toLocaleString("en-GB")}.`);
};

/** The mappings that are meant by their names or folders, or by the ids of their events; all, where none is named. */
export const sourcesIn = (
  named: readonly string[] | undefined,
  versions: readonly SiteVersion[],
): ReadonlySet<string> | undefined => {
  if (named === undefined) return undefined;
  const all = versions.flatMap(({ files }) => files.sources);
  const known = [...new Map(all.map((each) => [each.name, each])).values()];
  const meant = named.flatMap((each) => {
    const byId = all.filter(({ ids }) => ids.includes(each));
    return byId.length > 0 ? byId : pickMappings(known, [each]);
  });
  // One of the versions may have the same events in another folder.
  const ids = new Set(meant.flatMap((each) => each.ids));
  return new Set(all.filter((each) => each.ids.some((id) => ids.has(id))).map(({ name }) => name));
};

/** Throws Misuse where neither version has an endpoint of this name. */
export const ensureEndpoint = (name: string | undefined, versions: readonly SiteVersion[]): void => {
  const names = [...new Set(versions.flatMap(({ site }) => site.endpoints.map((each) => each.name)))];
  if (name === undefined || names.includes(name)) return;
  throw new Misuse(`There is no endpoint "${name}"${didYouMean(name, names)} There are ${names.join(", ")}.`);
};
