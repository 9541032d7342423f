import assert from "node:assert/strict";
import { test } from "node:test";
import { CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { EditorState } from "@codemirror/state";
import { project } from "../../build/bundle.ts";
import { imaginedSettings } from "../../build/imagined.ts";
import { readMappings } from "../../build/site.ts";
import type { JsonObject } from "../../src/event/json.ts";
import { choicesAt } from "../../workbench/page/editor/choices.ts";
import { completions } from "../../workbench/page/editor/complete.ts";

const { sources, files } = await readMappings(project, imaginedSettings().hub);

const schemasOf = (name: string): readonly JsonObject[] =>
  sources.find((each) => each.name === name)?.schemas.map(({ schema }) => schema) ?? [];

const NOTEBOOK = "jupyterlab-pioneer/notebook";
const HEAD = (files.get(`mappings/${NOTEBOOK}/mapping.yml`) ?? "").split("translations:")[0] ?? "";

/** What is offered where a text has §. */
const offeredIn = (text: string, event = schemasOf(NOTEBOOK)): readonly string[] => {
  const at = text.indexOf("§");
  return choicesAt(text.replace("§", ""), at, event)?.choices.map(({ label }) => label) ?? [];
};

/** The same in a translation, after what the notebook's mapping begins with. */
const inTranslation = (lines: string): readonly string[] =>
  offeredIn(`${HEAD}translations:\n  - name: tried\n${lines.replace(/^/gm, "    ")}\n`);

test("the keys of the language are offered, but for those that are there", () => {
  assert.deepEqual(offeredIn("§"), [
    "event",
    "also",
    "title",
    "let",
    "lookup",
    "within",
    "previous",
    "translations",
  ]);
  assert.ok(!offeredIn("title: x\n§").includes("title"));
  assert.deepEqual(offeredIn("translations:\n  - §"), [
    "name",
    "optional",
    "forEach",
    "when",
    "within",
    "time",
    "caliper",
    "xapi",
    "json",
  ]);
  assert.deepEqual(inTranslation("optional: §"), ["true", "false"]);
});

test("each standard's keys and words are offered at their places", () => {
  assert.ok(inTranslation("xapi:\n  verb: §").includes("submit"));
  assert.deepEqual(inTranslation("xapi:\n  object: { id: x, § }"), ["definition"]);
  assert.ok(inTranslation("xapi: { object: { definition: { type: § } } }").includes("cell"));
  assert.deepEqual(
    inTranslation("xapi:\n  context:\n    contextActivities:\n      parent: [{ objectType: § }]"),
    ["Activity"],
  );
  assert.ok(inTranslation("caliper:\n  type: Vi§").includes("ViewEvent"));
  assert.deepEqual(inTranslation("caliper:\n  action: §\n  type: ViewEvent"), ["Viewed"]);
  assert.ok(inTranslation("caliper:\n  object:\n    type: Score\n    §").includes("maxScore"));
});

test("only those types of entities are offered that fit the part of the event", () => {
  const offered = inTranslation("caliper:\n  type: ResourceManagementEvent\n  object: { type: § }");
  assert.ok(offered.includes("Document") && offered.includes("Frame"));
  assert.ok(!offered.includes("Person"));
  const inside = inTranslation(
    "caliper:\n  type: ViewEvent\n  object: { type: Document, creators: [{ type: § }] }",
  );
  assert.ok(inside.includes("Person") && !inside.includes("Document"));
});

test("an expression begins with what it can read and call", () => {
  const offered = inTranslation("when: §");
  for (const name of [
    "event",
    "learner",
    "course",
    "hub",
    "sender",
    "time",
    "lookup",
    "notebook",
    "has",
    "iri",
  ])
    assert.ok(offered.includes(name), name);
  assert.ok(inTranslation('json: { kind: "${ ba§" }').includes("basename"));
  assert.deepEqual(inTranslation('json: { kind: "ba§" }'), []);
});

test("behind a dot come the fields of the schema, also through names of the file's own", () => {
  assert.deepEqual(inTranslation("when: event.§").slice(0, 2), ["eventDetail", "notebookState"]);
  assert.ok(inTranslation("when: has(info.kernelError.§)").includes("errorName"));
  assert.ok(inTranslation("forEach: { cell: info.cells }\nwhen: cell.§").includes("index"));
  assert.deepEqual(inTranslation("when: lookup.§").slice(0, 1), ["kind"]);
  const before = offeredIn('previous:\n  as: start\n  same: ["event.a"]\ntranslations:\n  - when: start.§', [
    { type: "object", properties: { a: { type: "string" } } },
  ]);
  assert.deepEqual(before.slice(0, 1), ["a"]);
});

test("a let may read only what stands before it", () => {
  const text = "let:\n  one: ${ event.a }\n  two: ${ § }\n  three: x\n";
  const offered = offeredIn(text);
  assert.ok(offered.includes("one"));
  assert.ok(!offered.includes("two") && !offered.includes("three"));
});

test("what is compared with a field of few words, or looked up in a table, is offered these words", () => {
  assert.ok(inTranslation('when: act == "§').includes("NotebookSaveEvent"));
  assert.ok(
    inTranslation('when: event.eventDetail.eventName in ["CellAddEvent", "§"]').includes("CellEditEvent"),
  );
  assert.ok(inTranslation('json: { kind: "${ lookup.kind[\\"§" }').includes(".ipynb"));
  assert.deepEqual(inTranslation('when: path == "§"'), []);
});

test("what is never stored is not offered, and only what every version of the schema has", () => {
  assert.ok(!inTranslation("when: has(info.§)").includes("environ"));
  const versions = [
    { properties: { old: {}, both: {} } },
    { properties: { both: { description: "In both." }, fresh: {} } },
  ];
  assert.deepEqual(
    offeredIn("translations:\n  - when: event.§", versions).filter(
      (each) => !/size|orElse|Wi|con/.test(each),
    ),
    ["both"],
  );
});

test("nothing is offered in comments and in texts that people read", () => {
  assert.deepEqual(offeredIn("title: A learner §"), []);
  assert.deepEqual(offeredIn("# ev§"), []);
  assert.deepEqual(offeredIn("title: x # ev§"), []);
});

const completed = (text: string, explicit = true): CompletionResult | null => {
  const at = text.indexOf("§");
  const state = EditorState.create({ doc: text.replace("§", "") });
  return completions(schemasOf(NOTEBOOK))(new CompletionContext(state, at, explicit));
};

const optionOf = (text: string, label: string) =>
  completed(text)?.options.find((each) => each.label === label);

test("a key gets its colon where it has none, and a function its parentheses", () => {
  assert.equal(optionOf("ti§", "title")?.apply, "title: ");
  assert.equal(optionOf("ti§: x", "title")?.apply, undefined);
  assert.equal(typeof optionOf("let: { a: '${ ba§ }' }", "basename")?.apply, "function");
  assert.equal(optionOf("let: { a: '${ ba§(event.path) }' }", "basename")?.apply, undefined);
});

test("the word that is being written is replaced from its beginning", () => {
  const text = `${HEAD}translations:\n  - when: event.eventDetail.eventN§`;
  assert.equal(completed(text)?.from, text.lastIndexOf("eventN"));
});

test("unasked, something is offered only where a word is begun or is sure to come", () => {
  assert.equal(completed("title: x\n§", false), null);
  assert.notEqual(completed("title: x\n§", true), null);
  assert.notEqual(completed(`${HEAD}translations:\n  - xapi:\n      verb: §`, false), null);
  assert.notEqual(completed(`${HEAD}translations:\n  - when: event.§`, false), null);
  assert.equal(completed(`${HEAD}translations:\n  - when: has(§`, false), null);
});
