import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { unpack } from "../../src/delivery/pack.ts";
import { replacedLine } from "../../src/ledger/failures.ts";
import { againRecords, packTogether } from "../../src/retell/retold.ts";
import type { Site } from "../../src/site.ts";
import { contents, message } from "../support/events.ts";
import { memoryBucket } from "../support/memory-bucket.ts";
import { siteWith } from "../support/site.ts";
import { learnerToken } from "../support/tokens.ts";
import { type Translating, translating } from "../support/translating.ts";
import { conflicting, failuresIn, only, refused, retold, sentOf, unsentOf } from "./support.ts";

const LMS = "the-lms";
const LRS = "campus-lrs";

const withHosts = (...hosts: readonly string[]): Promise<Site> =>
  siteWith({
    [`endpoints/${LMS}.yml`]: `title: The LMS
protocol: caliper
version: "1.2"
url: from-launch
hosts: ${JSON.stringify(hosts)}
auth: { scheme: none }
select: { translations: ["*"] }
`,
  });

describe("telling an endpoint again whose address launches name", () => {
  let site: Site;
  let elsewhere: Site;
  before(async () => {
    site = await withHosts("lms.example.edu");
    elsewhere = await withHosts("new.example.edu");
  });

  /** What the LMS is told of an event of a learner whose launch named an address. */
  const told = async (endpoint = "https://lms.example.edu/caliper?of=1", by = site): Promise<Translating> => {
    const way = await translating({ site: by });
    const token = await learnerToken("ada", { caliper_endpoint: endpoint });
    await way.translate([await message(contents(), { token })]);
    return way;
  };

  for (const mode of ["now", "as-it-was"] as const) {
    it(`(${mode}) sends it to the same address, and keeps whose it is`, async () => {
      const way = await told();
      const statement = only(way.statements(LMS));
      assert.match(statement.learner ?? "", /^[0-9a-f]{16}$/);
      const failure = refused(statement, LMS);
      const sent = only(sentOf(await retold([failure], site, LMS, way.bucket, { mode })));
      const { body } = only(packTogether([sent.statements], { events: 10, bytes: 100_000, wait: 0 }));
      const again = only(unpack(body).statements);
      assert.deepEqual([again.id, again.learner, again.to], [statement.id, statement.learner, statement.to]);
      assert.equal(again.to, "https://lms.example.edu/caliper?of=1");
      const record = only(againRecords(sent, failure.at));
      assert.deepEqual([record.class, record.learner, record.to], ["again", again.learner, again.to]);
    });

    it(`(${mode}) sends nothing where the file does not list its host any more`, async () => {
      const way = await told();
      const failure = refused(only(way.statements(LMS)), LMS);
      const all = await retold([failure], elsewhere, LMS, way.bucket, { mode });
      assert.equal(only(unsentOf(all)).reason, "no.place");
    });
  }

  it("sends nothing as it was that was on its way to nowhere", async () => {
    const way = await told();
    const { to: _, ...failure } = refused(only(way.statements(LMS)), LMS);
    const all = await retold([failure], site, LMS, memoryBucket(), { mode: "as-it-was" });
    assert.equal(only(unsentOf(all)).reason, "no.place");
  });

  it("sends by now what was set aside while its host was not listed", async () => {
    const way = await told("https://new.example.edu/caliper", elsewhere);
    const failure = refused(only(way.statements(LMS)), LMS, { reason: "endpoint.unlisted" });
    const both = await withHosts("lms.example.edu", "new.example.edu");
    const { statements } = only(sentOf(await retold([failure], both, LMS, way.bucket)));
    assert.equal(only(statements).to, "https://new.example.edu/caliper");
  });
});

describe("what an administrator sends again", () => {
  it("keeps whose it is: what voids it, what takes its place, and what is written down of both", async () => {
    const site = await siteWith({});
    const way = await translating({ site });
    await way.translate([await message(contents())]);
    const statement = only(way.statements(LRS));
    const failure = conflicting(statement, LRS);
    const sent = only(sentOf(await retold([failure], site, LRS, way.bucket, { mode: "as-it-was" })));
    assert.equal(sent.statements.length, 2);
    const records = againRecords(sent, failure.at);
    const lines = [...sent.ledger, replacedLine(failure, sent.statements[1]?.id ?? "", failure.at)];
    assert.deepEqual(
      new Set([...sent.statements, ...records, ...lines].map(({ learner }) => learner)),
      new Set([statement.learner]),
    );
    assert.match(statement.learner ?? "", /^[0-9a-f]{16}$/);
    for (const { text } of lines) assert.equal(JSON.parse(text).learner, statement.learner);
  });

  it("keeps whose it is where no mapping could make anything of it before", async () => {
    const site = await siteWith({});
    const way = await translating({ site });
    await way.translate([await message(contents())]);
    const statement = only(way.statements(LRS));
    const { statement: _, translation: __, ...nothing } = refused(statement, LRS);
    const failure = { ...nothing, id: statement.event, class: "mapping" } as const;
    const sent = only(sentOf(await retold([failure], site, LRS, way.bucket)));
    assert.deepEqual(
      [...sent.statements, ...sent.ledger, ...againRecords(sent, failure.at)].map(({ learner }) => learner),
      new Array(4).fill(statement.learner),
    );
    assert.deepEqual(await failuresIn(way.bucket, LRS), []);
  });
});

describe("packing what is sent again", () => {
  it("puts what goes to one address together, and what goes to two apart", () => {
    const statement = { event: "e", translation: "a:b", mapping: "m", text: "{}" };
    const groups = Array.from({ length: 9 }, (_, at) => [
      { ...statement, id: `${at}`, to: `https://lms.example.edu/${at % 3}` },
    ]);
    const packs = packTogether(groups, { events: 50, bytes: 100_000, wait: 0 });
    assert.deepEqual(
      packs.map(({ statements }) => statements.map(({ id }) => id)),
      [
        ["0", "3", "6"],
        ["1", "4", "7"],
        ["2", "5", "8"],
      ],
    );
  });
});
