import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { message } from "../support/events.ts";
import { siteWith } from "../support/site.ts";
import { learnerToken } from "../support/tokens.ts";
import { translating } from "../support/translating.ts";

const SCHEMA = `$id: https://example.edu/notes
version: "1"
personal-data: true
type: object
properties:
  path: { type: string, path: true }
  notes: { type: array, items: { type: string } }
`;

const MAPPING = `event: https://example.edu/notes
title: Notes were taken
translations:
  - name: taken
    json: { notes: "\${ event.notes }", path: "\${ event.path }" }
`;

const endpoint = (policy: string): string => `title: Store
protocol: json
url: https://store.example.edu
auth: { scheme: none }
personalData: ${policy}
select: { translations: ["own/notes:*"] }
`;

describe("An event with more personal texts than pseudonyms are made of it", () => {
  it("is set aside for who gets pseudonyms, and for nobody else; a long path is not", async () => {
    const site = await siteWith({
      "mappings/own/notes/schema.v1.yml": SCHEMA,
      "mappings/own/notes/mapping.yml": MAPPING,
      "endpoints/open.yml": endpoint("allow"),
      "endpoints/closed.yml": endpoint("pseudonymise"),
    });
    const run = await translating({ site });
    const token = await learnerToken("ada");
    const event = (rest: object): object => ({
      __timestamp__: "2026-11-22T01:07:49.726071+00:00Z",
      __schema__: "https://example.edu/notes",
      __schema_version__: "1",
      ...rest,
    });
    const { counts } = await run.translate([
      await message(event({ notes: Array.from({ length: 5000 }, (_, at) => `ada${at}`) }), { token }),
      await message(event({ path: "ada/".repeat(20_000), notes: ["ada"] }), { token }),
    ]);
    assert.equal(counts.accepted, 2);
    assert.equal(run.statements("open").length, 2);
    const [told, ...others] = run.statements("closed");
    assert.match(String(JSON.parse(told?.text ?? "{}").path), /^[0-9a-f]{16}$/);
    assert.deepEqual(others, []);
    const failed = await run.bucket.records("failed", "closed");
    assert.deepEqual(
      failed.map(({ class: kind, reason }) => [kind, reason]),
      [["size", "size.exceeded"]],
    );
    assert.match(String(failed[0]?.detail), /^One event holds more than 1000 personal texts/);
    assert.deepEqual(await run.bucket.records("failed", "open"), []);
  });
});
