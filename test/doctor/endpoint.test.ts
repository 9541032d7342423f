import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { oauthServer } from "../delivery/oauth-server.ts";
import { listener, type Reply } from "../support/listener.ts";
import { answering, asStore, BASIC, inSandbox } from "./stores.ts";
import { of, only, SECRETS } from "./support.ts";

const caliper = { protocol: "caliper", version: '"1.2"' };
const json = { protocol: "json", version: "1" };

describe("another endpoint", () => {
  it("of Caliper says what it takes, and keeps the test", async () => {
    const { findings, events } = await inSandbox(caliper);
    assert.equal(
      only("authentication", findings).told,
      "It gives its configuration to us. It says that it takes Caliper 1.2.",
    );
    assert.match(only("statement", findings).told, /cannot be taken back/);
    assert.equal(events.length, 1);
    const older = await inSandbox({ ...caliper, version: '"1.1"' });
    assert.equal(only("authentication", older.findings).end, "skipped");
    assert.equal(only("statement", older.findings).end, "good");
  });

  it("of Caliper that does not take the version gets no test", async () => {
    const versions = ["http://purl.imsglobal.org/ctx/caliper/v1p1"];
    const { findings, events } = await inSandbox(caliper, { behaviour: { configuration: { versions } } });
    assert.match(only("authentication", findings).told, /does not take Caliper 1\.2/);
    assert.equal(events.length, 0);
  });

  it("of Caliper without a configuration, or of plain JSON, tells only by being sent to", async () => {
    const without = await inSandbox(caliper, { behaviour: { configuration: { status: 405 } } });
    assert.match(only("authentication", without.findings).told, /only sending tells/);
    assert.equal(without.events.length, 1);
    const { findings, records } = await inSandbox(json);
    assert.match(only("authentication", findings).told, /only sending tells/);
    assert.equal(only("statement", findings).end, "good");
    assert.equal(records[0]?.test, true);
  });

  it("of Caliper need not answer questions well, but be there", async () => {
    const others: readonly Reply[] = [
      { status: 302, headers: { location: "https://docs.example.edu/" } },
      { status: 400 },
      { status: 500 },
      { status: 204 },
      { text: "<html>" },
      { text: "{}" },
    ];
    for (const reply of others) {
      const { findings } = await answering((_, body) => (body === "" ? reply : { status: 200 }), caliper);
      const { end, told } = only("authentication", findings);
      assert.deepEqual([end, /only sending tells/.test(told)], ["skipped", true]);
      assert.equal(only("statement", findings).end, "good");
    }
    for (const status of [401, 403]) {
      const { findings } = await answering((_, body) => ({ status: body === "" ? status : 200 }), caliper);
      assert.equal(only("authentication", findings).end, "note");
      assert.equal(only("statement", findings).end, "good");
    }
    const limits = "{ concurrency: 2, timeout: 1s }";
    const hangs = await inSandbox({ ...caliper, limits }, { behaviour: { configuration: { hang: true } } });
    assert.equal(only("authentication", hangs.findings).end, "skipped");
    assert.equal(hangs.events.length, 1);
    const gone = await answering(() => undefined, { ...caliper, url: "http://127.0.0.1:9/" });
    assert.match(only("authentication", gone.findings).told, /No answer came \(ECONNREFUSED\)/);
    assert.equal(only("authentication", gone.findings).end, "bad");
  });

  it("of Caliper is said to take a version only where it says so, and to know us only where it does not answer anybody", async () => {
    const text = '{"caliperMaximumPayloadSize":100}';
    const { findings } = await answering(
      (_, __, { authorization }) => (authorization === undefined ? { status: 401 } : { text }),
      caliper,
    );
    assert.equal(only("authentication", findings).told, "It gives its configuration to us.");
    const open = only("authentication", (await answering(() => ({ text }), caliper)).findings);
    assert.deepEqual([open.end, /lets anybody ask/.test(open.told)], ["note", true]);
  });

  it("with a clock that is wrong is told by how much", async () => {
    const date = new Date(Date.now() + 300_000).toUTCString();
    const { findings } = await answering((path, body, headers) => ({
      ...asStore(path, body, headers),
      headers: { date },
    }));
    const found = of("clock", findings).find(({ endpoint }) => endpoint === "store");
    assert.equal(found?.end, "note");
    assert.match(
      found?.told ?? "",
      /^The clock of the endpoint is (299|300) seconds ahead of this machine's\.$/,
    );
  });
});

describe("an OAuth 2 server", () => {
  const client = { client_id: "us", token_endpoint_auth_method: "client_secret_basic" as const };
  const lines = (tokenUrl: string) => ({
    auth: `{ scheme: oauth2-client-credentials, tokenUrl: "${tokenUrl}", clientId: us, secret: ssm:/store }`,
  });

  it("gives a token, with which the store is asked", async () => {
    await using server = await oauthServer({ ...client, client_secret: SECRETS["ssm:/store"] ?? "" });
    const { findings, requests } = await answering(() => undefined, lines(server.tokenUrl));
    assert.deepEqual(
      of("authentication", findings).map(({ told }) => told),
      ["Its OAuth 2 server gives a token.", "It knows us: it lets its statements be asked for."],
    );
    assert.equal(of("host", findings).length, 2);
    assert.match(String(requests[0]?.headers.authorization), /^Bearer /);
    assert.equal(server.requests.length, 1);
  });

  it("that gives none is told with what to look at, and nothing is sent", async () => {
    await using server = await oauthServer({ ...client, client_secret: "another" });
    const { findings, requests } = await answering(() => undefined, lines(server.tokenUrl));
    const { end, told } = only("authentication", findings);
    assert.equal(end, "bad");
    assert.match(
      told,
      /has no token\. From tokenUrl came 401 invalid_client\. Look at clientId, secret and method/,
    );
    assert.equal(requests.length, 0);
  });
});

describe("a server of tokens that quotes what it was sent", () => {
  it("has nothing of it shown", async () => {
    for (const [from, to] of [
      [6, 66],
      [6, 30],
      [10, 20],
    ] as const) {
      await using server = await listener((_, __, { authorization }) => ({
        status: 400,
        headers: { "content-type": "application/json" },
        text: JSON.stringify({ error: String(authorization).slice(from, to) }),
      }));
      const auth = `{ scheme: oauth2-client-credentials, tokenUrl: "${server.url}", clientId: us, secret: ssm:/store }`;
      const { findings } = await answering(() => undefined, { auth });
      const { end, told } = only("authentication", findings);
      assert.deepEqual([end, /From tokenUrl came 400\. /.test(told)], ["bad", true]);
    }
  });
});

describe("a hostile answer", () => {
  it("shows no secret, in whole or in part, nothing that a terminal acts upon, and little of what is huge", async () => {
    const [user = "", password = ""] = (SECRETS["ssm:/store"] ?? "").split(":");
    const token = BASIC.slice("Basic ".length);
    const texts = [
      `\u001b]0;title\u0007 ${BASIC} and ${token.slice(0, 20)}`,
      `${user} ${password} ${encodeURIComponent(`${user}:${password}`)} ${password.slice(2, 14)}\r\n\u202e`,
      `<p>${"x".repeat(500_000)}${password}</p>`,
      JSON.stringify({ error: `${user}:${password}` }),
    ];
    for (const text of texts)
      for (const status of [401, 503]) {
        const { findings } = await answering((_, body) => (body === "" ? undefined : { status, text }));
        for (const { told } of [
          only("statement", findings),
          only("authentication", (await answering(() => ({ status, text }))).findings),
        ]) {
          assert.doesNotMatch(told, /\p{Cc}|\p{Cf}/u);
          assert.ok(told.length < 500, told);
          assert.ok(!told.includes(token.slice(0, 12)), told);
          assert.ok(!told.includes(password.slice(4, 12)), told);
        }
      }
  });
});
