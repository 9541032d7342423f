import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import fc from "fast-check";
import { framesFor } from "../../src/endpoint/frame.ts";
import { eventReader } from "../../src/event/catalog.ts";
import { type AcceptedEvent, type EventMessage, takeInAll } from "../../src/intake.ts";
import { senderReader } from "../../src/learner/sender.ts";
import type { Trust } from "../../src/learner/trust.ts";
import { type ReadRaw, rawReader } from "../../src/retell/raw.ts";
import type { Site } from "../../src/site.ts";
import { tellAll } from "../../src/statements.ts";
import { contents, envelope, message, serverAction } from "../support/events.ts";
import { runs } from "../support/runs.ts";
import { shippedSite, siteWith } from "../support/site.ts";
import { KEY, KEY_AT, serviceToken } from "../support/tokens.ts";
import { exampleMessages, PSEUDONYMS } from "./support.ts";

const store = (protocol: string, version: string): string => `title: Store
protocol: ${protocol}
version: "${version}"
url: https://store.example.edu/${protocol}
auth: { scheme: none }
federatedSession: ${protocol === "caliper"}
select: { translations: ["*", "+*"] }
`;

const SECRETIVE = "https://example.edu/events/secretive";

/** A source whose events hold a secret that they must have. */
const secretive: Readonly<Record<string, string>> = {
  "mappings/site/secretive/schema.v1.yml": `$id: ${SECRETIVE}
version: "1"
type: object
required: [name, secret]
properties:
  name: { type: string, title: Name, description: What it is called. }
  secret: { type: string, title: Secret, description: Nobody's to keep., never-store: true }
`,
  "mappings/site/secretive/mapping.yml": `event: ${SECRETIVE}
title: Somebody has a secret
translations:
  - name: had
    xapi:
      verb: save
      object: { id: "\${ iri(hub.files, event.name) }", definition: { type: file } }
`,
};

const takeIn = async (
  messages: readonly EventMessage[],
  { schemas, settings }: Site,
  trust: Trust = settings.trust,
): Promise<readonly AcceptedEvent[]> => {
  const readers = {
    readEvent: eventReader(schemas),
    readSender: senderReader(trust, { [KEY_AT]: KEY }),
    trust,
  };
  const intakes = await takeInAll(messages, readers);
  assert.deepEqual(
    intakes.filter(({ crash }) => crash !== undefined),
    [],
  );
  return intakes.flatMap(({ accepted }) => accepted);
};

const accepted = (read: ReturnType<ReadRaw>): AcceptedEvent => {
  assert.ok("line" in read, "detail" in read ? read.detail : "");
  return read;
};

describe("an archived event that is read back", () => {
  let site: Site;
  before(async () => {
    site = await siteWith({
      "endpoints/all-caliper.yml": store("caliper", "1.2"),
      "endpoints/all-xapi.yml": store("xapi", "1.0.3"),
      ...secretive,
    });
  });

  it("is what it was when it came, and is told in the same bytes, for every shipped event", async () => {
    const events = await takeIn(await exampleMessages(site), site);
    assert.ok(events.length > 300);
    const read = rawReader(site.schemas);
    const again = events.map(({ line }, at) => accepted(read(line.text, at)));
    for (const [at, event] of events.entries()) {
      const { message: _, ...was } = event;
      const { message: __, ...is } = again[at] ?? event;
      assert.deepEqual(is, was);
    }
    const frames = new Map(
      site.endpoints.map((each) => [each, framesFor(each, site.settings, { key: PSEUDONYMS })] as const),
    );
    const [first, second] = [tellAll(events, site, frames), tellAll(again, site, frames)];
    let count = 0;
    for (const [endpoint, { statements, made, failed }] of first.told) {
      const told = second.told.get(endpoint);
      const texts = (all: typeof statements) => all.map(({ message: _, ...each }) => each);
      assert.deepEqual(texts(told?.statements ?? []), texts(statements));
      assert.deepEqual([told?.made, told?.failed], [made, failed]);
      count += statements.length;
    }
    assert.ok(count > 500);
  });

  it("is told in the same bytes, however the events of a batch follow one another", async () => {
    const events = await takeIn(await exampleMessages(site), site);
    const frames = () =>
      new Map(
        site.endpoints.map((each) => [each, framesFor(each, site.settings, { key: PSEUDONYMS })] as const),
      );
    const textsOf = (told: ReturnType<typeof tellAll>["told"]) =>
      new Map(
        [...told.values()].flatMap(({ statements }) => statements.map(({ id, text }) => [id, text] as const)),
      );
    const previous = new Map();
    const together = textsOf(tellAll(events, site, frames(), { previous }).told);
    const turned = textsOf(tellAll(events.toReversed(), site, frames(), { previous }).told);
    const shared = [...together].filter(([id]) => turned.has(id));
    assert.ok(shared.length > 500);
    for (const [id, text] of shared) assert.equal(turned.get(id), text);
  });

  it("has one learner object for all events of a learner, so that a frame is made once", async () => {
    const both = await takeIn([await message(contents()), await message(contents({ path: "b" }))], site);
    const read = rawReader(site.schemas);
    const [one, other] = both.map(({ line }, at) => accepted(read(line.text, at)).learner);
    assert.equal(one, other);
  });

  it("lacks what is never stored, though its schema requires it", async () => {
    const event = envelope(SECRETIVE, { name: "n", secret: "s3cr3t" });
    const [came] = await takeIn([await message(event)], site);
    assert.ok(came !== undefined && !came.line.text.includes("s3cr3t"));
    assert.deepEqual(accepted(rawReader(site.schemas)(came.line.text, 0)).data, { name: "n" });
    const other = came.line.text.replace('"name":"n"', '"other":"n"');
    const read = rawReader(site.schemas)(other, 0);
    assert.ok("reason" in read && read.reason === "schema.invalid", JSON.stringify(read));
  });

  it("is still not proven where nothing proved whose it was", async () => {
    const trust: Trust = { trust: "attributes", user: "user", course: "course" };
    const attributes = { user: "grace", course: "data8" };
    const [came] = await takeIn([await message(contents(), { token: undefined, attributes })], site, trust);
    assert.ok(came !== undefined);
    const { learner } = accepted(rawReader(site.schemas)(came.line.text, 0));
    assert.deepEqual(learner, came.learner);
    assert.equal(learner.proven, false);
  });

  it("is nobody's where its schema says so by now", async () => {
    const [came] = await takeIn([await message(contents())], site);
    assert.equal(came?.learner.username, "ada");
    const read = rawReader(site.schemas.map((schema) => ({ ...schema, anonymous: true })));
    assert.deepEqual(accepted(read(came?.line.text ?? "", 0)).learner, {
      roles: [],
      proven: true,
      sender: {},
    });
  });

  it("is refused with a reason where its schema is gone, or fits it no more, and its line names it", async () => {
    const [came] = await takeIn([await message(serverAction(), { token: await serviceToken() })], site);
    assert.ok(came !== undefined);
    const gone = rawReader([])(came.line.text, 0);
    assert.ok("reason" in gone && gone.reason === "schema.unknown");
    assert.equal(gone.id, came.id);
    const strict = site.schemas.map((schema) => ({ ...schema, validate: () => false }));
    const unfit = rawReader(strict)(came.line.text, 0);
    assert.ok("reason" in unfit && unfit.reason === "schema.invalid");
    assert.equal(unfit.id, came.id);
  });

  it("is an event or a reason, whatever its line has become, and never throws", async () => {
    const { schemas } = await shippedSite();
    const [came] = await takeIn([await message(contents())], site);
    const text = came?.line.text ?? "";
    const read = rawReader(schemas);
    const parts = Object.keys(JSON.parse(text));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.nat(text.length).map((length) => text.slice(0, length)),
          fc
            .tuple(fc.constantFrom(...parts), fc.jsonValue())
            .map(([key, value]) => JSON.stringify({ ...JSON.parse(text), [key]: value })),
        ),
        (line) => {
          const event = read(line, 0);
          assert.ok("reason" in event ? event.detail.endsWith(".") : event.time.endsWith("Z"));
        },
      ),
      { numRuns: runs(300) },
    );
  });
});
