/** A real JupyterHub with the configuration that is shipped, what is told of its learners, and what forgers achieve. */
import assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { project } from "../../../build/bundle.ts";
import { readAccounts } from "../../../src/ledger/accounts.ts";
import { toldTo } from "../../service/support.ts";
import { endpointFile, runWhole } from "../support/whole.ts";
import { contextOf } from "./events.ts";
import { quarantinedOnce, tryForgeries } from "./forged.ts";
import { startHub } from "./hub.ts";
import { act } from "./hub-acts.ts";
import { federatedSessionOf, HUB, objectOf, sessionOf, TOLD } from "./hub-expected.ts";
import { setting } from "./install.ts";
import { LTI_11, LTI_13 } from "./launches.ts";
import { archivedIn, caliperTold, xapiTold } from "./told.ts";

const jupyter = await setting();
const { skip, folder } = jupyter;

const [XAPI, CALIPER, LMS, LAUNCH] = ["tests-xapi", "tests-caliper", "tests-lms", "tests-launch"] as const;
const TRANSLATIONS = ["jupyterhub/*", "jupyter-server/*"];
const PAGE = "https://lms-events.example.edu/learner";

/** The shipped site, but the hub signs with a private key that is called 2027, of which the site has the public half. */
const site = async (): Promise<Readonly<Record<string, string>>> => {
  const shipped = await readFile(join(project, "translator.yml"), "utf8");
  const keys = '  keys: [{ id: "2027", algorithm: EdDSA, secret: ssm:/jupyter-lms/$stage/hub-public-key }]';
  return {
    "translator.yml": shipped.replace(/^ {2}key: .*$/m, () => keys),
    [`endpoints/${XAPI}.yml`]: endpointFile("xapi", TRANSLATIONS),
    [`endpoints/${CALIPER}.yml`]: endpointFile("caliper", TRANSLATIONS, "federatedSession: true\n"),
    [`endpoints/${LMS}.yml`]: endpointFile("caliper", TRANSLATIONS).replace(/^(learners:).*$/m, "$1 lms"),
    [`endpoints/${LAUNCH}.yml`]: endpointFile("caliper", TRANSLATIONS, "hosts: [lms.example.edu]\n").replace(
      /^(url:).*$/m,
      "$1 from-launch",
    ),
  };
};

/** Who comes how: ada by LTI 1.3, bob by LTI 1.1, and grace from no LMS, but she is in groups of the hub. */
const PEOPLE = { bob: LTI_11, grace: {} };
const GROUPS = {
  "course::7::enrollment_type::ta": ["grace"],
  "course::8::enrollment_type::student": ["grace"],
};

/** Has them act; gives the service, what the hub showed, and what it gave to their servers. */
const done = async () => {
  const service = await runWhole({ files: await site() });
  await using hub = await startHub(jupyter, {
    folder,
    claims: LTI_13,
    people: PEOPLE,
    groups: GROUPS,
    env: { ...service.hub, LMS_INGEST_URL: service.ingestUrl, LMS_LEARNER_PAGE: PAGE },
  });
  const shown = await act(hub, service);
  for (const endpoint of [XAPI, CALIPER, LMS, LAUNCH]) await toldTo(service, endpoint);
  const given = {
    ada: await hub.environment("ada"),
    bob: await hub.environment("bob"),
    grace: await hub.environment("grace", "8"),
  };
  await hub.running.end();
  assert.doesNotMatch(hub.running.log(), /not sent|were dropped|could not be sent/);
  return { service, shown, given };
};

describe("A hub with the shipped configuration", { skip }, async () => {
  if (skip !== false) return;
  const { service, shown, given } = await done();
  const publicKey = String(
    createPublicKey(String(service.hub.LMS_CONTEXT_KEY)).export({ type: "spki", format: "pem" }),
  );

  for (const { learner, course, verbs, acts, about } of TOLD) {
    it(`has told in xAPI what ${learner} did, in the course that the hub knows`, () => {
      const told = xapiTold(service, XAPI).filter(({ who }) => who === `${HUB} ${learner}`);
      assert.deepEqual(
        told.map(({ at: _, ...rest }) => rest),
        verbs.map((verb) => ({
          who: `${HUB} ${learner}`,
          verb,
          object: objectOf(
            verb.endsWith("save"),
            "http://activitystrea.ms/schema/1.0/file",
            "http://activitystrea.ms/schema/1.0/application",
          ),
          course: `https://www.example.edu/courses/${course}`,
          more: {},
        })),
      );
    });

    it(`has told in Caliper what ${learner} did, with the role in that course`, () => {
      const who = `${HUB}/user/${learner}`;
      const told = caliperTold(service, CALIPER).filter((each) => each.who === who);
      assert.deepEqual(
        told.map(({ at: _, whole: __, ...rest }) => rest),
        acts.map((each) => ({
          who,
          act: each,
          object: objectOf(each.endsWith("Saved"), "Document", "SoftwareApplication"),
          generated: undefined,
          course: `https://www.example.edu/courses/${course}`,
          roles: ["Learner"],
          more: {},
        })),
      );
      for (const { whole } of told)
        assert.deepEqual(whole.group, {
          id: `https://www.example.edu/courses/${course}`,
          type: "CourseSection",
          ...about,
        });
    });
  }

  it("has told the session of the learner's server with all acts, the hub's own too, and the LMS's of who came from there", () => {
    for (const { learner } of TOLD) {
      const session = sessionOf(learner, decodeJwt(given[learner].token));
      for (const { who, whole } of caliperTold(service, CALIPER)) {
        if (who !== session.user) continue;
        const { session: told, federatedSession } = whole;
        assert.deepEqual({ ...Object(told), id: undefined }, session);
        assert.deepEqual(federatedSession, learner === "ada" ? federatedSessionOf(who) : undefined);
      }
      const ids = caliperTold(service, CALIPER).flatMap(({ who, whole }) =>
        who === session.user ? [Object(whole.session).id] : [],
      );
      assert.deepEqual([new Set(ids).size, ids.length > 1], [1, true]);
    }
  });

  it("has told that the culler's stop was a time-out, of the application: the session timed out in which bob had worked", () => {
    const told = caliperTold(service, CALIPER);
    const others = told.filter(({ who }) => who === HUB);
    assert.deepEqual(
      others.map(({ act, whole }) => [act, whole.object]),
      [["SessionEvent TimedOut", told.find(({ who }) => who.endsWith("/bob"))?.whole.session]],
    );
  });

  it("has told the LMS of its own users, whoever tells what they did; and where a launch said so, of that launch's user", () => {
    const byLms = caliperTold(service, LMS);
    for (const [learner, id] of [
      ["ada", "a-user-of-the-lms"],
      ["bob", "an-opaque-user"],
    ]) {
      const acts = byLms.filter(({ who }) => who === `https://www.example.edu/users/${id}`);
      assert.deepEqual(
        acts.map(({ act }) => act),
        TOLD.find((each) => each.learner === learner)?.acts,
      );
    }
    assert.deepEqual(
      caliperTold(service, LAUNCH).map(({ act }) => act),
      TOLD[0].acts,
    );
  });

  it("tells of its own what it starts and stops, and by whom; each learner's server speaks for itself", async () => {
    const archived = (await archivedIn(service)).map(({ learner, event }) => {
      const { username, server, lmsUser, proven, sender } = learner;
      return { username, server, lmsUser, proven, sender, action: event.action };
    });
    const own = { role: "learner" };
    const of = (username: string, stopper: string, lmsUser?: string, server?: string) => {
      const hub = { username, server: undefined, lmsUser, proven: true };
      return [
        { ...hub, sender: { role: "service", initiator: "learner" }, action: "start" },
        ...["get", "save"].map((action) => ({ ...hub, server, sender: own, action })),
        { ...hub, sender: { role: "service", initiator: stopper }, action: "stop" },
      ];
    };
    const expected = [
      ...of("ada", "learner", "a-user-of-the-lms"),
      ...of("bob", "culler", "an-opaque-user"),
      ...of("grace", "admin", undefined, "8"),
    ];
    assert.deepEqual(
      TOLD.flatMap(({ learner }) => archived.filter(({ username }) => username === learner)),
      expected,
    );
    const { accepted, unaccounted, endpoints } = await readAccounts(service.bucket, [XAPI, CALIPER, LMS]);
    assert.deepEqual([accepted, unaccounted], [expected.length, 0]);
    for (const { received, delivered, setAside, waiting, unexplained, filtered } of endpoints)
      assert.deepEqual(
        [received, delivered, filtered.mapping, setAside, waiting, unexplained],
        // A get before each save, and the stop by an administrator.
        [expected.length, 8, 4, 0, 0, 0],
      );
  });

  it("gives a learner's server where to send, and a token of its own: its key never", async () => {
    for (const { names, key, token } of Object.values(given)) {
      const own = names.filter((name) => name.startsWith("LMS_"));
      assert.deepEqual([own, key], [["LMS_INGEST_URL", "LMS_LEARNER_CONTEXT"], false]);
      assert.deepEqual(decodeProtectedHeader(token), { alg: "EdDSA", typ: "JWT", kid: "2027" });
    }
    const { subject, roles, lmsUser } = await contextOf(given.ada.token, publicKey);
    const learner = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner";
    assert.deepEqual([subject, roles, lmsUser], ["ada", [learner], "a-user-of-the-lms"]);
    const { subject: other, groups, server } = await contextOf(given.grace.token, publicKey);
    assert.deepEqual([other, groups, server], ["grace", Object.keys(GROUPS).sort(), "8"]);
  });

  it("shows learners who are logged in a button to their own page, by which they are known there", async () => {
    assert.match(shown.stranger.path, /^\/hub\/login/);
    const { status, path, text, headers } = shown.learner;
    assert.deepEqual([status, path], [200, "/hub/lms"]);
    assert.match(text, /<form method="post" action="https:\/\/lms-events\.example\.edu\/learner\/sign-in">/);
    assert.equal(headers.get("cache-control"), "no-store");
    assert.match(
      headers.get("content-security-policy") ?? "",
      /form-action https:\/\/lms-events\.example\.edu;/,
    );
    const [, short = ""] = /name="token" value="([^"]+)"/.exec(text) ?? [];
    const { iat = 0, exp = 0 } = decodeJwt(short);
    assert.deepEqual([(await contextOf(short, publicKey)).subject, exp - iat], ["ada", 300]);
  });

  it("is not spoken for by who makes a token up, or has another's: nothing of that is told", async () => {
    const before = [xapiTold(service, XAPI).length, caliperTold(service, CALIPER).length];
    const tried = await tryForgeries(service, given.ada.token, "grace");
    // Of what is posted, only that with her own token was taken; it does not speak for others.
    assert.deepEqual(tried.answers, [401, 401, 401, 401, 401, 401, 202]);
    assert.deepEqual(await quarantinedOnce(service, tried.quarantined.length), tried.quarantined);
    for (const endpoint of [XAPI, CALIPER]) await toldTo(service, endpoint);
    assert.deepEqual([xapiTold(service, XAPI).length, caliperTold(service, CALIPER).length], before);
    const { quarantined } = await readAccounts(service.bucket, [XAPI]);
    assert.deepEqual(quarantined, {
      "identity.forged": 4,
      "identity.expired": 1,
      "identity.missing": 1,
      "identity.mismatch": 1,
    });
  });
});
