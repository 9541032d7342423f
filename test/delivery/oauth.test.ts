import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { credentialsOf } from "../../src/delivery/credentials.ts";
import { exchangerTo } from "../../src/delivery/exchange.ts";
import type { ClientCredentials } from "../../src/endpoint/endpoint.ts";
import { newKey, oauthServer } from "./oauth-server.ts";

const { exchange } = exchangerTo({ timeout: 5000, network: "public" });

const auth = (tokenUrl: string, changes: Partial<ClientCredentials> = {}): ClientCredentials => ({
  scheme: "oauth2-client-credentials",
  tokenUrl,
  clientId: CLIENT,
  method: "client_secret_basic",
  secret: "ssm:/secret",
  algorithm: "RS256",
  ...changes,
});

/** As many servers make them. */
const CLIENT = "5e0e8b0c-3f4b-4c0e-9d2f-8f5b7d1f0a77";
const SECRET = "s:%e-cret +&=/";

const credentials = (auth: ClientCredentials, secret: string, now?: () => number) =>
  credentialsOf({ name: "a-store", auth }, secret, exchange, now);

/** The token in headers that prove who we are. */
const tokenIn = (given: Awaited<ReturnType<ReturnType<typeof credentials>["headers"]>>): string => {
  assert.ok("headers" in given, JSON.stringify(given));
  return given.headers.authorization?.replace(/^Bearer /, "") ?? "";
};

const excerptIn = (given: Awaited<ReturnType<ReturnType<typeof credentials>["headers"]>>): string => {
  assert.ok("answer" in given, "A token was given.");
  assert.equal(given.answer.status, "setup");
  return given.answer.excerpt;
};

describe("a token from an OAuth 2 server", () => {
  for (const method of ["client_secret_basic", "client_secret_post"] as const) {
    it(`is given for the client's secret (${method})`, async () => {
      await using server = await oauthServer({
        client_id: CLIENT,
        token_endpoint_auth_method: method,
        client_secret: SECRET,
      });
      const given = await credentials(
        auth(server.tokenUrl, { method, scope: "xapi:write" }),
        `${SECRET}\n`,
      ).headers();
      const { clientId, scope } = (await server.find(tokenIn(given))) ?? {};
      assert.deepEqual({ clientId, scope }, { clientId: CLIENT, scope: "xapi:write" });
    });
  }

  for (const algorithm of ["RS256", "PS256", "ES256", "EdDSA"] as const) {
    it(`is given for what the client's key has signed for the address of tokens (${algorithm})`, async () => {
      const [one, other] = [newKey(algorithm, "one"), newKey(algorithm, "other")];
      await using server = await oauthServer({
        client_id: CLIENT,
        token_endpoint_auth_method: "private_key_jwt",
        jwks: { keys: [one.jwk, other.jwk] },
      });
      const byKey = auth(server.tokenUrl, { method: "private_key_jwt", algorithm });
      const given = await credentials({ ...byKey, keyId: "other" }, other.pem).headers();
      assert.equal((await server.find(tokenIn(given)))?.clientId, CLIENT);
      const assertion = server.requests[0]?.form.get("client_assertion") ?? "";
      assert.deepEqual(decodeProtectedHeader(assertion), { alg: algorithm, kid: "other" });
      const { iss, sub, aud } = decodeJwt(assertion);
      assert.deepEqual({ iss, sub, aud }, { iss: CLIENT, sub: CLIENT, aud: server.tokenUrl });
      // The server need not be told the key's name; but a wrong one is noticed.
      tokenIn(await credentials(byKey, one.pem).headers());
      assert.match(excerptIn(await credentials({ ...byKey, keyId: "other" }, one.pem).headers()), /keyId/);
    });
  }

  it("is asked for with an id as it is, as long as a form would not write it otherwise", async () => {
    await using server = await oauthServer();
    await credentials(auth(server.tokenUrl), SECRET).headers();
    const [, basic = ""] = server.requests[0]?.authorization.split(" ") ?? [];
    assert.equal(Buffer.from(basic, "base64").toString(), `${CLIENT}:s%3A%25e-cret+%2B%26%3D%2F`);
  });

  it("is asked for with the scope and the audience of the file, and with neither where it has none", async () => {
    await using server = await oauthServer();
    await credentials(auth(server.tokenUrl, { scope: "a b", audience: "https://lrs" }), SECRET).headers();
    await credentials(auth(server.tokenUrl), SECRET).headers();
    assert.deepEqual(
      server.requests.map(({ form }) => Object.fromEntries(form)),
      [
        { grant_type: "client_credentials", scope: "a b", audience: "https://lrs" },
        { grant_type: "client_credentials" },
      ],
    );
  });

  it("is refused to those who are not known, and the administrator is told where to look", async () => {
    const key = newKey("ES256", "one");
    const secretOnly = { client_id: CLIENT, token_endpoint_auth_method: "client_secret_basic" } as const;
    await using server = await oauthServer({ ...secretOnly, client_secret: SECRET, scope: "xapi:write" });
    for (const [changes, secret, said] of [
      [{}, "hush-hush", /invalid_client\. Look at clientId, secret and method/],
      [{ clientId: "somebody-else" }, SECRET, /invalid_client/],
      [{ method: "private_key_jwt", algorithm: "ES256" }, key.pem, /invalid_client.*keyId, algorithm/],
      [{ scope: "xapi:read" }, SECRET, /invalid_scope\. Look at scope/],
      [{ tokenUrl: `${server.tokenUrl}-not` }, SECRET, /404/],
    ] as const) {
      const excerpt = excerptIn(await credentials(auth(server.tokenUrl, changes), secret).headers());
      assert.match(excerpt, said);
      assert.match(excerpt, /a-store/);
      assert.doesNotMatch(excerpt, /hush|cret \+|PRIVATE|eyJ/);
    }
  });

  it("serves all requests until shortly before it expires, however many ask for it at once", async () => {
    await using server = await oauthServer({
      client_id: CLIENT,
      token_endpoint_auth_method: "client_secret_basic",
      client_secret: SECRET,
    });
    let now = Date.parse("2026-11-22T01:00:00Z");
    const given = credentials(auth(server.tokenUrl), SECRET, () => now);
    const all = await Promise.all(Array.from({ length: 20 }, () => given.headers()));
    assert.equal(new Set(all.map(tokenIn)).size, 1);
    now += 3600_000 - 60_001;
    await given.headers();
    assert.equal(server.requests.length, 1);
    now += 1;
    assert.notEqual(tokenIn(await given.headers()), tokenIn(all[0] ?? (await given.headers())));
    assert.equal(server.requests.length, 2);
  });

  it("that the endpoint refuses is replaced once", async () => {
    await using server = await oauthServer({
      client_id: CLIENT,
      token_endpoint_auth_method: "client_secret_basic",
      client_secret: SECRET,
    });
    const given = credentials(auth(server.tokenUrl), SECRET);
    const first = await given.headers();
    assert.equal(given.refused({}), true);
    const second = await given.headers();
    assert.notEqual(tokenIn(first), tokenIn(second));
    assert.ok("headers" in first && "headers" in second);
    // Another request that was under way with the first one.
    assert.equal(given.refused(first.headers), true);
    assert.deepEqual(await given.headers(), second);
    assert.equal(given.refused(second.headers), false);
    assert.equal(given.refused({}), false);
    assert.equal(server.requests.length, 2);
  });
});
