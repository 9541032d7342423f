import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { UNREADABLE } from "../../src/consent/choice.ts";
import { readAccounts } from "../../src/ledger/accounts.ts";
import { shippedSite } from "../support/site.ts";
import { by, byHub, recovering, surveyBy, translatedBy, underPolicy, withoutSchemas } from "./support.ts";

const site = await shippedSite();
const ENDPOINTS = site.endpoints.map(({ name }) => name);

describe("a learner who has said no since", () => {
  it("is withheld: nothing is archived or told, and it is counted under a name that leads to nobody", async () => {
    const open = underPolicy(site, "opt-out");
    const way = await translatedBy(withoutSchemas(open, "jupyter-server/contents"), [
      await by("ada"),
      await by("grace"),
    ]);
    const { run, bodies } = recovering(way.bucket, open, {
      choices: async () => new Map([["ada", { all: "out" as const, endpoints: {} }]]),
    });
    const { events, withheld } = await run();
    assert.deepEqual([events, withheld], [1, 1]);
    const raw = await way.bucket.records("raw");
    assert.deepEqual(
      raw.map(({ learner }) => Object(learner).username),
      ["grace"],
    );
    const texts = [...bodies.values()].flat().join("");
    for (const { id, learner } of (await way.bucket.records("quarantine")).filter(
      ({ withheld }) => withheld,
    )) {
      assert.ok(!texts.includes(String(learner)));
      assert.ok(!JSON.stringify(await way.bucket.records("ledger")).includes(String(id)));
    }
    const accounts = await readAccounts(way.bucket, ENDPOINTS);
    assert.deepEqual([accounts.accepted, accounts.withheld, accounts.quarantined], [1, 1, {}]);
    assert.deepEqual(await surveyBy(way.bucket, open), []);
  });

  it("is withheld where the hub names them as well, and never counts where the site requires it", async () => {
    for (const [policy, expected] of [
      ["opt-in", [0, 1]],
      ["opt-out", [0, 1]],
      ["required-by-site", [1, 0]],
    ] as const) {
      const under = underPolicy(site, policy);
      const way = await translatedBy(withoutSchemas(under, "jupyterhub/server-action"), [await byHub("ada")]);
      const { events, withheld } = await recovering(way.bucket, under, {
        choices: async () => new Map([["ada", { all: "out" as const, endpoints: {} }]]),
      }).run();
      assert.deepEqual([events, withheld], expected, policy);
    }
  });

  it("holds up nobody else where nobody can tell what they chose: theirs stay", async () => {
    const open = underPolicy(site, "opt-out");
    const way = await translatedBy(withoutSchemas(open, "jupyter-server/contents"), [
      await by("ada"),
      await by("grace"),
    ]);
    const choices = async () => new Map([["ada", UNREADABLE]]);
    const { events, withheld, unreadable } = await recovering(way.bucket, open, { choices }).run();
    assert.deepEqual([events, withheld, unreadable], [1, 0, 1]);
    assert.equal((await surveyBy(way.bucket, open)).length, 1);
  });
});
