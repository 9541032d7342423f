/** A part of an entity that has a type and properties, but no id. */
export interface Structure {
  readonly properties: Readonly<Record<string, string>>;
  readonly required: readonly string[];
}

/**
 * What entities hold that is no entity itself: the identifiers by which other systems know it (Caliper 1.2,
 * SystemIdentifier), and which part of a text is meant (Caliper 1.2, TextPositionSelector). Kinds are those of the
 * entity types.
 */
export const structures: Readonly<Record<string, Structure>> = {
  SystemIdentifier: {
    properties: {
      identifier: "string",
      identifierType: "identifierType",
      source: "SoftwareApplication",
      extensions: "object",
    },
    required: ["identifier", "identifierType"],
  },
  TextPositionSelector: {
    properties: { start: "integer", end: "integer" },
    required: ["start", "end"],
  },
};

/** The properties whose integers are not negative (Caliper 1.2's context; its tables say so of most). */
export const nonNegative: ReadonlySet<string> = new Set([
  "end",
  "index",
  "maxAttempts",
  "maxSubmits",
  "points",
  "searchResultsItemCount",
  "start",
]);
