/**
 * The story of comparing two versions of a site: each event is read by both, told to the endpoints by both, and what is
 * told is compared, statement by statement. Nothing is sent or kept, and no more than a batch is held.
 */
import { readRawLine } from "../archive/day-file.ts";
import type { PseudonymKeys } from "../learner/pseudonym-keys.ts";
import type { UnderstoodMapping } from "../mapping/understand.ts";
import { rawReader } from "../retell/raw.ts";
import type { Site } from "../site.ts";
import { compareBatch, type Pair } from "./compare.ts";
import type { Finding } from "./findings.ts";
import { fieldNamer } from "./opaque.ts";
import type { Tallied } from "./tallied.ts";
import { newTally } from "./tally.ts";
import { tellerOf } from "./tell.ts";

/** A version of a site. */
export interface Version {
  readonly site: Site;
  readonly mappings: readonly UnderstoodMapping[];
  /** The secrets that pseudonyms and ids are made from. Where both versions have the same, so do their statements. */
  readonly keys: PseudonymKeys;
}

export interface DiffOptions {
  /** Only this endpoint. */
  readonly endpoint?: string | undefined;
  /** Only events of these mappings, by their folders. */
  readonly sources?: ReadonlySet<string> | undefined;
  /** So many events at most. */
  readonly limit?: number | undefined;
  /** So many statements of each kind are kept of each translation, to be shown. */
  readonly show?: number | undefined;
  /** Told of each statement. */
  readonly onFinding?: ((finding: Finding) => void) | undefined;
}

export interface Diff {
  /** Reads lines of `raw/` that came in one batch, by both versions. */
  read(lines: readonly string[]): readonly Pair[];
  /** Compares what becomes of the events of a batch; tells whether there is room for more. */
  take(pairs: readonly Pair[]): boolean;
  result(): Tallied;
}

/** Begins to compare two versions of a site. */
export const beginDiff = (before: Version, after: Version, options: DiffOptions = {}): Diff => {
  const { endpoint, sources, limit = Number.POSITIVE_INFINITY, show = 0, onFinding } = options;
  const isPicked = (name: string): boolean => endpoint === undefined || name === endpoint;
  const tellers = [
    tellerOf(before.site, before.keys, isPicked),
    tellerOf(after.site, after.keys, isPicked),
  ] as const;
  const tally = newTally({ show, nameField: namerOf(before, after), onlyIn: onlyIn(before, after) });
  let room = limit;
  return {
    read: pairReader(before.site, after.site),
    take: (pairs) => {
      const meant = pairs.filter((pair) => sources === undefined || isOf(pair, sources)).slice(0, room);
      room -= meant.length;
      tally.events(meant.length);
      for (const finding of compareBatch(meant, ...tellers)) {
        tally.add(finding);
        onFinding?.(finding);
      }
      return room > 0;
    },
    result: tally.result,
  };
};

/** Whether either version takes an event for one of these mappings. */
const isOf = ({ source, before }: Pair, sources: ReadonlySet<string>): boolean =>
  sources.has(source) || ("source" in before && sources.has(before.source));

const namerOf = (before: Version, after: Version) => {
  const name = fieldNamer(
    [before, after].flatMap(({ mappings }) => mappings.flatMap((each) => each.translations)),
  );
  const endpoints = Map.groupBy(
    [before, after].flatMap(({ site }) => site.endpoints),
    (endpoint) => endpoint.name,
  );
  const protocols = new Map([...endpoints].map(([key, all]) => [key, all.map(({ protocol }) => protocol)]));
  return (endpoint: string, ...of: [translation: string, path: Parameters<typeof name>[2]]): string =>
    name(protocols.get(endpoint) ?? [], ...of);
};

const onlyIn =
  (before: Version, after: Version) =>
  (endpoint: string): "before" | "after" | undefined => {
    const [was, is] = [before, after].map(({ site }) => site.endpoints.some(({ name }) => name === endpoint));
    return was === is ? undefined : was === true ? "before" : "after";
  };

const pairReader = (before: Site, after: Site): Diff["read"] => {
  const readBefore = rawReader(before.schemas);
  const readAfter = rawReader(after.schemas);
  return (lines) =>
    lines.map((line, at) => {
      const pair = { before: readBefore(line, at), after: readAfter(line, at) };
      return { source: sourceOf(pair) ?? readRawLine(line)?.source ?? "", ...pair };
    });
};

/** The mapping of an event, where one of the versions can read it: the later one's, if it can. */
export const sourceOf = ({ before, after }: Omit<Pair, "source">): string | undefined =>
  "source" in after ? after.source : "source" in before ? before.source : undefined;
