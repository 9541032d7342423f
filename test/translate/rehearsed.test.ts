import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { rehearse } from "../../src/rehearsal.ts";
import { openSite } from "../support/site.ts";

const pioneer = (path: string, cells: number): string =>
  JSON.stringify({
    eventDetail: {
      eventName: "CellExecuteEvent",
      eventTime: Date.parse("2026-11-22T09:00:00Z"),
      eventInfo: { cells: Array.from({ length: cells }, (_, at) => ({ id: `c${at}` })), success: true },
    },
    notebookState: { sessionID: "s", notebookPath: path },
  });

describe("What would become of events", () => {
  it("is shown of all of them, also where it is more than a function makes at once", async () => {
    // Some 14 million characters of statements for each message.
    const messages = ["a", "b", "c", "d"].map((name) => ({
      body: Array.from({ length: 80 }, (_, at) => pioneer(`${name}${at}${"y".repeat(1000)}.ipynb`, 100)).join(
        "\n",
      ),
      whose: { name: "ada", roles: [] },
    }));
    const all = (
      await rehearse(
        messages,
        await openSite(),
        "a key of 32 bytes, for tests alone",
        Date.parse("2026-11-22T09:00:05Z"),
      )
    ).flat();
    assert.equal(all.length, 320);
    for (const each of all) {
      assert.ok("event" in each);
      for (const { endpoint, statements, nothing } of each.endpoints)
        if (endpoint.name === "campus-caliper")
          assert.deepEqual([statements.length, nothing], [100, undefined]);
    }
  });
});
