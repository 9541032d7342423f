import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { readFiles } from "../../build/files.ts";
import { IMAGINED_KEY } from "../../build/imagined.ts";
import { loadSite } from "../../build/load.ts";
import { readSite, type SiteFiles } from "../../build/site.ts";
import { type Catalog, catalogOf } from "../../catalog/catalog.ts";
import { pathName } from "../../catalog/sent.ts";
import { isObject } from "../../src/event/json.ts";
import { partsOf } from "../../src/event/parts.ts";
import { readExamples } from "../../src/mapping/examples.ts";
import { explainMapping } from "../../src/mapping/explain.ts";
import { rehearse } from "../../src/rehearsal.ts";

const ARRIVED = Date.parse("2100-01-01T00:00:00Z");

let files: SiteFiles;
let catalog: Catalog;

const eventNamed = (name: string): Catalog["events"][number] => {
  const event = catalog.events.find((each) => each.name === name);
  assert.ok(event, name);
  return event;
};

/** The texts in a value, each with the names that lead to it. */
const textsIn = (value: unknown, path: readonly string[] = []): readonly (readonly [string, string])[] => {
  if (typeof value === "string") return [[pathName(path), value]];
  if (Array.isArray(value)) return value.flatMap((each) => textsIn(each, [...path, "*"]));
  return isObject(value)
    ? Object.entries(value).flatMap(([name, each]) => textsIn(each, [...path, name]))
    : [];
};

/** The events of the examples: those beside the mappings, and a morning's. */
const examples = async (): Promise<readonly string[]> => {
  const texts = (await readFiles(project)).files;
  const events = files.sources.flatMap(({ name }) => {
    const file = `mappings/${name}/examples.yml`;
    const read = readExamples(file, texts.get(file) ?? "[]");
    assert.ok(!("problems" in read));
    return read.map(({ event }) => JSON.stringify(event));
  });
  const morning = await readFile(join(project, "examples", "events.ndjson"), "utf8");
  return [...events, ...morning.split("\n").filter((line) => line !== "")];
};

describe("The catalog of the shipped site", () => {
  before(async () => {
    files = await readSite(project);
    catalog = catalogOf(files);
  });

  it("has every field of every schema, and every event once", () => {
    assert.deepEqual(
      catalog.events.map(({ name }) => name),
      files.sources.map(({ name }) => name),
    );
    for (const { name, schemas } of files.sources) {
      const known = new Set(eventNamed(name).fields.map((field) => field.name.replace(/.*\./, "")));
      for (const { schema } of schemas)
        for (const part of partsOf(schema).filter(({ remark }) => !remark))
          for (const field of Object.keys(isObject(part.schema.properties) ? part.schema.properties : {}))
            assert.ok(known.has(field), `${name}: ${field}`);
    }
  });

  it("lists all that the translator fills in, in its own words", () => {
    for (const { name, protocol, filledIn } of files.endpoints.map(({ endpoint }) => ({
      ...endpoint,
      filledIn: catalog.endpoints.find((each) => each.name === endpoint.name)?.filledIn ?? [],
    }))) {
      const taken = new Set(
        catalog.events.flatMap((event) =>
          event.sent
            .filter(({ endpoint }) => endpoint === name)
            .flatMap(({ translations }) => translations.map((each) => `${event.name}:${each}`)),
        ),
      );
      assert.ok(taken.size > 0);
      const said = new Set(filledIn.map(({ path, says }) => `${path} ${says}`));
      for (const { written, mapping } of files.sources)
        for (const translation of explainMapping(written, mapping).translations)
          if (taken.has(translation.name))
            // No shipped endpoint asks for the LMS's own session.
            for (const { path, says, place } of translation.sides[protocol] ?? [])
              if (place === undefined && path[0] !== "federatedSession")
                assert.ok(said.has(`${pathName(path)} ${says}`));
      assert.ok(!filledIn.some(({ path }) => path === "federatedSession"));
    }
  });

  it("tells of the LMS's own session where an endpoint's file asks for it, and what that means", () => {
    const endpoints = files.endpoints.map((each) => ({
      ...each,
      endpoint: { ...each.endpoint, federatedSession: each.endpoint.protocol === "caliper" },
    }));
    const { endpoints: told } = catalogOf({ ...files, endpoints });
    for (const { protocol, filledIn } of told) {
      const found = filledIn.filter(({ path }) => path === "federatedSession");
      assert.equal(found.length, protocol === "caliper" ? 1 : 0);
      for (const { says } of found) assert.match(says, /who you are/);
    }
  });

  it("understates nothing: each text of an event that an endpoint gets, it says to be sent there", async () => {
    // Nothing is held back here by a selection or a condition, so that as much as can be is sent.
    for (const learners of ["pseudonym", "username"] as const) {
      const open: SiteFiles = {
        ...files,
        endpoints: files.endpoints.map((each) => ({
          ...each,
          where: undefined,
          select: { translations: ["*", "+*"] },
          endpoint: { ...each.endpoint, learners, personalData: "allow" },
        })),
      };
      const said = catalogOf(open);
      const site = await loadSite(open);
      const seen = new Set<string>();
      for (const body of await examples()) {
        const whose = { roles: ["Learner"], course: { id: "a-course-of-its-own" }, otherwise: "grace" };
        for (const told of (await rehearse([{ body, whose }], site, IMAGINED_KEY, ARRIVED)).flat()) {
          if ("refusal" in told) continue;
          const event = said.events.find(({ name }) => name === told.event.source);
          for (const { endpoint, statements } of told.endpoints) {
            for (const { statement, translation } of statements) {
              const sent = textsIn(statement).map(([, text]) => decoded(text));
              for (const [name, value] of textsIn(told.event.data)) {
                if (value.length < 4 || !sent.some((text) => text.includes(value))) continue;
                const field = event?.fields.find((each) => each.name === name);
                const ways = field?.sent.find((each) => each.endpoint === endpoint.name)?.ways ?? [];
                const sending = ways.filter(({ form }) => form !== "decides");
                if (isOwnWord(translation, value)) continue;
                assert.notDeepEqual(sending, [], `${event?.name}, ${name}, to ${endpoint.name}`);
                seen.add(`${event?.name} ${name} ${learners}`);
              }
            }
          }
        }
      }
      assert.ok(seen.has(`jupyter-server/contents path ${learners}`));
      assert.equal(seen.has("jupyterhub/server-action username username"), learners === "username");
    }
  });

  it("says truly what goes as a pseudonym: nothing of that is sent as it is", async () => {
    const open: SiteFiles = {
      ...files,
      endpoints: files.endpoints.map((each) => ({
        ...each,
        where: undefined,
        select: { translations: ["*", "+*"] },
      })),
    };
    const said = catalogOf(open);
    const site = await loadSite(open);
    const seen = new Set<string>();
    for (const body of await examples()) {
      for (const told of (
        await rehearse([{ body, whose: { roles: [] } }], site, IMAGINED_KEY, ARRIVED)
      ).flat()) {
        if ("refusal" in told) continue;
        const event = said.events.find(({ name }) => name === told.event.source);
        for (const { endpoint, statements } of told.endpoints)
          for (const { statement, translation } of statements)
            for (const [name, value] of textsIn(told.event.data)) {
              const field = event?.fields.find((each) => each.name === name);
              const ways = field?.sent.find((each) => each.endpoint === endpoint.name)?.ways ?? [];
              const sending = ways.filter(({ form }) => ["whole", "part", "changed"].includes(form));
              if (value.length < 4 || isOwnWord(translation, value)) continue;
              if (sending.length === 0 || !sending.every(({ as }) => as !== undefined)) continue;
              seen.add(`${event?.name} ${name}`);
              const sent = textsIn(statement).map(([, text]) => decoded(text));
              assert.ok(!sent.some((text) => text.includes(value)), `${event?.name}, ${name}`);
            }
      }
    }
    assert.ok(
      seen.has("jupyter-server/contents path") && seen.has("jupyter-collaboration/fork fork_info.title"),
    );
  });
});

/** An address as people write it; what is none stays as it is. */
const decoded = (text: string): string => {
  try {
    return decodeURI(text);
  } catch {
    return text;
  }
};

/** Whether a text stands in the mapping itself, so that it is sent whatever the event says: the verb `save`, say. */
const isOwnWord = (translation: string, value: string): boolean => {
  const source = files.sources.find(({ name }) => translation.startsWith(`${name}:`));
  const own = source?.written.translations.find(({ name }) => translation.endsWith(`:${name}`));
  return JSON.stringify([own?.caliper, own?.xapi, own?.json]).toLowerCase().includes(value.toLowerCase());
};
