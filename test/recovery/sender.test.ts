import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { EventMessage } from "../../src/intake.ts";
import type { LearnerContext } from "../../src/learner/context.ts";
import type { Site } from "../../src/site.ts";
import { contents, message, serverAction } from "../support/events.ts";
import { shippedSite } from "../support/site.ts";
import { ARRIVED, learnerToken, serviceToken } from "../support/tokens.ts";
import {
  onlyIn,
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

/** What a message leaves in quarantine. */
const quarantined = async (site: Site, one: EventMessage) => onlyIn((await translatedBy(site, [one])).bucket);

describe("what quarantine keeps of who sent an event", () => {
  const unknown = withoutSchemas(signed, CONTENTS, ACTION);
  const ofAda = { server: "lab", membership_roles: ["Learner"], lms_user: "4711", jti: "a", groups: ["one"] };

  it("is the context that a signature proves, less the groups where the course is known", async () => {
    const { sender } = await quarantined(
      unknown,
      await message(contents(), { token: await learnerToken("ada", ofAda) }),
    );
    const { groups, course, subject, session, ...context } = sender as LearnerContext;
    assert.deepEqual([subject, course, groups, session], ["ada", { id: "stat101" }, [], { id: "a" }]);
    assert.deepEqual(context, {
      role: "learner",
      server: "lab",
      lmsUser: "4711",
      roles: ["Learner"],
      proven: true,
    });
    const inNone = await learnerToken("ada", { ...ofAda, course: undefined });
    const grouped = await quarantined(unknown, await message(contents(), { token: inNone }));
    assert.deepEqual((grouped.sender as LearnerContext).groups, ["one"]);
  });

  it("is nothing where the context is no good, or belies the event, or nobody could take the text in", async () => {
    const expired = await learnerToken("ada", { exp: ARRIVED / 1000 - 3600 });
    const eve = await learnerToken("eve");
    for (const [one, reason] of [
      [await message(contents(), { token: "eyJ.a.b" }), "schema.unknown"],
      [await message(contents(), { token: undefined }), "schema.unknown"],
      [await message(contents(), { token: expired }), "schema.unknown"],
      [await message("{"), "json.malformed"],
      [await message(""), "body.empty"],
    ] as const) {
      const record = await quarantined(unknown, one);
      assert.equal(record.reason, reason);
      assert.ok(!("sender" in record) && !("nobodys" in record), reason);
    }
    for (const [token, reason] of [
      ["eyJ.a.b", "identity.forged"],
      [expired, "identity.expired"],
      [eve, "identity.mismatch"],
    ] as const) {
      const event = reason === "identity.mismatch" ? serverAction({ username: "ada" }) : contents();
      const record = await quarantined(signed, await message(event, { token }));
      assert.deepEqual([record.reason, "sender" in record], [reason, false]);
    }
  });

  it("is nothing where it is more than a context is: ten thousand events may come with it", async () => {
    const token = await learnerToken("ada", { membership_roles: ["x".repeat(5000)] });
    assert.ok(!("sender" in (await quarantined(unknown, await message(contents(), { token })))));
  });

  it("cannot be guessed: what came before it was kept, or without it, stays, and is told with the reason", async () => {
    const { bucket } = await translatedBy(unknown, [await message(contents(), { token: undefined })]);
    const [open] = await surveyBy(bucket, signed);
    assert.deepEqual(open?.stays?.why, "sender.unknown");
    assert.equal((await recovering(bucket, signed).run()).events, 0);
    // Not even where the site believes attributes by now.
    const trusting: Site = {
      ...signed,
      settings: { ...signed.settings, trust: { trust: "attributes", user: "user" } },
    };
    assert.equal((await surveyBy(bucket, trusting))[0]?.stays?.why, "sender.unknown");
  });
});

describe("an event that a service sent", () => {
  const token = () => serviceToken({ initiator: "culler" });

  it("is recovered for the learner whom it names, where its schema says by now how", async () => {
    const one = await message(serverAction({ username: "ada" }), { token: await token() });
    const way = await translatedBy(withoutSchemas(signed, ACTION), [one]);
    const { learner, sender } = await onlyIn(way.bucket);
    assert.deepEqual([learner, (sender as LearnerContext).subject], [undefined, "jupyterhub"]);
    const expected = await translatedBy(signed, [one]);
    const { run, bodies } = recovering(way.bucket, signed);
    assert.equal((await run()).events, 1);
    assert.deepEqual(await recordsIn(way.bucket, "raw"), await recordsIn(expected.bucket, "raw"));
    assert.deepEqual(statementsIn(bodies), statementsOf(expected, signed));
  });

  it("and that names nobody is recovered once its schema says which property does", async () => {
    const unmarked: Site = {
      ...signed,
      schemas: signed.schemas.map((schema) => {
        const { learner: _, ...rest } = schema;
        return schema.source === ACTION ? rest : schema;
      }),
    };
    const one = await message(serverAction({ username: "ada" }), { token: await token() });
    const way = await translatedBy(unmarked, [one]);
    assert.equal((await onlyIn(way.bucket)).reason, "identity.missing");
    assert.equal((await recovering(way.bucket, signed).run()).events, 1);
    const [raw] = await way.bucket.records("raw");
    assert.equal(Object(raw?.learner).username, "ada");
  });

  it("stays where a learner sent it in another's name", async () => {
    const one = await message(serverAction({ username: "ada" }), { token: await learnerToken("eve") });
    const way = await translatedBy(withoutSchemas(signed, ACTION), [one]);
    assert.equal((await surveyBy(way.bucket, signed))[0]?.stays?.why, "identity.mismatch");
  });
});
