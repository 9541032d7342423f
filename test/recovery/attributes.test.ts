import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { EventMessage } from "../../src/intake.ts";
import type { Site } from "../../src/site.ts";
import { contents, message, serverAction } from "../support/events.ts";
import { shippedSite, siteWith } from "../support/site.ts";
import {
  recordsIn,
  recovering,
  statementsIn,
  statementsOf,
  surveyBy,
  translatedBy,
  withoutSchemas,
} from "./support.ts";

const signed = await shippedSite();
const CONTENTS = "jupyter-server/contents";
const ACTION = "jupyterhub/server-action";

const ATTRIBUTES = `hub: { id: https://hub.example.edu, name: Hub }
institution: https://www.example.edu
learners: { trust: attributes, attributes: { user: user, course: course }, pseudonyms: ssm:/jupyter-lms/pseudonyms }
consent: { policy: required-by-site }
`;

describe("where the site trusts attributes", () => {
  let trusting: Site;
  before(async () => {
    trusting = await siteWith({ "translator.yml": ATTRIBUTES });
  });
  const given = (event: unknown, attributes: EventMessage["attributes"]) =>
    message(event, { token: undefined, attributes });

  it("an event is recovered as whoever was given, unproven as it was", async () => {
    const messages = [
      await given(contents(), { user: "ada", course: "stat101" }),
      await given(serverAction({ username: "grace" }), {}),
    ];
    const way = await translatedBy(withoutSchemas(trusting, CONTENTS, ACTION), messages);
    const senders = (await way.bucket.records("quarantine")).map(({ sender }) => sender);
    assert.ok(senders.includes(null));
    const expected = await translatedBy(trusting, messages);
    const { run, bodies } = recovering(way.bucket, trusting);
    assert.equal((await run()).events, 2);
    assert.deepEqual(await recordsIn(way.bucket, "raw"), await recordsIn(expected.bucket, "raw"));
    assert.deepEqual(statementsIn(bodies), statementsOf(expected, trusting));
  });

  it("nothing of it is recovered once the site believes signatures only", async () => {
    for (const [event, attributes] of [
      [contents(), { user: "ada" }],
      [serverAction({ username: "grace" }), {}],
    ] as const) {
      const way = await translatedBy(withoutSchemas(trusting, CONTENTS, ACTION), [
        await given(event, attributes),
      ]);
      assert.equal((await surveyBy(way.bucket, signed))[0]?.stays?.why, "identity.missing");
      assert.equal((await recovering(way.bucket, signed).run()).events, 0);
    }
  });
});
