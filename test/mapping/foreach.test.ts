import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Tell, understood } from "./support.ts";

const SCHEMA = `$id: https://example.edu/event
version: "1"
type: object
properties:
  threshold: { type: integer }
  any: {}
  cells:
    type: array
    items: { type: object, properties: { id: { type: string }, points: { type: integer } } }
`;

const mapping = (each: string, translation: string, more = ""): string => `event: https://example.edu/event
title: An event
${more}translations:
  - name: ran
    forEach: ${each}
${translation.replace(/^(?=.)/gm, "    ")}
`;

const tells = (text: string): Tell => {
  const tell = understood(SCHEMA, text);
  return typeof tell === "function" ? tell : assert.fail(tell.map(({ message }) => message).join("\n"));
};

describe("forEach", () => {
  const tell = tells(
    mapping("{ cell: event.cells }", 'json: { cell: "${ cell.id }", points: "${ cell.points }" }'),
  );

  it("makes a statement of each element, with an id by its position", () => {
    assert.deepEqual(
      tell("json", { cells: [{ id: "a", points: 1 }, { id: "b" }] }).map(({ id, cell, points }) => [
        id,
        cell,
        points,
      ]),
      [
        ["told:ran#0", "a", 1],
        ["told:ran#1", "b", undefined],
      ],
    );
  });

  it("makes nothing of an empty list, of no list and of what is no list", () => {
    for (const event of [
      { cells: [] },
      {},
      { cells: null },
      { cells: "ab" },
      { cells: { id: "a" } },
      { cells: 2 },
    ])
      assert.deepEqual(tell("json", event), []);
  });

  it("makes a statement of an element that lacks the fields, or is none", () => {
    const events = tell("json", { cells: [{}, null, 5, "x", [], { id: null }, { id: "b" }] });
    assert.deepEqual(
      events.map(({ cell }) => cell),
      [undefined, undefined, undefined, undefined, undefined, null, "b"],
    );
  });

  it("asks its condition of each element, and leaves the positions as they are", () => {
    const some = tells(
      mapping(
        "{ cell: event.cells }",
        'when: cell.points >= limit\njson: { cell: "${ cell.id }" }',
        "let: { limit: '${ event.threshold.orElse(2) }' }\n",
      ),
    );
    const cells = [1, 2, 3].map((points) => ({ id: `c${points}`, points }));
    const told = (event: object): unknown =>
      some("json", { cells, ...event }).map(({ id, cell }) => [id, cell]);
    assert.deepEqual(told({}), [
      ["told:ran#1", "c2"],
      ["told:ran#2", "c3"],
    ]);
    assert.deepEqual(told({ threshold: 3 }), [["told:ran#2", "c3"]]);
  });

  it("gives every statement of an event another id, and the same ones whenever the event comes", () => {
    const cells = fc.array(fc.record({ id: fc.string() }), { maxLength: 20 });
    fc.assert(
      fc.property(cells, (all) => {
        const ids = tell("json", { cells: all }).map(({ id }) => id);
        assert.deepEqual(
          ids,
          all.map((_, at) => `told:ran#${at}`),
        );
        assert.deepEqual(
          tell("json", { cells: all }).map(({ id }) => id),
          ids,
        );
      }),
    );
  });

  it("knows the fields of elements, however the list is reached, and nothing of a list of lists", () => {
    const said = (each: string, let_ = ""): unknown => {
      const found = understood(SCHEMA, mapping(each, 'json: { cell: "${ cell.idd }" }', let_));
      return typeof found === "function" ? [] : found.map(({ message }) => message);
    };
    const complaint = ['There is no field "idd" here; did you mean "id"?'];
    assert.deepEqual(said("{ cell: event.cells }"), complaint);
    assert.deepEqual(said("{ cell: cells }", "let: { cells: '${ event.cells }' }\n"), complaint);
    assert.deepEqual(said("{ cell: '[event.cells]' }"), []);
    assert.deepEqual(said("{ cell: event.any }"), []);
  });

  it("speaks to every standard at once", () => {
    const object = "id: '${ iri(hub.id, cell.id.orElse(\"none\")) }'";
    const all = tells(
      mapping(
        "{ cell: event.cells }",
        `caliper: { type: ToolUseEvent, action: Used, object: { ${object}, type: SoftwareApplication } }\nxapi: { verb: interacted, object: { ${object} } }`,
      ),
    );
    const event = { cells: [{ id: "a b" }, {}] };
    for (const side of ["caliper", "xapi"] as const)
      assert.deepEqual(
        all(side, event).map(({ id, object: of }) => [id, (of as { readonly id: string }).id]),
        [
          [`${side === "caliper" ? "urn:uuid:" : ""}told:ran#0`, "https://hub.example.edu/a%20b"],
          [`${side === "caliper" ? "urn:uuid:" : ""}told:ran#1`, "https://hub.example.edu/none"],
        ],
      );
  });
});
