import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { EventMessage } from "../../src/intake.ts";
import { learnerTags } from "../../src/learner/tag.ts";
import { contents, message, serverAction } from "../support/events.ts";
import { copies, siteThatFails } from "../support/site.ts";
import { learnerToken, PSEUDONYM_KEY, serviceToken, signClaims } from "../support/tokens.ts";
import { comeAgain, translating } from "../support/translating.ts";

const saves = (count: number): Promise<readonly EventMessage[]> =>
  Promise.all(Array.from({ length: count }, (_, at) => message(contents({ path: `hw${at}.ipynb` }))));

describe("translating a batch", () => {
  it("delivers nine messages of ten where one is bad, and quarantines that one with its reason", async () => {
    const bad: Readonly<Record<string, EventMessage>> = {
      "json.malformed": await message("{"),
      "body.empty": await message(""),
      "encoding.invalid": await message("{}", { attributes: { "content-encoding": "br" } }),
      "size.exceeded": await message(contents({ path: "x".repeat(300_000) })),
      "schema.unknown": await message({ hello: "world" }),
      "schema.invalid": await message(contents({ action: "fly" })),
      "time.invalid": await message(contents({ __timestamp__: "2026-11-22" })),
      "identity.missing": await message(contents(), { token: undefined }),
      "identity.forged": await message(contents(), { token: "eyJ.a.b" }),
      "identity.expired": await message(contents(), {
        token: await signClaims({ sub: "ada", role: "learner" }, { expires: -3600 }),
      }),
      "identity.mismatch": await message(serverAction({ username: "grace" })),
    };
    for (const [reason, one] of Object.entries(bad)) {
      const { bucket, translate, statements } = await translating();
      const good = await saves(9);
      const { settled, counts } = await translate([...good.slice(0, 4), one, ...good.slice(4)]);
      assert.deepEqual(comeAgain({ settled }), [], reason);
      assert.deepEqual(counts.quarantined, { [reason]: 1 });
      assert.equal(counts.accepted, 9);
      for (const endpoint of ["campus-lrs", "campus-caliper"])
        assert.equal(new Set(statements(endpoint).map(({ id }) => id)).size, 9);
      const [record, ...others] = await bucket.records("quarantine");
      assert.deepEqual(others, []);
      assert.equal(record?.reason, reason);
      // What is too large is not kept: it would be a whole notebook, more often than not.
      assert.equal(record?.text, reason === "size.exceeded" ? "" : one.body);
      assert.equal(record?.arrived, "2026-12-01T12:00:00.000Z");
      assert.match(String(record?.detail), /^[A-Za-z].*\.$/);
      assert.equal((await bucket.records("raw")).length, 9);
    }
  });

  it("archives each event as it came, by the hour of its arrival", async () => {
    const { bucket, translate } = await translating();
    const pretty = JSON.stringify(contents(), null, 2);
    await translate([
      await message(pretty),
      await message(contents({ action: "get" }), { arrived: Date.parse("2026-12-01T11:59:59.999Z") }),
    ]);
    assert.deepEqual(
      bucket.puts
        .filter((key) => key.startsWith("raw/"))
        .map((key) => key.replace(/[0-9a-f]{32}\.[0-9a-f]{3}/, "…"))
        .sort(),
      ["raw/dt=2026-12-01/hour=11/….ndjson.gz", "raw/dt=2026-12-01/hour=12/….ndjson.gz"],
    );
    const lines = await bucket.records("raw");
    const eventOf = (arrived: string): unknown => lines.find((line) => line.arrived === arrived)?.event;
    assert.equal(lines.length, 2);
    assert.deepEqual(eventOf("2026-12-01T12:00:00.000Z"), contents());
    assert.deepEqual(eventOf("2026-12-01T11:59:59.999Z"), contents({ action: "get" }));
    assert.deepEqual(lines[0]?.learner, {
      username: "ada",
      tag: learnerTags(PSEUDONYM_KEY)("ada"),
      course: { id: "stat101" },
      roles: [],
      proven: true,
      sender: { role: "learner" },
    });
  });

  it("has raw and quarantined events in the archive before it sends anything", async () => {
    const { story, translate } = await translating();
    await translate([...(await saves(3)), await message("oops")]);
    const sends = story.flatMap((each, at) => (each.startsWith("send") ? [at] : []));
    const puts = story.flatMap((each, at) => (/^put (raw|quarantine)/.test(each) ? [at] : []));
    assert.equal(puts.length, 2);
    assert.equal(sends.length, 2);
    assert.ok(Math.max(...puts) < Math.min(...sends), story.join("\n"));
  });

  it("rejects the whole batch and sends nothing where the archive does not take it", async () => {
    for (const part of ["raw/", "quarantine/"]) {
      const { bodies, story, translate } = await translating({ fails: (key) => key.startsWith(part) });
      await assert.rejects(translate([...(await saves(3)), await message("oops")]), /SlowDown/);
      assert.deepEqual(bodies("campus-lrs"), []);
      assert.ok(!story.some((each) => each.startsWith("send")));
    }
  });

  it("rejects the batch where the ledger or what was set aside cannot be kept", async () => {
    const site = await siteThatFails(copies);
    for (const part of ["ledger/", "failed/"]) {
      const { translate } = await translating({ site, fails: (key) => key.startsWith(part) });
      await assert.rejects(translate([await message(contents({ action: "copy" }))]), /SlowDown/);
    }
  });

  it("writes the same objects and sends the same bodies when the same batch comes again", async () => {
    const site = await siteThatFails(copies);
    const one = await translating({ site });
    const batch = [...(await saves(5)), await message("oops"), await message(contents({ action: "copy" }))];
    await one.translate(batch);
    const [puts, bodies] = [[...one.bucket.puts], [...one.bodies("campus-lrs")]];
    const size = one.bucket.objects.size;
    await one.translate(batch);
    assert.equal(one.bucket.objects.size, size);
    assert.deepEqual(one.bucket.puts.slice(puts.length).sort(), puts.sort());
    assert.deepEqual(one.bodies("campus-lrs").slice(bodies.length), bodies);
    const other = await translating({ site });
    await other.translate(batch);
    assert.deepEqual(other.bodies("campus-lrs"), bodies);
  });

  it("gives different ids to two learners who save the same path in the same microsecond", async () => {
    const { bucket, statements, translate } = await translating();
    const tokens = [
      await learnerToken("ada"),
      await learnerToken("grace"),
      await learnerToken("grace", { server: "lab" }),
    ];
    await translate(await Promise.all(tokens.map((token) => message(contents(), { token }))));
    assert.equal(new Set((await bucket.records("raw")).map(({ id }) => id)).size, 3);
    assert.equal(new Set(statements("campus-lrs").map(({ id }) => id)).size, 3);
    assert.equal(new Set(statements("campus-lrs").map(({ event }) => event)).size, 3);
  });

  it("names learners to no endpoint by their own names", async () => {
    const { bodies, translate } = await translating();
    await translate([
      await message(contents(), { token: await learnerToken("ada-lovelace") }),
      await message(serverAction({ username: "ada-lovelace" }), { token: await serviceToken() }),
    ]);
    for (const endpoint of ["campus-lrs", "campus-caliper"]) {
      assert.equal(bodies(endpoint).length, 1);
      assert.ok(!bodies(endpoint).join("").includes("lovelace"));
    }
  });

  it("keeps from an endpoint the courses that it does not ask for, and says so in the ledger", async () => {
    const { bucket, statements, translate } = await translating();
    const elsewhere = await learnerToken("ada", { course: { id: "phys7" } });
    await translate([
      await message(contents(), { token: elsewhere }),
      await message(contents({ action: "get", path: "x" })),
    ]);
    assert.deepEqual(statements("campus-lrs"), []);
    const ledger = await bucket.records("ledger");
    assert.deepEqual(
      ledger.map(({ to }) => (to as Record<string, unknown>)["campus-lrs"]),
      ["where", "mapping"],
    );
  });

  it("does nothing, and puts nothing, for an empty batch", async () => {
    const { story, translate } = await translating();
    assert.deepEqual((await translate([])).settled, []);
    assert.deepEqual(story, []);
  });
});
