import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { EventMessage } from "../../src/intake.ts";
import { measuredTranslation } from "../../src/measured.ts";
import { probeMessage } from "../../src/probe/event.ts";
import { probeTag } from "../../src/probe/tag.ts";
import type { Site } from "../../src/site.ts";
import { contents, envelope, message, serverAction } from "../support/events.ts";
import { shippedSite, siteWith } from "../support/site.ts";
import { ARRIVED, learnerToken, PSEUDONYM_KEY, serviceToken } from "../support/tokens.ts";
import { translating } from "../support/translating.ts";

const ATTRIBUTES = `hub: { id: https://hub.example.edu, name: Hub }
institution: https://www.example.edu
learners: { trust: attributes, attributes: { user: user }, pseudonyms: ssm:/pseudonyms }
consent: { policy: required-by-site }
`;

const MINUTE = 60_000;
const LAUNCH = "binderhub.jupyter.org/launch";

/** A message of the probe, sent so many milliseconds before it arrived; `more` is what somebody made of it. */
const probed = (ago = 0, more: Partial<EventMessage> = {}, key = PSEUDONYM_KEY): EventMessage => ({
  id: "m",
  arrived: ARRIVED,
  ...probeMessage(key, ARRIVED - ago),
  ...more,
});

describe("a test event, in a site that trusts signatures and in one that trusts attributes", () => {
  let sites: readonly Site[];
  before(async () => {
    sites = [await shippedSite(), await siteWith({ "translator.yml": ATTRIBUTES })];
  });

  /** What a message comes to, in each of the sites. */
  const outcomes = async (sent: EventMessage) =>
    Promise.all(
      sites.map(async (site) => {
        const one = await translating({ site });
        const result = await one.translate([sent]);
        const [quarantined] = await one.bucket.records("quarantine");
        return { result, quarantined, raw: await one.bucket.records("raw"), told: one.story.join() };
      }),
    );

  const reasons = async (sent: EventMessage): Promise<readonly unknown[]> =>
    (await outcomes(sent)).map(({ quarantined, raw }) => (raw.length > 0 ? "taken" : quarantined?.reason));

  it("is taken from the probe, is nobody's, and is counted apart from accepted events", async () => {
    for (const { result, raw, told } of await outcomes(probed(200))) {
      assert.deepEqual(raw[0]?.learner, { roles: [], proven: true, sender: {} });
      assert.equal(raw[0]?.source, "translator/probe");
      assert.ok(!told.includes("send "));
      const { Accepted, Probes, Quarantined } = measuredTranslation(result).totals;
      assert.deepEqual({ Accepted, Probes, Quarantined }, { Accepted: 0, Probes: 1, Quarantined: 0 });
    }
    const [signed] = sites;
    const one = await translating({ ...(signed && { site: signed }) });
    const { counts } = await one.translate([probed(), await message(contents())]);
    assert.deepEqual([counts.accepted, counts.probes], [1, 1]);
  });

  it("is refused with another tag, an old one, and one of a time to come", async () => {
    const another = probed(0, { attributes: { probe: `${ARRIVED}.${probeTag("another key", ARRIVED)}` } });
    assert.deepEqual(await reasons(another), ["identity.forged", "identity.forged"]);
    const shifted = probed(0, {
      attributes: { probe: `${ARRIVED - 1}.${probeTag(PSEUDONYM_KEY, ARRIVED)}` },
    });
    assert.deepEqual(await reasons(shifted), ["identity.forged", "identity.forged"]);
    assert.deepEqual(await reasons(probed(15 * MINUTE)), ["taken", "taken"]);
    assert.deepEqual(await reasons(probed(15 * MINUTE + 1)), ["identity.expired", "identity.expired"]);
    assert.deepEqual(await reasons(probed(-2 * MINUTE)), ["identity.forged", "identity.forged"]);
  });

  it("lends what proves it to no other event, be it a learner's, the hub's, or nobody's", async () => {
    const launch = envelope(LAUNCH, { version: 5, status: "success" });
    const others = [contents(), serverAction({ username: "ada" }), { ...launch, __schema_version__: "5" }];
    for (const other of others) {
      const all = await outcomes(probed(0, { body: JSON.stringify(other) }));
      for (const { raw, quarantined } of all) {
        assert.deepEqual([raw.length, quarantined?.reason], [0, "identity.mismatch"]);
        // It speaks for nobody: what it claims of a learner is not put down as theirs, nor can it be taken in later.
        assert.deepEqual([quarantined?.learner, quarantined?.sender], [undefined, undefined]);
      }
    }
    // Nor beside a test event in the same message.
    const { body } = probed();
    for (const { raw, quarantined } of await outcomes(
      probed(0, { body: `${body}\n${JSON.stringify(contents())}` }),
    ))
      assert.deepEqual([raw.length, quarantined?.reason], [1, "identity.mismatch"]);
  });

  it("is refused without it, and with a learner's word or token", async () => {
    assert.deepEqual(await reasons(probed(0, { attributes: {} })), ["identity.missing", "identity.missing"]);
    const attributes = { "learner-context": await learnerToken("ada"), user: "ada" };
    assert.deepEqual(await reasons(probed(0, { attributes })), ["identity.mismatch", "identity.mismatch"]);
  });

  it("may hold nothing but its time and its tag", async () => {
    const event = JSON.parse(probed().body);
    for (const more of [{ username: "ada" }, { tag: "something to be told" }, { sent: -1 }])
      assert.deepEqual(await reasons(probed(0, { body: JSON.stringify({ ...event, ...more }) })), [
        "schema.invalid",
        "schema.invalid",
      ]);
  });

  it("is taken from a service, which may speak for nobody, and is no accepted event either", async () => {
    const [signed] = sites;
    const one = await translating({ ...(signed && { site: signed }) });
    const { counts } = await one.translate([
      probed(0, { attributes: { "learner-context": await serviceToken() } }),
    ]);
    assert.deepEqual([counts.accepted, counts.probes], [0, 1]);
  });
});
