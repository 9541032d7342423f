import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { readSite } from "../../build/site.ts";
import { catalogOf } from "../../catalog/catalog.ts";
import { writeHtml } from "../../catalog/html.ts";
import { writeMarkdown } from "../../catalog/markdown.ts";
import { pageOf } from "../../catalog/page.ts";
import { type Block, code, heading, list, paragraph, strong } from "../../catalog/text.ts";
import { mappingFile, withSite, XAPI } from "../mapping/support.ts";

/** Texts that would be more than text in one of the two formats. */
const HOSTILE = [
  "<script>alert(1)</script>",
  "</td></tr></table><h1>Out</h1>",
  '" onfocus="alert(1)" x="',
  "a | b |\n| --- | --- |",
  "\n\n# Out\n\n",
  "``` \n| `a|b` |",
  "[click](javascript:alert(1)) ![x](https://evil.example/x.png)",
  "<!-- ",
  "\\| \\\\| \\`",
  "**bold** _it_ ~~gone~~ $x$ &lt;b&gt;",
  "\u202egnp.exe \u0000\u001b[31m",
  "https://evil.example www.evil.example",
  "\ud800",
];

const hostile = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: fc.constantFrom(..."<>&\"'`|\\\n[]()*_#-~ab ".split("")), maxLength: 20 }),
);

/** The same page with texts of somebody else at every place where a file's text can stand. */
const pageWith = (text: string): readonly Block[] => [
  heading(1, "Page", "top"),
  heading(2, "Part", "part"),
  paragraph(text, strong("x"), code(text)),
  list([[text], [code(text)]]),
  {
    kind: "table",
    caption: [text],
    head: [["a"], ["b"]],
    rows: [
      [[code(text)], [text]],
      [[text], [strong(text)]],
    ],
  },
];

/** The tags of a page, in their order. */
const tags = (html: string): readonly string[] => [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag);

/** The bars of a line that end a cell: those without an odd number of backslashes before them. */
const bars = (line: string): number => [...line.matchAll(/(?<!\\)(?:\\\\)*\|/g)].length;

describe("What somebody else wrote, in the catalog", () => {
  it("adds no tag and no attribute to the page", () => {
    const expected = tags(writeHtml(pageWith("harmless")));
    fc.assert(
      fc.property(hostile, (text) => {
        assert.deepEqual(tags(writeHtml(pageWith(text))), expected);
      }),
      { numRuns: 500 },
    );
  });

  it("adds no line and no cell to the Markdown, and no tag, link, picture or code to what is shown", () => {
    const expected = writeMarkdown(pageWith("harmless")).split("\n");
    fc.assert(
      fc.property(hostile, (text) => {
        const lines = writeMarkdown(pageWith(text.replace(/\s+/g, " "))).split("\n");
        assert.equal(lines.length, expected.length);
        for (const [at, line] of lines.entries())
          if (expected[at]?.startsWith("|")) assert.equal(bars(line), 3, line);
      }),
      { numRuns: 500 },
    );
    for (const text of HOSTILE) {
      const [, , , , shown = ""] = writeMarkdown([
        paragraph("."),
        heading(1, "p", "p"),
        paragraph(text),
      ]).split("\n");
      assert.doesNotMatch(shown, /(?<!\\)[<>[\]`|*~$&]/, text);
      assert.doesNotMatch(shown, /https?:\/\//);
    }
  });

  it("is shown with its marks taken for characters, on one line, and written in its own direction", async () => {
    for (const text of HOSTILE.filter((each) => each.isWellFormed() && !each.includes("\u0000"))) {
      const quoted = JSON.stringify(text);
      const schema = `$id: https://example.edu/event\nversion: "1"\ntype: object\ndescription: ${quoted}\nproperties:\n  a: { description: ${quoted} }\n  ${quoted}: {}\n`;
      const mapping = mappingFile({ xapi: XAPI }).replace("title: An event", `title: ${quoted}`);
      await withSite(
        { "mappings/told/schema.v1.yml": schema, "mappings/told/mapping.yml": mapping },
        async (folder) => {
          const page = pageOf(catalogOf(await readSite(folder)));
          const markdown = writeMarkdown(page);
          assert.equal(markdown.match(/^# /gm)?.length, 1);
          assert.doesNotMatch(markdown.replaceAll("\n", ""), /[\p{Cc}\u202e]/u);
          const [, table = ""] = markdown.split("\n| Field |");
          const rows = table.split("\n\n")[0]?.split("\n").slice(2) ?? [];
          assert.equal(rows.length, 3);
          for (const row of rows) assert.equal(bars(row), 6, row);
          const html = writeHtml(page);
          assert.doesNotMatch(html, /<script|<img|<h1>Out|\u202e/);
          assert.equal(html.match(/<h1/g)?.length, 1);
        },
      );
    }
  });
});

describe("The catalog's page", () => {
  const html = writeHtml(pageWith("harmless"));

  it("has a language, a title, a policy that lets nothing in, and nothing that is fetched or run", () => {
    assert.match(html, /^<!doctype html>\n<html lang="en">/);
    assert.match(html, /<title>Page<\/title>/);
    assert.match(
      html,
      /default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'/,
    );
    assert.doesNotMatch(html, /<script|<link|<img|<iframe|@import|url\(| on\w+=| style=/);
  });

  it("can be walked through: a way past the contents, headings in order, and links that lead somewhere", () => {
    assert.match(html, /<body>\n<a class="skip" href="#main">/);
    const ids = new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    for (const [, id] of html.matchAll(/href="#([^"]+)"/g)) assert.ok(ids.has(id), id);
    for (const [, id] of html.matchAll(/aria-labelledby="([^"]+)"/g)) assert.ok(ids.has(id), id);
    const levels = [...html.matchAll(/<h(\d)/g)].map(([, level]) => Number(level));
    for (const [at, level] of levels.entries()) assert.ok(level <= (levels[at - 1] ?? 0) + 1);
  });

  it("names its tables, their columns and their rows, and lets the keyboard scroll them", () => {
    assert.match(
      html,
      /<div class="table" role="region" aria-labelledby="table-\d+" tabindex="0">\n<table>\n<caption id=/,
    );
    assert.equal(html.match(/<th scope="col">/g)?.length, 2);
    assert.equal(html.match(/<th scope="row">/g)?.length, 2);
  });
});
