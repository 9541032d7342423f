import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  assertRefused,
  envelope,
  event,
  fresh,
  type Json,
  sandbox,
  sendCaliper,
  V1P1,
  V1P2,
} from "./support.ts";

const extension = (profile: string): string => `${V1P1}/${profile}Profile-extension`;

const old = (changes: Json = {}): Json => {
  const { profile: _, ...rest } = event({ "@context": V1P1 });
  return { ...rest, ...changes };
};
const oldEnvelope = (data: readonly unknown[]): Json => envelope(data, { dataVersion: V1P1 });

const measure = { id: "urn:uuid:21c3f9f2-a9ef-4f65-bf9a-0699ed85e2c7", type: "AggregateMeasure" };
const measures = { id: "_:measures", type: "AggregateMeasureCollection", items: [measure] };
const item = { id: "https://x.example/items/1", type: "QuestionnaireItem" };

describe("a Caliper endpoint, for an envelope of 1.1,", () => {
  it("takes what 1.1 knows by itself", async () => {
    const store = fresh();
    const data = [
      old(),
      old({ "@context": [{ query: "http://schema.org/query" }, V1P1] }),
      old({ type: "ToolUseEvent", action: "Used" }),
      old({ type: "ToolUseEvent", action: "Used", generated: "https://x.example/measures/1" }),
      { "@context": V1P1, id: "_:b1", type: "Person" },
    ];
    const response = await sendCaliper(store, oldEnvelope(data));
    assert.equal(response.status, 200, await response.text());
    assert.deepEqual(sandbox.caliper(store), data);
  });

  const added: readonly (readonly [string, Json])[] = [
    ["Search", { type: "SearchEvent", action: "Searched" }],
    ["ToolLaunch", { type: "ToolLaunchEvent", action: "Returned" }],
    ["Feedback", { type: "FeedbackEvent", action: "Ranked" }],
    ["Survey", { type: "SurveyEvent", action: "OptedIn" }],
    ["Survey", { type: "SurveyInvitationEvent", action: "Sent" }],
    ["Survey", { type: "QuestionnaireEvent", action: "Started" }],
    ["Survey", { type: "QuestionnaireItemEvent", action: "Started" }],
    ["Survey", { type: "NavigationEvent", action: "NavigatedTo", object: item }],
    ["ResourceManagement", { type: "ResourceManagementEvent", action: "Saved" }],
    ["ToolUse", { type: "ToolUseEvent", action: "Used", generated: measure }],
    ["ToolUse", { type: "ToolUseEvent", action: "Used", generated: measures }],
  ];
  for (const [profile, changes] of added) {
    const { type, action, ...rest } = changes;
    const what = `${type} ${action}${Object.keys(rest).length > 0 ? ` with ${JSON.stringify(rest)}` : ""}`;

    it(`takes a ${what} with the context of the ${profile} profile, alone or before that of 1.1`, async () => {
      for (const context of [extension(profile), [extension(profile), V1P1]]) {
        const response = await sendCaliper(fresh(), oldEnvelope([old({ ...changes, "@context": context })]));
        assert.equal(response.status, 200, await response.text());
      }
    });

    it(`refuses a ${what} without that context, or with another profile's`, async () => {
      const other = profile === "Search" ? "Survey" : "Search";
      for (const context of [V1P1, [V1P1], extension(other), [extension(other), V1P1]]) {
        const body = oldEnvelope([old({ ...changes, "@context": context })]);
        await assertRefused(await sendCaliper(fresh(), body), 400, "/data/0/@context");
      }
    });
  }

  const identified = { id: "https://x.example/1", type: "Person", otherIdentifiers: [] };
  const bad: readonly (readonly [string, Json, string])[] = [
    ["a profile", old({ profile: "ReadingProfile" }), "/profile"],
    ["otherIdentifiers", old({ actor: identified }), "/actor/otherIdentifiers"],
    [
      "otherIdentifiers deeper down",
      old({ membership: { id: "_:m", type: "Membership", member: identified } }),
      "/membership/member/otherIdentifiers",
    ],
    ["an event of 1.2", old({ "@context": V1P2 }), "/@context"],
    ["an event of 1.2 that names 1.1 as well", old({ "@context": [V1P1, V1P2] }), "/@context"],
    ["an event of 1.1 that names 1.2 as well", old({ "@context": [V1P2, V1P1] }), "/@context"],
    [
      "a context that does not end with that of 1.1",
      old({ "@context": [V1P1, "https://x.example"] }),
      "/@context",
    ],
    ["an extension after the context of 1.1", old({ "@context": [V1P1, extension("Search")] }), "/@context"],
    ["an extension that was never published", old({ "@context": [extension("Grading"), V1P1] }), "/@context"],
    ["no context in an array", old({ "@context": [] }), "/@context"],
    ["an entity of 1.2", { ...identified, otherIdentifiers: undefined, "@context": V1P2 }, "/@context"],
    ["a measure on its own under plain 1.1", { ...measure, "@context": V1P1 }, "/@context"],
  ];
  for (const [what, bearer, at] of bad) {
    it(`refuses ${what} with 400 and keeps nothing`, async () => {
      const store = fresh();
      await assertRefused(await sendCaliper(store, oldEnvelope([old(), bearer])), 400, `/data/1${at}`);
      assert.equal(sandbox.caliper(store).length, 0);
    });
  }

  it("refuses with 422 a dataVersion that only looks like it", async () => {
    for (const dataVersion of [extension("Search"), `${V1P1}/`, V1P1.replace("http:", "https:"), "v1p1"]) {
      await assertRefused(
        await sendCaliper(fresh(), envelope([old()], { dataVersion })),
        422,
        "/dataVersion",
      );
    }
  });
});
