import { readEnvelope } from "../../src/event/dialect/dialect.ts";
import { isObject, type JsonObject } from "../../src/event/json.ts";
import type { ExplainedField } from "../../src/mapping/explain.ts";

/** What lights up: which fields of a raw event those of a statement come from, and the other way round. */

/** The names that lead to a value, positions in lists among them. */
export type Path = readonly string[];

/** Where a field that a mapping reads, such as `event.path`, lies in an event as it is archived; nowhere, if it has none. */
export type PlacesOf = (field: string) => readonly Path[];

/**
 * Finds fields in a line of the archive, which has an event as it came, in whatever envelope, and whose it is. `data` is
 * what mappings read of it as `event`.
 */
export const placesIn = (raw: unknown, data: JsonObject | undefined): PlacesOf => {
  const came = isObject(raw) ? raw.event : undefined;
  const envelope = readEnvelope(came);
  const ofEvent = ("data" in envelope ? envelope.placesOf : undefined) ?? ((path: Path) => [path]);
  const found = (path: Path): readonly Path[] => {
    const [root = "", ...names] = path;
    if (root === "event") return ofEvent(namesIn(data, names)).map((place) => ["event", ...place]);
    const kept = KEPT[root];
    return kept === undefined ? [] : [[...kept, ...names]];
  };
  return (field) => found(field.split(".")).filter((place) => has(raw, place));
};

/** Where a line of the archive has what mappings read besides. */
const KEPT: Readonly<Record<string, Path>> = {
  learner: ["learner"],
  course: ["learner", "course"],
  session: ["learner", "session"],
  sender: ["learner", "sender"],
};

/** The names by which a value is reached: a name may have dots in it. */
const namesIn = (value: unknown, names: Path): Path => {
  if (!isObject(value) || names.length === 0) return names;
  for (let most = names.length; most > 0; most--) {
    const name = names.slice(0, most).join(".");
    if (Object.hasOwn(value, name)) return [name, ...namesIn(value[name], names.slice(most))];
  }
  return names;
};

const has = (value: unknown, [name, ...rest]: Path): boolean => {
  if (name === undefined) return true;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return false;
  return has(Object.entries(value).find(([key]) => key === name)?.[1], rest);
};

/** The fields of a statement that a line of it shows: the value's own, or all that are in it. */
export const fieldsAt = (fields: readonly ExplainedField[], path: Path): readonly ExplainedField[] =>
  fields.filter((each) => leads(path, each.path));

/** What a raw event has of that which some fields are made from; of what is told within another, only this. */
export const sourcesOf = (fields: readonly ExplainedField[], places: PlacesOf): readonly Path[] => {
  const all = fields.flatMap((field) => inmost(field.fields).flatMap(places));
  return [...new Map(all.map((path) => [JSON.stringify(path), path])).values()];
};

/** Without those that lead to others: an expression that reads `event.a.b` reads `event.a` on the way. */
const inmost = (fields: readonly string[]): readonly string[] =>
  fields.filter((each) => !fields.some((other) => other.startsWith(`${each}.`)));

/** The fields of a statement that are made from what lies in a raw event at a path, or in it, or around it. */
export const madeFrom = (
  fields: readonly ExplainedField[],
  path: Path,
  places: PlacesOf,
): readonly ExplainedField[] =>
  fields.filter((field) => sourcesOf([field], places).some((each) => leads(each, path) || leads(path, each)));

/** Whether a path leads to another, or is the same. */
export const leads = (path: Path, to: Path): boolean =>
  path.length <= to.length && path.every((name, at) => name === to[at]);
