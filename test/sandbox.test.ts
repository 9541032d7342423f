import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Sandbox } from "../local/sandbox/server.ts";
import { startSandbox } from "../local/sandbox/server.ts";

type Json = Readonly<Record<string, unknown>>;

const V1P1 = "http://purl.imsglobal.org/ctx/caliper/v1p1";
const V1P2 = "http://purl.imsglobal.org/ctx/caliper/v1p2";

const event = (changes: Json = {}): Json => ({
  "@context": V1P2,
  id: `urn:uuid:${randomUUID()}`,
  type: "ViewEvent",
  profile: "ReadingProfile",
  actor: { id: "https://hub.example.edu/users/1", type: "Person" },
  action: "Viewed",
  object: { id: "https://hub.example.edu/files/a.ipynb", type: "Document" },
  eventTime: "2026-01-15T10:15:00.000Z",
  ...changes,
});

const envelope = (data: readonly unknown[], changes: Json = {}): Json => ({
  sensor: "https://hub.example.edu/sensor",
  sendTime: "2026-01-15T10:15:01.000Z",
  dataVersion: V1P2,
  data,
  ...changes,
});

const statement = (changes: Json = {}): Json => ({
  id: randomUUID(),
  actor: { account: { homePage: "https://hub.example.edu", name: "pseudonym-1" } },
  verb: { id: "http://activitystrea.ms/save", display: { en: "saved" } },
  object: { id: "https://hub.example.edu/files/a.ipynb", definition: { name: { "en-GB": "a.ipynb" } } },
  timestamp: "2026-01-15T10:15:00.000Z",
  ...changes,
});

const without = (object: Json, key: string): Json =>
  Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));

const caliperHeaders = { Authorization: "Bearer secret", "Content-Type": "application/json" };
const xapiHeaders = {
  Authorization: "Basic dXNlcjpwYXNz",
  "Content-Type": "application/json",
  "X-Experience-API-Version": "1.0.3",
};
const v2Headers = { ...xapiHeaders, "X-Experience-API-Version": "2.0.0" };

const bodyFrom = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

let sandbox: Sandbox;
let count = 0;
/** A store that no other test uses. */
const fresh = (): string => {
  count += 1;
  return `store-${count}`;
};

const sendCaliper = (store: string, body: unknown, headers: Record<string, string> = caliperHeaders) =>
  fetch(`${sandbox.url}/caliper/${store}`, { method: "POST", headers, body: bodyFrom(body) });

const sendXapi = (store: string, body: unknown, headers: Record<string, string> = xapiHeaders) =>
  fetch(`${sandbox.url}/xapi/${store}/statements`, { method: "POST", headers, body: bodyFrom(body) });

const putXapi = (store: string, id: string, body: unknown) =>
  fetch(`${sandbox.url}/xapi/${store}/statements?statementId=${id}`, {
    method: "PUT",
    headers: xapiHeaders,
    body: bodyFrom(body),
  });

const getXapi = (store: string, query = "") =>
  fetch(`${sandbox.url}/xapi/${store}/statements${query}`, { headers: xapiHeaders });

const setBehaviour = (store: string, body: unknown) =>
  fetch(`${sandbox.url}/sandbox/${store}/behaviour`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: bodyFrom(body),
  });

/** A refusal says one plain sentence and where. */
const assertRefused = async (response: Response, status: number, at?: string): Promise<void> => {
  const text = await response.text();
  assert.equal(response.status, status, text);
  const body = JSON.parse(text) as Json;
  assert.match(String(body.error), /\.$/);
  if (at === undefined) assert.equal(typeof body.at, "string");
  else assert.equal(body.at, at);
};

before(async () => {
  sandbox = await startSandbox({ credentials: { guarded: "Bearer right", rawkey: "abc-123" } });
});
after(() => sandbox.stop());

describe("a sandbox LMS", () => {
  it("says what it is, in its greeting and in every answer", async () => {
    const greeting = await fetch(sandbox.url);
    assert.match(await greeting.text(), /for local runs and tests only/);
    for (const path of [
      "/",
      "/nothing",
      "/sandbox",
      "/xapi/x/statements",
      "/caliper/UPPER",
      "/xapi/a%",
      "//x",
      "/caliper/a/b",
    ]) {
      const answer = await fetch(sandbox.url + path);
      assert.equal(answer.headers.get("X-Sandbox-LMS"), "for local runs and tests only", path);
    }
  });

  it("answers to this machine only", () => {
    assert.match(sandbox.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it("survives bytes that are not HTTP, and says that it is a sandbox", async () => {
    const answer = await new Promise<string>((resolve) => {
      let got = "";
      const socket = connect(Number(new URL(sandbox.url).port), "127.0.0.1", () =>
        socket.end("\0\0 nonsense\r\n\r\n"),
      );
      socket.on("data", (chunk) => {
        got += chunk.toString();
      });
      socket.on("close", () => resolve(got));
    });
    assert.match(answer, /^HTTP\/1\.1 400[\s\S]*X-Sandbox-LMS/);
    assert.equal((await fetch(sandbox.url)).status, 200);
  });

  it("refuses JSON that is deeper than anything real, and goes on", async () => {
    const deep = "[".repeat(1_000_000) + "]".repeat(1_000_000);
    await assertRefused(await sendXapi(fresh(), deep), 400);
    await assertRefused(await sendCaliper(fresh(), `{"data":${deep}}`), 400);
  });

  it("refuses a body above 16 MiB with 413", async () => {
    await assertRefused(await sendXapi(fresh(), "x".repeat(16 * 1024 * 1024 + 1)), 413);
  });

  it("refuses a compressed body with 415", async () => {
    await assertRefused(
      await sendXapi(fresh(), statement(), { ...xapiHeaders, "Content-Encoding": "gzip" }),
      415,
    );
    await assertRefused(
      await sendCaliper(fresh(), envelope([event()]), { ...caliperHeaders, "Content-Encoding": "gzip" }),
      415,
    );
  });

  it("remembers the requests of a store, with how many items each carried", async () => {
    const store = fresh();
    await sendXapi(store, [statement(), statement()]);
    await sendXapi(store, [statement(), {}]);
    assert.deepEqual(
      sandbox.requests(store).map(({ method, path, status, items }) => ({ method, path, status, items })),
      [
        { method: "POST", path: `/xapi/${store}/statements`, status: 200, items: 2 },
        { method: "POST", path: `/xapi/${store}/statements`, status: 400, items: 2 },
      ],
    );
  });

  it("sums up what each store got", async () => {
    const store = fresh();
    const same = statement();
    await sendXapi(store, [same, statement()]);
    await sendXapi(store, same);
    await sendXapi(store, {});
    const expected = { store, kind: "xapi", accepted: 3, distinct: 2, refused: 1, behaviour: {} };
    assert.deepEqual(await (await fetch(`${sandbox.url}/sandbox/${store}`)).json(), expected);
    const all = (await (await fetch(`${sandbox.url}/sandbox`)).json()) as readonly Json[];
    assert.deepEqual(
      all.find((summary) => summary.store === store),
      expected,
    );
  });
});

describe("a Caliper endpoint", () => {
  it("takes an envelope with events and entities, and answers 200 with an empty body", async () => {
    const store = fresh();
    const data = [
      event(),
      { "@context": V1P2, id: "_:b1", type: "Person" },
      event({ actor: "https://hub.example.edu/users/1" }),
    ];
    const response = await sendCaliper(store, envelope(data));
    assert.equal(response.status, 200);
    assert.equal(await response.text(), "");
    assert.deepEqual(sandbox.caliper(store), data);
  });

  it("takes the same event again, and shows both", async () => {
    const store = fresh();
    const again = envelope([event()]);
    await sendCaliper(store, again);
    assert.equal((await sendCaliper(store, again)).status, 200);
    assert.equal(sandbox.caliper(store).length, 2);
  });

  it("takes Caliper 1.1, and contexts that end with Caliper's", async () => {
    const store = fresh();
    const old = without(event({ "@context": V1P1 }), "profile");
    const extended = without(
      event({
        "@context": [`${V1P1}/ResourceManagementProfile-extension`, V1P1],
        type: "ResourceManagementEvent",
        action: "Saved",
      }),
      "profile",
    );
    assert.equal((await sendCaliper(store, envelope([old, extended], { dataVersion: V1P1 }))).status, 200);
    const mixed = event({ "@context": [{ query: "http://schema.org/query" }, V1P2] });
    assert.equal((await sendCaliper(store, envelope([mixed]))).status, 200);
  });

  it("answers its configuration to GET, with the limit it was given", async () => {
    const store = fresh();
    sandbox.behave(store, { maxBytes: 2048 });
    const response = await fetch(`${sandbox.url}/caliper/${store}`, { headers: caliperHeaders });
    const configuration = (await response.json()) as Json;
    assert.equal(configuration.caliperMaximumPayloadSize, 2);
    assert.deepEqual(configuration.caliperSupportedVersions, [V1P1, V1P2]);
    assert.equal(typeof configuration.caliperSupportedExtensions, "object");
  });

  it("refuses with 401 without a bearer credential, or with another than it expects", async () => {
    const good = envelope([event()]);
    await assertRefused(await sendCaliper(fresh(), good, { "Content-Type": "application/json" }), 401);
    await assertRefused(
      await sendCaliper(fresh(), good, { ...caliperHeaders, Authorization: "Basic dTpw" }),
      401,
    );
    await assertRefused(
      await sendCaliper(fresh(), good, { ...caliperHeaders, Authorization: "Bearer " }),
      401,
    );
    await assertRefused(await sendCaliper("guarded", good), 401);
    assert.equal(
      (await sendCaliper("guarded", good, { ...caliperHeaders, Authorization: "Bearer right" })).status,
      200,
    );
    assert.equal(
      (await sendCaliper("rawkey", good, { ...caliperHeaders, Authorization: "abc-123" })).status,
      200,
    );
  });

  it("refuses with 415 what is not declared as JSON, with 405 another method", async () => {
    const good = envelope([event()]);
    await assertRefused(
      await sendCaliper(fresh(), good, { ...caliperHeaders, "Content-Type": "text/plain" }),
      415,
    );
    const typed = { ...caliperHeaders, "Content-Type": "application/json; charset=utf-8" };
    assert.equal((await sendCaliper(fresh(), good, typed)).status, 200);
    await assertRefused(
      await fetch(`${sandbox.url}/caliper/x`, { method: "DELETE", headers: caliperHeaders }),
      405,
    );
  });

  it("refuses with 422 a version that it does not know", async () => {
    const unknown = envelope([event()], { dataVersion: "http://purl.imsglobal.org/ctx/caliper/v9p9" });
    await assertRefused(await sendCaliper(fresh(), unknown), 422, "/dataVersion");
  });

  const person = { id: "https://hub.example.edu/users/1", type: "Person" };
  const bad: readonly (readonly [string, unknown, string])[] = [
    ["a body that is not JSON", "{", ""],
    ["an envelope that is an array", [], ""],
    ["an envelope with another property", envelope([event()], { extra: 1 }), "/extra"],
    ["no sensor", without(envelope([event()]), "sensor"), "/sensor"],
    ["a sensor that is no IRI", envelope([event()], { sensor: "hub" }), "/sensor"],
    [
      "a sendTime without milliseconds",
      envelope([event()], { sendTime: "2026-01-15T10:15:00Z" }),
      "/sendTime",
    ],
    [
      "a sendTime that does not exist",
      envelope([event()], { sendTime: "2026-02-30T10:15:00.000Z" }),
      "/sendTime",
    ],
    ["no dataVersion", without(envelope([event()]), "dataVersion"), "/dataVersion"],
    ["data that is not an array", envelope([], { data: event() }), "/data"],
    ["no data", envelope([]), "/data"],
    ["an item that is no object", envelope([event(), "x"]), "/data/1"],
    ["an event without type", envelope([without(event(), "type")]), "/data/0/type"],
    ["an event without context", envelope([without(event(), "@context")]), "/data/0/@context"],
    ["an event with another version's context", envelope([event({ "@context": V1P1 })]), "/data/0/@context"],
    [
      "a context that Caliper's does not end",
      envelope([event({ "@context": [V1P2, "https://x.example"] })]),
      "/data/0/@context",
    ],
    ["an event id that is no urn:uuid", envelope([event({ id: "https://x.example/1" })]), "/data/0/id"],
    ["an event id that is no UUID", envelope([event({ id: "urn:uuid:12" })]), "/data/0/id"],
    ["an event without actor", envelope([without(event(), "actor")]), "/data/0/actor"],
    ["an event without action", envelope([without(event(), "action")]), "/data/0/action"],
    ["an event without object", envelope([without(event(), "object")]), "/data/0/object"],
    ["an event without time", envelope([without(event(), "eventTime")]), "/data/0/eventTime"],
    [
      "an eventTime with an offset",
      envelope([event({ eventTime: "2026-01-15T10:15:00.000+01:00" })]),
      "/data/0/eventTime",
    ],
    ["an actor that is no IRI", envelope([event({ actor: "ada" })]), "/data/0/actor"],
    ["an actor without id", envelope([event({ actor: { type: "Person" } })]), "/data/0/actor/id"],
    [
      "an object without type",
      envelope([event({ object: { id: "https://x.example" } })]),
      "/data/0/object/type",
    ],
    [
      "an entity deeper down whose id is no IRI",
      envelope([event({ membership: { ...person, member: { id: "1", type: "Person" } } })]),
      "/data/0/membership/member/id",
    ],
    ["extensions that are no object", envelope([event({ extensions: [] })]), "/data/0/extensions"],
    ["an entity without id", envelope([{ type: "Person" }]), "/data/0/id"],
    ["an entity with another context", envelope([{ ...person, "@context": V1P1 }]), "/data/0/@context"],
    [
      "a copy that is not named",
      envelope([event({ type: "ResourceManagementEvent", action: "Copied" })]),
      "/data/0/generated",
    ],
    [
      "a launch without its session",
      envelope([event({ type: "ToolLaunchEvent", action: "Launched" })]),
      "/data/0/federatedSession",
    ],
    [
      "a profile under 1.1",
      envelope([event({ "@context": V1P1 })], { dataVersion: V1P1 }),
      "/data/0/profile",
    ],
    [
      "a later event under plain 1.1",
      envelope([without(event({ "@context": V1P1, type: "SearchEvent" }), "profile")], { dataVersion: V1P1 }),
      "/data/0/@context",
    ],
  ];
  for (const [what, body, at] of bad) {
    it(`refuses ${what} with 400 and keeps nothing`, async () => {
      const store = fresh();
      await assertRefused(await sendCaliper(store, body), 400, at);
      assert.equal(sandbox.caliper(store).length, 0);
    });
  }
});

describe("an xAPI store", () => {
  it("takes one statement or several, and answers their ids in order", async () => {
    const store = fresh();
    const [one, two, three] = [statement(), statement(), without(statement(), "id")];
    assert.deepEqual(await (await sendXapi(store, one)).json(), [one.id]);
    const ids = (await (await sendXapi(store, [two, three])).json()) as readonly string[];
    assert.equal(ids[0], two.id);
    assert.match(String(ids[1]), /^[0-9a-f-]{36}$/);
    assert.deepEqual(
      sandbox.statements(store).map(({ id }) => id),
      [one.id, ...ids],
    );
  });

  it("takes a statement by PUT with 204, and again", async () => {
    const store = fresh();
    const said = statement();
    assert.equal((await putXapi(store, String(said.id), said)).status, 204);
    assert.equal((await putXapi(store, String(said.id), without(said, "id"))).status, 204);
    assert.equal(sandbox.statements(store).length, 1);
    await assertRefused(await putXapi(store, String(said.id), { ...said, result: { success: true } }), 409);
    await assertRefused(await putXapi(store, randomUUID(), said), 400, "/id");
    await assertRefused(await putXapi(store, "nonsense", said), 400);
    await assertRefused(await putXapi(store, randomUUID(), [statement()]), 400);
  });

  it("takes everything that a full statement can say", async () => {
    const full = statement({
      actor: {
        objectType: "Group",
        member: [{ mbox: "mailto:ada@example.edu" }, { openid: "https://id.example" }],
      },
      result: {
        score: { scaled: -1, raw: 3, min: 0, max: 10 },
        success: true,
        duration: "PT4H35M59.14S",
        extensions: { "https://x.example/e": null },
      },
      context: {
        registration: randomUUID(),
        instructor: { mbox_sha1sum: "a".repeat(40) },
        team: { objectType: "Group", account: { homePage: "https://x.example", name: "t" } },
        contextActivities: { parent: [{ id: "https://x.example/course" }] },
        revision: "1",
        platform: "Jupyter",
        language: "en-GB",
        statement: { objectType: "StatementRef", id: randomUUID() },
      },
      version: "1.0.3",
      attachments: [
        {
          usageType: "https://x.example/u",
          display: { en: "a" },
          contentType: "text/plain",
          length: 1,
          sha2: "ab",
          fileUrl: "https://x.example/f",
        },
      ],
    });
    const nested = statement({
      object: { objectType: "SubStatement", ...without(without(statement(), "id"), "timestamp") },
    });
    const question = statement({
      object: {
        id: "https://x.example/q",
        definition: {
          interactionType: "choice",
          choices: [{ id: "a", description: { en: "A" } }],
          correctResponsesPattern: ["a"],
        },
      },
    });
    const response = await sendXapi(fresh(), [full, nested, question]);
    assert.equal(response.status, 200, await response.text());
  });

  it("answers 200 to an identical repeat, whatever the order of its keys", async () => {
    const store = fresh();
    const said = statement();
    await sendXapi(store, said);
    const turned = Object.fromEntries(Object.entries(said).reverse());
    assert.equal((await sendXapi(store, turned)).status, 200);
    assert.equal(
      (await sendXapi(store, { ...said, stored: "2020-01-01T00:00:00Z", version: "1.0.0" })).status,
      200,
    );
    assert.equal((await sendXapi(store, without(said, "timestamp"))).status, 200);
    assert.equal(sandbox.statements(store).length, 1);
  });

  it("answers 409 to the same id with other content, and keeps nothing of that batch", async () => {
    const store = fresh();
    const said = statement();
    await sendXapi(store, said);
    const other = { ...said, verb: { id: "http://activitystrea.ms/delete" } };
    await assertRefused(await sendXapi(store, [statement(), other]), 409, "/1/id");
    assert.equal(sandbox.statements(store).length, 1);
  });

  it("finds a statement by its id, with what the store adds", async () => {
    const store = fresh();
    const said = statement();
    await sendXapi(store, said);
    const found = (await (await getXapi(store, `?statementId=${said.id}`)).json()) as Json;
    assert.ok(typeof found.stored === "string" && typeof found.authority === "object");
    assert.deepEqual({ ...said, stored: found.stored, authority: found.authority, version: "1.0.0" }, found);
    await assertRefused(await getXapi(store, `?statementId=${randomUUID()}`), 404);
    await assertRefused(await getXapi(store, "?statementId=12"), 400);
  });

  it("lists statements newest first, by limit, verb, agent and activity", async () => {
    const store = fresh();
    const verb = { id: "http://activitystrea.ms/delete" };
    const actor = { mbox: "mailto:ada@example.edu" };
    const object = { id: "https://hub.example.edu/files/b.ipynb" };
    const [first, second, third, fourth] = [
      statement(),
      statement({ verb }),
      statement({ actor }),
      statement({ object }),
    ];
    await sendXapi(store, [first, second, third, fourth]);
    const ids = async (query: Record<string, string>): Promise<readonly unknown[]> => {
      const list = (await (await getXapi(store, `?${new URLSearchParams(query)}`)).json()) as {
        statements: readonly Json[];
        more: string;
      };
      assert.equal(list.more, "");
      return list.statements.map(({ id }) => id);
    };
    assert.deepEqual(await ids({}), [fourth.id, third.id, second.id, first.id]);
    assert.deepEqual(await ids({ limit: "1" }), [fourth.id]);
    assert.deepEqual(await ids({ verb: verb.id }), [second.id]);
    assert.deepEqual(await ids({ agent: JSON.stringify(actor) }), [third.id]);
    assert.deepEqual(await ids({ agent: JSON.stringify(first.actor) }), [fourth.id, second.id, first.id]);
    assert.deepEqual(await ids({ activity: object.id }), [fourth.id]);
    for (const query of [
      "?limit=-1",
      "?verb=save",
      "?activity=x",
      "?agent={",
      "?agent={}",
      "?since=2020",
      `?statementId=${first.id}&limit=1`,
    ]) {
      await assertRefused(await getXapi(store, query), 400);
    }
  });

  it("says to anybody which versions it takes", async () => {
    const response = await fetch(`${sandbox.url}/xapi/${fresh()}/about`);
    const { version } = (await response.json()) as { version: readonly string[] };
    assert.ok(version.includes("1.0.3") && version.includes("2.0.0"));
  });

  it("refuses with 401 without Basic or Bearer", async () => {
    await assertRefused(
      await sendXapi(fresh(), statement(), without(xapiHeaders, "Authorization") as Record<string, string>),
      401,
    );
    await assertRefused(
      await sendXapi(fresh(), statement(), { ...xapiHeaders, Authorization: "Digest x" }),
      401,
    );
    await assertRefused(await sendXapi("guarded", statement()), 401);
    assert.equal(
      (await sendXapi(fresh(), statement(), { ...xapiHeaders, Authorization: "Bearer x" })).status,
      200,
    );
  });

  it("refuses with 400 a request without a version that it knows, and answers in the version it was asked in", async () => {
    await assertRefused(
      await sendXapi(
        fresh(),
        statement(),
        without(xapiHeaders, "X-Experience-API-Version") as Record<string, string>,
      ),
      400,
    );
    await assertRefused(
      await sendXapi(fresh(), statement(), { ...xapiHeaders, "X-Experience-API-Version": "0.95" }),
      400,
    );
    const response = await sendXapi(fresh(), statement(), v2Headers);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("X-Experience-API-Version"), "2.0.0");
  });

  it("refuses another content type with 400, another method with 405, another resource with 404", async () => {
    await assertRefused(
      await sendXapi(fresh(), statement(), { ...xapiHeaders, "Content-Type": "text/plain" }),
      400,
    );
    await assertRefused(
      await fetch(`${sandbox.url}/xapi/x/statements`, { method: "DELETE", headers: xapiHeaders }),
      405,
    );
    await assertRefused(await fetch(`${sandbox.url}/xapi/x/agents`, { headers: xapiHeaders }), 404);
  });

  it("knows contextAgents and contextGroups in 2.0 only", async () => {
    const context = {
      contextAgents: [
        {
          objectType: "contextAgent",
          agent: { mbox: "mailto:a@b.c" },
          relevantTypes: ["https://x.example/t"],
        },
      ],
      contextGroups: [
        { objectType: "contextGroup", group: { objectType: "Group", member: [{ mbox: "mailto:a@b.c" }] } },
      ],
    };
    assert.equal((await sendXapi(fresh(), statement({ context }), v2Headers)).status, 200);
    await assertRefused(await sendXapi(fresh(), statement({ context })), 400, "/context/contextAgents");
    const wrong = {
      contextAgents: [{ objectType: "contextAgent", agent: { mbox: "mailto:a@b.c" }, relevantTypes: [] }],
    };
    await assertRefused(await sendXapi(fresh(), statement({ context: wrong }), v2Headers), 400);
    await assertRefused(
      await sendXapi(fresh(), statement({ timestamp: "2026-01-15T10:15:00" }), v2Headers),
      400,
      "/timestamp",
    );
  });

  it("refuses the whole batch for one bad statement, and says which", async () => {
    const store = fresh();
    await assertRefused(
      await sendXapi(store, [statement(), statement({ verb: { id: "saved" } })]),
      400,
      "/1/verb/id",
    );
    assert.equal(sandbox.statements(store).length, 0);
  });

  it("refuses a batch that holds the same id twice", async () => {
    const store = fresh();
    const said = statement();
    await assertRefused(
      await sendXapi(store, [said, { ...said, id: String(said.id).toUpperCase() }]),
      400,
      "/1/id",
    );
    assert.equal(sandbox.statements(store).length, 0);
  });

  const activity = { id: "https://x.example/a" };
  const mbox = "mailto:ada@example.edu";
  const bad: readonly (readonly [string, unknown, string])[] = [
    ["a body that is not JSON", "{", ""],
    ["a statement that is no object", "1", ""],
    ["no actor", without(statement(), "actor"), "/actor"],
    ["no verb", without(statement(), "verb"), "/verb"],
    ["no object", without(statement(), "object"), "/object"],
    ["a property that nobody knows", statement({ mood: "good" }), "/mood"],
    ["an id that is no UUID", statement({ id: "12" }), "/id"],
    ["an actor without identifier", statement({ actor: { name: "Ada" } }), "/actor"],
    ["an actor with two identifiers", statement({ actor: { mbox, openid: "https://x.example" } }), "/actor"],
    ["an actor with another property", statement({ actor: { mbox, age: 3 } }), "/actor/age"],
    ["an actor of another kind", statement({ actor: { objectType: "Robot", mbox } }), "/actor/objectType"],
    ["an mbox that is no mailto", statement({ actor: { mbox: "ada@example.edu" } }), "/actor/mbox"],
    ["an mbox_sha1sum that is none", statement({ actor: { mbox_sha1sum: "12" } }), "/actor/mbox_sha1sum"],
    ["an openid that is no IRI", statement({ actor: { openid: "ada" } }), "/actor/openid"],
    [
      "an account without home page",
      statement({ actor: { account: { name: "a" } } }),
      "/actor/account/homePage",
    ],
    [
      "an account without name",
      statement({ actor: { account: { homePage: "https://x.example" } } }),
      "/actor/account/name",
    ],
    ["an anonymous group without members", statement({ actor: { objectType: "Group" } }), "/actor"],
    [
      "a group in a group",
      statement({ actor: { objectType: "Group", member: [{ objectType: "Group", mbox }] } }),
      "/actor/member/0/objectType",
    ],
    ["a verb that is no IRI", statement({ verb: { id: "saved" } }), "/verb/id"],
    [
      "a display that is a string",
      statement({ verb: { id: "https://x.example/v", display: "saved" } }),
      "/verb/display",
    ],
    [
      "a display whose key is no language",
      statement({ verb: { id: "https://x.example/v", display: { "not a tag": "x" } } }),
      "/verb/display/not a tag",
    ],
    [
      "a name that is a string",
      statement({ object: { ...activity, definition: { name: "a" } } }),
      "/object/definition/name",
    ],
    [
      "a name that is no text in a language",
      statement({ object: { ...activity, definition: { name: { en: 1 } } } }),
      "/object/definition/name/en",
    ],
    [
      "a type that is no IRI",
      statement({ object: { ...activity, definition: { type: "file" } } }),
      "/object/definition/type",
    ],
    [
      "a definition with another property",
      statement({ object: { ...activity, definition: { size: 1 } } }),
      "/object/definition/size",
    ],
    [
      "choices without an interaction",
      statement({ object: { ...activity, definition: { choices: [] } } }),
      "/object/definition/interactionType",
    ],
    ["an activity whose id is no IRI", statement({ object: { id: "a.ipynb" } }), "/object/id"],
    [
      "an object of another kind",
      statement({ object: { ...activity, objectType: "File" } }),
      "/object/objectType",
    ],
    ["a reference without id", statement({ object: { objectType: "StatementRef" } }), "/object/id"],
    [
      "a sub-statement with an id",
      statement({ object: { objectType: "SubStatement", ...statement() } }),
      "/object/id",
    ],
    [
      "a sub-statement in a sub-statement",
      statement({
        object: {
          objectType: "SubStatement",
          ...without(statement(), "id"),
          object: { objectType: "SubStatement" },
        },
      }),
      "/object/object",
    ],
    ["a timestamp that is no time", statement({ timestamp: "yesterday" }), "/timestamp"],
    ["a timestamp that does not exist", statement({ timestamp: "2026-02-30T10:15:00Z" }), "/timestamp"],
    [
      "a timestamp with the offset -00:00",
      statement({ timestamp: "2026-01-30T10:15:00-00:00" }),
      "/timestamp",
    ],
    [
      "a context extension whose key is no IRI",
      statement({ context: { extensions: { kernel: 1 } } }),
      "/context/extensions/kernel",
    ],
    [
      "a result extension whose key is no IRI",
      statement({ result: { extensions: { "a/b": 1 } } }),
      "/result/extensions/a~1b",
    ],
    [
      "an activity extension whose key is no IRI",
      statement({ object: { ...activity, definition: { extensions: { k: 1 } } } }),
      "/object/definition/extensions/k",
    ],
    [
      "a context activity that is not in an array",
      statement({ context: { contextActivities: { parent: activity } } }),
      "/context/contextActivities/parent",
    ],
    [
      "a context activity of another relation",
      statement({ context: { contextActivities: { child: [activity] } } }),
      "/context/contextActivities/child",
    ],
    [
      "a registration that is no UUID",
      statement({ context: { registration: "12" } }),
      "/context/registration",
    ],
    ["a team that is no group", statement({ context: { team: { mbox } } }), "/context/team"],
    [
      "a revision where the object is an agent",
      statement({ object: { objectType: "Agent", mbox }, context: { revision: "1" } }),
      "/context/revision",
    ],
    [
      "a platform where the object is a reference",
      statement({ object: { objectType: "StatementRef", id: randomUUID() }, context: { platform: "x" } }),
      "/context/platform",
    ],
    ["a language that is none", statement({ context: { language: "e" } }), "/context/language"],
    ["null in a verb", statement({ verb: { id: "https://x.example/v", display: null } }), "/verb/display"],
    [
      "null in an array",
      statement({ context: { contextActivities: { parent: [null] } } }),
      "/context/contextActivities/parent/0",
    ],
    ["extensions that are null", statement({ context: { extensions: null } }), "/context/extensions"],
    ["a success that is a string", statement({ result: { success: "true" } }), "/result/success"],
    ["a duration that is none", statement({ result: { duration: "5 minutes" } }), "/result/duration"],
    ["a scaled score above 1", statement({ result: { score: { scaled: 1.1 } } }), "/result/score/scaled"],
    [
      "a score below its minimum",
      statement({ result: { score: { raw: -1, min: 0, max: 9 } } }),
      "/result/score/raw",
    ],
    [
      "an attachment without its place",
      statement({
        attachments: [
          { usageType: "https://x.example/u", display: {}, contentType: "a/b", length: 1, sha2: "a" },
        ],
      }),
      "/attachments/0/fileUrl",
    ],
    ["a version that is not the request's", statement({ version: "2.0.0" }), "/version"],
  ];
  for (const [what, body, at] of bad) {
    it(`refuses ${what} with 400`, async () => {
      const store = fresh();
      await assertRefused(await sendXapi(store, body), 400, at);
      assert.equal(sandbox.statements(store).length, 0);
    });
  }
});

describe("a store that misbehaves", () => {
  it("answers every request with the status it was told, and Retry-After, until it is told to behave", async () => {
    const store = fresh();
    assert.equal((await setBehaviour(store, { status: 503, retryAfter: 7 })).status, 200);
    const response = await sendXapi(store, statement());
    assert.equal(response.headers.get("Retry-After"), "7");
    await assertRefused(response, 503);
    assert.equal(sandbox.statements(store).length, 0);
    await setBehaviour(store, {});
    assert.equal((await sendXapi(store, statement())).status, 200);
  });

  it("fails every n-th request", async () => {
    const store = fresh();
    sandbox.behave(store, { failEvery: 3 });
    const answers = [];
    for (let turn = 0; turn < 6; turn += 1) answers.push((await sendXapi(store, statement())).status);
    assert.deepEqual(answers, [200, 200, 503, 200, 200, 503]);
    assert.equal(sandbox.statements(store).length, 4);
  });

  it("answers late", async () => {
    const store = fresh();
    sandbox.behave(store, { delayMs: 120 });
    const start = performance.now();
    assert.equal((await sendXapi(store, statement())).status, 200);
    assert.ok(performance.now() - start >= 115);
    assert.ok((sandbox.requests(store)[0]?.ms ?? 0) >= 115);
  });

  it("hangs until its behaviour changes, and forgets those who left", async () => {
    const store = fresh();
    sandbox.behave(store, { hang: true });
    const left = sendXapi(store, statement());
    const impatient = fetch(`${sandbox.url}/xapi/${store}/statements`, {
      method: "POST",
      headers: xapiHeaders,
      body: JSON.stringify(statement()),
      signal: AbortSignal.timeout(100),
    });
    await assert.rejects(impatient, { name: "TimeoutError" });
    assert.equal(sandbox.statements(store).length, 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    sandbox.behave(store, {});
    assert.equal((await left).status, 200);
    assert.equal(sandbox.statements(store).length, 1);
  });

  it("answers 429 with Retry-After above its rate", async () => {
    const store = fresh();
    sandbox.behave(store, { requestsPerSecond: 2 });
    const answers = [];
    for (let turn = 0; turn < 3; turn += 1) answers.push(await sendXapi(store, statement()));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 429],
    );
    assert.equal(answers[2]?.headers.get("Retry-After"), "1");
    await new Promise((resolve) => setTimeout(resolve, 1050));
    assert.equal((await sendXapi(store, statement())).status, 200);
  });

  it("answers 413 to a body above its limit", async () => {
    const store = fresh();
    sandbox.behave(store, { maxBytes: 1000 });
    await assertRefused(
      await sendXapi(
        store,
        Array.from({ length: 10 }, () => statement()),
      ),
      413,
    );
    assert.equal((await sendXapi(store, statement())).status, 200);
  });

  it("refuses a batch that mentions what it cannot stand", async () => {
    const store = fresh();
    sandbox.behave(store, { refuseAbout: "b.ipynb" });
    const offending = { id: "https://hub.example.edu/files/b.ipynb", type: "Document" };
    await assertRefused(
      await sendXapi(store, [statement(), statement({ object: { id: offending.id } })]),
      400,
      "/1",
    );
    await assertRefused(
      await sendCaliper(store, envelope([event(), event({ object: offending })])),
      400,
      "/data/1",
    );
    assert.equal((await sendXapi(store, statement())).status, 200);
    assert.equal((await sendCaliper(store, envelope([event()]))).status, 200);
  });

  it("drops the connection in the middle of an answer to what it did accept", async () => {
    const store = fresh();
    sandbox.behave(store, { reset: true });
    const said = statement();
    await assert.rejects(sendXapi(store, said).then((response) => response.text()));
    await assert.rejects(sendCaliper(store, envelope([event()])).then((response) => response.text()));
    sandbox.behave(store, {});
    assert.equal((await sendXapi(store, said)).status, 200);
    assert.equal(sandbox.statements(store).length, 1);
    assert.equal(sandbox.caliper(store).length, 1);
  });

  it("refuses a behaviour that makes no sense", async () => {
    await assertRefused(await setBehaviour(fresh(), { sulk: true }), 400, "/sulk");
    await assertRefused(await setBehaviour(fresh(), { status: 42 }), 400, "/status");
    await assertRefused(await setBehaviour(fresh(), { failEvery: 0 }), 400, "/failEvery");
    await assertRefused(await setBehaviour(fresh(), []), 400, "");
    const simple = await fetch(`${sandbox.url}/sandbox/x/behaviour`, { method: "POST", body: "{}" });
    await assertRefused(simple, 415);
    assert.throws(() => sandbox.behave("x", { delayMs: -1 }), /delayMs/);
  });

  it("leaves the others alone", async () => {
    sandbox.behave(fresh(), { status: 500 });
    assert.equal((await sendXapi(fresh(), statement())).status, 200);
  });
});

describe("a sandbox with a folder", () => {
  const folder = mkdtempSync(join(tmpdir(), "sandbox-lms-"));
  const said = statement();
  const seen = event();
  after(() => rmSync(folder, { recursive: true }));

  const during = async (work: (url: string, it: Sandbox) => Promise<void>): Promise<void> => {
    const own = await startSandbox({ folder });
    try {
      await work(own.url, own);
    } finally {
      await own.stop();
    }
  };
  const post = (url: string, headers: Record<string, string>, body: unknown) =>
    fetch(url, { method: "POST", headers, body: JSON.stringify(body) });

  it("has an accepted request on disk before it answers, one line each", async () => {
    await during(async (url) => {
      assert.equal((await post(`${url}/xapi/lrs/statements`, xapiHeaders, [said, statement()])).status, 200);
      assert.equal((await post(`${url}/xapi/lrs/statements`, xapiHeaders, said)).status, 200);
      assert.equal((await post(`${url}/xapi/lrs/statements`, xapiHeaders, {})).status, 400);
      assert.equal((await post(`${url}/caliper/lrs`, caliperHeaders, envelope([seen]))).status, 200);
      assert.deepEqual(readdirSync(folder).toSorted(), ["lrs.caliper.ndjson", "lrs.xapi.ndjson"]);
      assert.equal(readFileSync(join(folder, "lrs.xapi.ndjson"), "utf8").split("\n").length, 3);
    });
  });

  it("knows it after a restart, even where the last line was torn", async () => {
    for (const kind of ["xapi", "caliper"])
      appendFileSync(join(folder, `lrs.${kind}.ndjson`), '{"at":"2026-01-15T1');
    await during(async (url, own) => {
      assert.deepEqual(own.caliper("lrs"), [seen]);
      assert.equal(own.statements("lrs").length, 2);
      const summary = (await (await fetch(`${url}/sandbox/lrs`)).json()) as Json;
      assert.deepEqual([summary.kind, summary.accepted, summary.distinct], ["both", 4, 3]);
      assert.equal((await post(`${url}/xapi/lrs/statements`, xapiHeaders, said)).status, 200);
      assert.equal(
        (await post(`${url}/xapi/lrs/statements`, xapiHeaders, { ...said, result: {} })).status,
        409,
      );
      assert.equal((await post(`${url}/xapi/lrs/statements`, xapiHeaders, statement())).status, 200);
    });
    await during(async (_url, own) => assert.equal(own.statements("lrs").length, 3));
  });

  it("does not start on a file that it did not write, and says which line", async () => {
    appendFileSync(join(folder, "other.xapi.ndjson"), "nonsense\n");
    await assert.rejects(startSandbox({ folder }), /other\.xapi\.ndjson:1/);
  });
});

describe("a sandbox that stops", () => {
  it("does so at once, though requests hang or wait", async () => {
    const own = await startSandbox();
    own.behave("a", { hang: true });
    own.behave("b", { delayMs: 60_000 });
    const open = ["a", "b"].map((store) =>
      fetch(`${own.url}/xapi/${store}/statements`, {
        method: "POST",
        headers: xapiHeaders,
        body: JSON.stringify(statement()),
      }),
    );
    const outcomes = Promise.allSettled(open);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await own.stop();
    assert.deepEqual(
      (await outcomes).map(({ status }) => status),
      ["rejected", "rejected"],
    );
    assert.equal(own.statements("b").length, 0);
    await assert.rejects(fetch(own.url));
  });

  it("gives its port back, and cannot share one", async () => {
    const port = Number(new URL(sandbox.url).port);
    await assert.rejects(startSandbox({ port }), { code: "EADDRINUSE" });
    const own = await startSandbox();
    const taken = Number(new URL(own.url).port);
    await own.stop();
    const next = await startSandbox({ port: taken });
    assert.equal(next.url, own.url);
    await next.stop();
  });

  it("lets a client leave in the middle of its body", async () => {
    const request = httpRequest(`${sandbox.url}/caliper/left`, {
      method: "POST",
      headers: { ...caliperHeaders, "Content-Length": 1000 },
    });
    request.on("error", () => undefined);
    request.write('{"sensor":');
    await new Promise((resolve) => setTimeout(resolve, 30));
    request.destroy();
    assert.equal((await fetch(sandbox.url)).status, 200);
  });
});
