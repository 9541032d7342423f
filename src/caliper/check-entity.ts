import { checkWord, inContext } from "./check-context.ts";
import {
  capital,
  checkExtensions,
  checkPlain,
  checkRequired,
  isBlank,
  isIri,
  isPlainKind,
} from "./check-values.ts";
import { entityTypes } from "./entities.ts";
import { isKindOf, propertiesOf, requiredOf } from "./kinds.ts";
import { aOrAn, at, complain, hint, inside, isObject, member, type Place } from "./problems.ts";
import { nonNegative, structures } from "./structures.ts";
import { lacking } from "./v1p1.ts";
import { VOCABULARY } from "./vocabulary.ts";

type Json = Readonly<Record<string, unknown>>;

/** Complains of what is neither an entity of an allowed type nor an IRI that stands for one (Caliper 1.2, Entity). */
export const entityOrIri = (value: unknown, allowed: readonly string[], name: string, place: Place): void => {
  if (typeof value === "string") {
    if (!isIri(value) && !isBlank(value))
      complain(place, "wrong-iri", `"${name}" is an entity, or the IRI of one.`);
  } else if (isObject(value)) entity(value, allowed, place);
  else complain(place, "wrong-value", `"${name}" is an entity, or the IRI of one.`);
};

/** Complains of what Caliper does not allow in an entity of one of the types. A described one has its own context. */
export const entity = (
  value: Json,
  allowed: readonly string[],
  outside: Place,
  context: "required" | "optional" = "optional",
): void => {
  const around = inside(outside, value);
  if (around === undefined) return;
  const type = member(value, "type");
  const known = typeof type === "string" && Object.hasOwn(entityTypes, type);
  const place = inContext({ ...around, section: known ? type : "Entity" }, value, context);
  checkId(member(value, "id"), place);
  if (!known) {
    if (type === undefined) complain(place, "missing-property", 'An entity needs "type".');
    else {
      const end = hint(place, type, Object.keys(entityTypes));
      complain(at(place, "type"), "wrong-type", `This is not a Caliper entity type${end}`);
    }
    return;
  }
  checkWord(type, at(place, "type"));
  if (!allowed.some((each) => isKindOf(type, each))) {
    const here = allowed.map(aOrAn).join(" or ");
    complain(at(place, "type"), "wrong-part", `Here belongs ${here}; ${aOrAn(type)} is none.`);
  }
  checkAnonymous(value, place);
  checkProperties(value, type, propertiesOf(type), ["id", "type", "@context"], place);
  checkRequired(value, requiredOf(type), type, place);
};

/** Complains of what Caliper does not allow in a part that has a type but no id, such as a SystemIdentifier. */
export const structure = (
  value: unknown,
  type: string,
  outside: Place,
  context: "required" | "optional" = "optional",
): void => {
  if (!isObject(value)) {
    complain(outside, "not-an-object", `This must be ${aOrAn(type)}: an object.`);
    return;
  }
  const around = inside(outside, value);
  const known = structures[type];
  if (around === undefined || known === undefined) return;
  const place = inContext({ ...around, section: type }, value, context);
  if (place.version === "1.1" && lacking.structures.has(type)) {
    complain(place, "not-in-version", `Caliper 1.1 has no ${type}.`);
    return;
  }
  const named = member(value, "type");
  if (named === type) checkWord(type, at(place, "type"));
  else if (named !== undefined) complain(at(place, "type"), "wrong-type", `The type here is "${type}".`);
  checkProperties(value, type, known.properties, ["type", "@context"], place);
  checkRequired(value, ["type", ...known.required], type, place);
};

const checkId = (id: unknown, place: Place): void => {
  if (id === undefined)
    complain(place, "missing-property", 'An entity needs "id": the IRI by which it is known.');
  else if (!isIri(id) && !isBlank(id))
    complain(at(place, "id"), "wrong-id", 'The "id" of an entity is an IRI, or a blank node such as "_:b1".');
};

/** An id that is the IRI of the type itself says that the entity is not to be told from others. */
const checkAnonymous = (value: Json, place: Place): void => {
  const id = member(value, "id");
  if (typeof id !== "string" || !id.startsWith(VOCABULARY)) return;
  const type = id.slice(VOCABULARY.length);
  if (type !== member(value, "type")) {
    if (!Object.hasOwn(entityTypes, type)) return;
    complain(
      at(place, "id"),
      "wrong-id",
      `This is the "id" of an anonymous ${type}, but the "type" is another.`,
    );
  }
  // Of a membership nothing but the relation is left, which is between anonymous entities then.
  const relation = type === "Membership" ? ["member", "organization", "roles", "status"] : [];
  const allowed = ["id", "type", "@context", ...relation];
  const more = Object.keys(value).filter((key) => !allowed.includes(key));
  if (more.length > 0)
    complain(
      place,
      "anonymous-with-properties",
      `An anonymous ${type} has "id" and "type" only; for one that can be known again, use an IRI of its own.`,
    );
};

const checkProperties = (
  value: Json,
  type: string,
  kinds: Readonly<Record<string, string>>,
  own: readonly string[],
  place: Place,
): void => {
  for (const [key, each] of Object.entries(value)) {
    const here = at(place, key);
    if (own.includes(key)) {
      if (key !== "@context") checkWord(key, here);
      continue;
    }
    const kind = Object.hasOwn(kinds, key) ? kinds[key] : undefined;
    if (kind === undefined) {
      const end = hint(place, key, Object.keys(kinds));
      complain(here, "unknown-property", `${capital(aOrAn(type))} has no such property${end}`);
    } else if (place.version === "1.1" && isLacking(type, key))
      complain(here, "not-in-version", `Caliper 1.1 has no "${key}".`);
    else {
      checkWord(key, here);
      checkValue(each, nonNegative.has(key) ? "count" : kind, key, here);
    }
  }
};

const isLacking = (type: string, key: string): boolean =>
  Object.entries(lacking.entities).some(([of, keys]) => isKindOf(type, of) && keys.has(key));

const checkValue = (value: unknown, kind: string, name: string, place: Place): void => {
  if (kind.endsWith("[]")) {
    if (!Array.isArray(value)) complain(place, "not-a-list", `"${name}" is a list.`);
    else
      for (const [index, item] of value.entries())
        checkValue(item, kind.slice(0, -2), name, at(place, index));
  } else if (name === "extensions") checkExtensions(value, place);
  else if (isPlainKind(kind)) checkPlain(value, kind, name, place);
  else if (Object.hasOwn(structures, kind)) structure(value, kind, place);
  else entityOrIri(value, kind.split("|"), name, place);
};
