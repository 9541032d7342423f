import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { readSite } from "../../build/site.ts";
import { personalAt, personalInAny } from "../../src/event/personal.ts";
import { policyProblems } from "../../src/mapping/policy.ts";
import { SIDES } from "../../src/mapping/understand.ts";
import { complaints, endpointFile, type Files, mappingFile } from "../mapping/support.ts";

const SCHEMA = `$id: https://example.edu/event
version: "1"
type: object
required: [path, score]
properties:
  path: { type: string, path: true, personal-data: true }
  score: { type: number, personal-data: true }
  kind: { type: string }
  inner: { type: object, properties: { name: { type: string, personal-data: true } } }
  cells: { type: array, items: { type: object, properties: { id: { type: string, personal-data: true } } } }
`;

const OBJECT = 'object: { id: "https://example.edu/thing", definition: { name: "${ NAME }" } }';

const site = (mapping: string, xapi: string, more: Files = {}): Files => ({
  "mappings/told/schema.v1.yml": SCHEMA,
  "mappings/told/mapping.yml": mapping,
  "endpoints/store-caliper.yml": undefined,
  "endpoints/store-xapi.yml": endpointFile("xapi", xapi),
  ...more,
});

const saying = (value: string, let_?: string): string =>
  mappingFile({
    ...(let_ !== undefined && { let: let_ }),
    xapi: `verb: save\n${OBJECT.replace("NAME", value)}`,
  });

const REFUSE = "personalData: refuse\n";

const REASON =
  "endpoints/store-xapi.yml refuses personal data. Leave told:told out of its select, change the mapping, or say personalData: pseudonymise there.";

describe("An endpoint that refuses personal data", () => {
  it("is shown the flow of what a mapping would send of it: the field, its mark, the expression, the place", async () => {
    assert.deepEqual(await complaints(site(saying("basename(event.path)"), REFUSE)), [
      `mappings/told/mapping.yml:7:71 event.path (personal-data in mappings/told/schema.v1.yml:6) → basename(event.path) → object.definition.name: ${REASON}`,
    ]);
  });

  it("is shown it through lets, in their order", async () => {
    const lets = 'folder: "${ dirname(event.path) }"\nname: "in ${ folder }"';
    assert.deepEqual(await complaints(site(saying("lower(name)", lets), REFUSE)), [
      `mappings/told/mapping.yml:10:71 event.path (personal-data in mappings/told/schema.v1.yml:6) → folder: dirname(event.path) → name: in \${ folder } → lower(name) → object.definition.name: ${REASON}`,
    ]);
  });

  for (const [value, field] of [
    ["event.path", "event.path"],
    ["'a' + event.path", "event.path"],
    ["event.kind.orElse(event.path)", "event.path"],
    ["event.kind == 'a' ? event.path : event.kind", "event.path"],
    ["pseudonym(event.path)", "event.path"],
    ["string(event.score)", "event.score"],
    ["event.inner.name", "event.inner.name"],
    ["string(event.cells[0].id)", "event.cells.*.id"],
    ["[event.path][0]", "event.path"],
    ["extension(event.path)", "event.path"],
  ] as const)
    it(`gets no ${value}`, async () => {
      const found = await complaints(site(saying(value), REFUSE));
      assert.equal(found.length, 1, found.join("\n"));
      assert.match(found[0] ?? "", new RegExp(` ${field.replaceAll(/[.*]/g, "\\$&")} \\(personal-data in `));
    });

  for (const value of [
    "event.kind",
    "event.path == 'a' ? 'yes' : 'no'",
    "event.path.startsWith('a') ? event.kind : 'no'",
    "string(size(event.path))",
    "string(has(event.path))",
    "lookup.t[event.path]",
    "lookup.t[extension(event.path)]",
  ])
    it(`gets ${value}, which says nothing of the value`, async () => {
      const mapping = saying(value).replace("translations:", "lookup: { t: { a: b } }\ntranslations:");
      assert.deepEqual(await complaints(site(mapping, REFUSE)), []);
    });

  it("gets none within what is around it, none by forEach, and none as the time of the act", async () => {
    const mapping = (extension: string): string =>
      mappingFile({
        xapi: `verb: save\n${OBJECT.replace("${ NAME }", "a")}\ncontext: { extensions: { https://example.edu/e: "\${ ${extension} }" } }`,
      });
    const inner = await complaints(site(mapping("event.inner"), REFUSE));
    assert.match(
      inner.join("\n"),
      /mapping\.yml:8:\d+ event\.inner \(personal-data in mappings\/told\/schema.v1.yml:9\)/,
    );
    const each = mapping("cell.id").replace("    xapi:", "    forEach: { cell: event.cells }\n    xapi:");
    assert.match((await complaints(site(each, REFUSE))).join("\n"), / event\.cells\.\*\.id .*→ cell\.id → /);
    const time = mapping("event.kind").replace("    xapi:", "    time: utc(event.path)\n    xapi:");
    assert.match(
      (await complaints(site(time, REFUSE))).join("\n"),
      /:5:11 event\.path .*→ time: utc\(event\.path\) → timestamp/,
    );
  });

  it("takes other translations than those, and others take these", async () => {
    const mapping = `${saying("event.path")}  - name: other
    xapi:
      verb: save
      ${OBJECT.replace("NAME", "event.kind")}
`;
    const refusing = (select: string): string =>
      endpointFile("xapi", REFUSE).replace('["*", "+*"]', `["told:${select}"]`);
    const others = { "endpoints/other.yml": endpointFile("xapi") };
    assert.deepEqual(
      await complaints(site(mapping, "", { ...others, "endpoints/store-xapi.yml": refusing("other") })),
      [],
    );
    const found = await complaints(
      site(mapping, "", { ...others, "endpoints/store-xapi.yml": refusing("*") }),
    );
    assert.equal(found.length, 1);
  });

  it("is told where the mark is that makes all of an event personal, in any version of its schema", async () => {
    const versions = {
      "mappings/told/schema.v1.yml": SCHEMA.replaceAll(", personal-data: true", ""),
      "mappings/told/schema.v2.yml": SCHEMA.replaceAll(", personal-data: true", "").replace(
        'version: "1"',
        'version: "2"\npersonal-data: true',
      ),
    };
    const found = await complaints(site(saying("event.kind"), REFUSE, versions));
    assert.match(
      found.join("\n"),
      /event\.kind \(personal-data in mappings\/told\/schema\.v2\.yml:3\) → event\.kind → /,
    );
  });
});

describe("An endpoint that gets pseudonyms", () => {
  it("is the default, and has nothing to complain of texts", async () => {
    assert.deepEqual(await complaints(site(saying("event.path"), "")), []);
    assert.deepEqual(await complaints(site(saying("event.path"), "personalData: pseudonymise\n")), []);
  });

  it("cannot have one of what is no text", async () => {
    const mapping = mappingFile({
      xapi: `verb: scored\n${OBJECT.replace("${ NAME }", "a")}\nresult: { score: { raw: "\${ event.score }" } }`,
    });
    assert.deepEqual(await complaints(site(mapping, "")), [
      "mappings/told/mapping.yml:8:32 event.score (personal-data in mappings/told/schema.v1.yml:7) → event.score → result.score.raw: this may be, or hold, what is no text, so it has no pseudonym, and endpoints/store-xapi.yml would not get it. Say personalData: allow there, or personal-data: false beside the field; or type: string, where it is always a text.",
    ]);
    assert.deepEqual(await complaints(site(mapping, "personalData: allow\n")), []);
    const schema = { "mappings/told/schema.v1.yml": SCHEMA.replace("number, personal-data: true", "number") };
    assert.deepEqual(await complaints(site(mapping, "", schema)), []);
  });

  it("may be told whether it is so", async () => {
    assert.deepEqual(await complaints(site(saying("event.score > 1.0 ? 'much' : 'little'"), "")), []);
  });

  it("has one of three policies", async () => {
    const [found = ""] = await complaints(site(saying("event.kind"), "personalData: hide\n"));
    assert.match(found, /^endpoints\/store-xapi\.yml:7:15 .*pseudonymise, allow/);
  });
});

describe("The shipped mappings", () => {
  it("have a mark on whatever names the learner, and on what is the path of a file", async () => {
    for (const { name, schemas } of (await readSite(project)).sources) {
      const personal = personalInAny(schemas);
      for (const { schema, learner } of schemas) {
        if (learner !== undefined) assert.equal(personalAt(personal, [learner]), "all", name);
        for (const field of Object.keys(Object(schema.properties)))
          if (/path$/i.test(field)) assert.equal(personalAt(personal, [field]), "path", name);
      }
    }
  });

  it("send no personal data that has no pseudonym", async () => {
    for (const source of (await readSite(project)).sources)
      for (const side of SIDES)
        assert.deepEqual(
          policyProblems(source, {
            file: "endpoints/any.yml",
            policy: "pseudonymise",
            side,
            takes: () => true,
          }),
          [],
        );
  });

  it("have records without any, so that whoever refuses personal data can take them", async () => {
    for (const source of (await readSite(project)).sources)
      assert.deepEqual(
        policyProblems(source, {
          file: "endpoints/any.yml",
          policy: "refuse",
          side: "json",
          takes: () => true,
        }),
        [],
        source.name,
      );
  });
});
