import { entityTypes } from "./entities.ts";

/** Whether an entity type is `other`, or extends it. */
export const isKindOf = (type: string, other: string): boolean =>
  type === other || (entityTypes[type]?.extends ?? []).some((parent) => isKindOf(parent, other));

/** The properties of an entity type with those that it inherits, and the kinds of their values. */
export const propertiesOf = (type: string): Readonly<Record<string, string>> => allProperties[type] ?? {};

const gather = (type: string): Readonly<Record<string, string>> => {
  const { extends: parents = [], properties = {} } = entityTypes[type] ?? {};
  return Object.assign({}, ...parents.map(gather), properties);
};

const allProperties: Readonly<Record<string, Readonly<Record<string, string>>>> = Object.fromEntries(
  Object.keys(entityTypes).map((type) => [type, gather(type)]),
);

/** The properties that an entity type must have besides `id` and `type`, with those that it inherits. */
export const requiredOf = (type: string): readonly string[] => {
  const { extends: parents = [], required = [] } = entityTypes[type] ?? {};
  return [...parents.flatMap(requiredOf), ...required];
};
