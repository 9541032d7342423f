import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type SecretUse, usesOf, whyUnusable } from "../../src/deploying/usable.ts";
import type { Auth } from "../../src/endpoint/endpoint.ts";

const endpoint = (auth: Auth): SecretUse => ({ use: "endpoint", endpoint: { name: "campus-lrs", auth } });
const secret = "ssm:/lms/campus-lrs";
const byOAuth = (method: "client_secret_basic" | "private_key_jwt"): SecretUse =>
  endpoint({
    scheme: "oauth2-client-credentials",
    tokenUrl: "https://login.example.edu/token",
    clientId: "us",
    algorithm: "ES256",
    method,
    secret,
  });
const signing = (algorithm: "HS256" | "EdDSA"): SecretUse => ({ use: "signing", algorithm });

const ed25519 = generateKeyPairSync("ed25519");
const p256 = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = (key: typeof ed25519.publicKey): string =>
  String(key.export({ type: key.type === "public" ? "spki" : "pkcs8", format: "pem" }));

const LONG = "k".repeat(32);

const CASES: readonly (readonly [SecretUse, good: string, bad: string, why: RegExp])[] = [
  [signing("HS256"), `${LONG}\n`, "k".repeat(31), /learner context key is shorter than 32 bytes/],
  [signing("EdDSA"), pem(ed25519.publicKey), pem(ed25519.privateKey), /not an Ed25519 key as PEM/],
  [{ use: "pseudonyms" }, LONG, `${"k".repeat(31)}\n`, /key of the pseudonyms is shorter than 32 bytes/],
  [{ use: "former" }, "short", " \n", /is empty/],
  [endpoint({ scheme: "basic", secret }), "us:word", "word", /campus-lrs is not of the form user:password/],
  [endpoint({ scheme: "bearer", secret }), "token", "to ken", /is not a token/],
  [endpoint({ scheme: "header", name: "x-key", secret }), "a key", "a\nkey", /cannot stand in a header/],
  [byOAuth("client_secret_basic"), "secret", " \n", /is empty/],
  [byOAuth("private_key_jwt"), pem(p256.privateKey), pem(p256.publicKey), /key/],
];

describe("A secret's value", () => {
  it("is usable where the functions could use it, and where not, it is said why", async () => {
    for (const [use, good, bad, why] of CASES) {
      assert.equal(await whyUnusable(use, good), undefined, JSON.stringify(use));
      assert.match(String(await whyUnusable(use, bad)), why);
    }
  });

  it("is never part of what is said", async () => {
    const word = fc.stringMatching(/^CANARY[a-z0-9]{6}$/);
    const around = fc.constantFrom("", " ", "\n", ":", "☃", "-----BEGIN PRIVATE KEY-----");
    await fc.assert(
      fc.asyncProperty(word, around, fc.constantFrom(...CASES), async (canary, odd, [use]) => {
        const said = await whyUnusable(use, `${canary}${odd}${canary}`);
        assert.ok(said === undefined || !said.includes("CANARY"), said);
      }),
    );
  });
});

describe("What a secret is for", () => {
  const keys = [
    { algorithm: "HS256", secret: "ssm:/hub" },
    { algorithm: "EdDSA", secret: "ssm:/public" },
  ] as const;
  const site = {
    settings: {
      trust: { trust: "signed", keys } as const,
      pseudonyms: { key: "ssm:/new", former: { key: "ssm:/old", since: 0, overlap: 0 } },
    },
    endpoints: [{ name: "campus-lrs", auth: { scheme: "basic", secret: "ssm:/hub" } as const }],
  };

  it("is told by the file that names it", () => {
    const uses = (reference: string, endpoint?: string) =>
      usesOf(site, endpoint === undefined ? { reference } : { reference, endpoint });
    assert.deepEqual(uses("ssm:/hub"), [{ use: "signing", algorithm: "HS256" }]);
    assert.deepEqual(uses("ssm:/public"), [{ use: "signing", algorithm: "EdDSA" }]);
    assert.deepEqual(uses("ssm:/new"), [{ use: "pseudonyms" }]);
    assert.deepEqual(uses("ssm:/old"), [{ use: "former" }]);
    assert.deepEqual(uses("ssm:/hub", "campus-lrs"), [{ use: "endpoint", endpoint: site.endpoints[0] }]);
  });
});
