import type { JsonObject } from "../../../src/event/json.ts";
import { type Expected, HUB, SESSION, type Told, textOf } from "./class-oracle.ts";

/** How Caliper's endpoint is told of learners whom it knows by the hub's names. */
const USERS = `${HUB}/user/`;

const OWN = "https://w3id.org/jupyter-lms-translator/extensions/";

/** A value deep in an object, by the names that lead to it; undefined where there is none. */
const at = (value: unknown, ...names: readonly (string | number)[]): unknown =>
  names.reduce<unknown>(
    (found, name) => (typeof found === "object" && found !== null ? Object(found)[name] : undefined),
    value,
  );

const textAt = (value: unknown, ...names: readonly (string | number)[]): string | undefined => {
  const found = at(value, ...names);
  return typeof found === "string" ? found : undefined;
};

const oneOf = (...values: readonly (string | undefined)[]): { readonly more?: string } => {
  const more = values.find((value) => value !== undefined);
  return more === undefined ? {} : { more };
};

const successOf = (value: unknown): { readonly success?: boolean } =>
  typeof value === "boolean" ? { success: value } : {};

/** A statement of xAPI, in the oracle's words. */
export const ofXapi = (statement: JsonObject): Told => ({
  user: textAt(statement, "actor", "account", "name") ?? "nobody",
  did: textAt(statement, "verb", "id") ?? "nothing",
  object: textAt(statement, "object", "id") ?? "nothing",
  ...oneOf(
    textAt(statement, "context", "extensions", `${OWN}renamed-from`),
    textAt(statement, "context", "extensions", `${OWN}kernel-action`),
    textAt(statement, "result", "extensions", `${OWN}copied-to`),
    textAt(statement, "context", "contextActivities", "parent", 0, "id"),
  ),
  ...successOf(at(statement, "result", "success")),
  course: textAt(statement, "context", "contextActivities", "grouping", 0, "id") ?? "none",
});

/** An event of Caliper, in the oracle's words. */
export const ofCaliper = (event: JsonObject): Told => ({
  user: userOf(textAt(event, "actor", "id") === HUB ? event.object : event.actor),
  did: `${event.type} ${event.action}`,
  object: (isSession(event.object) ? SESSION : textAt(event, "object", "id")) ?? "nothing",
  ...oneOf(
    textAt(event, "extensions", `${OWN}renamed-from`),
    textAt(event, "extensions", `${OWN}kernel-action`),
    textAt(event, "extensions", `${OWN}cell`),
    textAt(event, "generated", "id"),
  ),
  ...successOf(at(event, "extensions", `${OWN}success`)),
  course: textAt(event, "group", "id") ?? "none",
});

const isSession = (value: unknown): boolean =>
  textAt(value, "type") === "Session" && /\/sessions\/[0-9a-f]{32}$/.test(textAt(value, "id") ?? "");

/** Whose it is: a learner; or, where the hub acted, the session's. */
const userOf = (who: unknown): string => {
  const id = textAt(who, "user") ?? textAt(who, "user", "id") ?? textAt(who, "id") ?? "";
  return id.startsWith(USERS) ? id.slice(USERS.length) : `nobody: ${id}`;
};

const countsOf = (told: readonly Told[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const text of told.map(textOf)) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
};

/** What was told too seldom or too often, in sentences; none where all is as it must be. */
export const differences = (told: readonly Told[], expected: Expected): readonly string[] => {
  const counts = countsOf(told);
  const texts = new Set([...counts.keys(), ...expected.keys()]);
  return [...texts].sort().flatMap((text) => {
    const { least, most } = expected.get(text) ?? { least: 0, most: 0 };
    const count = counts.get(text) ?? 0;
    if (count >= least && count <= most) return [];
    return [`told ${count} times instead of ${least === most ? least : `${least} to ${most}`}: ${text}`];
  });
};
