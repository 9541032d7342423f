import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { LearnerContext } from "../../src/learner/context.ts";
import { identify } from "../../src/learner/identify.ts";
import { senderReader } from "../../src/learner/sender.ts";
import type { Trust } from "../../src/learner/trust.ts";
import { ARRIVED, KEY, KEY_AT, learnerToken, signClaims } from "../support/tokens.ts";

const signed: Trust = { trust: "signed", keys: [{ algorithm: "HS256", secret: KEY_AT }] };
const attributes: Trust = { trust: "attributes", user: "user", course: "course" };

const learner: LearnerContext = {
  subject: "ada",
  role: "learner",
  server: "lab",
  course: { id: "stat101" },
  roles: ["Learner"],
  groups: [],
  proven: true,
};
const service: LearnerContext = { ...learner, subject: "jupyterhub", role: "service" };

/** What a schema says of an event's learner: the field that names them, if any does. */
const about = (field?: string): Parameters<typeof identify>[2] => ({
  anonymous: false,
  paths: [],
  ...(field !== undefined && { learner: field }),
});

const refusalOf = (
  ...of: Parameters<typeof identify>
): { readonly reason: string; readonly detail: string } => {
  const found = identify(...of);
  assert.ok("reason" in found);
  return found;
};

describe("finding out whose event it is", () => {
  it("is the token's learner, whether the event names them or nobody", () => {
    const expected = {
      username: "ada",
      server: "lab",
      course: { id: "stat101" },
      roles: ["Learner"],
      proven: true,
      sender: { role: "learner" },
    };
    assert.deepEqual(identify(learner, {}, about(), signed), expected);
    assert.deepEqual(identify(learner, {}, about("username"), signed), expected);
    assert.deepEqual(identify(learner, { username: "ada" }, about("username"), signed), expected);
  });

  it("is a mismatch where a learner's token comes with the event of somebody else", () => {
    for (const username of ["grace", "Ada", "ada ", "__proto__"]) {
      const { reason, detail } = refusalOf(learner, { username }, about("username"), signed);
      assert.equal(reason, "identity.mismatch");
      assert.ok(!detail.includes(username) && !detail.includes("ada"));
    }
  });

  it("heeds only the field that the schema marks", () => {
    const found = identify(learner, { username: "grace", user: "ada" }, about("user"), signed);
    assert.ok("username" in found);
    assert.equal(found.username, "ada");
  });

  it("is whomever the event names where a service's token comes with it", () => {
    for (const username of ["ada", "grace"]) {
      const found = identify(service, { username }, about("username"), signed);
      assert.ok("username" in found);
      assert.equal(found.username, username);
    }
  });

  it("is nobody where a service's event names none: not the service itself", () => {
    for (const [data, field] of [
      [{}, undefined],
      [{}, "username"],
      [{ username: "" }, "username"],
      [{ username: null }, "username"],
      [{ username: "ada" }, undefined],
    ] as const)
      assert.equal(refusalOf(service, data, about(field), signed).reason, "identity.missing");
  });

  it("is nobody without a token, where the site trusts signatures", () => {
    assert.equal(
      refusalOf(undefined, { username: "ada" }, about("username"), signed).reason,
      "identity.missing",
    );
  });

  it("is unproven without a token, where the site trusts attributes", () => {
    const found = identify(undefined, { username: "ada" }, about("username"), attributes);
    assert.deepEqual(found, { username: "ada", roles: [], proven: false, sender: {} });
    assert.equal(refusalOf(undefined, {}, about("username"), attributes).reason, "identity.missing");
  });

  it("never confuses the learners of one service, in whatever order they come", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("ada", "grace", "emmy")), (names) => {
        for (const username of names) {
          const found = identify(service, { username }, about("username"), signed);
          assert.ok("username" in found && found.username === username);
        }
      }),
    );
  });
});

describe("an event that is nobody's", () => {
  const nobody = { anonymous: true, paths: [] };

  it("is nobody's whatever its data and its service's token say", () => {
    for (const sender of [service, { ...service, initiator: "admin" as const }])
      for (const data of [{}, { username: "ada" }])
        assert.deepEqual(identify(sender, data, nobody, signed), { roles: [], proven: true, sender: {} });
  });

  it("is none that a learner can tell, whom nobody could find afterwards", () => {
    assert.equal(refusalOf(learner, {}, nobody, signed).reason, "identity.mismatch");
  });

  it("needs a sender that is known where the site trusts signatures, and is unproven elsewhere", async () => {
    assert.equal(refusalOf(undefined, {}, nobody, signed).reason, "identity.missing");
    const forged = await senderReader(signed, { [KEY_AT]: KEY })({ "learner-context": "a.b.c" }, ARRIVED);
    assert.equal(refusalOf(forged, {}, nobody, signed).reason, "identity.forged");
    const unproven = { roles: [], proven: false, sender: {} };
    assert.deepEqual(identify(undefined, {}, nobody, attributes), unproven);
    assert.deepEqual(identify({ ...learner, proven: false }, {}, nobody, attributes), unproven);
  });
});

describe("who sent an event", () => {
  it("is its token's role and initiator, the same for each of its events", () => {
    const culler: LearnerContext = { ...service, initiator: "culler" };
    for (const username of ["ada", "grace", "ada"]) {
      const found = identify(culler, { username }, about("username"), signed);
      assert.ok("sender" in found);
      assert.deepEqual(found.sender, { role: "service", initiator: "culler" });
    }
  });

  it("is not what the event's own data says of it", () => {
    const data = { sender: { role: "service" }, role: "service", initiator: "admin" };
    const found = identify(learner, data, about(), signed);
    assert.ok("sender" in found);
    assert.deepEqual(found.sender, { role: "learner" });
  });
});

describe("reading who sent a message", () => {
  it("reads the token where the site trusts signatures, and nothing else", async () => {
    const read = senderReader(signed, { [KEY_AT]: KEY });
    assert.equal(await read({ user: "eve" }, ARRIVED), undefined);
    const sender = await read({ user: "eve", "learner-context": await learnerToken("ada") }, ARRIVED);
    assert.ok(sender !== undefined && "subject" in sender);
    assert.equal(sender.subject, "ada");
    const empty = await read({ "learner-context": "" }, ARRIVED);
    assert.ok(empty !== undefined && "reason" in empty);
  });

  it("takes the attributes' word where the site says so, and marks it as unproven", async () => {
    const read = senderReader(attributes, {});
    assert.deepEqual(await read({ user: "ada", course: "stat101" }, ARRIVED), {
      subject: "ada",
      role: "learner",
      roles: [],
      groups: [],
      proven: false,
      course: { id: "stat101" },
    });
    assert.equal(await read({}, ARRIVED), undefined);
    assert.equal(await read({ user: "" }, ARRIVED), undefined);
  });

  it("does not start without the key where the site trusts signatures", () => {
    assert.throws(() => senderReader(signed, {}), /learner contexts is missing.*learner-context/);
    assert.throws(() => senderReader(signed, { [KEY_AT]: "short" }), /32 bytes/);
  });

  it("gives an attribute's learner no more say than a token's: an event of somebody else is a mismatch", async () => {
    const sender = await senderReader(attributes, {})({ user: "ada" }, ARRIVED);
    assert.equal(
      refusalOf(sender, { username: "eve" }, about("username"), attributes).reason,
      "identity.mismatch",
    );
  });

  it("hands on why a token is not believed", async () => {
    const token = await signClaims({ sub: "ada", role: "learner" }, { expires: -3600 });
    const sender = await senderReader(signed, { [KEY_AT]: KEY })({ "learner-context": token }, ARRIVED);
    assert.equal(
      refusalOf(sender, { username: "ada" }, about("username"), signed).reason,
      "identity.expired",
    );
  });
});
