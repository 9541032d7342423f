import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { prefixOf } from "../../src/archive/layout.ts";
import { readLines } from "../../src/archive/lines.ts";
import type { LedgerEntry } from "../../src/ledger/ledger.ts";
import type { Site } from "../../src/site.ts";
import { contents, message, serverAction } from "../support/events.ts";
import { siteWith } from "../support/site.ts";
import { learnerToken, serviceToken } from "../support/tokens.ts";
import { translating } from "../support/translating.ts";

const FILE = `title: The LMS
protocol: caliper
version: "1.2"
url: from-launch
hosts: [lms.example.edu]
auth: { scheme: none }
select: { translations: ["*"] }
`;

describe("an endpoint whose address launches name", () => {
  let site: Site;
  before(async () => {
    site = await siteWith({ "endpoints/the-lms.yml": FILE });
  });

  /** What the LMS, another endpoint and the ledger have of an event that comes with this token. */
  const told = async (token: string, event: unknown = contents()) => {
    const way = await translating({ site });
    await way.translate([await message(event, { token })]);
    const made: unknown[] = [];
    for await (const line of readLines(way.bucket, prefixOf("ledger")))
      made.push((line as LedgerEntry).to["the-lms"]);
    return { lms: way.statements("the-lms"), others: way.statements("campus-lrs"), made };
  };

  it("is told at the address of the learner's launch, in its normal form", async () => {
    const token = await learnerToken("ada", { caliper_endpoint: "https://LMS.example.edu:443/caliper?of=1" });
    const { lms, others, made } = await told(token);
    assert.deepEqual(
      lms.map(({ to }) => to),
      ["https://lms.example.edu/caliper?of=1"],
    );
    assert.deepEqual(made, [lms.map(({ id }) => id)]);
    assert.deepEqual(
      others.map(({ to }) => to),
      [undefined],
    );
  });

  for (const [what, claims] of [
    ["came another way", {}],
    ["has a launch that names none", { federated_session: "https://lms.example.edu/sessions/1" }],
    ["has a launch to another host", { caliper_endpoint: "https://evil.example/caliper" }],
    ["has a launch without encryption", { caliper_endpoint: "http://lms.example.edu/caliper" }],
    ["has a launch to a cloud's metadata", { caliper_endpoint: "http://169.254.169.254/latest" }],
    ["has a launch that is no text", { caliper_endpoint: { url: "https://lms.example.edu/caliper" } }],
  ] as const)
    it(`is told nothing of a learner who ${what}, and the ledger says so; the others are told`, async () => {
      const { lms, others, made } = await told(await learnerToken("ada", claims));
      assert.deepEqual([lms, made, others.length], [[], ["launch"], 1]);
    });

  it("is told of what a service says of the learner whose launch its token tells, and of nobody else's", async () => {
    const launch = { caliper_endpoint: "https://lms.example.edu/caliper" };
    for (const [claims, expected] of [
      [{ ...launch, about: "ada" }, [launch.caliper_endpoint]],
      [{ ...launch, about: "grace" }, []],
      [launch, []],
    ] as const) {
      const { lms, made } = await told(await serviceToken(claims), serverAction());
      assert.deepEqual(
        lms.map(({ to }) => to),
        expected,
      );
      assert.deepEqual(made, expected.length === 0 ? ["launch"] : [lms.map(({ id }) => id)]);
    }
  });
});
