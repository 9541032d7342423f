import { entityTypes } from "../../src/caliper/entities.ts";
import { eventTypes } from "../../src/caliper/general.ts";
import { isKindOf, propertiesOf, requiredOf } from "../../src/caliper/kinds.ts";
import { structures } from "../../src/caliper/structures.ts";
import { activityTypes, UNPROVEN, verbs } from "../../src/xapi/vocabulary.ts";
import {
  COUNTS,
  type Dice,
  IRIS,
  KINDS,
  LANGUAGES,
  NUMBERS,
  ODDITIES,
  TEXTS,
  UUIDS,
} from "./generated-values.ts";

/** Mappings out of the standards' words, with values of the right kinds, and now and then of wrong ones. */

const WRONG = 0.04;

const value = (kind: readonly unknown[], { chance, pick }: Dice): unknown =>
  chance(WRONG) ? pick(ODDITIES) : pick(kind);

const extensions = (from: Dice): object => ({
  [from.chance(WRONG) ? from.pick(["no iri", "https://e.example/%", UNPROVEN]) : "https://e.example/k"]:
    from.pick([...ODDITIES, ...NUMBERS, ...TEXTS]),
});

/** The types that are one of these, or extend one. */
const typesOf = (allowed: readonly string[]): readonly string[] =>
  Object.keys(entityTypes).filter((type) => allowed.some((each) => isKindOf(type, each)));

const entity = (allowed: readonly string[], depth: number, from: Dice, given?: string): unknown => {
  const { chance, pick } = from;
  if (given === undefined && chance(0.3)) return value(IRIS, from);
  const type = given ?? pick(chance(WRONG) ? Object.keys(entityTypes) : typesOf(allowed));
  const members = Object.entries(propertiesOf(type)).flatMap(([key, kind]) =>
    requiredOf(type).includes(key) || chance(depth > 1 ? 0.02 : 0.15)
      ? [[key, key === "extensions" ? extensions(from) : property(key, kind, depth, from)]]
      : [],
  );
  return { id: value(IRIS, from), type, ...Object.fromEntries(members) };
};

const property = (key: string, kind: string, depth: number, from: Dice): unknown => {
  const { chance, pick } = from;
  if (chance(WRONG)) return pick(ODDITIES);
  if (kind.endsWith("[]")) {
    const one = property(key, kind.slice(0, -2), depth, from);
    return chance(0.1) ? [] : [one, one];
  }
  const structure = structures[kind];
  if (structure !== undefined) {
    const members = Object.entries(structure.properties).map(([name, inner]) => [
      name,
      name === "extensions" ? extensions(from) : property(name, inner, depth + 1, from),
    ]);
    return { type: kind, ...Object.fromEntries(members) };
  }
  const known = KINDS[kind];
  if (known === undefined) return entity(kind.split("|"), depth + 1, from);
  return value(kind === "integer" && chance(0.8) ? COUNTS : known, from);
};

/** Each event type with each of its actions and each type that its object may have, and one that it may not. */
export const CALIPER_CASES: readonly (readonly [type: string, action: string, object: string])[] =
  Object.entries(eventTypes).flatMap(([type, { actions, object }]) =>
    actions.flatMap((action) =>
      [...typesOf(object), "Membership"].map((each): readonly [string, string, string] => [
        type,
        action,
        each,
      ]),
    ),
  );

/** A translation's Caliper side. */
export const caliperSide = ([type, action, object]: (typeof CALIPER_CASES)[number], from: Dice): object => {
  const known = eventTypes[type];
  const part = (name: "generated" | "target" | "referrer", likely: number): object =>
    from.chance(likely) ? { [name]: entity(known?.[name] ?? ["Entity"], 0, from) } : {};
  return {
    type,
    action,
    ...(from.chance(0.1) && { profile: from.pick(known?.profiles ?? []) }),
    ...((action === "TimedOut" || from.chance(WRONG)) && { actor: "application" }),
    object: entity(known?.object ?? [], 0, from, object),
    ...part("generated", action === "Copied" ? 0.9 : 0.15),
    ...part("target", 0.1),
    ...part("referrer", 0.1),
    ...(from.chance(0.2) && { extensions: extensions(from) }),
  };
};

/** Each verb with each activity type, and one that is no word of ours. */
export const XAPI_CASES: readonly (readonly [verb: string, type: string])[] = Object.keys(verbs).flatMap(
  (verb) =>
    [...Object.keys(activityTypes), "https://example.edu/type"].map((type): readonly [string, string] => [
      verb,
      type,
    ]),
);

const language = (from: Dice): unknown =>
  from.chance(0.5)
    ? value(TEXTS, from)
    : { [from.chance(WRONG) ? "in English" : from.pick(["en", "id", "de-AT"])]: value(TEXTS, from) };

const activity = (type: string, from: Dice): object => {
  const some = (key: string, make: () => unknown): object => (from.chance(0.4) ? { [key]: make() } : {});
  return {
    id: value(IRIS, from),
    definition: {
      type,
      ...some("name", () => language(from)),
      ...some("description", () => language(from)),
      ...some("moreInfo", () => value(IRIS, from)),
      ...some("extensions", () => extensions(from)),
    },
  };
};

/** A translation's xAPI side. */
export const xapiSide = ([verb, type]: (typeof XAPI_CASES)[number], from: Dice): object => {
  const some = (key: string, make: () => unknown): object => (from.chance(0.3) ? { [key]: make() } : {});
  const of = (kind: string) => (): unknown => value(KINDS[kind] ?? [], from);
  const bound = [...NUMBERS, 1, -1, 10];
  const score = (): object => ({
    ...some("scaled", () => value([1, -0.5, 1.5, "${ event.ratio }", "${ event.count }"], from)),
    ...some("raw", () => value(bound, from)),
    ...some("min", () => value(bound, from)),
    ...some("max", () => value(bound, from)),
  });
  const others = (): unknown => {
    const more = from.chance(0.3) ? { objectType: from.chance(0.9) ? "Activity" : "Agent" } : {};
    return from.chance(WRONG) ? activity(type, from) : [{ ...activity(type, from), ...more }];
  };
  return {
    verb,
    object: activity(type, from),
    ...some("result", () => ({
      ...some("success", of("boolean")),
      ...some("completion", of("boolean")),
      ...some("response", of("string")),
      ...some("duration", of("duration")),
      ...some("score", score),
      ...some("extensions", () => extensions(from)),
    })),
    ...some("context", () => ({
      ...some("registration", () => value(UUIDS, from)),
      ...some("revision", of("string")),
      ...some("language", () => value(LANGUAGES, from)),
      ...some("statement", () => ({
        ...some("objectType", () => "StatementRef"),
        id: value(UUIDS, from),
      })),
      ...some("contextActivities", () => ({
        ...some("parent", others),
        ...some("category", others),
        ...some("other", others),
      })),
      ...some("extensions", () => extensions(from)),
    })),
  };
};
