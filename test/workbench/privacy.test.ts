import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { writeMarkdown } from "../../catalog/markdown.ts";
import { privacyOf } from "../../workbench/views/privacy.ts";
import { testDesk } from "./acts-support.ts";

describe("the view of privacy", () => {
  it("is the catalog of the files, without the service's test of itself", async () => {
    const { desk } = await testDesk();
    const { blocks } = privacyOf(desk);
    const text = writeMarkdown(blocks);
    for (const { name, written } of desk.site().files.sources)
      if (!name.includes("probe")) assert.ok(text.includes(written.title), name);
    assert.doesNotMatch(text, /probe/);
    assert.deepEqual(JSON.parse(JSON.stringify(blocks)), blocks);
  });

  it("is drawn up once for the same files, and anew for others", async () => {
    const { desk } = await testDesk();
    assert.equal(privacyOf(desk), privacyOf(desk));
    const { sources, ...others } = desk.site().files;
    const changed = {
      ...desk,
      site: () => ({ ...desk.site(), files: { ...others, sources: sources.slice(0, 1) } }),
    };
    assert.ok(privacyOf(changed).blocks.length < privacyOf(desk).blocks.length);
  });
});
