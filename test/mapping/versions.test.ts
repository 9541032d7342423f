import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CALIPER, compiled, mappingFile } from "./support.ts";

describe("a mapping for several versions of a schema", () => {
  const schema = (version: number, required: readonly string[]): string =>
    JSON.stringify({
      $id: "https://example.edu/event",
      version: String(version),
      type: "object",
      properties: { path: { type: "string" }, title: { type: "string" } },
      required,
    });
  const files = (...required: readonly (readonly string[])[]) => ({
    ...Object.fromEntries(
      required.map((each, at) => [`mappings/told/schema.v${at + 1}.yml`, schema(at + 1, each)]),
    ),
    "mappings/told/mapping.yml": mappingFile({
      caliper: `${CALIPER}extensions:\n  https://e.example/always: true\n  https://e.example/title: "\${ event.title }"`,
    }),
  });

  it("leaves out what only some versions require, whichever comes first", async () => {
    for (const versions of [
      [["path", "title"], ["path"]],
      [["path"], ["path", "title"]],
    ]) {
      const tell = await compiled(files(...versions));
      const [statement] = tell("caliper", { path: "a" });
      assert.deepEqual(statement?.extensions, { "https://e.example/always": true });
    }
  });
});
