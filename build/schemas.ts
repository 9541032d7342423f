import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SchemaObject } from "ajv";
import { SHAPE as ENDPOINT } from "../src/endpoint/shape.ts";
import { SHAPE as EXAMPLES } from "../src/mapping/examples.ts";
import { SHAPE as MAPPING } from "../src/mapping/shape.ts";
import { SHAPE as TRANSLATOR } from "../src/settings.ts";
import { project } from "./bundle.ts";
import { caliperSchema, entityDefinitions } from "./caliper-schema.ts";
import { xapiSchema } from "./xapi-schema.ts";

/** JSON Schemas (draft-07) for editors, by their paths: the shapes that the code checks, in an editor's words. */
export const editorSchemas = (): Readonly<Record<string, SchemaObject>> => ({
  "translator.schema.json": editorSchema(TRANSLATOR),
  "endpoints/endpoint.schema.json": editorSchema(ENDPOINT),
  "mappings/mapping.schema.json": mappingSchema(),
  "mappings/examples.schema.json": editorSchema(EXAMPLES),
});

const editorSchema = (shape: SchemaObject): SchemaObject => ({
  $schema: "http://json-schema.org/draft-07/schema#",
  ...(forEditors(shape) as SchemaObject),
});

/** `x-message` and our own format are the code's; editors have words of their own for both. */
const forEditors = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(forEditors);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
      if (key === "x-message") return [["errorMessage", `This ${inner}.`]];
      if (key === "format" && inner === "https-url") return Object.entries(HTTPS);
      return [[key, forEditors(inner)]];
    }),
  );
};

/** As src/document/shape.ts tells it, as far as a pattern can. */
const HTTPS = {
  format: "uri",
  pattern: "^(https://|http://(localhost|127\\.[0-9.]+|\\[::1\\])(:|/|$))[^@]*$",
  errorMessage: "This must be an https address without a password in it (http only for this machine itself).",
};

/** The standards' words are for editors only: `jlt check` knows better what is meant, and says so in its own words. */
const mappingSchema = (): SchemaObject => {
  const whole = editorSchema(MAPPING);
  const { translations } = whole.properties;
  const { items } = translations;
  const sides = {
    caliper: { ...items.properties.caliper, ...caliperSchema() },
    xapi: { ...xapiSchema(), description: items.properties.xapi.description },
    json: {
      ...items.properties.json,
      propertyNames: {
        not: { enum: ["id", "time", "translation", "learner", "course"] },
        errorMessage: "The translator itself says this; take another name.",
      },
    },
  };
  const translation = {
    ...items,
    properties: { ...items.properties, ...sides },
    anyOf: Object.keys(sides).map((side) => ({ required: [side] })),
  };
  return {
    ...whole,
    properties: { ...whole.properties, translations: { ...translations, items: translation } },
    definitions: entityDefinitions(),
  };
};

/** `npm run schemas`: writes the schemas that editors read, as Biome formats them. */
if (import.meta.main) {
  const written = Object.entries(editorSchemas());
  for (const [path, schema] of written) {
    // What refers is short, and stands on a line of its own.
    const text = JSON.stringify(schema, null, 2).replace(/\{\s+("\$ref": "[^"]+")\s+\}/g, "{ $1 }");
    await writeFile(join(project, path), `${text}\n`);
  }
  const biome = join(project, "node_modules", ".bin", "biome");
  const paths = written.map(([path]) => path);
  execFileSync(biome, ["format", "--write", ...paths], { cwd: project, stdio: "ignore" });
  console.log(`Wrote ${paths.join(", ")}.`);
}
