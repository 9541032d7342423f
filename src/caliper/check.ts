import { described } from "./check-described.ts";
import { entity, structure } from "./check-entity.ts";
import { envelope } from "./check-envelope.ts";
import { event } from "./check-event.ts";
import {
  type CaliperProblem,
  type CaliperVersion,
  complain,
  isObject,
  member,
  type Place,
  problemsOf,
} from "./problems.ts";
import { structures } from "./structures.ts";

export type { CaliperProblem, CaliperRule, CaliperVersion } from "./problems.ts";

/**
 * Every problem of a value as Caliper: of an envelope if it has `sensor` and `data`, else of an event or an entity, by
 * its `type`. What is none of them has one problem that says so. It throws nothing, whatever the value.
 */
export const checkCaliper = (value: unknown, version: CaliperVersion): readonly CaliperProblem[] =>
  problemsOf(version, (place) => {
    if (!isObject(value)) described(value, place);
    else if (Object.hasOwn(value, "sensor") && Object.hasOwn(value, "data")) envelope(value, place);
    else if (Object.hasOwn(structures, structureName(value))) entityOrStructure(value, place);
    else described(value, place);
  });

/** Every problem of an envelope (Caliper 1.2, Envelope). It throws nothing, whatever the value. */
export const checkEnvelope = (value: unknown, version: CaliperVersion): readonly CaliperProblem[] =>
  problemsOf(version, (place) => envelope(value, place));

/** Every problem of an event (Caliper 1.2, Event). It throws nothing, whatever the value. */
export const checkEvent = (value: unknown, version: CaliperVersion): readonly CaliperProblem[] =>
  problemsOf(version, (place) => event(value, place));

/**
 * Every problem of an entity that is described by itself, with its own `@context`, or of a part that has no id, such
 * as a SystemIdentifier (Caliper 1.2, Entity). It throws nothing, whatever the value.
 */
export const checkEntity = (value: unknown, version: CaliperVersion): readonly CaliperProblem[] =>
  problemsOf(version, (place) => entityOrStructure(value, place));

const entityOrStructure = (value: unknown, place: Place): void => {
  if (!isObject(value)) {
    complain({ ...place, section: "Entity" }, "not-an-object", "An entity is an object.");
    return;
  }
  const name = structureName(value);
  if (Object.hasOwn(structures, name)) structure(value, name, place, "required");
  else entity(value, ["Entity"], place, "required");
};

const structureName = (value: Readonly<Record<string, unknown>>): string => {
  const type = member(value, "type");
  return typeof type === "string" ? type : "";
};
