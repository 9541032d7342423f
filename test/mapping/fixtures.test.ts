import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readDocument } from "../../src/document/document.ts";
import { isObject, type JsonObject } from "../../src/event/json.ts";
import type { Side } from "../../src/mapping/understand.ts";
import { understood } from "./support.ts";

/**
 * Each file in `invalid/` and `valid/` is a mapping with all that it needs:
 *
 * - `schema`: the properties that an event has, and which of them it must have;
 * - `mapping`: the text of the mapping file, whose lines and columns the complaints count;
 * - `complaints` (invalid): all that the check says, each as `line:column message`;
 * - `event` (valid): an event; and for each side that the mapping has, the statements that it makes of the event, less
 *   what the translator says in every statement (see FRAME).
 */
interface Fixture {
  readonly name: string;
  readonly schema: JsonObject;
  readonly mapping: string;
  readonly complaints?: readonly string[];
  readonly event?: JsonObject;
  readonly caliper?: readonly JsonObject[];
  readonly xapi?: readonly JsonObject[];
  readonly json?: readonly JsonObject[];
}

/** What the translator says in every statement, whatever the mapping; `statement.test.ts` has it whole. */
const FRAME: Readonly<Record<Side, readonly string[]>> = {
  caliper: ["@context", "actor", "edApp", "eventTime"],
  xapi: ["actor", "timestamp"],
  json: ["course", "learner", "time"],
};

const fixtures = (folder: string): readonly Fixture[] =>
  readdirSync(join(import.meta.dirname, folder)).map((file) => {
    const path = join(import.meta.dirname, folder, file);
    const { value, problems } = readDocument(path, readFileSync(path, "utf8"));
    assert.deepEqual(problems, []);
    assert.match(file, /^[a-z]+(-[a-z]+)+\.yml$/, "a fixture's name says in words what is in it");
    assert.ok(isObject(value) && isObject(value.schema) && typeof value.mapping === "string");
    return { ...value, name: file.replace(".yml", ""), schema: value.schema, mapping: value.mapping };
  });

const read = ({ schema, mapping }: Fixture): ReturnType<typeof understood> =>
  understood(
    JSON.stringify({ $id: "https://example.edu/event", version: "1", type: "object", ...schema }),
    mapping,
  );

/** What a mapping says of a statement. */
const own = (side: Side, statement: JsonObject): JsonObject => {
  for (const key of FRAME[side]) if (key !== "course") assert.ok(key in statement, key);
  const left = Object.entries(statement).filter(([key]) => !FRAME[side].includes(key));
  return Object.fromEntries(
    left.flatMap(([key, value]) => {
      if (side !== "xapi" || key !== "context" || !isObject(value)) return [[key, value]];
      const { platform, ...context } = value;
      assert.equal(platform, "Example Hub");
      return Object.keys(context).length === 0 ? [] : [[key, context]];
    }),
  );
};

describe("A mapping with a mistake in it is refused with its place and what would be right:", () => {
  const invalid = fixtures("invalid");
  it(`${invalid.length} mistakes are known`, () => assert.ok(invalid.length >= 140));
  for (const fixture of invalid) {
    it(fixture.name.replaceAll("-", " "), () => {
      const found = read(fixture);
      assert.ok(typeof found !== "function", "the check finds nothing wrong");
      const said = found.map(({ line, column, message }) => `${line}:${column} ${message}`);
      assert.deepEqual(said, fixture.complaints);
      for (const { file, message } of found) {
        assert.equal(file, "mapping.yml");
        assert.match(message, /^["A-Z].*[.?]$/s);
      }
    });
  }
});

describe("A mapping without a mistake gives what it says:", () => {
  const valid = fixtures("valid");
  it(`${valid.length} of them are known`, () => assert.ok(valid.length >= 20));
  for (const fixture of valid) {
    it(fixture.name.replaceAll("-", " "), () => {
      const tell = read(fixture);
      if (typeof tell !== "function") return assert.deepEqual(tell, [], "the check has complaints");
      const { event = {} } = fixture;
      for (const side of ["caliper", "xapi", "json"] as const) {
        const told: readonly JsonObject[] = tell(side, event).map((each) => own(side, each));
        assert.deepEqual(told, fixture[side] ?? [], side);
      }
    });
  }
});
