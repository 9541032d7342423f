import { CONTEXT_V1P1, extensionContext, extensionsWith } from "./v1p1.ts";
import { CONTEXT } from "./vocabulary.ts";

/** The versions of Caliper that are spoken. */
export type Version = "1.1" | "1.2";

/** A version's `dataVersion`, which is the context of its core (Caliper 1.2, Envelope). */
export const dataVersion = (version: Version): string => (version === "1.1" ? CONTEXT_V1P1 : CONTEXT);

/**
 * The `@context` of an event in which these words of the vocabulary stand. 1.2 has one for all; 1.1 needs the contexts
 * of those profile extensions that define what its core does not know, before the core's.
 */
export const contextFor = (version: Version, words: readonly string[]): string | readonly string[] => {
  if (version === "1.2") return CONTEXT;
  const chosen = new Set<string>();
  for (const word of words) {
    const [first, ...others] = extensionsWith(word);
    if (first !== undefined && ![first, ...others].some((each) => chosen.has(each))) chosen.add(first);
  }
  return chosen.size === 0 ? CONTEXT_V1P1 : [...[...chosen].map(extensionContext), CONTEXT_V1P1];
};
