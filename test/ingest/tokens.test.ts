import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { UnsecuredJWT } from "jose";
import type { Trust } from "../../src/learner/trust.ts";
import { eddsa, hs256, pemOf } from "../learner/signing.ts";
import { listener } from "../support/listener.ts";
import { logging } from "../support/logging.ts";
import { ARRIVED, KEY, learnerToken, signClaims } from "../support/tokens.ts";
import { type Ingesting, ingesting, type Posting, post, SIGNED, toldBy } from "./support.ts";

const refused = async (posting: Posting, all: Ingesting = ingesting()) => {
  const { status, headers, ...answer } = await post(all, '{"action":"save"}', posting);
  assert.deepEqual(all.sent, []);
  const { error } = toldBy({ status, headers, ...answer });
  return { status, challenge: headers["www-authenticate"] ?? "", error: error ?? "" };
};

const SCHEME = 'Bearer realm="jupyter-lms-translator"';

describe("The learner context that events are posted under", () => {
  it("must be there: without it, whoever sends is told how, and of no error", async () => {
    const { status, challenge, error } = await refused({ token: undefined });
    assert.deepEqual([status, challenge], [401, SCHEME]);
    assert.match(error, /Send the learner context that the hub has signed as Authorization: Bearer\.$/);
  });

  it("must be a bearer's, and one", async () => {
    const token = await learnerToken("ada");
    const headers = [
      "",
      "Bearer",
      "Bearer ",
      token,
      `Basic ${token}`,
      `Token ${token}`,
      `Bearer ${token}, Bearer ${token}`,
      `Bearer ${token} x`,
      `Bearer "${token}"`,
      "Bearer ü",
    ];
    for (const authorization of headers) {
      const { status, challenge } = await refused({ token: undefined, headers: { authorization } });
      assert.equal(status, 401, authorization);
      assert.ok(challenge.startsWith(`${SCHEME}, error="invalid_token", error_description="`));
    }
    const all = ingesting();
    const answer = await post(all, "{}", {
      token: undefined,
      headers: { authorization: `bearer  ${token}` },
    });
    assert.equal(answer.status, 202);
  });

  it("must be signed by the hub, in time, for us, and by a learner or a service", async () => {
    const bad: Readonly<Record<string, string>> = {
      "no token": "x",
      "no signature": new UnsecuredJWT({ sub: "ada", role: "learner", exp: ARRIVED / 1000 + 60 }).encode(),
      "another key": await signClaims({ sub: "ada", role: "learner" }, { key: `${KEY}x` }),
      "another algorithm": await signClaims(
        { sub: "ada", role: "learner" },
        { alg: "HS512", key: KEY.repeat(2) },
      ),
      "a key pair": await eddsa("somebody"),
      "no name": await signClaims({ role: "learner" }),
      "no role": await signClaims({ sub: "ada" }),
      "another role": await signClaims({ sub: "ada", role: "admin" }),
      "another audience": await signClaims({ sub: "ada", role: "learner", aud: "grades" }),
      "not yet": await signClaims({ sub: "ada", role: "learner" }, { notBefore: 3600 }),
    };
    for (const [what, token] of Object.entries(bad)) {
      const { status, challenge, error } = await refused({ token });
      assert.equal(status, 401, what);
      // RFC 6750, section 3: what is quoted in it holds neither quotes nor backslashes.
      assert.match(
        challenge,
        /^Bearer realm="[^"\\]+", error="invalid_token", error_description="[^"\\]+"$/,
        what,
      );
      assert.ok(error.endsWith("."), what);
    }
  });

  it("must not have expired, by the clock of whoever takes it", async () => {
    const token = await learnerToken("ada");
    const later = ingesting({ now: () => ARRIVED + 2 * 3600_000 });
    const { status, challenge, error } = await refused({ token }, later);
    assert.equal(status, 401);
    assert.match(challenge, /error="invalid_token", error_description="The learner context has expired\./);
    assert.match(error, /has expired\. A server gets a new one when it is started again\.$/);
  });

  it("may be signed with any of the keys that the site trusts", async () => {
    const keys = [
      { id: "2026", algorithm: "HS256" as const, secret: "ssm:/test/old" },
      { id: "2027", algorithm: "EdDSA" as const, secret: "ssm:/test/new" },
    ];
    const secrets = { "ssm:/test/old": KEY, "ssm:/test/new": pemOf("hub") };
    const site = { trust: { trust: "signed", keys } as const, secrets };
    for (const token of [await hs256(KEY, { kid: "2026" }), await eddsa("hub", { kid: "2027" })])
      assert.equal((await post(ingesting(site), "{}", { token })).status, 202);
    const { status } = await refused({ token: await eddsa("hub", { kid: "2026" }) }, ingesting(site));
    assert.equal(status, 401);
  });

  it("is neither good nor forged while the hub does not publish its keys: it may be sent again", async () => {
    await using hub = await listener(() => ({ status: 500 }));
    const trust: Trust = { trust: "signed", keys: [], jwks: `${hub.url}/jwks.json` };
    const all = ingesting({ trust, secrets: {} });
    const { value: answer, lines } = await logging(async () =>
      post(all, "{}", { token: await eddsa("hub") }),
    );
    assert.deepEqual([answer.status, answer.headers["retry-after"]], [503, "5"]);
    assert.deepEqual(all.sent, []);
    assert.ok(lines.some((line) => line.includes("The hub's public keys cannot be had.")));
  });

  it("is the only thing that is trusted: where a server's own word is, nothing is taken", () => {
    assert.throws(
      () => ingesting({ trust: { trust: "attributes", user: "user" } }),
      /only where learners\.trust in translator\.yml is signed/,
    );
    assert.throws(() => ingesting({ trust: SIGNED, secrets: {} }), /key of learner contexts is missing/);
  });

  it("is in no log, and neither is anything of an event", async () => {
    const token = await learnerToken("ada-lovelace");
    const trouble = () => ({ code: "InternalError", again: true });
    const { lines } = await logging(async () => {
      await post(ingesting(), '{"path":"a-path.ipynb"}\n{a-path', { token });
      await post(ingesting({ says: trouble }), '{"path":"a-path.ipynb"}', { token });
      const thrown = () => {
        throw new Error(`a-path ${token}`);
      };
      await post(ingesting({ says: thrown }), '{"path":"a-path.ipynb"}', { token });
      await post(ingesting({ now: thrown }), '{"path":"a-path.ipynb"}', { token });
    });
    assert.ok(lines.length >= 4);
    for (const line of lines) {
      assert.doesNotMatch(line, /a-path|lovelace/);
      assert.ok(!line.includes(token));
    }
  });
});
