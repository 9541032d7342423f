import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { type Sandbox, startSandbox } from "../../local/sandbox/server.ts";
import type { EventMessage } from "../../src/intake.ts";
import { readAccounts } from "../../src/ledger/accounts.ts";
import { FILTERS } from "../../src/ledger/ledger.ts";
import { deliverTo } from "../support/delivering.ts";
import { contents, message } from "../support/events.ts";
import { shippedSite } from "../support/site.ts";
import { learnerToken } from "../support/tokens.ts";
import { comeAgain, translating } from "../support/translating.ts";

const NAMES = ["campus-lrs", "campus-caliper"] as const;

/** Kinds of events by what becomes of them. */
const kinds = ["saved", "unmappable", "unwanted", "malformed", "refused"] as const;

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.stop());

const eventOf = (kind: (typeof kinds)[number], at: number): string => {
  if (kind === "malformed") return `{"number": ${at}, oops}`;
  const action = { saved: "save", unmappable: "copy", unwanted: "upload", refused: "save" }[kind];
  return JSON.stringify(contents({ action, path: `${kind}/${at}.ipynb` }));
};

describe("the ledger of a whole way", () => {
  it("accounts for every event, with repeats, refusals, troubles and queues that do not take everything", async () => {
    const site = await shippedSite();
    let runs = 0;
    const event = fc.tuple(fc.constantFrom(...kinds), fc.integer({ min: 0, max: 5 }), fc.boolean());
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(event, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        async (batch, trouble) => {
          runs++;
          let calls = 0;
          const way = await translating({ takes: () => calls++ % 3 !== 0 });
          const elsewhere = await learnerToken("emmy", { course: { id: "phys7" } });
          let messages: readonly EventMessage[] = await Promise.all(
            batch.map((events) =>
              message(
                events.map(([kind, at]) => eventOf(kind, at)).join("\n"),
                events[0]?.[2] ? { token: elsewhere } : {},
              ),
            ),
          );
          for (let round = 0; messages.length > 0; round++) {
            assert.ok(round < 20, "messages come again for ever");
            const again = comeAgain(await way.translate(messages));
            messages = messages.filter((_, at) => again.includes(at));
          }

          for (const found of site.endpoints) {
            const store = `${found.name}-${runs}`;
            sandbox.behave(store, { refuseAbout: "refused/", ...(trouble && { failEvery: 3 }) });
            const endpoint = { ...found, url: `${sandbox.url}/${found.protocol}/${store}` };
            const deliver = deliverTo(endpoint, { bucket: way.bucket });
            await deliver(way.bodies(found.name));
          }

          const accounts = await readAccounts(way.bucket, NAMES);
          assert.equal(accounts.unaccounted, 0);
          const malformed = new Set((await way.bucket.records("quarantine")).map(({ id }) => id)).size;
          assert.equal(accounts.quarantined["json.malformed"] ?? 0, malformed);
          for (const {
            endpoint,
            received,
            delivered,
            filtered,
            setAside,
            waiting,
            unexplained,
          } of accounts.endpoints) {
            assert.equal(received, accounts.accepted);
            assert.equal(
              received,
              delivered + setAside + waiting + FILTERS.reduce((sum, each) => sum + filtered[each], 0),
            );
            assert.equal(unexplained, 0);
            if (!trouble) assert.equal(waiting, 0);
            const store = `${endpoint}-${runs}`;
            const kept = [...sandbox.statements(store), ...sandbox.caliper(store)];
            assert.equal(new Set(kept.map(({ id }) => id)).size, delivered);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
