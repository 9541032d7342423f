import assert from "node:assert/strict";
import { test } from "node:test";
import { isPlainKind } from "../../src/caliper/check-values.ts";
import { entityTypes } from "../../src/caliper/entities.ts";
import type { EventType } from "../../src/caliper/events.ts";
import { actions, eventParts, eventTypes, profiles } from "../../src/caliper/general.ts";
import { structures } from "../../src/caliper/structures.ts";
import { extensions, lacking, wider } from "../../src/caliper/v1p1.ts";
import {
  identifierTypes,
  messageTypes,
  metrics,
  roleTerms,
  statusTerms,
} from "../../src/caliper/vocabulary.ts";
import { absent, fixtures, type Json, objectOf, table } from "./seeds.ts";

const sorted = (all: Iterable<string>): readonly string[] => [...new Set(all)].sort();

const rowsOf = (group: string): readonly Json[] =>
  Object.values(objectOf(objectOf(table())[group])).map(objectOf);

/** `Person | SoftwareApplication | IRI` without the IRI. */
const typesOf = (cell: unknown): readonly string[] =>
  sorted(
    String(cell)
      .split("|")
      .map((each) => each.trim())
      .filter((each) => each !== "IRI"),
  );

test("the event types are those of the tables, with their actions and the types of their parts", {
  skip: absent,
}, () => {
  const rows = rowsOf("events").filter(({ name }) => name !== "Event");
  assert.deepEqual(
    sorted([...rows.map(({ name }) => String(name)), "Event"]),
    sorted(Object.keys(eventTypes)),
  );
  for (const { name, props } of rows) {
    const known = eventTypes[String(name)];
    const cells = objectOf(props);
    const listed = objectOf(cells.action).actions;
    assert.ok(known !== undefined && Array.isArray(listed), String(name));
    // The tables' spelling of this one action is not that of the context: both are known.
    const known12 = known.actions.filter((action) => action !== "MarkedAsUnread");
    assert.deepEqual(sorted(known12), sorted(listed.map(String)), String(name));
    for (const part of ["actor", "object", "generated", "target", "referrer"] as const) {
      const cell = objectOf(cells[part]).type;
      const survey =
        part === "object" && typesOf(cell).includes("Questionnaire") && known.profiles.length > 1;
      if (cell === undefined) assert.equal(known[part], undefined, `${String(name)} ${part}`);
      // The rows of the Survey Profile narrow an object that other profiles have wider: a condition says so.
      else if (!survey) assert.deepEqual(sorted(known[part] ?? []), typesOf(cell), `${String(name)} ${part}`);
    }
  }
});

test("the parts of every event are those of the general Event's table", { skip: absent }, () => {
  const cells = objectOf(rowsOf("events").find(({ name }) => name === "Event")?.props);
  const own = ["id", "type", "profile", "action", "eventTime", "extensions"];
  assert.deepEqual(sorted([...own, ...Object.keys(eventParts)]), sorted(Object.keys(cells)));
  for (const [part, types] of Object.entries(eventParts))
    assert.deepEqual(sorted(types), typesOf(objectOf(cells[part]).type), part);
});

/** What the tables in machine form have lost, and fixtures and context have. */
const NOT_IN_TABLES = new Set([
  "AggregateMeasure.metricValue",
  "Attempt.isPartOf",
  "HighlightAnnotation.selection",
]);

const KINDS: Readonly<Record<string, readonly string[]>> = {
  string: ["string"],
  boolean: ["boolean"],
  integer: ["integer"],
  decimal: ["number"],
  datetime: ["time"],
  duration: ["duration"],
  object: ["object"],
  enumeration: ["metric"],
  term: ["status", "string"],
};

test("the entity types are those of the tables, with supertypes, properties and their kinds", {
  skip: absent,
}, () => {
  const rows = rowsOf("entities");
  assert.deepEqual(sorted(rows.map(({ name }) => String(name))), sorted(Object.keys(entityTypes)));
  for (const row of rows) {
    const name = String(row.name);
    const known = entityTypes[name];
    const parents = String(row.Supertype ?? row.Supertypes ?? "").split(",");
    const cells = Object.entries(objectOf(row.props)).filter(([key]) => key !== "id" && key !== "type");
    assert.deepEqual(
      sorted(known?.extends ?? []),
      sorted(parents.map((each) => each.trim()).filter((each) => each !== "")),
      name,
    );
    const own = Object.keys(known?.properties ?? {}).filter((key) => !NOT_IN_TABLES.has(`${name}.${key}`));
    assert.deepEqual(sorted(own), sorted(cells.map(([key]) => key)), name);
    for (const [key, cell] of cells) {
      const kind = known?.properties[key] ?? "";
      const { type, disposition } = objectOf(cell);
      if (String(type).toLowerCase() === "array") assert.match(kind, /\[\]$/, `${name}.${key}`);
      else {
        const plain = KINDS[String(type).toLowerCase()];
        assert.ok((plain ?? typesOf(type)).includes(kind), `${name}.${key} is ${kind}`);
      }
      const required = known?.required?.includes(key) ?? false;
      assert.equal(required, disposition === "Required", `${name}.${key}`);
    }
  }
});

test("every kind is a plain one, a structure or an entity type, and every supertype is known", () => {
  for (const [name, { extends: parents, properties }] of Object.entries(entityTypes)) {
    for (const parent of parents) assert.ok(Object.hasOwn(entityTypes, parent), name);
    for (const [key, kind] of Object.entries(properties)) {
      const one = kind.replace("[]", "");
      const known = isPlainKind(one) || Object.hasOwn(structures, one) || Object.hasOwn(entityTypes, one);
      assert.ok(known, `${name}.${key}`);
    }
  }
});

test("every type that an event names is an entity type", () => {
  const all: readonly EventType[] = Object.values(eventTypes);
  for (const { actor, object, generated = [], target = [], referrer = [] } of all)
    for (const type of [...actor, ...object, ...generated, ...target, ...referrer])
      assert.ok(Object.hasOwn(entityTypes, type), type);
  assert.equal(profiles.length, 15);
});

/** The texts that stand under a key anywhere in the fixture. */
const wordsOf = (name: string, key: string): readonly string[] => {
  const found: string[] = [];
  JSON.stringify(fixtures().find((fixture) => fixture.name === name)?.value, (each, value: unknown) => {
    if (each === key) found.push(...[value].flat().map(String));
    return value;
  });
  return sorted(found);
};

test("the lists of words hold what the fixtures list, and no more than Caliper's contexts do", {
  skip: absent,
}, () => {
  const tables = ["MarkedAsUnRead"];
  const listed = wordsOf("caliperEnvelopeTermAction", "action");
  assert.equal(listed.length, 80);
  assert.deepEqual(actions, sorted([...listed, ...tables]));
  const inContext = ["Mentor#Auditor"];
  assert.deepEqual(
    sorted(roleTerms),
    sorted([...wordsOf("caliperEnvelopeTermLISRole", "roles"), ...inContext]),
  );
  assert.deepEqual(sorted(statusTerms), wordsOf("caliperEnvelopeTermLISStatus", "status"));
  assert.deepEqual(sorted(metrics), wordsOf("caliperEnvelopeTermMetric", "metric"));
  const types = wordsOf("caliperEnvelopeTermSystemIdentifierType", "identifierType");
  assert.deepEqual(sorted(identifierTypes), types);
  for (const type of wordsOf("caliperEnvelopeTermLTIMessageType", "messageType"))
    assert.ok(messageTypes.has(type));
});

test("what 1.1 does otherwise is said of words and properties that there are", () => {
  for (const word of Object.values(extensions).flatMap((words) => [...words]))
    assert.ok(actions.includes(word) || word in eventTypes || word in entityTypes, word);
  for (const [type, keys] of Object.entries(lacking.entities))
    for (const key of keys) assert.ok(Object.hasOwn(entityTypes[type]?.properties ?? {}, key), key);
  for (const type of Object.keys(wider)) assert.ok(type in eventTypes, type);
});
