import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, describe, it } from "node:test";
import { SignJWT } from "jose";
import { ComesAgain } from "../../src/again.ts";
import { tokenVerifier, type VerificationKeys } from "../../src/learner/verify.ts";
import { ARRIVED, KEY } from "../support/tokens.ts";

const OTHER = "another-key-for-tests-of-more-than-32-bytes";
const AUDIENCE = "jupyter-lms-translator";

const pairs = new Map<string, KeyObject>();
const privateOf = (name: string): KeyObject => {
  const known = pairs.get(name) ?? generateKeyPairSync("ed25519").privateKey;
  pairs.set(name, known);
  return known;
};
const pemOf = (name: string): string =>
  createPublicKey(privateOf(name)).export({ type: "spki", format: "pem" }).toString();

interface Signing {
  readonly alg: "HS256" | "EdDSA";
  readonly key: Uint8Array | KeyObject;
  readonly kid?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
}

const tokenOf = ({ alg, key, kid, claims = {} }: Signing): Promise<string> =>
  new SignJWT({ sub: "ada", role: "learner", exp: ARRIVED / 1000 + 3600, ...claims })
    .setProtectedHeader({ alg, ...(kid !== undefined && { kid }) })
    .sign(key);

const secret = (value: string): Uint8Array => new TextEncoder().encode(value);
const hs256 = (value = KEY, more: Partial<Signing> = {}): Promise<string> =>
  tokenOf({ alg: "HS256", key: secret(value), ...more });
const eddsa = (name: string, more: Partial<Signing> = {}): Promise<string> =>
  tokenOf({ alg: "EdDSA", key: privateOf(name), ...more });

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
    for (const aud of [AUDIENCE, ["lms", AUDIENCE], undefined])
      assert.equal(await verdict(keys, await hs256(KEY, { claims: { aud } })), "ada");
    for (const aud of ["lms", [], ["a", "b"], ""])
      assert.match(await verdict(keys, await hs256(KEY, { claims: { aud } })), /audience/);
  });
});

const servers: { close(): void }[] = [];
after(() => {
  for (const each of servers) each.close();
});

/** A hub that publishes keys; `fails` says whether it answers with an error. */
const hub = async (names: () => readonly string[], fails = () => false) => {
  let asked = 0;
  const server = createServer((_, response) => {
    asked++;
    if (fails()) response.writeHead(503).end();
    else {
      const keys = names().map((name) => ({
        ...createPublicKey(createPrivateKey(privateOf(name).export({ type: "pkcs8", format: "pem" }))).export(
          {
            format: "jwk",
          },
        ),
        kid: name,
        alg: "EdDSA",
      }));
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ keys }));
    }
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return { jwks: `http://127.0.0.1:${port}/jwks.json`, asked: () => asked };
};

const published = { claims: { aud: AUDIENCE } };

describe("keys that the hub publishes", () => {
  it("verify what the hub signs for us, and are asked for once", async () => {
    const { jwks, asked } = await hub(() => ["one", "two"]);
    const verify = tokenVerifier({ keys: [], jwks });
    for (const kid of ["one", "two", "one"]) {
      const read = await verify(await eddsa(kid, { kid, ...published }), ARRIVED);
      assert.ok("subject" in read);
    }
    assert.equal(asked(), 1);
  });

  it("verify no token that the hub has signed for somebody else", async () => {
    const { jwks } = await hub(() => ["one"]);
    for (const aud of [undefined, "lms"])
      assert.match(
        await verdict({ keys: [], jwks }, await eddsa("one", { kid: "one", claims: { aud } })),
        /audience|missing/,
      );
  });

  it("make a token that none of them has signed a forged one", async () => {
    const { jwks } = await hub(() => ["one"]);
    const keys = { keys: [], jwks };
    assert.match(await verdict(keys, await eddsa("two", { kid: "two", ...published })), FORGED);
    assert.match(await verdict(keys, await eddsa("two", { kid: "one", ...published })), FORGED);
    assert.match(await verdict(keys, await hs256(KEY, { kid: "one", ...published })), FORGED);
  });

  it("that cannot be had make messages come again: they are neither lost nor believed, and the hub is let be", async () => {
    const { jwks, asked } = await hub(
      () => ["one"],
      () => true,
    );
    const verify = tokenVerifier({ keys: [], jwks });
    for (let at = 0; at < 5; at++)
      await assert.rejects(verify(await eddsa("one", { kid: "one", ...published }), ARRIVED), ComesAgain);
    assert.equal(asked(), 1);
  });

  it("stand beside keys that the file names", async () => {
    const { jwks } = await hub(() => ["one"]);
    const keys: VerificationKeys = { keys: [{ id: "own", algorithm: "HS256", value: KEY }], jwks };
    assert.equal(await verdict(keys, await hs256(KEY, { kid: "own" })), "ada");
    assert.equal(await verdict(keys, await eddsa("one", { kid: "one", ...published })), "ada");
  });
});
