import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { choicesAsker } from "../../src/consent/ask.ts";
import { choiceStore } from "../../src/consent/store.ts";
import type { PseudonymKeys } from "../../src/learner/pseudonym-keys.ts";
import type { Site } from "../../src/site.ts";
import { contents, message } from "../support/events.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { shippedSite } from "../support/site.ts";
import { ARRIVED, learnerToken, PSEUDONYM_KEY } from "../support/tokens.ts";
import { translating } from "../support/translating.ts";
import { refused, retold } from "./support.ts";

const LRS = "campus-lrs";
const MODES = ["now", "as-it-was"] as const;
const shipped = await shippedSite();
const consent = { policy: "opt-out", perEndpoint: true } as const;
const site: Site = { ...shipped, settings: { ...shipped.settings, consent } };

/** What was set aside of a learner, who then says something. */
const setAside = async (...said: readonly (readonly [to: "in" | "out", endpoint?: string])[]) => {
  const way = await translating({ site });
  await way.translate([await message(contents(), { token: await learnerToken("lovelace") })]);
  const failures = way.statements(LRS).map((each) => refused(each, LRS));
  assert.equal(failures.length, 1);
  const choices = memoryBucket();
  for (const [to, endpoint] of said)
    await choiceStore(choices, [PSEUDONYM_KEY]).change(
      "lovelace",
      { to, ...(endpoint !== undefined && { endpoint }) },
      "learner",
    );
  return {
    choices,
    again: async (mode: (typeof MODES)[number], keys: PseudonymKeys = { key: PSEUDONYM_KEY }) => {
      const store = choiceStore(
        choices,
        keys.former === undefined ? [keys.key] : [keys.key, keys.former.key],
      );
      const ask = choicesAsker({ read: store.readTag }, consent);
      const all = await retold(failures, site, LRS, way.bucket, { keys, choices: ask, mode });
      return all.map((each) => (each.end === "sent" ? "sent" : each.reason));
    },
  };
};

describe("what is set aside of a learner who has said no since", () => {
  it("is not sent again, neither by the mappings as they are now nor as it was", async () => {
    for (const mode of MODES) {
      assert.deepEqual(await (await setAside()).again(mode), ["sent"]);
      assert.deepEqual(await (await setAside(["out"])).again(mode), ["learner.out"]);
      assert.deepEqual(await (await setAside(["out"], ["in"])).again(mode), ["sent"]);
    }
  });

  it("is not sent to the endpoint that they said no to, where they may say so", async () => {
    for (const mode of MODES) {
      assert.deepEqual(await (await setAside(["out", LRS])).again(mode), ["learner.out"]);
      assert.deepEqual(await (await setAside(["out", "campus-caliper"])).again(mode), ["sent"]);
    }
  });

  it("is not sent after the key has changed either", async () => {
    const former = { key: PSEUDONYM_KEY, since: ARRIVED + 1, overlap: 1e9 };
    for (const mode of MODES) {
      const { again, choices } = await setAside(["out"]);
      assert.deepEqual(await again(mode, { key: "new", former }), ["learner.out"]);
      for await (const _ of choiceStore(choices, ["new", PSEUDONYM_KEY]).settle());
      assert.deepEqual(await again(mode, { key: "new", former }), ["learner.out"]);
    }
  });
});
