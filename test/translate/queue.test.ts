import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { project } from "../../build/bundle.ts";
import { loadSite } from "../../build/load.ts";
import { withProbe } from "../../build/probe.ts";
import { readSite } from "../../build/site.ts";
import { choicesAsker } from "../../src/consent/ask.ts";
import { choiceStore } from "../../src/consent/store.ts";
import { unpack } from "../../src/delivery/pack.ts";
import { measuredTranslation } from "../../src/measured.ts";
import { probeMessage } from "../../src/probe/event.ts";
import type { Site } from "../../src/site.ts";
import { contents, message, serverAction } from "../support/events.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { openSite } from "../support/site.ts";
import { ARRIVED, PSEUDONYM_KEY, serviceToken } from "../support/tokens.ts";
import { comeAgain, translating } from "../support/translating.ts";

/** The shipped site, its endpoints with small batches and with paths as they are. */
const withBatch = async (batch: { readonly events?: number; readonly bytes?: number }): Promise<Site> => {
  const site = await openSite();
  return {
    ...site,
    endpoints: site.endpoints.map((each) => ({ ...each, batch: { ...each.batch, ...batch } })),
  };
};

const ENDPOINTS = ["campus-lrs", "campus-caliper"];

describe("a delivery queue that does not take everything", () => {
  it("makes exactly those messages come again whose statements it did not take", async () => {
    const site = await withBatch({ events: 2 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 8 }),
        fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
        async (eventsPerMessage, taken) => {
          const refused: string[] = [];
          const takes = (body: string, at: number): boolean => {
            if (taken[at] !== true) refused.push(body);
            return taken[at] === true;
          };
          const { translate } = await translating({ site, takes });
          const messages = eventsPerMessage.map((count, at) =>
            Array.from({ length: count }, (_, event) => contents({ path: `${at}/${event}` })),
          );
          const { settled } = await translate(await Promise.all(messages.map((each) => message(each))));
          const unsent = refused
            .flatMap((body) => unpack(body).statements)
            .map(({ text }) => /files\/(\d+)\//.exec(text)?.[1]);
          assert.deepEqual(
            comeAgain({ settled }),
            [...new Set(unsent.map(Number))].sort((a, b) => a - b),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it("says which endpoint's queue it was, and nothing of the event", async () => {
    const { translate } = await translating({ takes: () => false });
    const { settled } = await translate([await message(contents({ path: "ada-lovelace.ipynb" }))]);
    assert.match(
      settled[0]?.message ?? "",
      /^The delivery queue of campus-(lrs|caliper) did not take a message\.$/,
    );
  });

  it("has nothing counted, or told by its id, before the message is done with, and then once", async () => {
    let isOpen = false;
    const { bucket, translate } = await translating({
      site: await withBatch({ events: 1 }),
      takes: (body) => isOpen || !body.includes("again.ipynb"),
    });
    const again = await message([contents({ path: "again.ipynb" }), contents({ action: "fly" })]);
    const others = [await message(contents({ path: "other.ipynb" })), await message({ hello: "world" })];
    const measured = async (...messages: Parameters<typeof translate>[0]) => {
      const result = await translate(messages);
      const { Messages, Returned, ...totals } = measuredTranslation(result).totals;
      return { totals, counted: [Messages, Returned], reasons: result.incidents.map(({ reason }) => reason) };
    };
    const none = { FailedBatches: 0, Probes: 0, Withheld: 0, SetAside: 0 };
    const one = { ...none, Accepted: 1, Quarantined: 1, Statements: 2 };
    const first = await measured(again, ...others);
    assert.deepEqual(first, { totals: one, counted: [3, 1], reasons: ["schema.unknown"] });
    const second = await measured(again);
    const nothing = { ...none, Accepted: 0, Quarantined: 0, Statements: 0 };
    assert.deepEqual(second, { totals: nothing, counted: [1, 1], reasons: [] });
    // It is kept all the same.
    const idsIn = async (part: "raw" | "quarantine") =>
      new Set((await bucket.records(part)).map(({ id }) => id)).size;
    assert.deepEqual([await idsIn("raw"), await idsIn("quarantine")], [2, 2]);
    isOpen = true;
    const last = await measured(again);
    assert.deepEqual(last, { totals: one, counted: [1, 0], reasons: ["schema.invalid"] });
    assert.deepEqual([await idsIn("raw"), await idsIn("quarantine")], [2, 2]);
  });

  it("has withheld events and test events counted once, too", async () => {
    let isOpen = false;
    const site = await loadSite(withProbe(await readSite(project)));
    const store = choiceStore(memoryBucket(), [PSEUDONYM_KEY]);
    await store.change("lovelace", { to: "out" }, "learner");
    const choices = choicesAsker(store, site.settings.consent);
    const { translate } = await translating({ site, choices, takes: () => isOpen });
    const both = ["lovelace", "hopper"].map((username) => serverAction({ username }));
    const batch = [
      await message(both, { token: await serviceToken() }),
      { id: "p", arrived: ARRIVED, ...probeMessage(PSEUDONYM_KEY, ARRIVED - 10) },
    ];
    const counted = async (): Promise<readonly number[]> => {
      const { accepted, withheld, probes } = (await translate(batch)).counts;
      return [accepted, withheld, probes];
    };
    assert.deepEqual(
      [await counted(), await counted()],
      [
        [0, 0, 0],
        [0, 0, 0],
      ],
    );
    isOpen = true;
    assert.deepEqual(await counted(), [1, 1, 1]);
  });

  it("has the event in the archive and in the ledger all the same, under the ids that it will have again", async () => {
    const { bucket, translate } = await translating({ takes: () => false });
    const batch = [await message(contents())];
    await translate(batch);
    const [before] = await bucket.records("ledger");
    await translate(batch);
    assert.deepEqual(await bucket.records("ledger"), [before]);
    assert.equal((await bucket.records("raw")).length, 1);
  });
});

describe("messages of a delivery queue", () => {
  it("keep to the endpoint's limits and hold every statement once, in order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1500, max: 6000 }),
        fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }), {
          minLength: 1,
          maxLength: 12,
        }),
        async (events, bytes, names) => {
          const { bodies, statements, translate } = await translating({
            site: await withBatch({ events, bytes }),
          });
          const paths = names.map((name, at) => `${at}/${name}`);
          const { counts } = await translate([await message(paths.map((path) => contents({ path })))]);
          for (const endpoint of ENDPOINTS) {
            for (const body of bodies(endpoint)) {
              assert.ok(Buffer.byteLength(body) <= bytes);
              assert.ok(unpack(body).statements.length <= events);
            }
            const order = statements(endpoint).map(({ text }) => Number(/files\/(\d+)\//.exec(text)?.[1]));
            assert.deepEqual(
              order,
              [...new Set(order)].sort((a, b) => a - b),
            );
          }
          const sent = ENDPOINTS.reduce((sum, endpoint) => sum + statements(endpoint).length, 0);
          assert.equal(sent + counts.setAside, ENDPOINTS.length * paths.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("do not hold a statement that is larger than a batch: it is set aside, and its neighbours go", async () => {
    const site = await withBatch({ bytes: 4000 });
    const { bucket, statements, translate } = await translating({ site });
    const large = contents({ path: `${"ä".repeat(1000)}.ipynb` });
    const { settled } = await translate([await message(large), await message([contents(), large])]);
    assert.deepEqual(comeAgain({ settled }), []);
    for (const endpoint of ENDPOINTS) {
      assert.equal(statements(endpoint).length, 1);
      const failed = await bucket.records("failed", endpoint);
      assert.ok(failed.length > 0);
      for (const { reason, translation, statement } of failed) {
        assert.equal(reason, "size.exceeded");
        assert.equal(translation, "jupyter-server/contents:saved");
        assert.equal(statement, undefined);
      }
    }
  });

  it("hold only characters that SQS takes, whatever is in a path", async () => {
    // XML 1.0, section 2.2: the characters that SQS allows. JSON's escapes stand for all the others.
    const allowed = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;
    const odd = fc.constantFrom(
      "\uFFFF",
      "\uFFFE",
      "\uD800",
      "\uDC00",
      "\u0000",
      "\n",
      "\t",
      "\u2028",
      "😀",
      "/",
      '"',
    );
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: odd, minLength: 1 }), async (path) => {
        const { bodies, statements, translate } = await translating({ site: await openSite() });
        // As JSON.stringify, which escapes only what it must, and as a producer that escapes everything.
        const escaped = JSON.stringify(contents({ path })).replace(
          /[^ -~]/g,
          (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
        );
        const { counts } = await translate([await message(escaped)]);
        assert.equal(counts.accepted, 1);
        for (const endpoint of ENDPOINTS) {
          for (const body of bodies(endpoint)) assert.match(body, allowed);
          const [statement] = statements(endpoint);
          const name = path.slice(path.lastIndexOf("/") + 1);
          const { object } = JSON.parse(statement?.text ?? "") as {
            object: { name?: string; definition?: { name: { en: string } } };
          };
          // A lone surrogate is no character, and stands for none that could be sent.
          assert.equal(object.name ?? object.definition?.name.en, name.toWellFormed());
        }
      }),
      { numRuns: 60 },
    );
  });
});
