import { DAY_COLUMNS, type EventColumn } from "../src/archive/day-file.ts";
import { isObject } from "../src/event/json.ts";
import type { SchemaFile } from "../src/event/schema.ts";
import type { SiteFiles } from "./site.ts";

/** By the mapping's folder, the columns that its events have in the archive's tables besides those of every table. */
export const columnsOf = ({
  sources,
}: Pick<SiteFiles, "sources">): Readonly<Record<string, readonly EventColumn[]>> =>
  Object.fromEntries(sources.map(({ name, schemas }) => [name, eventColumns(schemas)]));

/**
 * The columns for what an event's schemas name, in all their versions: what has one single type gets it, all else is
 * JSON. What is never stored has none.
 */
const eventColumns = (
  schemas: readonly Pick<SchemaFile, "schema" | "neverStore">[],
): readonly EventColumn[] => {
  const types = new Map<string, EventColumn["type"]>();
  for (const { schema, neverStore } of schemas) {
    if (!isObject(schema.properties)) continue;
    const never = new Set(neverStore.flatMap((path) => (path.length === 1 ? path : [])));
    for (const [property, described] of Object.entries(schema.properties)) {
      if (never.has(property)) continue;
      const type = typeOf(described);
      const before = types.get(property) ?? type;
      types.set(property, before === type ? type : bothOf(before, type));
    }
  }
  const taken = new Set<string>(RESERVED);
  return [...types].map(([property, type]) => ({ property, name: nameFor(property, taken), type }));
};

/** Names of columns that every table has, and of partitions. */
const RESERVED = [...DAY_COLUMNS, "dt", "hour", "source", "__proto__"];

const NUMBERS: ReadonlySet<string> = new Set(["integer", "number"]);

const bothOf = (one: EventColumn["type"], other: EventColumn["type"]): EventColumn["type"] =>
  NUMBERS.has(one) && NUMBERS.has(other) ? "number" : "json";

const typeOf = (described: unknown): EventColumn["type"] => {
  if (!isObject(described)) return "json";
  const { type, enum: values, const: value } = described;
  const types = (Array.isArray(type) ? type : [type]).filter((each) => each !== "null" && each !== undefined);
  const [only, ...others] = types;
  if (others.length > 0) return "json";
  if (only === "string" || only === "integer" || only === "number" || only === "boolean") return only;
  if (only !== undefined) return "json";
  const all = Array.isArray(values) ? values : value === undefined ? [] : [value];
  return all.length > 0 && all.every((each) => typeof each === "string") ? "string" : "json";
};

/** As Athena takes it: https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html */
const nameFor = (property: string, taken: Set<string>): string => {
  const plain =
    property
      .toLowerCase()
      .replace(/[^a-z0-9_]/g, "_")
      .slice(0, 200) || "_";
  let name = taken.has(plain) ? `event_${plain}` : plain;
  for (let count = 2; taken.has(name); count++) name = `${plain}_${count}`;
  taken.add(name);
  return name;
};
