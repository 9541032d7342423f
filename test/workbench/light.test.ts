import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { project } from "../../build/bundle.ts";
import { readEnvelope } from "../../src/event/dialect/dialect.ts";
import type { JsonObject } from "../../src/event/json.ts";
import type { ExplainedField } from "../../src/mapping/explain.ts";
import { fieldsAt, leads, madeFrom, type Path, placesIn, sourcesOf } from "../../workbench/page/light.ts";

const line = (event: unknown): JsonObject => ({
  id: "6e0f5d2c-7b1a-5f4e-9d8c-0b3a2f1e4d5c",
  arrived: "2026-11-16T08:04:51.000Z",
  learner: { username: "ada", roles: [], proven: true, course: { id: "stat101" }, sender: {} },
  event,
});

const placesOf = (event: unknown, field: string): readonly Path[] => {
  const read = readEnvelope(event);
  return placesIn(line(event), "data" in read ? read.data : undefined)(field);
};

const field = (path: string, fields: readonly string[]): ExplainedField => ({
  path: path.split("."),
  says: fields.join(),
  fields,
  place: undefined,
  value: "",
});

const saved = {
  __schema__: "https://events.jupyter.org/jupyter_server/contents_service/v1",
  __schema_version__: "1",
  __timestamp__: "2026-11-16T08:06:42.186262+00:00Z",
  action: "save",
  path: "stat101/hw1.ipynb",
};

describe("A field that a mapping reads", () => {
  test("is found beside the keys of the envelope", () => {
    assert.deepEqual(placesOf(saved, "event.path"), [["event", "path"]]);
  });

  test("is found inside of an envelope that wraps the data", () => {
    const wrapped = {
      schema: saved.__schema__,
      revision: 1,
      dt: "2026-11-16T08:17:30Z",
      event: { path: "a" },
    };
    assert.deepEqual(placesOf(wrapped, "event.path"), [["event", "event", "path"]]);
  });

  test("is found where the data has another form than the event", () => {
    const command = {
      schema: "org.jupyterlab.commands.docmanager:open",
      version: 1,
      event: { path: "a.ipynb", command_args: 1 },
    };
    assert.deepEqual(placesOf(command, "event.command_args.path"), [["event", "event", "path"]]);
    assert.deepEqual(placesOf(command, "event.command_args"), [
      ["event", "event", "path"],
      ["event", "event", "command_args"],
    ]);
  });

  test("is nowhere in an event that has none, nor is a name of the language's own objects", () => {
    assert.deepEqual(placesOf(saved, "event.source_path"), []);
    assert.deepEqual(placesOf(saved, "event.constructor"), []);
    assert.deepEqual(placesOf(saved, "event.path.length"), []);
    assert.deepEqual(placesOf(saved, "lookup.kind"), []);
  });

  test("is found though its name has dots", () => {
    assert.deepEqual(placesOf({ ...saved, "a.b": { "c.d": 1 } }, "event.a.b.c.d"), [["event", "a.b", "c.d"]]);
  });

  test("is found where it is of the learner, the course or the whole event", () => {
    assert.deepEqual(placesOf(saved, "learner.username"), [["learner", "username"]]);
    assert.deepEqual(placesOf(saved, "course.id"), [["learner", "course", "id"]]);
    assert.deepEqual(placesOf(saved, "event"), [["event"]]);
  });

  test("is nowhere in a line that nobody can read", () => {
    for (const raw of ["half a li", null, 1, [], {}, { event: "text" }])
      assert.deepEqual(placesIn(raw, undefined)("event.path"), []);
  });

  test("has the value that the mapping reads, in every event that is shipped", () => {
    const lines = readFileSync(join(project, "examples", "events.ndjson"), "utf8")
      .trim()
      .split("\n");
    let found = 0;
    for (const event of lines.flatMap(asJson)) {
      const read = readEnvelope(event);
      if (!("data" in read)) continue;
      const raw = line(event);
      for (const [name, value] of Object.entries(read.data)) {
        if (typeof value === "object" && value !== null) continue;
        const places = placesIn(raw, read.data)(`event.${name}`);
        const values = places.map((place) => valueAt(raw, place));
        // One may hide another; and what the envelope says in its own way is no value of the event's.
        if (values.length > 0) assert.ok(values.includes(value), `event.${name} of ${read.schema}`);
        found += values.length;
      }
    }
    assert.ok(found > 300);
  });
});

const asJson = (text: string): readonly unknown[] => {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
};

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((at, name) => Object.entries(at ?? {}).find(([key]) => key === name)?.[1], value);

describe("What lights up", () => {
  const places = placesIn(line(saved), { action: "save", path: saved.path });
  const fields = [
    field("id", []),
    field("object.id", ["hub.files", "event.path"]),
    field("object.definition.name", ["event.path"]),
    field("verb.id", ["event.action"]),
  ];
  const paths = (found: readonly ExplainedField[]): readonly string[] =>
    found.map(({ path }) => path.join("."));

  test("is what a field is made from", () => {
    assert.deepEqual(sourcesOf(fieldsAt(fields, ["object", "id"]), places), [["event", "path"]]);
    assert.deepEqual(sourcesOf(fieldsAt(fields, ["id"]), places), []);
  });

  test("is what all fields inside are made from, each of it once", () => {
    assert.deepEqual(paths(fieldsAt(fields, ["object"])), ["object.id", "object.definition.name"]);
    assert.deepEqual(sourcesOf(fieldsAt(fields, []), places), [
      ["event", "path"],
      ["event", "action"],
    ]);
  });

  test("is not all of an object, where an expression reads only a part of it", () => {
    const nested = { detail: { name: "open", other: 1 } };
    const inside = placesIn(line({ ...saved, ...nested }), nested);
    assert.deepEqual(sourcesOf([field("id", ["event.detail.name", "event.detail"])], inside), [
      ["event", "detail", "name"],
    ]);
  });

  test("is what is made of a field of the raw event, and of all that is in it", () => {
    assert.deepEqual(paths(madeFrom(fields, ["event", "path"], places)), [
      "object.id",
      "object.definition.name",
    ]);
    assert.deepEqual(paths(madeFrom(fields, ["event"], places)), [
      "object.id",
      "object.definition.name",
      "verb.id",
    ]);
    assert.deepEqual(madeFrom(fields, ["event", "__schema__"], places), []);
  });

  test("is told by whole names, not by their beginnings", () => {
    assert.ok(leads(["a"], ["a", "b"]));
    assert.ok(!leads(["a", "b"], ["a"]));
    assert.ok(!leads(["a"], ["ab"]));
  });
});
