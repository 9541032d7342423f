import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { project } from "../../build/bundle.ts";
import { readSite } from "../../build/site.ts";
import { type Catalog, catalogOf } from "../../catalog/catalog.ts";
import { KEPT_BESIDE } from "../../catalog/kept.ts";
import { writeMarkdown } from "../../catalog/markdown.ts";
import { pageOf } from "../../catalog/page.ts";
import { isObject } from "../../src/event/json.ts";
import { mappingFile, withSite, XAPI } from "../mapping/support.ts";
import { contents, message } from "../support/events.ts";
import { signClaims } from "../support/tokens.ts";
import { translating } from "../support/translating.ts";

const shipped = async (): Promise<Catalog> => catalogOf(await readSite(project));

const NAMED = '$id: https://example.edu/event\nversion: "1"\ntype: object\nproperties: { text: {} }\n';

/** What the catalog of a site with one event says to be sent besides its fields. */
const besidesOf = (schema: string): Promise<string> =>
  withSite(
    { "mappings/told/schema.v1.yml": schema, "mappings/told/mapping.yml": mappingFile({ xapi: XAPI }) },
    async (folder) => {
      const page = writeMarkdown(pageOf(catalogOf(await readSite(folder))));
      return page.split("## What is sent besides")[1]?.split("\n## ")[0] ?? "";
    },
  );

describe("What the catalog says to be kept", () => {
  it("tells all that the archive puts with an event of whose it is", async () => {
    const way = await translating();
    const token = await signClaims({
      sub: "ada",
      role: "learner",
      server: "lab",
      course: { id: "stat101", label: "STAT 101", title: "Introduction to statistics" },
      membership_roles: ["Learner"],
      jti: "a-token",
      iat: 1764590000,
      federated_session: "a-session",
      caliper_endpoint: "https://lms.example.edu/caliper",
      lms_user: "4711",
      resource: { id: "a-link", title: "Lab" },
      initiator: "learner",
    });
    await way.translate([await message(contents(), { token })]);
    const [record] = await way.bucket.records("raw");
    assert.ok(isObject(record) && isObject(record.learner));
    assert.deepEqual(Object.keys(record.learner).sort(), Object.keys(KEPT_BESIDE).sort());
    const page = writeMarkdown(pageOf(await shipped()));
    for (const words of Object.values(KEPT_BESIDE)) assert.ok(page.includes(`\n- ${words}\n`), words);
    assert.match(page, /the session.*its id, when it began/);
    assert.match(
      page,
      /from the LMS: the LMS's name of its session, where the LMS wants to be told of it, the id and the title of the link/,
    );
  });

  it("does not say of quarantine that nobody knows whom it is about", async () => {
    const { archive } = await shipped();
    const keeps = archive.find(({ part }) => part === "quarantine")?.keeps ?? "";
    assert.doesNotMatch(keeps, /not known/);
    assert.match(keeps, /what is in it may say so/);
  });

  it("tells what is taken out of the envelopes of others, as a real event shows", async () => {
    const { neverStoredAround } = await shipped();
    const said = new Set(neverStoredAround.flatMap(({ fields }) => fields));
    const secret = "203.0.113.7";
    const dropped = Object.fromEntries([...said].map((name) => [name, secret]));
    const way = await translating();
    const time = "2026-11-20T09:00:00Z";
    await way.translate([
      await message({ ...dropped, schema: "https://example.edu/any", revision: 1, event: {}, dt: time }),
      await message({ ...dropped, type: "track", event: "any", timestamp: time, properties: {} }),
    ]);
    const [capsule, call, ...more] = (await way.bucket.records("quarantine")).map(({ text }) => text);
    assert.deepEqual(more, []);
    const left = [capsule, call].map((text) => new Set(Object.keys(JSON.parse(String(text)))));
    for (const { envelope, fields } of neverStoredAround.slice(0, 2)) {
      assert.ok(fields.length > 0);
      assert.ok(
        left.some((kept) => fields.every((field) => !kept.has(field))),
        envelope,
      );
    }
    assert.ok(said.has("userAgent") && said.has("context"));
    const page = writeMarkdown(pageOf(await shipped()));
    assert.match(page, /^- of a capsule of Wikimedia's EventLogging: .*`userAgent`/m);
    assert.match(page, /^- of a call of Segment's libraries: `context`/m);
  });
});

describe("What the catalog says to be sent besides the fields", () => {
  it("has the learner and what hangs on one, where an event is somebody's", async () => {
    const besides = await besidesOf(NAMED);
    assert.match(besides, /`actor`: the learner, under the name/);
    assert.match(besides, /`context\.contextActivities\.grouping`: the course/);
  });

  it("has no learner and no course, where all that is sent is nobody's", async () => {
    const besides = await besidesOf(`${NAMED}anonymous: true\n`);
    assert.match(besides, /`actor`: an anonymous one/);
    assert.doesNotMatch(besides, /the learner, under|`context\.contextActivities\.grouping`/);
    assert.match(besides, /`timestamp`: when it happened/);
  });
});
