import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import fc from "fast-check";
import { project } from "../../build/bundle.ts";
import { readSite, type Source } from "../../build/site.ts";
import type { JsonObject } from "../../src/event/json.ts";
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

describe("Every shipped mapping", () => {
  let all: readonly Shipped[];
  before(async () => {
    all = (await readSite(project)).sources.flatMap(shipped);
  });

  it("makes statements of whatever event its schema accepts, and never fails", () => {
    assert.ok(all.length >= 3);
    for (const { name, schema, tell } of all) {
      const told = { caliper: 0, xapi: 0 };
      fc.assert(
        fc.property(eventsOf(schema), (event) => {
          for (const side of ["caliper", "xapi"] as const) {
            const statements = tell(side, event);
            told[side] += statements.length;
            assert.equal(new Set(statements.map(({ id }) => id)).size, statements.length);
          }
        }),
        { numRuns: 200 },
      );
      assert.ok(told.caliper > 0 && told.xapi > 0, name);
    }
  });

  it("says the same of the same event, and of its copy whose fields stand in another order", () => {
    for (const { schema, tell } of all)
      fc.assert(
        fc.property(eventsOf(schema), (event) => {
          const reversed = Object.fromEntries(Object.entries(event).reverse());
          for (const side of ["caliper", "xapi"] as const)
            assert.deepEqual(tell(side, reversed), tell(side, event));
        }),
        { numRuns: 100 },
      );
  });
});
