import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import fc from "fast-check";
import type { Site } from "../../src/site.ts";
import { contents, message, serverAction } from "../support/events.ts";
import { copies, FAILED_AT, siteThatFails, siteWith } from "../support/site.ts";
import { learnerToken, serviceToken, signClaims } from "../support/tokens.ts";
import { comeAgain, translating } from "../support/translating.ts";

/** What could be somebody's name, address, file or key, and is no word of ours. */
const personal = fc
  .tuple(
    fc.constantFrom("zoë.", "Müller-", "student_", "xq"),
    fc.stringMatching(/^[a-z0-9]{8,16}$/),
    fc.constantFrom("", "@uni.example", "/exam.ipynb", " 4711"),
  )
  .map((parts) => parts.join(""));

describe("what is said of events that went wrong", () => {
  let failing: Site;
  before(async () => {
    failing = await siteThatFails(copies);
  });

  it("never contains their own values, in the archive's details, in errors and in counts", async () => {
    await fc.assert(
      fc.asyncProperty(personal, async (value) => {
        const { bucket, translate } = await translating({ site: failing, takes: () => false });
        const messages = await Promise.all([
          message(value),
          message(`{"path": ${value}}`),
          message(`{"path": "${value}`),
          message(`[{"path": ${value}}, {"${value}": }]`),
          message(value, { attributes: { "content-encoding": value } }),
          message(value, { attributes: { "content-encoding": "gzip" } }),
          message({ [value]: value }),
          message(contents({ __schema__: value })),
          message(contents({ __schema_version__: value })),
          message(contents({ __timestamp__: value })),
          message(contents({ action: value })),
          message(contents({ path: [value], [value]: value })),
          message(contents({ action: "copy", path: value })),
          message(contents({ action: "save", path: value })),
          message(serverAction({ username: value })),
          message(serverAction({ username: value, servername: { [value]: 1 } })),
          message(contents({ path: value }), { token: value }),
          message(contents({ path: value }), { token: undefined, attributes: { user: value } }),
          learnerToken(value).then((token) => message(serverAction(), { token })),
          signClaims({ sub: value, role: value }).then((token) => message(contents(), { token })),
          signClaims({ sub: value, role: "learner" }, { expires: -100 }).then((token) =>
            message(contents(), { token }),
          ),
          serviceToken().then((token) => message(contents({ path: value }), { token })),
        ]);
        const { settled, counts } = await translate(messages);
        const quarantined = await bucket.records("quarantine");
        const failed = [
          ...(await bucket.records("failed", "campus-lrs")),
          ...(await bucket.records("failed", "campus-caliper")),
        ];
        assert.ok(quarantined.length >= 15 && failed.length === 2);
        const said = [
          ...[...quarantined, ...failed].map(({ detail }) => String(detail)),
          ...settled.map((error) => error?.message ?? ""),
          JSON.stringify(counts),
          ...bucket.puts,
        ];
        for (const each of said) assert.ok(!each.includes(value), each);
        for (const each of failed) assert.ok(!JSON.stringify(each).includes(value));
      }),
      { numRuns: 40 },
    );
  });
});

describe("an event that its mapping cannot translate", () => {
  it("is set aside for each endpoint with the mapping's file and line, and holds up nothing else", async () => {
    const site = await siteThatFails(copies);
    const { bucket, statements, translate } = await translating({ site });
    const { settled, counts } = await translate([
      await message([contents({ path: "1" }), contents({ action: "copy" }), contents({ path: "2" })]),
      await message(contents({ path: "3" })),
    ]);
    assert.deepEqual(comeAgain({ settled }), []);
    assert.equal(counts.setAside, 2);
    for (const endpoint of ["campus-lrs", "campus-caliper"]) {
      assert.equal(statements(endpoint).length, 3);
      const [record, ...others] = await bucket.records("failed", endpoint);
      assert.deepEqual(others, []);
      assert.equal(record?.reason, "mapping.failed");
      assert.equal(record?.detail, `${FAILED_AT} has no value for this event.`);
    }
    assert.equal((await bucket.records("raw")).length, 4);
  });
});

const SECRETIVE = {
  "mappings/lab/opened/schema.v1.yml": `$id: https://example.org/opened
version: 1
type: object
required: [path]
properties:
  path: { type: string }
  environ: { type: object, never-store: true, properties: { TOKEN: { type: string } } }
  state: { type: object, properties: { clipboard: { never-store: true } } }
  cells: { type: array, items: { type: object, properties: { source: { type: string, never-store: true } } } }
`,
  "mappings/lab/opened/mapping.yml": `event: https://example.org/opened
title: A notebook is opened
translations:
  - name: opened
    xapi:
      verb: open
      object: { id: "\${ iri(hub.files, event.path) }", definition: { type: file, name: "\${ event.environ.TOKEN }" } }
`,
  "endpoints/lab.yml": `title: Lab
protocol: xapi
version: 1.0.3
url: https://lab.example.edu/xapi
auth: { scheme: none }
select: { translations: ["lab/*"] }
`,
};

describe("a field that is never stored", () => {
  let site: Site;
  before(async () => {
    site = await siteWith(SECRETIVE);
  });

  it("reaches neither the archive nor a mapping nor a queue, and all other fields stay as they were", async () => {
    await fc.assert(
      fc.asyncProperty(personal, fc.integer(), async (secret, id) => {
        const { bodies, bucket, translate } = await translating({ site });
        const event = contents({
          __schema__: "https://example.org/opened",
          path: "a.ipynb",
          environ: { TOKEN: secret },
          state: { clipboard: [secret], open: true },
          cells: [{ id, source: secret }, { id: 2 }],
        });
        const { counts } = await translate([await message(event)]);
        assert.equal(counts.accepted, 1);
        assert.equal(bodies("lab").length, 1);
        const { environ: _, ...others } = event;
        const raw = await bucket.records("raw");
        assert.deepEqual(
          raw.map((line) => line.event),
          [{ ...others, state: { open: true }, cells: [{ id }, { id: 2 }] }],
        );
        for (const part of ["raw", "ledger", "quarantine"] as const)
          assert.ok(!JSON.stringify(await bucket.records(part)).includes(secret));
        assert.ok(!bodies("lab").join("").includes(secret));
      }),
      { numRuns: 30 },
    );
  });

  it("is not in quarantine either, where nobody knows whose the event is", async () => {
    const { bucket, translate } = await translating({ site });
    const event = contents({
      __schema__: "https://example.org/opened",
      path: "a",
      environ: { TOKEN: "hush" },
    });
    await translate([await message(event, { token: undefined })]);
    const [kept] = await bucket.records("quarantine");
    assert.equal(kept?.reason, "identity.missing");
    assert.ok(!JSON.stringify(kept).includes("hush"));
  });

  it("does not make an event that is nested too deeply hold up its neighbours", async () => {
    const { bodies, bucket, translate } = await translating({ site });
    const event = JSON.stringify(contents({ __schema__: "https://example.org/opened", path: "a.ipynb" }));
    const deep = event.replace(/}$/, `,"deep":${"[".repeat(100_000)}${"]".repeat(100_000)}}`);
    const { settled } = await translate([await message(`[${deep},${event}]`)]);
    assert.deepEqual(comeAgain({ settled }), []);
    assert.equal(bodies("lab").length, 1);
    assert.deepEqual(
      (await bucket.records("quarantine")).map(({ reason }) => reason),
      ["size.exceeded"],
    );
  });
});
