import type { OpenFailure } from "../../src/ledger/failures.ts";
import type { Timeline } from "../api/flow.ts";
import { type Finder, finderOf } from "./finding.ts";
import { type Generation, type GenerationParts, newGeneration } from "./generation.ts";

/** What was read, and answers that are made from all of it: each is made once until more is read. */
export interface Answering extends Generation {
  readonly finder: Finder;
  timeline(most: number): Timeline;
  failures(): readonly OpenFailure[];
  byTranslation(): ReadonlyMap<string, number>;
  /** By the endpoint's position. */
  oldestWaiting(endpoint: number): string | undefined;
}

export const answering = (parts: GenerationParts): Answering => {
  const generation = newGeneration(parts);
  const { content, version } = generation;
  const { events, endings, minutes, quarantined } = content;
  const timelines = remembering(version, (most: number) =>
    minutes.timeline(
      most,
      quarantined.open().map(({ arrived }) => arrived),
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
    timeline: timelines,
    failures: () => failures(0),
    byTranslation: () => translations(0),
    oldestWaiting: (endpoint) => oldest[endpoint]?.(0),
  };
};

/** Remembers what was made until there is another version, or something else is asked for. */
const remembering = <T>(version: () => number, make: (of: number) => T): ((of: number) => T) => {
  let known: { readonly version: number; readonly of: number; readonly made: T } | undefined;
  return (of) => {
    if (known?.version !== version() || known.of !== of) known = { version: version(), of, made: make(of) };
    return known.made;
  };
};
