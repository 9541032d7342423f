import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import fc from "fast-check";
import { eventReader, type ReadEvent } from "../../src/event/catalog.ts";
import type { JsonObject } from "../../src/event/json.ts";
import { withoutPaths } from "../../src/event/secrets.ts";
import type { Site } from "../../src/site.ts";
import { runs } from "../support/runs.ts";
import { shippedSite } from "../support/site.ts";
import { ARRIVED } from "../support/tokens.ts";

/** What must not be kept. */
const MARK = "s3cr3t-m4rk";

const time = "2026-11-22T01:07:49.726071+00:00Z";
const COMMANDS = "lab.jupyter.org/command-invocations";
const NAME = "org.jupyterlab.commands.docmanager:open";
const command = { session_id: "7f3b", command_id: "docmanager:open", command_args: { a: MARK } };
const pioneer = {
  eventDetail: { eventName: "CellEditEvent", eventTime: ARRIVED, eventInfo: { index: 1, doc: MARK } },
  notebookState: { notebookPath: "hw1.ipynb", notebookContent: MARK },
};
const called = { type: "track", event: "plot", timestamp: time, userId: MARK, context: MARK };
const capsule = { revision: 1, dt: time, ip: MARK };

/** Events of a few schemas in every form that puts what it has elsewhere, or differently for each event. */
const events: readonly JsonObject[] = [
  pioneer,
  { data: pioneer, env: MARK },
  { data: { ...pioneer, env: MARK }, params: MARK },
  { schema: COMMANDS, version: 1, timestamp: time, ...command },
  { schema: COMMANDS, version: 1, event: command },
  { schema: COMMANDS, version: 1, publishTime: time, body: command },
  { schema_id: COMMANDS, version: 1, timestamp: time, data: command },
  { schema: COMMANDS, ...capsule, event: command },
  { schema: NAME, ...capsule, event: { b: MARK } },
  { schema: NAME, version: 1, event: { c: MARK, d: MARK } },
  { schema: NAME, version: 1, event: { e: MARK } },
  { __schema__: NAME, __schema_version__: "1", __timestamp__: time, f: MARK },
  { ...called, properties: { nannyml_version: "1" } },
  { ...called, properties: { kind: "x" } },
  { event: "plot", nannyml_version: "1", userId: MARK, anonymousId: MARK },
  { __schema__: COMMANDS, __schema_version__: "9", __timestamp__: time, ...command },
];

describe("where an event has what is never stored", () => {
  let site: Site;
  before(async () => {
    site = await shippedSite();
  });

  const placesOf = (read: ReadEvent, event: unknown): readonly (readonly string[])[] =>
    read(event, ARRIVED).neverStore;

  it("is what its own form says, whatever the events before it had", () => {
    const some = fc.array(fc.constantFrom(...events), { maxLength: 40 });
    fc.assert(
      fc.property(some, (each) => {
        const read = eventReader(site.schemas);
        for (const event of each) {
          const places = placesOf(read, event);
          assert.deepEqual(places, placesOf(eventReader(site.schemas), event));
          assert.ok(!JSON.stringify(withoutPaths(event, places)).includes(MARK), JSON.stringify(event));
        }
      }),
      { numRuns: runs(200) },
    );
  });

  it("is the same list for events of a schema that come in the same form", () => {
    const read = eventReader(site.schemas);
    const [local, remote] = [pioneer, { data: pioneer }];
    const logged = { __schema__: COMMANDS, __schema_version__: "1", __timestamp__: time, ...command };
    for (const event of [local, remote, logged, { ...called, properties: { nannyml_version: "1" } }]) {
      const places = placesOf(read, event);
      assert.ok(places.length > 0);
      assert.equal(placesOf(read, structuredClone(event)), places);
    }
  });

  it("is each event's own where a schema keeps nothing of what lies beside the event's name", () => {
    const shipped = site.schemas.find(({ source }) => source === "nannyml/usage");
    assert.ok(shipped !== undefined);
    const read = eventReader([{ ...shipped, neverStore: [["properties"]] }]);
    for (const own of [{ a: 1, b: 2 }, { a: 1 }, {}, { b: 2 }, { b: 2 }, { b: 2, a: 1 }, { c: 3, a: 1 }]) {
      const places = placesOf(read, { event: "plot", nannyml_version: "1", ...own });
      const named = ["nannyml_version", ...Object.keys(own)].map((key) => [key]);
      assert.deepEqual(places, [["context"], ["anonymousId"], ["writeKey"], ...named]);
    }
  });
});
