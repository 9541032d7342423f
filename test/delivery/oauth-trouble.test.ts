import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import type { Answer } from "../../src/delivery/answer.ts";
import { credentialsOf } from "../../src/delivery/credentials.ts";
import { exchangerTo } from "../../src/delivery/exchange.ts";
import type { ClientCredentials } from "../../src/endpoint/endpoint.ts";
import { listener, type Reply } from "../support/listener.ts";
import { newKey } from "./oauth-server.ts";

const { exchange } = exchangerTo({ timeout: 5000, network: "public" });
const impatient = exchangerTo({ timeout: 300, network: "public" });

/** What nothing that is said may hold. */
const SECRET = "hush-hush";

const auth: ClientCredentials = {
  scheme: "oauth2-client-credentials",
  tokenUrl: "http://127.0.0.1:1/token",
  clientId: "us",
  method: "client_secret_basic",
  secret: "ssm:/secret",
  algorithm: "RS256",
};

const headersOf = (changes: Partial<ClientCredentials>, secret = SECRET, by = exchange) =>
  credentialsOf({ name: "a-store", auth: { ...auth, ...changes } }, secret, by).headers();

/** What stands in place of the endpoint's answer, where no token can be had. */
const without = async (
  changes: Partial<ClientCredentials>,
  secret = SECRET,
  by = exchange,
): Promise<Answer> => {
  const given = await headersOf(changes, secret, by);
  assert.ok("answer" in given, JSON.stringify(given));
  const { excerpt } = given.answer;
  assert.doesNotMatch(excerpt, /hush|127\.0\.0\.1|PRIVATE KEY-----\s*[A-Za-z0-9]/);
  return given.answer;
};

/** The same, at a server that always replies so. */
const withoutFrom = async (
  reply: Reply,
  method: ClientCredentials["method"] = auth.method,
): Promise<Answer> => {
  await using server = await listener(() => reply);
  const answer = await without({ tokenUrl: `${server.url}/token`, method });
  assert.equal(server.requests.length, 1);
  return answer;
};

const json = (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  text: JSON.stringify(body),
});

const good = { access_token: "token", token_type: "Bearer", expires_in: 3600 };

describe("a server of tokens in trouble", () => {
  it("is asked again later, as one that does not answer, whatever its status", async () => {
    for (const status of [408, 429, 500, 502, 503]) {
      const { excerpt, ...answer } = await withoutFrom({ status, text: SECRET });
      assert.deepEqual(answer, { status: "network" });
      assert.match(excerpt, new RegExp(`${status}`));
    }
    assert.equal((await withoutFrom(json({ error: "temporarily_unavailable" }, 400))).status, "network");
  });

  it("is left alone for as long as it asks", async () => {
    for (const status of [429, 503]) {
      const { retryAfter } = await withoutFrom({ status, headers: { "retry-after": "90" } });
      assert.equal(retryAfter, 90_000);
    }
  });

  it("that is not there, or does not answer in time, is one without an answer", async () => {
    const { status, excerpt } = await without({});
    assert.equal(status, "network");
    assert.match(excerpt, /ECONNREFUSED/);
    // It takes the connection, and says nothing.
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    const late = await without({ tokenUrl: `http://127.0.0.1:${port}/token` }, SECRET, impatient.exchange);
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
    assert.equal(late.status, "network");
    assert.match(late.excerpt, /ETIMEDOUT/);
  });

  it("whose answer breaks off is asked again later", async () => {
    const text = JSON.stringify(good).slice(0, 30);
    const { status } = await withoutFrom({ headers: { "content-length": "100" }, text });
    assert.equal(status, "network");
  });

  it("is asked anew by each that needs a token, until it gives one", async () => {
    const replies: Reply[] = [{ status: 503 }, json({ error: "invalid_client" }, 401), json(good)];
    await using server = await listener(() => replies.shift() ?? { status: 500 });
    const own = { ...auth, tokenUrl: server.url };
    const given = credentialsOf({ name: "a-store", auth: own }, SECRET, exchange);
    assert.ok("answer" in (await given.headers()));
    assert.ok("answer" in (await given.headers()));
    assert.deepEqual(await given.headers(), { headers: { authorization: "Bearer token" } });
  });
});

describe("an answer that is no token", () => {
  const html = { headers: { "content-type": "text/html" }, text: `<p>${SECRET}</p>` };
  for (const [name, reply] of [
    ["a page", html],
    ["nothing", {}],
    ["no object", json([good])],
    ["an object without a token", json({ token: SECRET })],
    ["a token that cannot stand in a header", json({ ...good, access_token: `${SECRET}\r\nX: y` })],
    ["a token of another type", json({ ...good, token_type: "DPoP" })],
    ["a token of an unknown type", json({ ...good, token_type: "mac" })],
    ["a token of no type", json({ access_token: SECRET })],
    ["a life that is no number", json({ ...good, expires_in: "soon" })],
    ["more than a token can be", json({ ...good, extra: "hush".repeat(50_000) })],
  ] as const) {
    it(`lets the administrator look at tokenUrl: ${name}`, async () => {
      const { status, excerpt } = await withoutFrom(reply);
      assert.equal(status, "setup");
      assert.match(excerpt, /no bearer token\. Look at tokenUrl/);
    });
  }

  it("may say null for what it does not say, and more than we need", async () => {
    const more = { ...good, expires_in: null, refresh_token: null, scope: null, id_token: "not.a.token" };
    await using server = await listener(() => json(more));
    assert.deepEqual(await headersOf({ tokenUrl: server.url }), {
      headers: { authorization: "Bearer token" },
    });
  });
});

describe("a refusal", () => {
  it("is told by its status and its code, and not in the server's words", async () => {
    for (const [reply, said] of [
      [
        json({ error: "invalid_client", error_description: SECRET }, 401),
        /401 invalid_client\. Look at clientId/,
      ],
      [
        json({ error: "invalid_client" }, 401, { "www-authenticate": `Basic realm="${SECRET}"` }),
        /401 invalid_client\. Look at clientId/,
      ],
      [json({ error: "unauthorized_client" }, 400), /must allow client credentials/],
      [json({ error: "invalid_target" }, 400), /Look at audience/],
      [json({ error: "some_new.code" }, 400), /came 400\. Look at tokenUrl/],
      [json({ error: `The secret ${SECRET} is wrong` }, 400), /came 400\. Look at tokenUrl/],
      [json({ error: SECRET }, 400), /came 400\. Look at tokenUrl/],
      [json({ error: "x".repeat(61) }, 400), /came 400\. Look at tokenUrl/],
      [json({ error: 'in"valid' }, 400), /came 400\. Look at tokenUrl/],
      [json({ error: { code: SECRET } }, 403), /came 403\. Look at tokenUrl/],
      [{ status: 403, text: SECRET }, /came 403\. Look at tokenUrl/],
    ] as const) {
      for (const method of ["client_secret_basic", "client_secret_post"] as const) {
        const { status, excerpt } = await withoutFrom(reply, method);
        assert.equal(status, "setup");
        assert.match(excerpt, said);
      }
    }
  });

  it("holds nothing of what was sent, however the server quotes it", async () => {
    const forms: readonly ((header: string, body: string) => string)[] = [
      (header) => header.slice("Basic ".length),
      (header) => header.slice("Basic ".length, 20),
      (header) => Buffer.from(header.slice("Basic ".length), "base64").toString().replace(":", "_"),
      (_, body) => body,
      () => Buffer.from(SECRET).toString("base64url"),
      () => Buffer.from(SECRET).toString("hex"),
      () => [...SECRET].reverse().join(""),
      () => SECRET.slice(1, -1),
      () => SECRET.toUpperCase(),
    ];
    for (const form of forms)
      for (const method of ["client_secret_basic", "client_secret_post"] as const) {
        await using server = await listener((_, body, headers) =>
          json({ error: form(headers.authorization ?? "Basic ", body).slice(0, 60) }, 400),
        );
        const { excerpt } = await without({ tokenUrl: `${server.url}/token`, method });
        assert.match(excerpt, /^The endpoint a-store has no token\. From tokenUrl came 400\. Look at/);
      }
  });

  it("is a redirect, which the client's secret does not follow", async () => {
    for (const status of [301, 302, 307, 308]) {
      const answer = await withoutFrom({ status, headers: { location: "/elsewhere" } });
      assert.equal(answer.status, "setup");
      assert.match(answer.excerpt, new RegExp(`${status}.*Redirects are not followed`));
    }
  });
});

describe("what is sent to nobody", () => {
  it("is a secret over the network without encryption, or into a private network", async () => {
    for (const [tokenUrl, said] of [
      ["http://tokens.example.edu/token", /begin with https/],
      ["https://10.0.0.1/token", /network: private/],
    ] as const) {
      const { status, excerpt } = await without({ tokenUrl });
      assert.equal(status, "setup");
      assert.match(excerpt, said);
    }
  });

  it("is an assertion without the right key, of which nothing is said but what it must be", async () => {
    const traditional = generateKeyPairSync("rsa", {
      modulusLength: 1024,
      privateKeyEncoding: { type: "pkcs1", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    });
    const short = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
    const wider = generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey;
    const pem = { type: "pkcs8", format: "pem" } as const;
    await using server = await listener(() => json(good));
    for (const [algorithm, secret, said] of [
      ["RS256", "hush-hush", /no private key for RS256.*BEGIN PRIVATE KEY/],
      ["RS256", "-----BEGIN PRIVATE KEY-----\nhush\n-----END PRIVATE KEY-----", /no private key for RS256/],
      ["RS256", traditional.privateKey, /openssl pkcs8/],
      ["RS256", short.export(pem).toString(), /at least 2048 bits/],
      ["PS256", newKey("ES256", "one").pem, /no private key for PS256/],
      ["ES256", wider.export(pem).toString(), /P-256/],
      ["EdDSA", newKey("ES256", "one").pem, /Ed25519/],
    ] as const) {
      const answer = await without({ tokenUrl: server.url, method: "private_key_jwt", algorithm }, secret);
      assert.equal(answer.status, "setup", algorithm);
      assert.match(answer.excerpt, said);
      for (const line of secret.split("\n").slice(1, -2)) assert.ok(!answer.excerpt.includes(line));
    }
    assert.deepEqual(server.requests, []);
  });
});
