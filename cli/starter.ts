import { parseDocument, stringify } from "yaml";
import { isObject, type JsonObject } from "../src/event/json.ts";
import type { SchemaFile } from "../src/event/schema.ts";
import { ANYBODY } from "../src/rehearsal.ts";

/** The text of a schema with `path: true` on the texts whose names say that they are paths; the rest stays as it is. */
export const withPaths = (text: string, schema: JsonObject): string => {
  const paths = pathsIn(schema, []);
  if (paths.length === 0) return text;
  const document = parseDocument(text);
  for (const path of paths) document.setIn([...path, "path"], true);
  return document.toString({ lineWidth: 0 });
};

const pathsIn = (schema: unknown, at: readonly string[]): readonly (readonly string[])[] => {
  if (!isObject(schema)) return [];
  const properties = Object.entries(isObject(schema.properties) ? schema.properties : {});
  return [
    ...properties.flatMap(([name, inner]) => {
      const here = [...at, "properties", name];
      const isPath = isObject(inner) && inner.type === "string" && inner.path === undefined;
      return isPath && /path$/i.test(name) ? [here] : pathsIn(inner, here);
    }),
    ...pathsIn(schema.items, [...at, "items"]),
  ];
};

/** The way up from a mapping's folder to mappings/, where the JSON Schemas for editors lie. */
const upFrom = (name: string): string => "../".repeat(name.split("/").length);

/** A mapping that says no more than that the learner used the hub: true of every event, and a place to begin. */
export const starterMapping = (name: string, { id, schema }: SchemaFile): string =>
  `# yaml-language-server: $schema=${upFrom(name)}mapping.schema.json
event: ${stringify(id).trim()}
title: ${stringify(typeof schema.title === "string" ? schema.title : "What the learner did", { lineWidth: 0 }).trim()}

# The fields of the event, to be used in \${ … }:
${fieldLines(schema.properties)}
translations:
  - name: happened # part of the ids of what is sent: choose it now, and keep it
    # when: ${condition(schema.properties)}     only such events; without it, all of them
    caliper:
      type: ToolUseEvent
      action: Used
      object: { id: "\${ hub.id }", type: SoftwareApplication, name: "\${ hub.name }" }
    xapi:
      verb: interacted
      object: { id: "\${ hub.id }", definition: { type: application, name: "\${ hub.name }" } }
    json: { event: ${stringify(`${name.slice(name.lastIndexOf("/") + 1)}.happened`).trim()} }
`;

const fieldLines = (properties: unknown): string => {
  const fields = Object.entries(isObject(properties) ? properties : {}).map(([name, field]) => ({
    name: access(name),
    about: summary(field),
  }));
  const wide = Math.max(0, ...fields.map(({ name }) => name.length));
  return fields
    .map(({ name, about }) => `#   ${name.padEnd(wide)}  ${about}`.trimEnd())
    .concat("")
    .join("\n");
};

/** How an expression reads a field. */
const access = (name: string): string =>
  /^[A-Za-z_]\w*$/.test(name) ? `event.${name}` : `event[${JSON.stringify(name)}]`;

/** A condition that somebody could want, on the first field with a choice. */
const condition = (properties: unknown): string => {
  for (const [name, field] of Object.entries(isObject(properties) ? properties : {})) {
    if (isObject(field) && Array.isArray(field.enum) && typeof field.enum[0] === "string")
      return `${access(name)} == ${JSON.stringify(field.enum[0])}`;
  }
  return 'event.action == "…"';
};

/** A field's choices, and the first line of its description. */
const summary = (field: unknown): string => {
  if (!isObject(field)) return "";
  const { description, title, enum: allowed } = field;
  const about = [description, title].find((each) => typeof each === "string");
  const choices = Array.isArray(allowed) ? allowed.map((each) => JSON.stringify(each)).join(" | ") : "";
  const first = typeof about === "string" ? (about.trim().split("\n")[0] ?? "") : "";
  return [choices.length > 60 ? "" : choices, first].filter((each) => each !== "").join("  ");
};

/** An example whose event has every field of the schema; its values are to be filled in. */
export const starterExample = (name: string, { id, version, schema, learner }: SchemaFile): string => {
  const event = {
    __timestamp__: "2026-11-20T09:00:12.000001+00:00Z",
    __schema__: id,
    __schema_version__: version,
    __metadata_version__: 1,
    ...sampleObject(schema, schema, DEPTH),
    ...(learner !== undefined && { [learner]: ANYBODY }),
  };
  const example = {
    title: "A learner does it",
    event,
    learner: { name: ANYBODY, course: { id: "stat101" }, roles: ["Learner"] },
  };
  return `# yaml-language-server: $schema=${upFrom(name)}examples.schema.json
# Events with what is sent of each. Put in real values, such as a line of your log; then: jlt test --update
${stringify([example], { lineWidth: 0 })}`;
};

/** How deep a sample goes: schemas may refer to themselves. */
const DEPTH = 6;

const sampleObject = (root: JsonObject, { properties, required }: JsonObject, depth: number): JsonObject => {
  const names = isObject(properties) ? Object.keys(properties) : [];
  const others = Array.isArray(required) ? required.filter((each) => typeof each === "string") : [];
  return Object.fromEntries(
    [...new Set([...names, ...others])].map((name) => [
      name,
      sample(root, isObject(properties) ? properties[name] : undefined, depth - 1),
    ]),
  );
};

const FORMATS: Readonly<Record<string, string>> = {
  "date-time": "2026-11-20T09:00:12Z",
  date: "2026-11-20",
  time: "09:00:12Z",
  uri: "https://example.edu/",
  iri: "https://example.edu/",
  email: "ada@example.edu",
  uuid: "00000000-0000-4000-8000-000000000000",
};

/** A value that most likely fits the schema of a field. */
const sample = (root: JsonObject, field: unknown, depth: number): unknown => {
  if (!isObject(field) || depth < 0) return "…";
  if (field.const !== undefined) return field.const;
  for (const some of [field.examples, field.enum]) if (Array.isArray(some) && some.length > 0) return some[0];
  if (field.default !== undefined) return field.default;
  if (typeof field.$ref === "string") return sample(root, referred(root, field.$ref), depth - 1);
  for (const some of [field.oneOf, field.anyOf, field.allOf])
    if (Array.isArray(some) && field.type === undefined) return sample(root, some[0], depth - 1);
  const [type] = [field.type].flat();
  switch (type) {
    case "integer":
    case "number":
      return typeof field.minimum === "number" ? field.minimum : 1;
    case "boolean":
      return true;
    case "null":
      return null;
    case "array":
      return [sample(root, field.items, depth - 1)];
    case "object":
      return sampleObject(root, field, depth);
    default:
      return FORMATS[String(field.format)] ?? "…";
  }
};

/** What `#/definitions/file` refers to. */
const referred = (root: JsonObject, ref: string): unknown =>
  ref
    .split("/")
    .slice(1)
    .reduce<unknown>((at, step) => (isObject(at) ? at[step] : undefined), root);
