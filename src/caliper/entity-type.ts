/**
 * What Caliper says of an entity type (Caliper 1.2, Entities): the types that it extends, and its own properties with
 * the kind of their values. Kinds are string, boolean, integer, number, time (ISO 8601, UTC, milliseconds), duration
 * (ISO 8601), object, iri, role, metric and status; a structure's name; or an entity type: an entity of that type, or
 * of one that extends it, or its IRI. A kind with `[]` is a list of such values.
 */
export interface EntityType {
  readonly extends: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
  /** Properties that it must have, besides `id` and `type`. */
  readonly required?: readonly string[];
}
