import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { loadSite } from "../../build/load.ts";
import { readSite } from "../../build/site.ts";
import { framesFor } from "../../src/endpoint/frame.ts";
import { eventId, statementId } from "../../src/event/id.ts";
import type { JsonObject } from "../../src/event/json.ts";
import type { Scope, Site, WrittenStatement } from "../../src/site.ts";
import { SCHEMA, withSite } from "./support.ts";

const mapping = (within: string, object: string): string => `event: https://example.edu/event
title: An event
${within}
translations:
  - name: told
    caliper: { type: ToolUseEvent, action: Used, object: ${object} }
    xapi: { verb: save, object: { id: "\${ iri(hub.id, event.path.orElse('none')) }" } }
`;

const site = (within: string, object: string): Promise<Site> =>
  withSite(
    { "mappings/told/schema.v1.yml": SCHEMA, "mappings/told/mapping.yml": mapping(within, object) },
    async (folder) => loadSite(await readSite(folder)),
  );

const ADA = { username: "ada", roles: [], proven: true, sender: {} };

const idOf: Scope["id"] = (translation, position) =>
  statementId(Buffer.alloc(16), eventId("{}", "ada", undefined), translation, position);

const ENTITY = `{ id: "\${ iri(hub.id, event.path.orElse('none')) }", type: SoftwareApplication }`;

describe("folding repeats, as a mapping declares it", () => {
  const madeOf = ({ endpoints, routes, settings }: Site, event: JsonObject): readonly WrittenStatement[] =>
    endpoints.flatMap((endpoint) => {
      const frame = framesFor(endpoint, settings, { key: "a-key" }).of(ADA, "2026-01-15T10:15:01.000Z");
      const scope: Scope = { ...frame, time: "2026-01-15T10:15:00.000Z", previous: undefined, id: idOf };
      return routes[endpoint.name]?.translate.told?.(event, scope) ?? [];
    });

  /** What the act of an event is about, to each endpoint; and in which time it is folded. */
  const actsOf = (site: Site, event: JsonObject): readonly unknown[] =>
    madeOf(site, event).map(({ act }) => act);
  const withinOf = (site: Site, event: JsonObject): readonly unknown[] =>
    madeOf(site, event).map(({ within }) => within);

  it("counts in milliseconds", async () => {
    for (const [within, expected] of [
      ["within: 250ms", 250],
      ["within: 5s", 5000],
      ["within: 2m", 120_000],
      ["within: 1h", 3_600_000],
    ] as const)
      assert.deepEqual(withinOf(await site(within, ENTITY), { path: "a" }), [expected, expected]);
  });

  it("is nothing where the mapping does not declare it", async () => {
    const plain = await site("", ENTITY);
    assert.deepEqual(withinOf(plain, { path: "a" }), [undefined, undefined]);
    assert.deepEqual(actsOf(plain, { path: "a" }), [undefined, undefined]);
  });

  it("knows an act by the id of its object, the same where that is the same", async () => {
    const folding = await site("within: 5s", ENTITY);
    const [first = [], again, other] = [{ path: "a" }, { path: "a", text: "x" }, { path: "b" }].map((event) =>
      actsOf(folding, event),
    );
    assert.deepEqual(again, first);
    assert.equal(first.length, 2);
    for (const [at, act] of first.entries()) {
      assert.ok(typeof act === "string");
      assert.notEqual(act, other?.[at]);
    }
  });
});
