import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  assertRefused,
  caliperHeaders,
  envelope,
  event,
  fresh,
  sandbox,
  sendCaliper,
  V1P1,
  V1P2,
  without,
} from "./support.ts";

const identifier = { type: "SystemIdentifier", identifier: "0001", identifierType: "LisSourcedId" };

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

  it("takes contexts that end with Caliper's", async () => {
    const mixed = event({ "@context": [{ query: "http://schema.org/query" }, V1P2] });
    assert.equal((await sendCaliper(fresh(), envelope([mixed]))).status, 200);
  });

  it("takes names that others have for an entity", async () => {
    const named = { id: "https://hub.example.edu/users/1", type: "Person", otherIdentifiers: [identifier] };
    assert.equal((await sendCaliper(fresh(), envelope([event({ actor: named })]))).status, 200);
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
      "a context of another version beside its own",
      envelope([event({ "@context": [V1P1, V1P2] })]),
      "/data/0/@context",
    ],
    [
      "an extension of 1.1 beside the context of 1.2",
      envelope([event({ "@context": [`${V1P1}/SearchProfile-extension`, V1P2] })]),
      "/data/0/@context",
    ],
    [
      "a name by others that is no SystemIdentifier",
      envelope([event({ actor: { ...person, otherIdentifiers: [{ ...identifier, type: "Identifier" }] } })]),
      "/data/0/actor/otherIdentifiers/0/type",
    ],
    [
      "a name by others that does not say of which kind it is",
      envelope([event({ actor: { ...person, otherIdentifiers: [without(identifier, "identifierType")] } })]),
      "/data/0/actor/otherIdentifiers/0/identifierType",
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
