import type { OpenFailure } from "../../src/ledger/failures.ts";
import type { Timeline } from "../api/flow.ts";
import { type Finder, finderOf } from "./finding.ts";
import { type Generation, type GenerationParts, newGeneration } from "./generation.ts";

/** What was read, and answers that are made from all of it: each is made once until more is read. */
export interface Answering extends Generation {
  readonly finder: Finder;
  timeline(most: number, until?: number): Timeline;
  failures(): readonly OpenFailure[];
  byTranslation(): ReadonlyMap<string, number>;
  /** By the endpoint's position. */
  oldestWaiting(endpoint: number): string | undefined;
}

export const answering = (parts: GenerationParts): Answering => {
  const generation = newGeneration(parts);
  const { content, version } = generation;
  const { events, endings, minutes, quarantined } = content;
  const timelines = remembering(version, (most: number, until?: number) =>
    minutes.timeline(
      most,
      quarantined.open().map(({ arrived }) => arrived),
      until,
    ),
  );
  const failures = remembering(version, () => endings.flatMap((each) => each.failures()));
  const translations = remembering(version, () => {
    const counts = new Map<string, number>();
    for (const each of endings)
      for (const [name, count] of each.byTranslation()) counts.set(name, (counts.get(name) ?? 0) + count);
    return counts;
  });
  const oldest = endings.map((each) => remembering(version, () => each.oldestWaiting()));
  return {
    ...generation,
    finder: finderOf(parts.endpoints, events, version),
    // Within a minute it stays the same.
    timeline: (most, until) => timelines(most, until && Math.floor(until / MINUTE) * MINUTE),
    failures,
    byTranslation: translations,
    oldestWaiting: (endpoint) => oldest[endpoint]?.(),
  };
};

const MINUTE = 60_000;

/** Remembers what was made until there is another version, or something else is asked for. */
const remembering = <Of extends readonly unknown[], T>(
  version: () => number,
  make: (...of: Of) => T,
): ((...of: Of) => T) => {
  let known: { readonly version: number; readonly of: Of; readonly made: T } | undefined;
  return (...of) => {
    if (known?.version !== version() || of.some((each, at) => each !== known?.of[at]))
      known = { version: version(), of, made: make(...of) };
    return known.made;
  };
};
