import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Site } from "../../src/site.ts";
import { message } from "../support/events.ts";
import { siteWith } from "../support/site.ts";
import { learnerToken, serviceToken, signClaims } from "../support/tokens.ts";
import { type Translating, translating } from "../support/translating.ts";

const LAUNCH = {
  timestamp: "2026-11-22T01:09:00.372899Z",
  schema: "binderhub.jupyter.org/launch",
  version: 6,
  provider: "GitHub",
  spec: "ada/lab/HEAD",
  status: "success",
};

const endpoint = (protocol: string, version: string, take: string, more = ""): string => `title: Store
protocol: ${protocol}
version: "${version}"
url: https://store.example.edu/${protocol}
auth: { scheme: none }
select: { translations: [${take}]${more} }
`;

const FILES = {
  "endpoints/binder-caliper.yml": endpoint("caliper", "1.2", '"+binderhub/*"'),
  "endpoints/binder-xapi.yml": endpoint("xapi", "1.0.3", '"+binderhub/*"'),
  "endpoints/binder-course.yml": endpoint(
    "xapi",
    "1.0.3",
    '"+binderhub/*"',
    ", where: 'course.id == \"stat101\"'",
  ),
};

const ATTRIBUTES = `hub: { id: https://hub.example.edu, name: Hub }
institution: https://www.example.edu
learners: { trust: attributes, attributes: { user: user }, pseudonyms: ssm:/pseudonyms }
`;

describe("an event that is nobody's", () => {
  let site: Site;
  before(async () => {
    site = await siteWith(FILES);
  });

  const launch = async (token: string | undefined, event: object = LAUNCH): Promise<Translating> => {
    const one = await translating({ site });
    await one.translate([await message(event, { token })]);
    return one;
  };

  it("is archived without a name, a server or a course, whoever sent it", async () => {
    for (const token of [
      await serviceToken({ server: "hub-7" }),
      await serviceToken({ sub: "ada-lovelace", server: "lab-of-ada", membership_roles: ["Learner"] }),
    ]) {
      const [raw] = await (await launch(token)).bucket.records("raw");
      assert.deepEqual(raw?.learner, { roles: [], proven: true, sender: {} });
      assert.deepEqual(raw?.event, LAUNCH);
    }
  });

  it("has an id that tells nothing of who sent it", async () => {
    const ids = new Set<unknown>();
    for (const token of [await serviceToken(), await signClaims({ sub: "binderhub", role: "service" })])
      ids.add((await (await launch(token)).bucket.records("raw"))[0]?.id);
    assert.equal(ids.size, 1);
  });

  it("is in quarantine without a token, and with one that cannot be believed, where the site trusts signatures", async () => {
    for (const [token, reason] of [
      [undefined, "identity.missing"],
      ["eyJ.a.b", "identity.forged"],
      [await learnerToken("ada"), "identity.mismatch"],
    ] as const) {
      const { bucket, statements } = await launch(token);
      assert.equal((await bucket.records("quarantine"))[0]?.reason, reason);
      assert.deepEqual(statements("binder-xapi"), []);
    }
  });

  it("is taken without a token where the site trusts attributes, and is marked as unproven", async () => {
    const other = await siteWith({ ...FILES, "translator.yml": ATTRIBUTES });
    for (const attributes of [{}, { user: "ada-lovelace" }]) {
      const one = await translating({ site: other });
      const { counts } = await one.translate([await message(LAUNCH, { token: undefined, attributes })]);
      assert.equal(counts.accepted, 1);
      const [raw] = await one.bucket.records("raw");
      assert.deepEqual(raw?.learner, { roles: [], proven: false, sender: {} });
      assert.ok(!one.bodies("binder-xapi").join("").includes("lovelace"));
      assert.match(one.bodies("binder-xapi").join(""), /unproven/);
    }
  });

  it("is told to an endpoint that asks for it, by an anonymous actor and in no course", async () => {
    const { statements } = await launch(await serviceToken({ membership_roles: ["Learner"] }));
    const [caliper, ...more] = statements("binder-caliper").map(({ text }) => JSON.parse(text));
    const [xapi, ...others] = statements("binder-xapi").map(({ text }) => JSON.parse(text));
    assert.deepEqual([more, others], [[], []]);
    assert.deepEqual(caliper.actor, { id: "http://purl.imsglobal.org/caliper/Person", type: "Person" });
    assert.equal(caliper.group ?? caliper.membership, undefined);
    const account = { homePage: "https://hub.example.edu/anonymous", name: "anonymous" };
    assert.deepEqual(xapi.actor, { objectType: "Agent", account });
    assert.equal(xapi.context?.contextActivities, undefined);
    for (const each of [caliper, xapi]) assert.ok(!JSON.stringify(each).includes("stat101"));
  });

  it("is told to no other endpoint: not where nobody asks for it, nor where a course is asked for", async () => {
    const { bucket, statements } = await launch(await serviceToken());
    for (const { name } of site.endpoints)
      if (!/^binder-(caliper|xapi)$/.test(name)) assert.deepEqual(statements(name), [], name);
    const [{ to } = {}] = await bucket.records("ledger");
    assert.deepEqual(
      ["campus-lrs", "campus-caliper", "binder-course"].map((name) => Object(to)[name]),
      ["selection", "selection", "where"],
    );
  });

  it("is told of in all six versions, and not where it failed", async () => {
    for (const version of [1, 2, 3, 4, 5, 6])
      for (const status of ["success", "failure"]) {
        const { statements } = await launch(await serviceToken(), { ...LAUNCH, version, status });
        for (const name of ["binder-caliper", "binder-xapi"])
          assert.equal(statements(name).length, status === "success" ? 1 : 0);
      }
  });
});
