import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { markOn } from "../../src/event/mark-on.ts";
import { readSchema } from "../../src/event/schema.ts";

describe("The mark by which a field is personal", () => {
  const at = (text: string, ...names: readonly string[]): string | undefined => {
    const read = readSchema("schema.v1.yml", `$id: https://example.edu/a\nversion: 1\n${text}`);
    if (!("schema" in read)) return assert.fail(JSON.stringify(read));
    const mark = markOn([read], names);
    return mark && `${mark.line}:${mark.column}`;
  };

  it("is found at its line: the property's own, one around it, or the event's", () => {
    assert.equal(at("personal-data: true\nproperties: { a: { type: string } }", "a"), "3:1");
    assert.equal(
      at("personal-data: true\nproperties:\n  a: { type: string, personal-data: true }", "a"),
      "5:22",
    );
    assert.equal(
      at("properties:\n  a: { type: object, personal-data: true, properties: { b: {} } }", "a", "b"),
      "4:22",
    );
    assert.equal(at("definitions:\n  a: { personal-data: true }", "b"), "4:8");
    assert.equal(
      at("properties:\n  a: { type: object, properties: { b: { personal-data: true } } }", "a"),
      "4:41",
    );
    assert.equal(at("properties: { a: { type: string } }", "a"), undefined);
  });

  it("is found where a $ref leads to it, although a property says that it is none", () => {
    const schema = `properties:
  a: { personal-data: false, $ref: '#/properties/b' }
  b: { type: string, personal-data: true }
  c: { type: string }`;
    assert.equal(at(schema, "a"), "5:22");
    assert.equal(at(schema, "c"), undefined);
  });
});

describe("The paths of texts that are files' paths", () => {
  it("are those of the properties with that mark, with * for the elements of a list", () => {
    const read = readSchema(
      "schema.v1.yml",
      `$id: https://example.edu/a
version: 1
properties:
  path: { type: string, path: true }
  other: { type: string, path: false }
  inner: { type: object, properties: { path: { type: string, path: true }, name: { type: string } } }
  files: { type: array, items: { type: string, path: true } }
  cells: { type: array, items: { type: object, properties: { file: { type: string, path: true } } } }
`,
    );
    assert.ok("paths" in read);
    assert.deepEqual(read.paths, [["path"], ["inner", "path"], ["files", "*"], ["cells", "*", "file"]]);
  });
});

describe("A mark that cannot be heeded", () => {
  const problems = (text: string): readonly string[] => {
    const read = readSchema("schema.v1.yml", `$id: https://example.edu/a\nversion: 1\n${text}`);
    return "schema" in read ? [] : read.map(({ line, column, message }) => `${line}:${column} ${message}`);
  };

  it("is refused: path on what is no text, or where properties and items do not lead; marks that are neither true nor false", () => {
    assert.deepEqual(
      problems('properties: { a: { type: [string, "null"], path: true }, path: { type: integer } }'),
      [],
    );
    for (const text of [
      "properties: { a: { type: object, path: true } }",
      "properties: { a: { path: true } }",
      "properties: { a: { type: [string, integer], path: true } }",
      "path: true",
      "definitions: { a: { type: string, path: true } }",
    ])
      assert.match(
        problems(text)[0] ?? "",
        /^3:\d+ path counts only on a text below properties and items/,
        text,
      );
    assert.deepEqual(problems("properties: { a: { type: string, format: uri, path: true } }"), [
      "3:53 A text is the path of a file or an IRI, which have pseudonyms of other forms: drop path or format.",
    ]);
    assert.match(
      problems("properties: { a: { personal-data: yes } }")[0] ?? "",
      /personal-data is true or false/,
    );
    assert.match(
      problems('properties: { a: { type: string, path: "a" } }')[0] ?? "",
      /path is true or false/,
    );
  });
});
