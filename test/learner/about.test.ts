import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { LearnerContext } from "../../src/learner/context.ts";
import { identify, type Learner } from "../../src/learner/identify.ts";
import type { Trust } from "../../src/learner/trust.ts";
import { tokenVerifier } from "../../src/learner/verify.ts";
import { ARRIVED, KEY_AT, ONLY_KEY, signClaims } from "../support/tokens.ts";

const TRUST: Trust = { trust: "signed", keys: [{ algorithm: "HS256", secret: KEY_AT }] };

/** What a learner's own token says of them, but for its id and its time. */
const OWN = {
  lms_user: "4711",
  resource: { id: "link-3", title: "Homework 1" },
  federated_session: "urn:uuid:94c3a94c-a706-47d0-8e7c-1b1b1b1b1b1b",
  caliper_endpoint: "https://lms.example.edu/caliper",
};

const STARTED = Date.parse("2026-11-20T08:00:00.000Z") / 1000;

const read = (claims: Readonly<Record<string, unknown>>) =>
  signClaims(claims).then((token) => tokenVerifier(ONLY_KEY)(token, ARRIVED));

const contextOf = async (claims: Readonly<Record<string, unknown>>): Promise<LearnerContext> => {
  const context = await read(claims);
  assert.ok("subject" in context);
  return context;
};

const learnerOf = (context: LearnerContext, username?: string, path?: string): Learner => {
  const data = { ...(username !== undefined && { username }), ...(path !== undefined && { path }) };
  const about = { learner: "username", anonymous: false, paths: [["path"]] };
  const found = identify(context, data, about, TRUST, NAMING);
  assert.ok(!("reason" in found));
  return found;
};

/** A site in which a path's first folder is the course. */
const NAMING = {
  courseOf: ({ path: [path] }: { readonly path: readonly string[] }) =>
    path === undefined ? undefined : { id: path },
  tagOf: (username: string) => `tag of ${username}`,
};

const hub = { sub: "jupyterhub", role: "service" };
const aboutAda = { ...hub, about: "ada", session: { id: "a-token", started: STARTED }, ...OWN };

describe("a service's token that says whom it is about", () => {
  it("is told of that learner as their own token would be: session, launch, and the LMS's name", async () => {
    const course = { id: "stat101" };
    const own = await contextOf({
      sub: "ada",
      role: "learner",
      jti: "a-token",
      iat: STARTED,
      course,
      ...OWN,
    });
    const { sender, ...told } = learnerOf(await contextOf({ ...aboutAda, course }), "ada");
    const { sender: itself, ...expected } = learnerOf(own);
    assert.deepEqual(told, expected);
    assert.deepEqual([sender.role, itself.role], ["service", "learner"]);
    assert.deepEqual(told.session, { id: "a-token", started: "2026-11-20T08:00:00.000Z" });
    assert.equal(told.launch?.endpoint, OWN.caliper_endpoint);
    assert.equal(told.lmsUser, OWN.lms_user);
  });

  it("lends nothing of it to any other learner, but for the course and the roles as ever", async () => {
    const context = await contextOf({
      ...aboutAda,
      course: { id: "stat101" },
      membership_roles: ["Learner"],
    });
    assert.deepEqual(learnerOf(context, "grace"), {
      username: "grace",
      tag: "tag of grace",
      course: { id: "stat101" },
      roles: ["Learner"],
      proven: true,
      sender: { role: "service" },
    });
  });

  it("lends nothing where it does not say whom it is about, whatever else it says", async () => {
    const { about: _, ...nobody } = aboutAda;
    const { session, launch, lmsUser } = learnerOf(await contextOf({ ...nobody, jti: "own", iat: 1 }), "ada");
    assert.deepEqual([session, launch, lmsUser], [undefined, undefined, undefined]);
  });

  it("is no session itself: its own id and time tell nothing", async () => {
    const { session: _, ...without } = aboutAda;
    const { session, lmsUser } = learnerOf(await contextOf({ ...without, jti: "own", iat: STARTED }), "ada");
    assert.deepEqual([session, lmsUser], [undefined, "4711"]);
  });

  it("is refused where it says so in another form, and never with what it says", async () => {
    const odd = [null, "", 0, 7, true, [], ["ada"], {}, { id: "ada" }];
    const times = [null, "", "2026-11-20T08:00:00Z", true, 1e300, [STARTED], {}];
    const sessions = [
      ...[null, "", "ada", 7, true, [], ["ada"], {}],
      ...[null, "", 7, ["ada"], {}].map((id) => ({ id, started: STARTED })),
      ...times.map((started) => ({ id: "ada", started })),
    ];
    for (const claims of [...odd.map((about) => ({ about })), ...sessions.map((session) => ({ session }))]) {
      const refusal = await read({ ...aboutAda, ...claims });
      assert.ok("reason" in refusal, JSON.stringify(claims));
      assert.equal(refusal.reason, "identity.forged");
      assert.match(refusal.detail, "about" in claims ? /claim about/ : /claim session/);
      assert.doesNotMatch(refusal.detail, /ada/);
    }
  });

  it("may leave out when the session began", async () => {
    const context = await contextOf({ ...aboutAda, session: { id: "a-token" } });
    assert.deepEqual(learnerOf(context, "ada").session, { id: "a-token" });
  });
});

describe("a learner's token that says whom it is about", () => {
  it("says nothing by it, in whatever form: it is about its own learner, and is its own session", async () => {
    const own = { sub: "ada", role: "learner", jti: "a-token", iat: STARTED, ...OWN };
    const expected = learnerOf(await contextOf(own));
    for (const more of [
      { about: "grace" },
      { about: 7 },
      { session: { id: "another", started: 1 } },
      { session: "another" },
    ]) {
      const context = await contextOf({ ...own, ...more });
      assert.deepEqual(learnerOf(context), expected);
      const data = { username: "grace" };
      const about = { learner: "username", anonymous: false, paths: [] };
      const other = identify(context, data, about, TRUST);
      assert.equal("reason" in other && other.reason, "identity.mismatch");
    }
  });
});

describe("whatever names events have, and in whatever order they come", () => {
  const [ADA, COURSE] = ["ada", "stat101"];
  /** Among them names that, with the course's, look like another's. */
  const name = fc.oneof(
    fc.constantFrom(
      ADA,
      "Ada",
      "ada ",
      "grace",
      `${ADA}\n${COURSE}`,
      `3 ${ADA}`,
      `3 ${ADA}\n${COURSE}`,
      "__proto__",
    ),
    fc.string({ minLength: 1 }),
  );
  const course = fc.option(fc.constantFrom(COURSE, "data8", `${COURSE}\n${ADA}`), { nil: undefined });

  it("what a service's token about a learner says is that learner's, and nobody else's", async () => {
    await fc.assert(
      fc.asyncProperty(name, fc.array(fc.tuple(name, course)), async (about, events) => {
        const context = await contextOf({ ...aboutAda, about });
        for (const [username, path] of events) {
          const found = learnerOf(context, username, path);
          assert.deepEqual(
            [found.username, found.tag, found.course?.id],
            [username, `tag of ${username}`, path],
          );
          const isTheirs = username === about;
          assert.equal(found.lmsUser, isTheirs ? OWN.lms_user : undefined);
          assert.equal(found.session?.id, isTheirs ? "a-token" : undefined);
          assert.equal(found.launch?.session, isTheirs ? OWN.federated_session : undefined);
          assert.equal(learnerOf(context, username, path), found);
        }
      }),
    );
  });

  it("learners of one token are not those of another", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.boolean(), fc.constantFrom("ada", "grace"))), async (events) => {
        const [ada, grace] = [
          await contextOf(aboutAda),
          await contextOf({ ...aboutAda, about: "grace", lms_user: "4712", session: { id: "hers" } }),
        ];
        for (const [isAda, username] of events) {
          const { lmsUser, session } = learnerOf(isAda ? ada : grace, username);
          const expected =
            username !== (isAda ? "ada" : "grace") ? [] : isAda ? ["4711", "a-token"] : ["4712", "hers"];
          assert.deepEqual([lmsUser, session?.id], expected.length === 0 ? [undefined, undefined] : expected);
        }
      }),
    );
  });
});
