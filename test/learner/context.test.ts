import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { SignJWT, UnsecuredJWT } from "jose";
import type { Reason } from "../../src/event/reason.ts";
import { tokenVerifier, type VerifyToken } from "../../src/learner/verify.ts";
import { ARRIVED, learnerToken, ONLY_KEY, signClaims } from "../support/tokens.ts";

const SECOND = 1000;

const only = (value: string) => ({ keys: [{ algorithm: "HS256" as const, value }] });

const reasonOf = async (verified: ReturnType<VerifyToken>): Promise<Reason | "good"> => {
  const context = await verified;
  return "reason" in context ? context.reason : "good";
};

/** The reason that a fresh verifier gives for a token that arrived then. */
const verdict = (token: string, arrived = ARRIVED): Promise<Reason | "good"> =>
  reasonOf(tokenVerifier(ONLY_KEY)(token, arrived));

const claims = { sub: "ada", role: "learner" };

describe("verifying a learner context", () => {
  it("tells who a good token speaks for, and that it is proven", async () => {
    const token = await signClaims({
      ...claims,
      server: "lab",
      course: { id: "stat101", label: "STAT 101", title: "Statistics" },
      membership_roles: ["Learner"],
    });
    assert.deepEqual(await tokenVerifier(ONLY_KEY)(token, ARRIVED), {
      subject: "ada",
      role: "learner",
      server: "lab",
      course: { id: "stat101", label: "STAT 101", title: "Statistics" },
      roles: ["Learner"],
      groups: [],
      proven: true,
    });
  });

  it("takes a token without course and roles, and passes over claims of another shape", async () => {
    const bare = { subject: "ada", role: "learner", roles: [], groups: [], proven: true };
    for (const odd of [{}, { course: null, server: 1 }, { course: "stat101" }, { course: { id: 7 } }])
      assert.deepEqual(await tokenVerifier(ONLY_KEY)(await signClaims({ ...claims, ...odd }), ARRIVED), bare);
    const roles = await signClaims({ ...claims, membership_roles: ["Learner", 1, null] });
    assert.deepEqual(await tokenVerifier(ONLY_KEY)(roles, ARRIVED), { ...bare, roles: ["Learner"] });
  });

  it("says who caused what a service tells of, where the hub says so, and refuses any other word", async () => {
    for (const initiator of ["learner", "admin", "culler"] as const) {
      const read = await tokenVerifier(ONLY_KEY)(await signClaims({ ...claims, initiator }), ARRIVED);
      assert.deepEqual(read, {
        subject: "ada",
        role: "learner",
        roles: [],
        groups: [],
        proven: true,
        initiator,
      });
    }
    for (const initiator of [
      "Admin",
      "",
      " culler",
      "__proto__",
      null,
      0,
      false,
      [],
      ["admin"],
      { admin: true },
    ]) {
      const refusal = await tokenVerifier(ONLY_KEY)(await signClaims({ ...claims, initiator }), ARRIVED);
      assert.ok("reason" in refusal && refusal.reason === "identity.forged");
      assert.equal(refusal.detail, "The claim initiator is none of learner, admin, culler.");
    }
  });

  it("refuses another key, alg none, and any algorithm but HS256", async () => {
    assert.equal(await verdict(await signClaims(claims, { key: "x".repeat(40) })), "identity.forged");
    const none = new UnsecuredJWT({ ...claims, exp: ARRIVED / 1000 + 60 }).encode();
    assert.equal(await verdict(none), "identity.forged");
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const unsigned = new SignJWT({ ...claims, exp: ARRIVED / 1000 + 60 });
    const rs256 = await unsigned.setProtectedHeader({ alg: "RS256" }).sign(privateKey);
    assert.equal(await verdict(rs256), "identity.forged");
    const long = "x".repeat(64);
    for (const alg of ["HS384", "HS512"]) {
      const token = await signClaims(claims, { key: long, alg });
      assert.equal(await reasonOf(tokenVerifier(only(long))(token, ARRIVED)), "identity.forged");
    }
    // The classic confusion: a public key, which everybody has, taken for the secret of an HMAC.
    const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
    assert.equal(await verdict(await signClaims(claims, { key: pem })), "identity.forged");
  });

  it("refuses a token whose claims were changed after it was signed", async () => {
    const [header, , signature] = (await learnerToken("ada")).split(".");
    const [, payload] = (await learnerToken("eve")).split(".");
    assert.equal(await verdict(`${header}.${payload}.${signature}`), "identity.forged");
  });

  it("refuses a token without subject, role or expiry", async () => {
    for (const wrong of [
      { sub: undefined },
      { sub: "" },
      { sub: 7 },
      { role: undefined },
      { role: "admin" },
      { role: ["learner"] },
      { exp: undefined },
      { exp: "tomorrow" },
    ])
      assert.equal(await verdict(await signClaims({ ...claims, ...wrong })), "identity.forged");
  });

  it("refuses what had expired when its message was sent, with a minute's grace", async () => {
    const token = await signClaims(claims, { expires: -59 });
    assert.equal(await verdict(token), "good");
    assert.equal(await verdict(await signClaims(claims, { expires: -60 })), "identity.expired");
    assert.equal(await verdict(await signClaims(claims, { expires: -86_400 })), "identity.expired");
  });

  it("takes what was valid when its message was sent, however long ago that is", async () => {
    const longAgo = Date.parse("2020-01-01T00:00:00Z");
    const token = await signClaims({ ...claims, exp: longAgo / 1000 + 60 });
    assert.equal(await verdict(token, longAgo), "good");
    assert.equal(await verdict(token), "identity.expired");
  });

  it("refuses what was not valid yet", async () => {
    assert.equal(await verdict(await signClaims(claims, { notBefore: 60 })), "good");
    assert.equal(await verdict(await signClaims(claims, { notBefore: 61 })), "identity.forged");
  });

  it("gives a token that it remembers the verdict that it would give without remembering", async () => {
    const moment = fc.integer({ min: -200 * SECOND, max: 200 * SECOND });
    const around = fc.integer({ min: -120, max: 120 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(moment, { minLength: 2 }),
        around,
        around,
        async (moments, notBefore, expires) => {
          const token = await signClaims(claims, { notBefore, expires });
          const verify = tokenVerifier(ONLY_KEY);
          // The edges themselves are where remembering is most likely to differ.
          const edges = [notBefore - 60, expires + 60].map((at) => at * SECOND);
          for (const at of [0, ...edges, ...edges.map((each) => each - 1), ...moments])
            assert.equal(
              await reasonOf(verify(token, ARRIVED + at)),
              await verdict(token, ARRIVED + at),
              `${at} ms`,
            );
        },
      ),
    );
  });

  it("gives the same context to all messages of a token, so that what is known of a learner is kept with it", async () => {
    const verify = tokenVerifier(ONLY_KEY);
    const token = await learnerToken("ada");
    assert.equal(await verify(token, ARRIVED), await verify(token, ARRIVED + 1));
  });

  it("calls garbage forged, and never throws", async () => {
    const verify = tokenVerifier(ONLY_KEY);
    const part = fc.oneof(
      fc.string(),
      fc.json().map((json) => Buffer.from(json).toString("base64url")),
      fc.constantFrom("eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJIUzI1NiIsImNyaXQiOlsiYjY0Il0sImI2NCI6ZmFsc2V9", ""),
    );
    const token = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 5 }).map((parts) => parts.join(".")),
    );
    await fc.assert(
      fc.asyncProperty(token, async (text) =>
        assert.equal(await reasonOf(verify(text, ARRIVED)), "identity.forged"),
      ),
      { numRuns: 500 },
    );
    for (const payload of ["", "null", "[]", "{", "7"]) {
      const header = Buffer.from(`{"alg":"HS256"}`).toString("base64url");
      const text = `${header}.${Buffer.from(payload).toString("base64url")}.AAAA`;
      assert.equal(await reasonOf(verify(text, ARRIVED)), "identity.forged");
    }
  });

  it("says why without a claim's value", async () => {
    const tokens = [
      await signClaims({ sub: "ada-lovelace", role: "ada-lovelace" }),
      await signClaims({ sub: "ada-lovelace", role: "learner" }, { key: "x".repeat(40) }),
      await signClaims({ sub: "ada-lovelace", role: "learner" }, { expires: -100 }),
      "ada-lovelace",
    ];
    for (const token of tokens) {
      const refusal = await tokenVerifier(ONLY_KEY)(token, ARRIVED);
      assert.ok("reason" in refusal);
      assert.ok(!refusal.detail.includes("ada"));
    }
  });

  it("refuses to start with a key of fewer than 32 bytes, and says how to make one", () => {
    assert.throws(() => tokenVerifier(only("x".repeat(31))), /shorter than 32 bytes.*openssl/);
    assert.throws(() => tokenVerifier(only("")), /shorter than 32 bytes/);
    assert.doesNotThrow(() => tokenVerifier(only("x".repeat(32))));
    assert.doesNotThrow(() => tokenVerifier(only("ä".repeat(16))));
  });
});
