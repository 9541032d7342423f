import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { choicesAsker } from "../../src/consent/ask.ts";
import type { ConsentPolicy } from "../../src/consent/policy.ts";
import { choiceStore } from "../../src/consent/store.ts";
import { learnerTags } from "../../src/learner/tag.ts";
import { readAccounts } from "../../src/ledger/accounts.ts";
import type { Site } from "../../src/site.ts";
import { contents, message, serverAction } from "../support/events.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { shippedSite } from "../support/site.ts";
import { ARRIVED, learnerToken, PSEUDONYM_KEY, serviceToken } from "../support/tokens.ts";
import { type Translating, translating } from "../support/translating.ts";

const shipped = await shippedSite();
const ENDPOINTS = shipped.endpoints.map(({ name }) => name);
const [FIRST = "", SECOND = ""] = ENDPOINTS;

/** The shipped site under a policy, and the choices that learners make there. */
const under = async (policy: ConsentPolicy["policy"], perEndpoint = true) => {
  const site: Site = { ...shipped, settings: { ...shipped.settings, consent: { policy, perEndpoint } } };
  const store = choiceStore(memoryBucket(), [PSEUDONYM_KEY]);
  let now = 0;
  const choices = choicesAsker(store, site.settings.consent, () => now);
  return {
    store,
    later: (milliseconds: number) => {
      now += milliseconds;
    },
    way: await translating({ site, choices }),
  };
};

const by = async (username: string, event: object = contents()) =>
  message(event, { token: await learnerToken(username) });

/** Everything that is kept, as text. */
const kept = async ({ bucket }: Translating): Promise<string> => {
  const parts = ["raw", "quarantine", "failed", "ledger", "receipts"] as const;
  return JSON.stringify(await Promise.all(parts.map((part) => bucket.records(part))));
};

const sent = ({ statements }: Translating): readonly number[] =>
  ENDPOINTS.map((each) => statements(each).length);

describe("a learner who is not to be collected", () => {
  it("is neither archived nor told of, whether they send or the hub names them; but counted", async () => {
    const { store, way } = await under("opt-out");
    await store.change("lovelace", { to: "out" }, "learner");
    const hub = await message(serverAction({ username: "lovelace" }), { token: await serviceToken() });
    const { counts, settled } = await way.translate([await by("lovelace"), hub, await by("hopper")]);
    assert.deepEqual([counts.accepted, counts.withheld], [1, 2]);
    assert.deepEqual(settled, [undefined, undefined, undefined]);
    assert.ok(!(await kept(way)).includes("lovelace"));
    assert.deepEqual(
      (await way.bucket.records("raw")).map(({ learner }) => (learner as { username: string }).username),
      ["hopper"],
    );
    assert.deepEqual(sent(way), [1, 1]);
  });

  it("is not kept in quarantine either, where it is known who sent what cannot be read", async () => {
    const { store, way } = await under("opt-out");
    await store.change("lovelace", { to: "out" }, "learner");
    const broken = await message("{ lovelace", { token: await learnerToken("lovelace") });
    const { counts } = await way.translate([broken, await by("lovelace", contents({ action: "dance" }))]);
    assert.deepEqual([counts.quarantined, counts.withheld], [{}, 2]);
    assert.ok(!(await kept(way)).includes("lovelace"));
  });

  it("is not kept in quarantine where a service names them in what cannot be accepted, or their own token has expired", async () => {
    const hub = async (event: object) =>
      message({ ...serverAction({ username: "lovelace" }), ...event }, { token: await serviceToken() });
    const expired = await learnerToken("lovelace", { exp: ARRIVED / 1000 - 3600 });
    const cases = [
      await hub({ __timestamp__: "2027-11-22T01:07:49Z" }),
      await hub({ __schema_version__: "2" }),
      await hub({ action: "pause" }),
      await message(contents({ path: "lovelace.ipynb" }), { token: expired }),
    ];
    const { store, way } = await under("opt-out");
    const open = await under("opt-out");
    await store.change("lovelace", { to: "out" }, "learner");
    assert.deepEqual((await way.translate(cases)).counts.withheld, cases.length);
    assert.ok(!(await kept(way)).includes("lovelace"));
    // Of who has not said no, it is kept, and found as theirs.
    await open.way.translate(cases);
    const records = await open.way.bucket.records("quarantine");
    assert.equal(records.length, cases.length);
    for (const { learner } of records) assert.equal(learner, learnerTags(PSEUDONYM_KEY)("lovelace"));
  });

  it("is named in quarantine by what nothing proves: whoever wrote it, it was not believed", async () => {
    const { store, way } = await under("opt-out");
    await store.change("lovelace", { to: "out" }, "learner");
    const event = serverAction({ username: "lovelace" });
    await way.translate([await message(event, { token: undefined })]);
    const [record] = await way.bucket.records("quarantine");
    assert.deepEqual([record?.reason, record?.learner], ["identity.missing", undefined]);
  });

  it("is counted once, however often an event comes, under a name that leads to nobody", async () => {
    const { store, way } = await under("opt-out");
    await store.change("lovelace", { to: "out" }, "learner");
    const one = await by("lovelace");
    await way.translate([one, one]);
    await way.translate([one, await by("lovelace", contents({ path: "b" }))]);
    const { withheld, accepted, unaccounted, endpoints } = await readAccounts(way.bucket, ENDPOINTS);
    assert.deepEqual([withheld, accepted, unaccounted], [2, 0, 0]);
    for (const { received, unexplained } of endpoints) assert.deepEqual([received, unexplained], [0, 0]);
    const open = await under("opt-out");
    await open.way.translate([one]);
    const [raw] = await open.way.bucket.records("raw");
    assert.ok(!(await kept(way)).includes(String(raw?.id)));
  });

  it("is who has said no under opt-out, who has not said yes under opt-in, and nobody where the site requires it", async () => {
    for (const [policy, expected] of [
      ["opt-out", [1, 1, 0]],
      ["opt-in", [0, 1, 0]],
      ["required-by-site", [1, 1, 1]],
    ] as const) {
      const { store, way } = await under(policy);
      await store.change("yes", { to: "in" }, "learner");
      await store.change("no", { to: "out" }, "administrator");
      const accepted = [];
      for (const username of ["nothing", "yes", "no"])
        accepted.push((await way.translate([await by(username)])).counts.accepted);
      assert.deepEqual(accepted, expected, policy);
    }
  });

  it("may be so for one endpoint only, where the site lets them choose: the others are told", async () => {
    for (const [perEndpoint, expected] of [
      [true, [0, 1]],
      [false, [1, 1]],
    ] as const) {
      const { store, way } = await under("opt-out", perEndpoint);
      await store.change("lovelace", { to: "out", endpoint: FIRST }, "learner");
      await way.translate([await by("lovelace")]);
      assert.deepEqual(sent(way), expected);
      const { endpoints } = await readAccounts(way.bucket, [FIRST, SECOND]);
      assert.deepEqual(
        endpoints.map(({ filtered }) => filtered.consent),
        [1 - expected[0], 0],
      );
    }
  });
});

describe("a change of mind", () => {
  it("takes effect within a minute, without a look at the store for each batch", async () => {
    const { store, way, later } = await under("opt-out");
    const accepted = async () =>
      (await way.translate([await by("lovelace", contents({ path: String(Math.random()) }))])).counts
        .accepted;
    assert.equal(await accepted(), 1);
    await store.change("lovelace", { to: "out" }, "learner");
    assert.equal(await accepted(), 1);
    later(59_999);
    assert.equal(await accepted(), 0);
    await store.change("lovelace", { to: "in" }, "learner");
    later(59_999);
    assert.equal(await accepted(), 1);
  });
});

describe("choices that cannot be known", () => {
  it("because one is damaged, make only that learner's messages come again: it holds up nobody else", async () => {
    const bucket = memoryBucket();
    const store = choiceStore(bucket, [PSEUDONYM_KEY]);
    await store.change("lovelace", { to: "in" }, "learner");
    for (const key of bucket.objects.keys()) await bucket.put(key, new TextEncoder().encode("{"));
    const way = await translating({
      choices: choicesAsker(store, { policy: "opt-out", perEndpoint: false }),
    });
    const messages = [await by("lovelace"), await by("hopper")];
    const { settled, counts } = await way.translate(messages);
    assert.match(settled[0]?.message ?? "", /damaged/);
    assert.equal(settled[1], undefined);
    assert.deepEqual([counts.accepted, counts.withheld], [1, 0]);
    assert.ok(!(await kept(way)).includes("lovelace"));
  });

  it("make the batch come again: nothing is archived or sent on a guess", async () => {
    const choices = choicesAsker(
      { read: () => Promise.reject(new Error("SlowDown")) },
      { policy: "opt-out", perEndpoint: false },
    );
    const way = await translating({ choices });
    await assert.rejects(way.translate([await by("lovelace")]), /SlowDown/);
    assert.deepEqual(way.story, []);
  });
});

it("What comes in is accepted, in quarantine or withheld, and the ledger says so, whoever has said what", async () => {
  const username = fc.constantFrom("lovelace", "hopper", "noether", "somerville");
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("opt-in" as const, "opt-out" as const, "required-by-site" as const),
      fc.array(fc.tuple(username, fc.constantFrom("in" as const, "out" as const))),
      fc.uniqueArray(fc.tuple(username, fc.nat(5), fc.boolean()), { selector: String, maxLength: 12 }),
      async (policy, said, events) => {
        const { store, way } = await under(policy);
        for (const [who, to] of said) await store.change(who, { to }, "learner");
        const all = await Promise.all(
          events.map(([who, path, isValid]) =>
            by(who, contents({ path: String(path), action: isValid ? "save" : "none" })),
          ),
        );
        await way.translate(all);
        const { accepted, quarantined, withheld } = await readAccounts(way.bucket, ENDPOINTS);
        const inQuarantine = Object.values(quarantined).reduce((sum, count) => sum + count, 0);
        assert.equal(accepted + inQuarantine + withheld, events.length);
        const everything = await kept(way);
        for (const who of ["lovelace", "hopper", "noether", "somerville"]) {
          const last = said.findLast(([each]) => each === who)?.[1];
          const isOut = policy === "opt-in" ? last !== "in" : policy === "opt-out" && last === "out";
          if (isOut) assert.ok(!everything.includes(who));
        }
      },
    ),
    { numRuns: 50 },
  );
});
