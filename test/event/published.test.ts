import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { Ajv } from "ajv";
import { project } from "../../build/bundle.ts";
import { readSite, type SiteFiles } from "../../build/site.ts";
import type { EventSchema } from "../../src/event/catalog.ts";
import { readEnvelope } from "../../src/event/dialect/dialect.ts";
import { isObject, type JsonObject } from "../../src/event/json.ts";
import type { SchemaFile } from "../../src/event/schema.ts";
import type { Site } from "../../src/site.ts";
import { shippedSite } from "../support/site.ts";
import { eventsIn, type Published, publishedSchemas, sampleFiles, skip } from "./collected.ts";

/** Where ours differ from what is published, by the path of a property, and why. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  "binderhub.jupyter.org/launch provider":
    "BinderHub has added providers to the list without a new version, so ours takes any text",
  "lab.jupyter.org/command-invocations command_id":
    "an event that does not say which command was given says nothing",
};

/** What an event must have, and which values are allowed, by the path of a property. */
const demands = (schema: unknown, path: readonly string[] = []): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  if (!isObject(schema)) return found;
  const { required, enum: values, properties, items } = schema;
  const at = path.join(".");
  const inner = isObject(properties) ? Object.entries(properties) : [];
  for (const [name] of inner)
    if (Array.isArray(required) && required.includes(name)) found.set([...path, name].join("."), "required ");
  if (Array.isArray(values)) found.set(at, `${found.get(at) ?? ""}${[...values].sort().join(", ")}`);
  for (const [name, each] of [...inner, ["*", items] as const])
    for (const [key, demand] of demands(each, [...path, name]))
      found.set(key, (found.get(key) ?? "") + demand);
  return found;
};

const validatorOf = ({ $id: _, $schema: __, ...schema }: JsonObject): ((data: unknown) => boolean) =>
  new Ajv({ strict: false, validateFormats: false }).compile(schema);

describe("the shipped schemas, beside those that are published", { skip }, () => {
  let files: SiteFiles;
  let site: Site;
  before(async () => {
    files = await readSite(project);
    site = await shippedSite();
  });

  const oursFor = ({ id, version }: Published): SchemaFile | undefined =>
    files.sources.find(({ ids }) => ids.includes(id))?.schemas.find((schema) => schema.version === version);

  it("are there for each schema of an event that is emitted", () => {
    const published = publishedSchemas();
    assert.ok(published.length >= 17, `only ${published.length}`);
    for (const each of published) assert.ok(oursFor(each) !== undefined, each.file);
  });

  it("require the same properties, and allow the same values, but for what is named here", () => {
    const differences = new Set<string>();
    for (const each of publishedSchemas()) {
      const ours = demands(oursFor(each)?.schema);
      const theirs = demands(each.schema);
      for (const path of new Set([...ours.keys(), ...theirs.keys()]))
        if (ours.get(path) !== theirs.get(path)) differences.add(`${each.id} ${path}`);
    }
    assert.deepEqual([...differences].sort(), Object.keys(DIFFERENCES).sort());
  });

  it("know the same properties", () => {
    for (const each of publishedSchemas()) {
      const { properties: ours } = oursFor(each)?.schema ?? {};
      const { properties: theirs } = each.schema;
      assert.ok(isObject(ours) && isObject(theirs));
      assert.deepEqual(Object.keys(ours).sort(), Object.keys(theirs).sort(), each.file);
    }
  });

  it("accept every event that was seen and that the published ones accept", () => {
    let accepted = 0;
    const published = publishedSchemas().map((each) => ({ ...each, accepts: validatorOf(each.schema) }));
    for (const event of sampleFiles()
      .filter((file) => /jsonl?$/.test(file))
      .flatMap(eventsIn)) {
      const envelope = readEnvelope(event);
      if ("reason" in envelope) continue;
      for (const { id, version, accepts } of published) {
        if (id !== envelope.schema || (envelope.version ?? version) !== version || !accepts(envelope.data))
          continue;
        const ours: EventSchema | undefined = site.schemas.find(
          (each) => each.ids.includes(id) && each.version === version,
        );
        assert.equal(ours?.validate(envelope.data), true, JSON.stringify(event));
        accepted++;
      }
    }
    assert.ok(accepted >= 50, `only ${accepted}`);
  });
});
