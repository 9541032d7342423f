import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { readSite } from "../../build/site.ts";
import { type Catalog, type CatalogField, catalogOf } from "../../catalog/catalog.ts";
import { writeMarkdown } from "../../catalog/markdown.ts";
import { pageOf } from "../../catalog/page.ts";
import { sentWords, storedWords } from "../../catalog/words.ts";
import { endpointFile, type Files, mappingFile, withSite, XAPI } from "../mapping/support.ts";
import { jlt, withShippedSite } from "./support.ts";

const catalogIn = (files: Files): Promise<Catalog> =>
  withSite(files, async (folder) => catalogOf(await readSite(folder)));

const schema = (properties: string, more = ""): string =>
  `$id: https://example.edu/event\nversion: "1"\ntype: object\n${more}properties:\n${properties.replace(/^(?=.)/gm, "  ")}\n`;

const fieldOf = ({ events: [event] }: Catalog, name: string): CatalogField => {
  const found = event?.fields.find((each) => each.name === name);
  assert.ok(found, `${name} is not among ${event?.fields.map((each) => each.name).join(", ")}`);
  return found;
};

/** What the catalog says of a field for the endpoint store-xapi, in plain words. */
const sentOf = (catalog: Catalog, name: string): string => {
  const sent = fieldOf(catalog, name).sent.find(({ endpoint }) => endpoint === "store-xapi");
  assert.ok(sent);
  return sentWords(sent)
    .map((piece) => (typeof piece === "string" ? piece : Object.values(piece).join()))
    .join("");
};

const storedOf = (catalog: Catalog, name: string): string =>
  storedWords(fieldOf(catalog, name), 400).join("");

const THING = 'object: { id: "https://example.edu/thing", definition: { name: ';

const saying = (name: string, more: Partial<Parameters<typeof mappingFile>[0]> = {}): string =>
  mappingFile({ xapi: `verb: save\n${THING}${JSON.stringify(name)} } }`, ...more });

describe("The catalog, field by field", () => {
  it("says of each field how it is sent, in plain words", async () => {
    const catalog = await catalogIn({
      "mappings/told/schema.v1.yml": schema(
        "a: { type: string }\nb: { type: string }\nc: { type: string }\nd: { type: string }\ne: { type: string, description: What e is. }",
      ),
      "mappings/told/mapping.yml": saying("of ${ file } by ${ event.a }", {
        let: 'file: "${ extension(event.b) }"',
        when: 'event.c == "yes"',
        xapi: `verb: save\n${THING}"of \${ file } by \${ event.a }" } }\nresult: { response: "\${ event.d }" }`,
      }),
    });
    assert.equal(sentOf(catalog, "a"), "within object.definition.name");
    assert.equal(sentOf(catalog, "b"), "the ending of its name at object.definition.name");
    assert.equal(sentOf(catalog, "c"), "decides only whether something is sent");
    assert.equal(sentOf(catalog, "d"), "as it is at result.response");
    assert.equal(sentOf(catalog, "e"), "not sent");
    assert.equal(fieldOf(catalog, "e").meaning, "What e is.");
    assert.match(writeMarkdown(pageOf(catalog)), /\| `a` \| not described \| not marked \| 400 days \|/);
  });

  it("says of what is inside of a value that is sent as a whole, that it goes with it", async () => {
    const catalog = await catalogIn({
      "mappings/told/schema.v1.yml": schema(
        "inner: { type: object, properties: { text: { type: string }, secret: { type: string, never-store: true } } }\nlist: { type: array, items: { type: object, properties: { id: { type: string } } } }",
      ),
      "mappings/told/mapping.yml": mappingFile({
        xapi: `${XAPI}result: { extensions: { "https://e.example/inner": "\${ event.inner }", "https://e.example/ids": "\${ event.list[0].id }" } }`,
      }),
    });
    assert.equal(sentOf(catalog, "inner.text"), "as it is at result.extensions[…/inner]");
    assert.equal(sentOf(catalog, "inner.secret"), "not sent");
    assert.equal(storedOf(catalog, "inner.secret"), "never");
    assert.equal(storedOf(catalog, "inner"), "400 days, but for what is never stored below");
    assert.equal(sentOf(catalog, "list[].id"), "as it is at result.extensions[…/ids]");
    assert.equal(sentOf(catalog, "list[]"), "in part: see below");
    assert.deepEqual(catalog.neverStored, [{ event: "told", fields: ["inner.secret"] }]);
  });

  it("marks as personal what is inside of something personal; the event's own mark stands at the event", async () => {
    const inner =
      "inner: { type: object, personal-data: true, properties: { text: { type: string } } }\nother: {}";
    const part = await catalogIn({ "mappings/told/schema.v1.yml": schema(inner) });
    assert.deepEqual(
      [part.events[0]?.personal, fieldOf(part, "inner.text").personal, fieldOf(part, "other").personal],
      [false, true, false],
    );
    const whole = await catalogIn({ "mappings/told/schema.v1.yml": schema(inner, "personal-data: true\n") });
    assert.deepEqual([whole.events[0]?.personal, fieldOf(whole, "other").personal], [true, false]);
    assert.match(writeMarkdown(pageOf(whole)), /^- All of it is marked as personal data\.$/m);
  });

  it("takes for personal what the service does: also by the marks of jupyter_telemetry and of jupyter_events 0.1", async () => {
    const catalog = await catalogIn({
      "mappings/told/schema.v1.yml": schema(
        "a: { type: string, categories: [category.jupyter.org/user-identifier] }\nb: { type: string, redactionPolicies: [collect] }\nc: { type: string, personal-data: false }",
      ),
    });
    assert.deepEqual(
      ["a", "b", "c"].map((name) => fieldOf(catalog, name).personal),
      [true, true, false],
    );
  });

  it("says that an anonymous event names nobody", async () => {
    const files = { "mappings/told/schema.v1.yml": schema("a: {}", "anonymous: true\n") };
    assert.match(writeMarkdown(pageOf(await catalogIn(files))), /^- It names nobody/m);
  });

  for (const [learners, words] of [
    ["pseudonym", "as a pseudonym, wherever the learner is named"],
    ["username", "as the user name, wherever the learner is named"],
  ] as const) {
    it(`says that the field which names the learner goes as the ${learners}, though no mapping reads it`, async () => {
      const catalog = await catalogIn({
        "endpoints/store-xapi.yml": endpointFile("xapi", `learners: ${learners}\n`),
        "mappings/told/schema.v1.yml": schema("who: { type: string, learner: true }"),
        "mappings/told/mapping.yml": mappingFile({ xapi: XAPI }),
      });
      assert.equal(sentOf(catalog, "who"), words);
      const page = writeMarkdown(pageOf(catalog));
      assert.match(
        page,
        learners === "username" ? /knows you by your user name\./ : /knows you by a pseudonym/,
      );
      assert.match(page, /\| `who` \| not described \| not marked; names the learner \|/);
      // The other endpoint gets nothing of the event, nor whose it is.
      assert.match(page, /Nothing of this event is sent to \*\*Store\*\*/);
    });
  }

  it("counts an optional translation only for the endpoint that asks for it", async () => {
    const optional = saying("${ event.a }").split("translations:\n")[1] ?? "";
    const files = {
      "mappings/told/schema.v1.yml": schema("a: { type: string }"),
      "mappings/told/mapping.yml": `${mappingFile({ xapi: XAPI })}${optional.replace("- name: told", "- name: more\n    optional: true")}`,
    };
    assert.equal(sentOf(await catalogIn(files), "a"), "as it is at object.definition.name");
    const without = await catalogIn({
      ...files,
      "endpoints/store-xapi.yml": endpointFile("xapi").replace(', "+*"', ""),
    });
    assert.equal(sentOf(without, "a"), "not sent");
  });

  it("names the events that are stored, but sent nowhere", async () => {
    const files = {
      "endpoints/store-xapi.yml": undefined,
      "mappings/told/mapping.yml": mappingFile({ xapi: XAPI }),
    };
    const catalog = await catalogIn(files);
    assert.deepEqual(catalog.sentNowhere, ["told"]);
    assert.deepEqual(catalog.endpoints[0]?.filledIn, []);
  });

  it("joins the versions of a schema, and says what only some of them have", async () => {
    const second = schema("a: { type: string, description: Anew. }\nnew: {}").replace('"1"', '"10"');
    const catalog = await catalogIn({
      "mappings/told/schema.v1.yml": schema(
        "a: { type: string, description: Once., never-store: true }\nold: {}",
      ),
      "mappings/told/schema.v10.yml": second,
    });
    assert.deepEqual(catalog.events[0]?.versions, ["10", "1"]);
    assert.equal(fieldOf(catalog, "a").meaning, "Anew.");
    assert.equal(storedOf(catalog, "a"), "400 days, but never of version 1");
    assert.deepEqual(fieldOf(catalog, "new").versions, ["10"]);
    assert.deepEqual(fieldOf(catalog, "old").versions, ["1"]);
    assert.equal(fieldOf(catalog, "a").versions, undefined);
  });

  it("finds the fields behind references, conditions and patterns, and ends where a schema comes again", async () => {
    const catalog = await catalogIn({
      "mappings/told/schema.v1.yml": schema(
        "tree: { $ref: '#/definitions/tree' }\nmap: { type: object, patternProperties: { '^x-': { type: string } }, additionalProperties: { type: number } }",
        "definitions: { tree: { type: object, description: A tree., properties: { leaf: { type: string }, branch: { $ref: '#/definitions/tree' } } } }\nif: { required: [late] }\nthen: { properties: { late: { type: string } } }\nadditionalProperties: false\n",
      ).replace("properties:\n", "properties:\n  late: {}\n"),
    });
    assert.deepEqual(
      catalog.events[0]?.fields.map(({ name }) => name),
      ["late", "tree", "tree.leaf", "tree.branch", "map", "map.{^x-}", "map.{any other name}"],
    );
    assert.equal(fieldOf(catalog, "tree").meaning, "A tree.");
    assert.equal(fieldOf(catalog, "tree.branch").again, true);
  });
});

describe("jlt catalog", { concurrency: true }, () => {
  it("prints the shipped site's catalog, the same each time", async () => {
    const [first, second] = await Promise.all([jlt(project, ["catalog"]), jlt(project, ["catalog"])]);
    assert.equal(first.status, 0, first.stderr);
    assert.equal(first.stdout, second.stdout);
    assert.match(first.stdout, /^# What is collected: Example University JupyterHub\n/);
    assert.match(
      first.stdout,
      /Nothing of this event is sent to \*\*Campus learning record store, xAPI 1\.0\.3\*\*/,
    );
    assert.doesNotMatch(first.stdout, /undefined|\[object|NaN/);
  });

  it("shows one endpoint where it is asked for, and answers 2 for one that is not there", async () => {
    const { stdout } = await jlt(project, ["catalog", "--json", "--endpoint", "campus-lrs"]);
    const catalog: Catalog = JSON.parse(stdout);
    assert.deepEqual(
      catalog.endpoints.map(({ name }) => name),
      ["campus-lrs"],
    );
    const wrong = await jlt(project, ["catalog", "--endpoint", "campus-lsr"]);
    assert.equal(wrong.status, 2);
    assert.match(wrong.stderr, /There is no endpoint "campus-lsr"; did you mean "campus-lrs"\?/);
    assert.equal((await jlt(project, ["catalog", "--html", "--json"])).status, 2);
  });

  it("answers 1 with the mistakes of a site that cannot be read", async () => {
    await withShippedSite(async (folder) => {
      await rm(`${folder}/translator.yml`);
      const { status, stderr } = await jlt(folder, ["catalog"]);
      assert.equal(status, 1);
      assert.match(stderr, /translator\.yml:1:1/);
    });
  });
});
