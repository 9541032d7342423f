import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Site } from "../../src/site.ts";
import { envelope, message, serverAction } from "../support/events.ts";
import { siteWith } from "../support/site.ts";
import { learnerToken, serviceToken } from "../support/tokens.ts";
import { type Translating, translating } from "../support/translating.ts";

const ID = "https://example.org/handed-in";

const FILES = {
  "mappings/lab/handed-in/schema.v1.yml": `$id: ${ID}
version: 1
type: object
required: [task, author, kind]
additionalProperties: false
properties:
  task: { type: string }
  author: { type: string, personal-data: true }
  email: { type: string, categories: [category.jupyter.org/user-identifiable-information] }
  kind: { enum: [own, group], redactionPolicies: [collect] }
  user: { type: object, required: [id], properties: { id: { type: string }, name: { type: string, personal-data: true } } }
  peers: { type: array, items: { type: object, properties: { name: { type: string, personal-data: true } } } }
  phone: { type: [string, integer], personal-data: true }
  token: { type: string, personal-data: true, never-store: true }
`,
  "mappings/lab/handed-in/mapping.yml": `event: ${ID}
title: Something is handed in
translations:
  - name: handed-in
    xapi:
      verb: submit
      object: { id: "\${ iri(hub.id, event.task) }", definition: { name: "\${ event.email }" } }
  - name: by
    when: event.kind == "own"
    xapi:
      verb: interacted
      object: { id: "\${ iri(hub.id, event.author) }" }
`,
  "endpoints/lab.yml": `title: Lab
protocol: xapi
version: 1.0.3
url: https://lab.example.edu/xapi
auth: { scheme: none }
personalData: allow
select: { translations: ["*", "+*"] }
`,
};

const FULL = {
  task: "hw1",
  author: "ada",
  email: "ada@example.edu",
  kind: "own",
  user: { id: "7", name: "Ada" },
  peers: [{ name: "Grace" }, {}],
};

describe("a value that its producer kept back by writing null", () => {
  let site: Site;
  before(async () => {
    site = await siteWith(FILES);
  });

  const run = async (body: unknown, token?: string): Promise<Translating & { readonly reason: string }> => {
    const one = await translating({ site });
    const made = await message(body, token === undefined ? {} : { token });
    const { counts, settled } = await one.translate([made]);
    assert.deepEqual(settled, [undefined]);
    return { ...one, reason: Object.keys(counts.quarantined)[0] ?? "accepted" };
  };

  it("is taken as absent where it is somebody's own data: archived as null, and not sent", async () => {
    const event = {
      ...FULL,
      email: null,
      phone: null,
      kind: null,
      user: { id: "7", name: null },
      peers: [{ name: null }, {}],
    };
    const { bucket, reason, statements } = await run(envelope(ID, event));
    assert.equal(reason, "accepted");
    assert.deepEqual((await bucket.records("raw"))[0]?.event, envelope(ID, event));
    const [only, ...others] = statements("lab");
    assert.deepEqual(others, []);
    assert.equal(only?.translation, "lab/handed-in:handed-in");
    assert.deepEqual(JSON.parse(only?.text ?? "").object, {
      objectType: "Activity",
      id: "https://hub.example.edu/hw1",
    });
    assert.ok(!only?.text.includes("null"));
  });

  it("is all there where nothing is kept back", async () => {
    const { statements } = await run(envelope(ID, FULL));
    assert.deepEqual(
      statements("lab").map(({ translation }) => translation),
      ["lab/handed-in:handed-in", "lab/handed-in:by"],
    );
    assert.equal(JSON.parse(statements("lab")[0]?.text ?? "").object.definition.name.en, "ada@example.edu");
  });

  it("makes no statement, and no crash, where a mapping cannot do without it", async () => {
    const { bucket, reason, statements } = await run(envelope(ID, { ...FULL, author: null }));
    assert.equal(reason, "accepted");
    assert.deepEqual(statements("lab"), []);
    const [failed] = await bucket.records("failed", "lab");
    assert.equal(failed?.reason, "mapping.failed");
    const [{ to } = {}] = await bucket.records("ledger");
    assert.equal(Object(to).lab, "failed");
  });

  it("does not fit the schema anywhere else, nor does any other value", async () => {
    for (const wrong of [
      { task: null },
      { user: null },
      { user: { id: null } },
      { peers: null },
      { peers: [null] },
      { author: 7 },
      { kind: "other" },
      { email: false },
      { phone: false },
      { author: undefined },
    ]) {
      const { reason } = await run(envelope(ID, { ...FULL, ...wrong }));
      assert.equal(reason, "schema.invalid", JSON.stringify(wrong));
    }
  });

  it("is not archived where it is never stored", async () => {
    const { bucket } = await run(envelope(ID, { ...FULL, token: null }));
    assert.deepEqual((await bucket.records("raw"))[0]?.event, envelope(ID, FULL));
  });

  it("leaves the hub's service without a learner, and a learner's token with its own", async () => {
    const nameless = serverAction({ username: null });
    assert.equal((await run(nameless, await serviceToken())).reason, "identity.missing");
    const { bucket, reason, statements } = await run(nameless, await learnerToken("ada"));
    assert.equal(reason, "accepted");
    assert.equal(Object((await bucket.records("raw"))[0]?.learner).username, "ada");
    assert.equal(statements("campus-lrs").length, 1);
  });
});
