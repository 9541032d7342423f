import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { editorSchemas } from "../../build/schemas.ts";
import { schemaOf, textOf, wrong } from "../support/editor.ts";

const shipped = ["translator.yml", "endpoints/*.yml", "mappings/**/{mapping,examples}.yml"].flatMap(
  (pattern) => globSync(pattern, { cwd: project }),
);

const objectsIn = (value: unknown): readonly Record<string, unknown>[] => {
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? inner : [value as Record<string, unknown>, ...inner];
};

/** The keys without a description, apart from those inside of conditions and of Caliper's entities. */
const silentKeys = (schema: unknown, path: string): readonly string[] => {
  if (typeof schema !== "object" || schema === null) return [];
  const { properties, items, additionalProperties } = schema as Record<string, unknown>;
  const inner = Object.entries(properties ?? {}).flatMap(([name, each]: [string, object]) => [
    ...("description" in each ? [] : [`${path} ${name}`]),
    ...silentKeys(each, `${path} ${name}`),
  ]);
  return [...inner, ...silentKeys(items, `${path} []`), ...silentKeys(additionalProperties, `${path} *`)];
};

describe("The schemas for editors", () => {
  for (const [path, schema] of Object.entries(editorSchemas())) {
    it(`${path} is what npm run schemas writes`, () =>
      assert.deepEqual(JSON.parse(textOf(path)), JSON.parse(JSON.stringify(schema))));
  }

  it("are known to every shipped file by its first line, and accept it", () => {
    assert.ok(shipped.length >= 6);
    for (const path of shipped) {
      assert.ok(Object.hasOwn(editorSchemas(), schemaOf(path)), path);
      assert.deepEqual(wrong(schemaOf(path), textOf(path)), [], path);
    }
  });

  it("describe every key of translator.yml, endpoints and mappings", () => {
    for (const path of [
      "translator.schema.json",
      "endpoints/endpoint.schema.json",
      "mappings/mapping.schema.json",
    ])
      assert.deepEqual(silentKeys(editorSchemas()[path], path), []);
  });

  it("offer what is written in texts: enums have a description for each word", () => {
    for (const schema of Object.values(editorSchemas())) {
      for (const each of objectsIn(schema)) {
        if (Array.isArray(each.enumDescriptions) && Array.isArray(each.enum))
          assert.equal(each.enumDescriptions.length, each.enum.length);
      }
    }
  });
});

describe("An editor's check of the other files", () => {
  const cases: readonly (readonly [what: string, path: string, from: string, to: string, place: string])[] = [
    ["a trust that there is not", "translator.yml", "trust: signed", "trust: sgned", "/learners/trust enum"],
    ["a missing key", "translator.yml", "  key:", "  # key:", "/learners required"],
    ["a time without a unit", "translator.yml", "raw: 400d", "raw: 400", "/archive/raw type"],
    [
      "a secret that is written out",
      "endpoints/campus-lrs.yml",
      "ssm:/jupyter-lms/$stage/campus-lrs",
      "user:pw",
      "/auth/secret pattern",
    ],
    ["an address without https", "endpoints/campus-lrs.yml", "https://lrs", "http://lrs", "/url pattern"],
    [
      "an address with a password",
      "endpoints/campus-lrs.yml",
      "https://lrs",
      "https://a:b@lrs",
      "/url pattern",
    ],
    [
      "a protocol that there is not",
      "endpoints/campus-lrs.yml",
      "protocol: xapi",
      "protocol: xap",
      "/protocol enum",
    ],
    ["a size without a unit", "endpoints/campus-lrs.yml", "512KB", '"512"', "/batch/bytes pattern"],
    [
      "a status code that is none",
      "endpoints/campus-lrs.yml",
      "[401, 403, 404]",
      "[40]",
      "/answers/setup/0 anyOf",
    ],
    ["a key that there is not", "endpoints/campus-lrs.yml", "select:", "selekt:", " additionalProperties"],
    [
      "an example without an event",
      "mappings/jupyter-server/contents/examples.yml",
      "  event:",
      "  evnt:",
      "/0 required",
    ],
  ];
  for (const [what, path, from, to, place] of cases) {
    it(`refuses ${what}`, () => {
      const text = textOf(path);
      assert.ok(text.includes(from), from);
      const found = wrong(schemaOf(path), text.replace(from, to));
      assert.ok(found.includes(place), found.join("\n"));
    });
  }
});
