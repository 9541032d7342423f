/** How the hub makes tokens, tried in Python and read by the translator. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { describe, it } from "node:test";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { KEY } from "../../support/tokens.ts";
import { contextOf } from "./events.ts";
import { setting } from "./install.ts";
import { LTI_11, LTI_13 } from "./launches.ts";
import { runScript } from "./scripts.ts";

const { python, skip } = await setting();

/** Who it is that a server is started for: user, server, groups, and what the authenticator knows. */
type Known = readonly [user: string, server: string, groups: readonly string[], authState: unknown];

const MINT = `
import json, os, sys
sys.path.append(os.environ["TEST_SHIPPED"])
import lms_hub
print(lms_hub.signer(os.environ)(lms_hub.learner_claims(*json.loads(sys.argv[1])), 3600))
`;

const mint = async (known: Known, env: Readonly<Record<string, string>>): Promise<string> =>
  (await runScript(python, ["-c", MINT, JSON.stringify(known)], env)).stdout.trim();

const contextFor = async (...known: Known): ReturnType<typeof contextOf> =>
  contextOf(await mint(known, { LMS_CONTEXT_KEY: KEY }));

describe("The hub's token says who it is for", { skip, concurrency: 3 }, () => {
  it("by the claims of LTI 1.3", async () => {
    const context = await contextFor("ada", "", [], LTI_13);
    assert.deepEqual(context.course, {
      id: "course-7",
      label: "STAT 101",
      title: "Introduction to statistics",
    });
    assert.deepEqual(context.launch, {
      session: "urn:uuid:1b4e28ba-2fa1-41d2-883f-0016d3cca427",
      endpoint: "https://lms.example.edu/caliper",
      resource: { id: "link-3", title: "Homework 1" },
    });
    assert.deepEqual([context.subject, context.lmsUser], ["ada", "a-user-of-the-lms"]);
  });

  it("by the fields of LTI 1.1, with the roles in the course only", async () => {
    const { course, roles, lmsUser } = await contextFor("ada", "", [], LTI_11);
    assert.deepEqual(course, { id: "616", label: "DATA 8", title: "Foundations of data science" });
    assert.deepEqual([roles, lmsUser], [["Learner"], "an-opaque-user"]);
  });

  it("by the hub's groups, where they name one course, or the server is named after one of them", async () => {
    const groups = ["staff", "course::7::enrollment_type::ta", "course::8::enrollment_type::student"];
    const one = await contextFor("ada", "", groups.slice(0, 2), null);
    assert.deepEqual([one.course, one.roles], [{ id: "7" }, ["TeachingAssistant"]]);
    assert.deepEqual(one.groups, ["course::7::enrollment_type::ta", "staff"]);
    const several = await contextFor("ada", "", groups, {});
    assert.deepEqual([several.course, several.roles], [undefined, []]);
    const named = await contextFor("ada", "8", groups, {});
    assert.deepEqual([named.course, named.roles, named.server], [{ id: "8" }, ["Learner"], "8"]);
  });

  it("and nothing that is not known; what another authenticator keeps is not read", async () => {
    const token = await mint(["ada", "", [], { sub: "a-secret-subject", access_token: "a-secret" }], {
      LMS_CONTEXT_KEY: KEY,
    });
    const { iat, exp, jti, ...claims } = decodeJwt(token);
    assert.deepEqual(claims, { aud: "jupyter-lms-translator", sub: "ada", role: "learner" });
    assert.match(jti ?? "", /^[0-9a-f-]{36}$/);
    assert.equal((exp ?? 0) - (iat ?? 0), 3600);
  });

  it("signed with a private key as well, of which the translator has the public half", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519", {
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    const env = { LMS_CONTEXT_KEY: privateKey, LMS_CONTEXT_KEY_ID: "2027" };
    const token = await mint(["ada", "", [], LTI_13], env);
    assert.deepEqual(decodeProtectedHeader(token), { alg: "EdDSA", typ: "JWT", kid: "2027" });
    assert.equal((await contextOf(token, publicKey)).subject, "ada");
  });

  it("never with a key that is too short, or of another kind", async () => {
    const { privateKey } = generateKeyPairSync("ec", {
      namedCurve: "P-256",
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    for (const [key, why] of [
      ["", /fewer than 32 bytes\. Make one/],
      ["short", /fewer than 32 bytes\. Make one/],
      [privateKey, /not for Ed25519\. Make one/],
    ] as const)
      await assert.rejects(mint(["ada", "", [], null], { LMS_CONTEXT_KEY: key }), why);
  });
});
