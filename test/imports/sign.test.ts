import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { attributed, type Origin, signedAlready, signing, TokenOver } from "../../src/imports/sign.ts";
import { LEARNER_CONTEXT, senderReader } from "../../src/learner/sender.ts";
import type { Trust } from "../../src/learner/trust.ts";
import { KEY, KEY_AT, learnerToken } from "../support/tokens.ts";

const trust: Trust = { trust: "signed", keys: [{ id: "2027", algorithm: "HS256", secret: KEY_AT }] };
const readSender = senderReader(trust, { [KEY_AT]: KEY });
const ADA: Origin = { role: "learner", subject: "ada", server: "stat", course: { id: "stat101" } };

describe("What messages say of their sender", () => {
  it("is believed as if the hub had signed it, and says nothing else", async () => {
    const sign = signing(ADA, { id: "2027", value: `${KEY}\n` });
    assert.deepEqual(await readSender(await sign(), Date.now()), {
      subject: "ada",
      role: "learner",
      server: "stat",
      course: { id: "stat101" },
      roles: [],
      groups: [],
      proven: true,
    });
    const hub = signing({ role: "service", subject: "jupyterhub" }, { value: KEY });
    assert.deepEqual(await readSender(await hub(), Date.now()), {
      subject: "jupyterhub",
      role: "service",
      roles: [],
      groups: [],
      proven: true,
    });
  });

  it("is signed anew each minute, for an hour", async () => {
    let now = Date.now();
    const sign = signing(ADA, { id: "2027", value: KEY }, () => now);
    const { [LEARNER_CONTEXT]: first } = await sign();
    now += 59_000;
    assert.equal((await sign())[LEARNER_CONTEXT], first);
    now += 1000;
    const { [LEARNER_CONTEXT]: second } = await sign();
    assert.notEqual(second, first);
    const late = await readSender({ [LEARNER_CONTEXT]: second }, now + 59 * 60_000);
    assert.ok(late !== undefined && "subject" in late);
    const tooLate = await readSender({ [LEARNER_CONTEXT]: second }, now + 62 * 60_000);
    assert.ok(tooLate !== undefined && "reason" in tooLate && tooLate.reason === "identity.expired");
  });

  it("is the hub's own token until that has expired", async () => {
    const token = await learnerToken("ada", { exp: 2_000_000_000 });
    let now = 1_999_999_999_000;
    const attributes = signedAlready(token, () => now);
    assert.deepEqual(await attributes(), { [LEARNER_CONTEXT]: token });
    now += 1000;
    await assert.rejects(attributes, TokenOver);
    assert.throws(() => signedAlready("no token"));
  });

  it("is a learner's name and course by themselves, where the site trusts attributes", async () => {
    const names = { trust: "attributes", user: "user", course: "course" } as const;
    assert.deepEqual(await attributed(names, ADA)(), { user: "ada", course: "stat101" });
    assert.deepEqual(await attributed({ trust: "attributes", user: "user" }, ADA)(), { user: "ada" });
    assert.deepEqual(await attributed(names, undefined)(), {});
  });
});
