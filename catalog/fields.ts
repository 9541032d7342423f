import { isObject, type JsonObject } from "../src/event/json.ts";
import { isPersonal } from "../src/event/marks.ts";
import type { SchemaFile } from "../src/event/schema.ts";

/** What the schemas of an event say of one of its values, in all versions together. The event itself is the first. */
export interface Field {
  /** Its name; `*` for the elements of a list, and in braces which names are meant where they are many. */
  readonly step: string;
  /** What it means, as the newest version tells it. */
  meaning: string | undefined;
  /** Whether it is marked as personal data, itself or with what is around it; the event's own mark is not meant. */
  personal: boolean;
  /** Whether every version says that it is no personal data, itself or what is around it. */
  cleared: boolean | undefined;
  learner: boolean;
  /** The versions that have it, and those in which it is never stored. */
  readonly versions: Set<string>;
  readonly neverStored: Set<string>;
  readonly inside: Map<string, Field>;
  /** Whether the schema begins anew here, as deep as an event goes. */
  again: boolean;
}

/** The fields of an event. The newest version comes first; what only older ones have, comes behind. */
export const fieldsOf = (schemas: readonly SchemaFile[]): Field => {
  const event = newField("event");
  for (const file of newestFirst(schemas)) {
    event.versions.add(file.version);
    grow(event, file.schema, { file, path: [], personal: undefined, never: false, around: new Set() });
  }
  if (isOpen(schemas) && !event.inside.has(ANY_NAME)) {
    const rest = newField(ANY_NAME);
    rest.meaning = "Whatever else comes with such an event: its schema does not name it.";
    for (const { schema, version } of schemas)
      if (schema.additionalProperties !== false) rest.versions.add(version);
    event.inside.set(ANY_NAME, rest);
  }
  return event;
};

/** Stands for all names that a schema does not name. */
export const ANY_NAME = "{any other name}";

/** Whether an event may hold more than its schema names. */
const isOpen = (schemas: readonly SchemaFile[]): boolean =>
  schemas.some(({ schema }) => schema.additionalProperties !== false);

export const newestFirst = (schemas: readonly SchemaFile[]): readonly SchemaFile[] =>
  [...schemas].sort((a, b) => VERSIONS.compare(b.version, a.version));

/** By their numbers, so that 10 is newer than 9. */
const VERSIONS = new Intl.Collator("en", { numeric: true });

const newField = (step: string): Field => ({
  step,
  meaning: undefined,
  personal: false,
  cleared: undefined,
  learner: false,
  versions: new Set(),
  neverStored: new Set(),
  inside: new Map(),
  again: false,
});

interface About {
  readonly file: SchemaFile;
  readonly path: readonly string[];
  /** What a mark says of it, but for the event's own. */
  readonly personal: boolean | undefined;
  readonly never: boolean;
  /** The schemas around it: one that comes again would never end. */
  readonly around: ReadonlySet<JsonObject>;
}

/** Adds what a schema says of a value and of what is inside of it. */
const grow = (field: Field, schema: unknown, about: About): void => {
  if (!isObject(schema)) return;
  if (about.around.has(schema)) {
    field.again = true;
    return;
  }
  const { file, path } = about;
  const mark = isPersonal(schema) ? true : schema["personal-data"] === false ? false : about.personal;
  const personal = path.length > 0 ? mark : undefined;
  const around = new Set([...about.around, schema]);
  if (path.length > 0 && typeof schema.description === "string") field.meaning ??= schema.description;
  note(field, personal);
  for (const [step, each] of innerValues(schema)) {
    const inner = field.inside.get(step) ?? newField(step);
    field.inside.set(step, inner);
    const at = [...path, step];
    const never = about.never || file.neverStore.some((marked) => isSame(marked, at));
    inner.versions.add(file.version);
    if (never) inner.neverStored.add(file.version);
    if (!isObject(each)) note(inner, personal);
    if (at.length === 1 && step === file.learner) inner.learner = true;
    grow(inner, each, { file, path: at, personal, never, around });
  }
  for (const each of sameValue(schema, file.schema)) grow(field, each, { ...about, personal, around });
};

const note = (field: Field, personal: boolean | undefined): void => {
  if (personal === true) field.personal = true;
  field.cleared = (field.cleared ?? true) && personal === false;
};

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((step, at) => step === b[at]);

/** The schemas that are about the very value that a schema is about. */
const sameValue = (schema: JsonObject, root: JsonObject): readonly unknown[] => [
  ...(typeof schema.$ref === "string" ? [referred(schema.$ref, root)] : []),
  ...["allOf", "anyOf", "oneOf", "if", "then", "else", "not"].flatMap((key) => schema[key]),
  ...(isObject(schema.dependencies) ? Object.values(schema.dependencies) : []),
];

/** What a reference within the file leads to: `#/definitions/name`, or `#name` for what has that $id. */
const referred = (reference: string, root: JsonObject): unknown => {
  if (!reference.startsWith("#/")) return reference === "#" ? root : named(reference, root);
  return reference
    .slice(2)
    .split("/")
    .filter((step) => step !== "")
    .map((step) => decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>(
      (at, step) =>
        typeof at === "object" && at !== null
          ? Object.entries(at).find(([key]) => key === step)?.[1]
          : undefined,
      root,
    );
};

const named = (id: string, value: unknown): unknown => {
  if (typeof value !== "object" || value === null) return undefined;
  if (isObject(value) && value.$id === id) return value;
  for (const inner of Object.values(value)) {
    const found = named(id, inner);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** The schemas for what is inside of a value, each with the name of what it is for. */
const innerValues = (schema: JsonObject): readonly (readonly [string, unknown])[] => [
  ...entries(schema.properties),
  ...entries(schema.patternProperties).map(([pattern, each]) => [`{${pattern}}`, each] as const),
  ...(isObject(schema.additionalProperties) ? [[ANY_NAME, schema.additionalProperties] as const] : []),
  ...[schema.items, schema.additionalItems, schema.contains]
    .flat()
    .filter(isObject)
    .map((each) => ["*", each] as const),
];

const entries = (value: unknown): readonly (readonly [string, unknown])[] =>
  isObject(value) ? Object.entries(value) : [];
