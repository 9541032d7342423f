import assert from "node:assert/strict";
import { test } from "node:test";
import { Environment } from "@marcbachmann/cel-js";
import { eventTypes } from "../../src/caliper/general.ts";
import { wrongCall } from "../../src/mapping/complaint.ts";
import { callable, environmentFor, fieldsOf } from "../../src/mapping/environment.ts";
import { understoodFor } from "../../workbench/page/compiled.ts";
import { choicesAt } from "../../workbench/page/editor/choices.ts";
import { FUNCTIONS, METHODS, VARIABLES } from "../../workbench/page/editor/vocabulary.ts";

/** What is offered is what the checker takes: neither side of it can change alone. */

const DETAIL = {
  name: "test/words",
  file: "mappings/test/words/mapping.yml",
  hub: { id: "https://hub.example.edu", name: "Hub" },
  schemas: [
    {
      version: "1",
      schema: { type: "object", required: ["path"], properties: { path: { type: "string" } } },
      id: "https://example.org/words",
    },
  ],
};

const BEGINNING = "event: https://example.org/words\ntitle: Words\ntranslations:\n  - name: tried\n";

const complaintsOf = (side: string): readonly string[] => {
  const understood = understoodFor(DETAIL as never, BEGINNING + side.replace(/^/gm, "    "));
  return "translations" in understood ? [] : understood.map(({ message }) => message);
};

const offered = (side: string): readonly string[] => {
  const text = BEGINNING + side.replace(/^/gm, "    ");
  const at = text.indexOf("§");
  return (
    choicesAt(text.replace("§", ""), at, [DETAIL.schemas[0]?.schema ?? {}])?.choices.map(
      ({ label }) => label,
    ) ?? []
  );
};

test("the variables that are offered are those that expressions have, with their fields", () => {
  const environment = environmentFor({ type: "object", properties: {} });
  const namesIn = (of: Environment): readonly string[] =>
    of.getDefinitions().variables.map(({ name }) => name);
  const own = new Set(namesIn(new Environment()));
  const known = namesIn(environment).filter((name) => !own.has(name));
  assert.deepEqual([...Object.keys(VARIABLES), "event"].sort(), [...known].sort());
  for (const [name, { properties = {} }] of Object.entries(VARIABLES))
    assert.deepEqual(Object.keys(properties), fieldsOf(environment, [name]) ?? []);
});

test("the functions that are offered are those that expressions may call, used as the checker says", () => {
  assert.deepEqual(new Set(FUNCTIONS.map(({ name }) => name)), callable.functions);
  assert.deepEqual(new Set(METHODS.map(({ name }) => name)), callable.methods);
  for (const { name, use } of FUNCTIONS) {
    const said = /it is used as (.+)\.$/.exec(wrongCall(name, []))?.[1];
    if (said !== undefined) assert.ok(said.startsWith(use), said);
  }
  for (const { name, use } of METHODS) {
    const said = /it is used as (.+)\.$/.exec(wrongCall(`string.${name}`, []))?.[1];
    if (said !== undefined) assert.ok(said.startsWith(use), said);
  }
});

test("the keys that are offered are those that the checker names", () => {
  const object = 'object: { id: "urn:x:y" }';
  const places: readonly (readonly [before: string, inside: string])[] = [
    ["caliper:\n  type: ViewEvent\n  action: Viewed\n  object: urn:x:y\n  ", ""],
    [`xapi:\n  verb: save\n  ${object}\n  `, ""],
    ['xapi:\n  verb: save\n  object: { id: "urn:x:y", ', " }"],
    ['xapi:\n  verb: save\n  object: { id: "urn:x:y", definition: { ', " } }"],
    [`xapi:\n  verb: save\n  ${object}\n  result: { `, " }"],
    [`xapi:\n  verb: save\n  ${object}\n  result: { score: { `, " } }"],
    [`xapi:\n  verb: save\n  ${object}\n  context: { `, " }"],
    [`xapi:\n  verb: save\n  ${object}\n  context: { statement: { `, " } }"],
    [`xapi:\n  verb: save\n  ${object}\n  context: { contextActivities: { `, " } }"],
    [
      `xapi:\n  verb: save\n  ${object}\n  context: { contextActivities: { parent: [{ id: "urn:x:y", `,
      " }] } }",
    ],
  ];
  for (const [before, after] of places) {
    const [said] = complaintsOf(`${before}zzzzzzzz: 1${after}`).flatMap(
      (message) => /nothing of "zzzzzzzz"; it may say (.+)\.$/.exec(message)?.[1] ?? [],
    );
    assert.ok(said !== undefined, before);
    const there = before.slice(before.lastIndexOf("{"));
    const known = said
      .split(", ")
      .filter((key) => !there.includes(`${key}:`) && !new RegExp(`^  ${key}:`, "m").test(before));
    assert.deepEqual(offered(`${before}§${after}`), known, before);
  }
});

test("every action that is offered for a Caliper event is one of its actions, and every profile", () => {
  for (const type of Object.keys(eventTypes)) {
    const actions = offered(`caliper:\n  type: ${type}\n  action: §`);
    assert.ok(actions.length > 0);
    for (const action of actions) {
      const found = complaintsOf(`caliper: { type: ${type}, action: ${action}, object: "urn:x:y" }`);
      assert.deepEqual(
        found.filter((each) => /^The actions of|event type/.test(each)),
        [],
      );
    }
    for (const profile of offered(`caliper:\n  type: ${type}\n  profile: §`)) {
      const found = complaintsOf(
        `caliper: { type: ${type}, action: x, profile: ${profile}, object: "urn:x:y" }`,
      );
      assert.deepEqual(
        found.filter((each) => /belongs to/.test(each)),
        [],
      );
    }
  }
});

test("every entity that is offered, with every property, is one that the checker knows", () => {
  const types = offered("caliper:\n  type: Event\n  object: { type: § }");
  assert.ok(types.length > 50);
  for (const type of types) {
    const object = (more: string): string =>
      `caliper: { type: Event, action: Used, object: { type: ${type}, id: "urn:x:y"${more} } }`;
    assert.deepEqual(
      complaintsOf(object("")).filter((each) => /entity type|here is/.test(each)),
      [],
    );
    for (const key of offered(object(", §")))
      assert.deepEqual(
        complaintsOf(object(`, ${key}: x`)).filter((each) => /has no "/.test(each)),
        [],
      );
  }
});

test("every verb and every type of activity that is offered is one that the checker knows", () => {
  for (const verb of offered("xapi:\n  verb: §"))
    assert.deepEqual(complaintsOf(`xapi: { verb: ${verb}, object: { id: "urn:x:y" } }`), []);
  for (const type of offered("xapi:\n  object: { definition: { type: § } }"))
    assert.deepEqual(
      complaintsOf(`xapi: { verb: save, object: { id: "urn:x:y", definition: { type: ${type} } } }`),
      [],
    );
});
