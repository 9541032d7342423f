import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import fc from "fast-check";
import { project } from "../../build/bundle.ts";
import { readSite, type Source } from "../../build/site.ts";
import { isObject, type JsonObject } from "../../src/event/json.ts";
import { SIDES } from "../../src/mapping/understand.ts";
import { eventsOf } from "./schema-events.ts";
import type { Tell } from "./support.ts";
import { understood } from "./support.ts";

/** A shipped mapping with one version of its schema. */
interface Shipped {
  readonly name: string;
  readonly schema: JsonObject;
  readonly tell: Tell;
}

const shipped = ({ name, schemas }: Source): readonly Shipped[] =>
  schemas.map(({ schema, document }) => {
    const read = (file: string): string => readFileSync(join(project, "mappings", name, file), "utf8");
    const tell = understood(
      read(document.file.slice(document.file.lastIndexOf("/") + 1)),
      read("mapping.yml"),
    );
    return typeof tell === "function"
      ? { name: document.file, schema, tell }
      : assert.fail(tell.map(({ message }) => message).join("\n"));
  });

/** The words of the shipped records, as docs/mappings.md explains them, with the form of their values. */
const WORDS: Readonly<Record<string, RegExp>> = {
  event: /^"(assignment|binder|cell|command|file|fork|gateway|kernel|probe|room|server|tool)\.[a-z]+"$/,
  success: /^(true|false)$/,
  error: /^"/,
  duration: /^-?\d/,
  status: /^-?\d/,
  kind: /^"(notebook|code|text|data|image|other)"$/,
  kernel: /^"/,
  action: /^"(start|interrupt|restart|shutdown)"$/,
  initiator: /^"/,
  assignment: /^"/,
  attempt: /^-?\d/,
  command: /^"/,
  tool: /^"(gigantum|nannyml)"$/,
  version: /^"/,
  activity: /^-?\d/,
  provider: /^"/,
  sent: /^\d/,
  tag: /^"[0-9a-f]{64}"$/,
};

/** What the translator itself says in a record. */
const FILLED = ["id", "time", "translation", "learner", "course"];

/** An event whose texts are others wherever they name a file, a room or a repository, or are a person's own. */
const renamed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(renamed);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      typeof inner === "string" && NAMING.has(key) ? `somebody/${inner}` : renamed(inner),
    ]),
  );
};

const NAMING: ReadonlySet<string> = new Set(
  "path source_path notebookPath roomid fork_roomid root_roomid title room spec ref project servername username msg document_id cell_id".split(
    " ",
  ),
);

describe("Every shipped mapping", () => {
  let all: readonly Shipped[];
  before(async () => {
    all = (await readSite(project)).sources.flatMap(shipped);
  });

  it("makes statements of whatever event its schema accepts, and never fails", () => {
    assert.ok(all.length >= 3);
    for (const { name, schema, tell } of all) {
      const told = { caliper: 0, xapi: 0, json: 0 };
      fc.assert(
        fc.property(eventsOf(schema), (event) => {
          for (const side of SIDES) {
            const statements = tell(side, event);
            told[side] += statements.length;
            assert.equal(new Set(statements.map(({ id }) => id)).size, statements.length);
          }
        }),
        { numRuns: 200 },
      );
      // The service's own test is told to no learning system.
      const silent = name.startsWith("mappings/translator/probe/") ? ["caliper", "xapi"] : [];
      for (const side of SIDES) assert.equal(told[side] > 0, !silent.includes(side), `${name} ${side}`);
    }
  });

  it("says the same of the same event, and of its copy whose fields stand in another order", () => {
    for (const { schema, tell } of all)
      fc.assert(
        fc.property(eventsOf(schema), (event) => {
          const reversed = Object.fromEntries(Object.entries(event).reverse());
          for (const side of SIDES) assert.deepEqual(tell(side, reversed), tell(side, event));
        }),
        { numRuns: 100 },
      );
  });

  it("has a record of each translation, in the words that docs/mappings.md explains", async () => {
    const docs = readFileSync(join(project, "docs", "mappings.md"), "utf8");
    const words =
      /\| key \| what it is \|\n\|---\|---\|\n(\| `event` .*\n(?:\| .*\n)+)/.exec(docs)?.[1] ?? "";
    const explained = words.split("\n").flatMap((row) => row.split("|")[1]?.match(/[a-z]+/g) ?? []);
    assert.deepEqual(explained.sort(), Object.keys(WORDS).sort());
    for (const { name, written } of (await readSite(project)).sources)
      for (const { name: translation, optional, json } of written.translations) {
        const full = `${optional ? "+" : ""}${name}:${translation}`;
        assert.ok(isObject(json), full);
        assert.deepEqual(
          Object.keys(json).filter((key) => !Object.hasOwn(WORDS, key)),
          [],
          full,
        );
        const row = docs.split("\n").find((line) => line.startsWith(`| \`${json.event}\` |`));
        assert.ok(row?.includes(`\`${full}\``), `docs/mappings.md has no ${json.event} of ${full}`);
      }
  });

  it("puts no path, name of a file or text of a person's own into a record", () => {
    for (const { name, schema, tell } of all)
      fc.assert(
        fc.property(eventsOf(schema), (event) => {
          const records = tell("json", event);
          const other = renamed(event);
          if (isObject(other)) assert.deepEqual(tell("json", other), records, name);
          for (const record of records)
            for (const [key, value] of Object.entries(record))
              if (!FILLED.includes(key)) assert.match(JSON.stringify(value), WORDS[key] ?? /^$/, name);
        }),
        { numRuns: 100 },
      );
  });
});
