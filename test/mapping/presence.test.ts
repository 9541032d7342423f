import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { JsonObject } from "../../src/event/json.ts";
import { runs } from "../support/runs.ts";
import { eventsOf } from "./schema-events.ts";
import { understood } from "./support.ts";

/** Fields that are sure, that may be absent, that may be null, and of which nothing is known. */
const SCHEMA: JsonObject = {
  $id: "https://example.edu/event",
  version: "1",
  type: "object",
  required: [
    "path",
    "count",
    "flag",
    "needed",
    "any",
    "cells",
    "inner",
    "loose",
    "words",
    "url",
    "map",
    "when",
  ],
  properties: {
    path: { type: "string" },
    count: { type: "integer" },
    ratio: { type: "number" },
    flag: { type: "boolean" },
    kind: { enum: ["py", "ipynb", "txt"] },
    name: { type: "string" },
    needed: { type: ["string", "null"] },
    nick: { type: ["string", "null"] },
    mixed: { type: ["string", "object"] },
    any: {},
    url: { type: "string", format: "uri" },
    link: { type: "string", format: "uri" },
    when: { type: "string", format: "date-time" },
    words: { type: "array", items: { type: "string" } },
    map: { type: "object" },
    cells: {
      type: "array",
      items: {
        type: "object",
        required: ["id"],
        properties: { id: { type: "string" }, note: { type: "string" } },
      },
    },
    odd: { type: "array", items: { required: ["id"], properties: { id: { type: "string" } } } },
    inner: {
      type: "object",
      required: ["text"],
      properties: { text: { type: "string" }, note: { type: "string" } },
    },
    loose: { required: ["text"], properties: { text: { type: "string" } } },
    maybe: { type: "object", required: ["text"], properties: { text: { type: "string" } } },
  },
};

const FIELDS = [
  ...[
    "path",
    "name",
    "kind",
    "needed",
    "nick",
    "mixed",
    "any",
    "count",
    "ratio",
    "flag",
    "url",
    "link",
    "words",
  ],
  ...["inner.text", "inner.note", "loose.text", "maybe.text", "map.a", "words[0]", "map['a']"],
].map((each) => `event.${each}`);
const READABLE = [
  ...FIELDS,
  ...["course.id", "course.label", "learner.id", "time", "hub.name", "named", "greeting", "asked"],
  ...[
    "lookup.kinds.py",
    "lookup.kinds[event.kind]",
    "lookup.mixed[event.kind]",
    "cell",
    "cell.id",
    "cell.note",
  ],
];

const join = (...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
  fc
    .tuple(...parts.map((part) => (typeof part === "string" ? fc.constant(part) : part)))
    .map((all) => all.join(""));

const { text, condition } = fc.letrec<{ text: string; condition: string }>((of) => {
  const [t, c] = [of("text"), of("condition")];
  const depth = { maxDepth: 3, depthSize: "small" as const, withCrossShrink: true };
  const field = fc.oneof(fc.constantFrom("#1", "#1", "#2"), fc.constantFrom(...READABLE));
  const word = fc.constantFrom("'a'", "'py'", "''");
  return {
    text: fc.oneof(
      depth,
      field,
      field,
      word,
      join(fc.constantFrom("lower", "basename", "string", "utc", "pseudonym", "duration"), "(", t, ")"),
      join("(", t, " + ", t, ")"),
      join(field, ".orElse(", t, ")"),
      join("duration(", t, ", event.when)"),
      join("(", c, " ? ", t, " : ", t, ")"),
      join("iri(hub.id, ", t, ")"),
    ),
    condition: fc.oneof(
      depth,
      fc.constantFrom("event.flag", "asked", "event.any == true"),
      join("has(", field, ")"),
      join(field, fc.constantFrom(" == ", " != "), fc.oneof(word, field, fc.constantFrom("null"))),
      join("(", c, " && ", c, ")"),
      join("(", c, " || ", c, ")"),
      join("!(", c, ")"),
      join("(", c, " ? ", c, " : ", c, ")"),
      join("(", c, ").orElse(", c, ")"),
      join(field, " in ['a', 'py', ", fc.oneof(word, field), "]"),
      join(t, ".startsWith(", t, ")"),
      join("size(", t, ") < 3"),
      join("'a' in [", field, ", 'a']"),
      join("[", field, "] == ['a']"),
      join("lookup.kinds[", field, "] == 'script'"),
    ),
  };
});

const quoted = (source: string): string => JSON.stringify(`\${ ${source} }`);

/** A mapping whose ids, names and condition are the expressions. */
const mappingOf = (list: string, when: string, id: string, said: string): string => `
event: https://example.edu/event
title: An event
lookup:
  kinds: { py: script, ipynb: notebook, txt: text }
  mixed: { py: true, ipynb: notebook }
let:
  named: \${ event.name }
  greeting: "Hello \${ event.nick } and \${ event.path }"
  asked: \${ has(event.name) && event.flag }
translations:
  - name: told
    forEach: { cell: ${list} }
    when: ${JSON.stringify(when)}
    caliper:
      type: ResourceManagementEvent
      action: Saved
      object: { id: ${quoted(id)}, type: Document, name: ${quoted(`string(${said})`)} }
    xapi:
      verb: save
      object: { id: ${quoted(id)}, definition: { name: ${quoted(said)} } }
    json: { said: ${quoted(said)}, words: [${quoted(said)}], mixed: ${JSON.stringify(`a \${ ${said} } b`)} }
`;

/** What a mapping asks for in its condition is mostly what it reads: each has two such things, `#1` and `#2`. */
const hot = fc.oneof(
  fc.constantFrom(...READABLE),
  fc.constantFrom(
    "event.nick",
    "event.needed",
    "event.any",
    "event.name",
    "event.loose.text",
    "cell",
    "cell.id",
  ),
);

const lists = fc.constantFrom(
  "event.cells",
  "event.cells",
  "event.odd",
  "event.words",
  "[event.cells]",
  "event.any",
);
const ids = fc.oneof(
  text.map((each) => `iri(hub.files, ${each})`),
  fc.constant("iri(hub.files, #1)"),
  fc.constantFrom("event.url", "event.link", "event.link.orElse(hub.id)", "event.url.orElse('a:b')"),
);

describe("A value that stands in for one that is absent", () => {
  const schema = JSON.stringify(SCHEMA);
  const complaintsOn = (said: string): readonly string[] => {
    // An id cannot be left out.
    const id = `iri(hub.files, ${said})`;
    const read = understood(schema, mappingOf("event.words", "event.flag", id, "'a'"));
    return typeof read === "function" ? [] : read.map(({ message }) => message);
  };

  it("must be of the same kind, also where the schema leaves open whether the other is there", () => {
    const mixed = complaintsOn("event.loose.text.orElse(event.count) + event.path");
    assert.ok(mixed.length > 0);
    for (const message of mixed) assert.match(message, /without two values of one kind for \.orElse\(…\)/);
    assert.deepEqual(complaintsOn("event.loose.text.orElse(event.path) + event.path"), []);
  });

  it("may be joined and read as what it is, whichever way it came", () => {
    const either = "(event.flag ? event.loose.text.orElse('a') : event.path)";
    assert.deepEqual(complaintsOn(`${either} + lower(${either})`), []);
    for (const odd of ["event.path + event.count", "lower(event.count)"])
      assert.notDeepEqual(
        complaintsOn(odd.replace("event.count", "event.loose.text.orElse(event.count)")),
        [],
      );
  });
});

describe("A mapping of which the check has nothing to say", () => {
  it("never fails, whatever event its schema accepts", () => {
    let told = 0;
    const schema = JSON.stringify(SCHEMA);
    const course = fc.constantFrom(undefined, { id: "c" }, { id: "c", label: "C" });
    fc.assert(
      fc.property(
        fc.tuple(fc.tuple(lists, condition, ids, text), hot, hot).map(([parts, one, other]) =>
          mappingOf(...parts)
            .replaceAll("#1", one)
            .replaceAll("#2", other),
        ),
        fc.array(fc.tuple(eventsOf(SCHEMA), course), { minLength: 12, maxLength: 12 }),
        (mapping, events) => {
          const tell = understood(schema, mapping);
          // Those refused do not count, and a check so strict that it refuses nearly all of them fails here.
          fc.pre(typeof tell === "function");
          for (const [event, where] of events)
            for (const side of ["caliper", "xapi", "json"] as const)
              told += tell(side, event, { course: where }).length;
        },
      ),
      { numRuns: runs(20) },
    );
    assert.ok(told > 0);
  });
});
