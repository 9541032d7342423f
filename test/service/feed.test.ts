import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { settled } from "../../local/service.ts";
import { readAccounts } from "../../src/ledger/accounts.ts";
import { eventsFile, runService, saveOf } from "./support.ts";

describe("Feeding a file", async () => {
  const service = await runService();

  it("names the lines that no queue takes, and feeds all others", async () => {
    const lines = [
      saveOf("stat101/a.ipynb"),
      JSON.stringify({ large: "x".repeat(5_000_000) }),
      "control \u0001",
      " \r",
      // Ten of these fit one request by their letters, and not by their bytes.
      ...Array.from({ length: 12 }, () => JSON.stringify("語".repeat(49_000))),
      saveOf("stat101/b.ipynb"),
    ];
    const fed = await service.feed(await eventsFile(lines));
    assert.deepEqual(fed.refused.map(({ line }) => line).sort(), [2, 3]);
    assert.deepEqual([fed.messages, fed.events.size], [14, 3]);
    assert.ok(await settled(service, 60_000));
    const { accepted, quarantined } = await readAccounts(service.bucket, []);
    assert.deepEqual([accepted, quarantined], [2, { "schema.unknown": 1 }]);
  });

  it("takes lines of Windows and a byte order mark as if they were not there", async () => {
    const file = await eventsFile([`\uFEFF${saveOf("stat101/a.ipynb")}\r`, `${saveOf("stat101/b.ipynb")}\r`]);
    assert.equal((await service.feed(file)).messages, 2);
    assert.ok(await settled(service, 60_000));
    assert.equal((await readAccounts(service.bucket, [])).accepted, 2);
  });

  it("ends when it is told to", async () => {
    const file = await eventsFile(["{}", "{}"]);
    assert.equal((await service.feed(file, AbortSignal.abort())).messages, 0);
  });
});
