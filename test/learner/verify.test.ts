import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { describe, it } from "node:test";
import { tokenVerifier, type VerificationKeys } from "../../src/learner/verify.ts";
import { ARRIVED, KEY } from "../support/tokens.ts";
import { eddsa, hs256, pemOf, privateOf } from "./signing.ts";

const OTHER = "another-key-for-tests-of-more-than-32-bytes";

/** `ada`, or the reason and the detail for which a token is refused. */
const verdict = async (keys: VerificationKeys, token: string): Promise<string> => {
  const read = await tokenVerifier(keys)(token, ARRIVED);
  return "reason" in read ? `${read.reason}: ${read.detail}` : read.subject;
};

const FORGED = /^identity\.forged: /;

describe("the keys of learner contexts", () => {
  it("may be pairs: then the public one verifies, and nothing that we have could sign", async () => {
    const keys = { keys: [{ algorithm: "EdDSA" as const, value: pemOf("hub") }] };
    assert.equal(await verdict(keys, await eddsa("hub")), "ada");
    assert.match(await verdict(keys, await eddsa("somebody")), FORGED);
  });

  it("are of one algorithm each: a public key is never taken for a secret", async () => {
    const keys = { keys: [{ algorithm: "EdDSA" as const, value: pemOf("hub") }] };
    assert.match(await verdict(keys, await hs256(pemOf("hub"))), FORGED);
    assert.match(await verdict({ keys: [{ algorithm: "HS256", value: KEY }] }, await eddsa("hub")), FORGED);
  });

  it("may be several while one takes the place of another, told apart by kid", async () => {
    const keys: VerificationKeys = {
      keys: [
        { id: "2026", algorithm: "HS256", value: KEY },
        { id: "2027", algorithm: "EdDSA", value: pemOf("hub") },
      ],
    };
    assert.equal(await verdict(keys, await hs256(KEY, { kid: "2026" })), "ada");
    assert.equal(await verdict(keys, await eddsa("hub", { kid: "2027" })), "ada");
    for (const token of [
      await hs256(KEY, { kid: "2027" }),
      await eddsa("hub", { kid: "2026" }),
      await hs256(KEY, { kid: "2025" }),
      await hs256(OTHER, { kid: "2026" }),
    ])
      assert.match(await verdict(keys, token), FORGED);
  });

  it("are tried one after the other where a token names none, and a key without a name on every token", async () => {
    const named: VerificationKeys = {
      keys: [
        { id: "a", algorithm: "HS256", value: OTHER },
        { id: "b", algorithm: "HS256", value: KEY },
      ],
    };
    assert.equal(await verdict(named, await hs256()), "ada");
    const unnamed: VerificationKeys = { keys: [{ algorithm: "HS256", value: KEY }] };
    assert.equal(await verdict(unnamed, await hs256(KEY, { kid: "whatever" })), "ada");
  });

  it("say of a token with a good signature what is wrong with it, whichever of them it was made with", async () => {
    const keys: VerificationKeys = {
      keys: [
        { algorithm: "HS256", value: OTHER },
        { algorithm: "HS256", value: KEY },
      ],
    };
    const expired = await hs256(KEY, { claims: { exp: ARRIVED / 1000 - 3600 } });
    assert.match(await verdict(keys, expired), /^identity\.expired/);
  });

  it("stand beside one another though their algorithms differ, whichever comes first and whatever the token names", async () => {
    const both: VerificationKeys = {
      keys: [
        { algorithm: "HS256", value: KEY },
        { algorithm: "EdDSA", value: pemOf("hub") },
      ],
    };
    const named = both.keys.map((each, at) => ({ ...each, id: String(at) }));
    for (const keys of [both, { keys: both.keys.toReversed() }, { keys: named }]) {
      assert.equal(await verdict(keys, await hs256()), "ada");
      assert.equal(await verdict(keys, await eddsa("hub")), "ada");
    }
  });

  it("are chosen by nothing that a token's header holds but a text: what is not signed proves nothing", async () => {
    const claims = { sub: "victim", role: "service", exp: ARRIVED / 1000 + 3600 };
    const kids = [
      null,
      7,
      true,
      [],
      [claims],
      {},
      { payload: claims },
      { payload: claims, reason: "x" },
      { reason: "x", detail: "y" },
      { id: "2026" },
    ];
    for (const kid of kids) {
      const header = Buffer.from(JSON.stringify({ alg: "HS256", kid })).toString("base64url");
      const unsigned = `${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.AAAA`;
      for (const keys of [
        { keys: [{ algorithm: "HS256" as const, value: KEY }] },
        { keys: [{ algorithm: "EdDSA" as const, value: pemOf("hub") }] },
        { keys: [] },
      ])
        assert.match(await verdict(keys, unsigned), FORGED, JSON.stringify(kid));
    }
  });

  it("may end in a line break, as files do: it is no part of them", async () => {
    for (const value of [`${KEY}\n`, ` ${KEY}\r\n`])
      assert.equal(await verdict({ keys: [{ algorithm: "HS256", value }] }, await hs256()), "ada");
  });

  it("that are none are told where they are used, with what to do", async () => {
    const wrong = [
      "no key at all",
      generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ type: "spki", format: "pem" }),
      privateOf("hub").export({ type: "pkcs8", format: "pem" }),
    ];
    for (const value of wrong)
      await assert.rejects(
        tokenVerifier({ keys: [{ algorithm: "EdDSA", value: String(value) }] })(await eddsa("hub"), ARRIVED),
        /not an Ed25519 key as PEM.*openssl/,
      );
  });

  it("are for tokens to us: one that is for somebody else is none, and one that says nothing of it is good", async () => {
    const keys: VerificationKeys = { keys: [{ algorithm: "HS256", value: KEY }] };
    for (const aud of ["jupyter-lms-translator", ["lms", "jupyter-lms-translator"], undefined])
      assert.equal(await verdict(keys, await hs256(KEY, { claims: { aud } })), "ada");
    for (const aud of ["lms", [], ["a", "b"], ""])
      assert.match(await verdict(keys, await hs256(KEY, { claims: { aud } })), /audience/);
  });
});
