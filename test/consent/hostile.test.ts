import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import { SignJWT } from "jose";
import { tokenVerifier } from "../../src/learner/verify.ts";
import type { LearnersPage } from "../../src/learners-page.ts";
import { ARRIVED, KEY, learnerToken, ONLY_KEY, serviceToken, signClaims } from "../support/tokens.ts";
import { ask, pageWith, postForm, SITE_KEY, signIn } from "./support.ts";

const choicesIn = (bucket: ReturnType<typeof pageWith>["bucket"]): number =>
  [...bucket.objects.keys()].filter((key) => key.startsWith("consent/")).length;

const formTokenIn = (body: string): string => /name="form" value="([^"]+)"/.exec(body)?.[1] ?? "";

const comesIn = async (page: LearnersPage, token: string): Promise<number> =>
  (await postForm(page, "/sign-in", { token })).status;

describe("Nobody comes in", () => {
  test("with a token that is forged, expired, a service's, for somebody else, or none", async () => {
    const { page } = pageWith();
    const claims = { sub: "ada", role: "learner" };
    const [head, , seal] = (await learnerToken("ada")).split(".");
    const body = Buffer.from(JSON.stringify({ ...claims, exp: 9e9 })).toString("base64url");
    const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${body}.`;
    const tokens = [
      await signClaims(claims, { key: "another-key-of-more-than-32-bytes-long" }),
      await signClaims(claims, { expires: -3600 }),
      await signClaims({ ...claims, aud: "another-service" }),
      await signClaims({ sub: "ada" }),
      `${head}.${body}.${seal}`,
      unsigned,
      "",
      "x",
      "a.b.c",
    ];
    for (const token of tokens) assert.equal(await comesIn(page, token), 401, token);
    assert.equal(await comesIn(page, await serviceToken()), 403);
    const missing = await postForm(page, "/sign-in", {});
    assert.deepEqual([missing.status, missing.cookies], [401, []]);
    assert.equal(await comesIn(page, await learnerToken("ada")), 303);
  });

  test("with a session in the place of a learner context, nor the other way round", async () => {
    const { page } = pageWith();
    const ada = await signIn(page, "ada");
    const [cookie = ""] = ada.cookies;
    const session = cookie.slice(cookie.indexOf("=") + 1);
    assert.equal(await comesIn(page, session), 401);
    const headers = { authorization: `Bearer ${session}` };
    assert.equal((await ask(page, "/api/choice", { headers })).status, 401);
    // Not even where both keys were the same.
    const refusal = await tokenVerifier({ keys: [{ algorithm: "HS256", value: SITE_KEY }] })(
      session,
      ARRIVED,
    );
    assert.ok("reason" in refusal);
    assert.ok(!("reason" in (await tokenVerifier(ONLY_KEY)(await learnerToken("ada"), ARRIVED))));
    const forged = await signClaims({ sub: "ada", aud: "jupyter-lms-translator page" }, { key: KEY });
    // Made with the right key, but not for the page.
    const pageKey = createHmac("sha256", SITE_KEY).update("page").digest();
    const strange = await new SignJWT({ sub: "ada", exp: ARRIVED / 1000 + 600 })
      .setProtectedHeader({ alg: "HS256" })
      .sign(pageKey);
    for (const token of [await learnerToken("ada"), forged, strange, "x", `${session}x`]) {
      const seen = await ask(page, "/", { cookies: [`__Host-learner=${token}`] });
      assert.equal(seen.status, 401);
    }
  });
});

describe("A form counts", () => {
  test("only with the token of its own session, and from our own page", async () => {
    const { page, bucket } = pageWith();
    const ada = await signIn(page, "ada");
    const grace = await signIn(page, "grace");
    const { cookies } = ada;
    const form = formTokenIn((await ada.see("/")).body);
    const others = formTokenIn((await grace.see("/")).body);
    assert.ok(form !== "" && form !== others);
    const post = async (fields: Readonly<Record<string, string>>, headers = {}) =>
      (await postForm(page, "/choice", { to: "out", ...fields }, { cookies, headers })).status;
    assert.equal(await post({}), 403);
    assert.equal(await post({ form: "" }), 403);
    assert.equal(await post({ form: others }), 403);
    assert.equal(await post({ form }, { "sec-fetch-site": "cross-site" }), 403);
    assert.equal(await post({ form }, { "sec-fetch-site": "same-site" }), 403);
    assert.equal(await post({ form }, { origin: "https://elsewhere.example" }), 403);
    for (const path of ["/erase", "/sign-out"])
      assert.equal((await postForm(page, path, {}, { cookies })).status, 403);
    assert.equal(bucket.objects.size, 0);
    assert.equal(await post({ form }, { origin: "null", "sec-fetch-site": "same-origin" }), 303);
    assert.equal(await post({ form }, { origin: "https://page.example.edu" }), 303);
    assert.equal(choicesIn(bucket), 1);
  });

  test("only where it says what the site lets a learner choose", async () => {
    const { page, bucket } = pageWith();
    const ada = await signIn(page, "ada");
    const form = formTokenIn((await ada.see("/")).body);
    const post = async (fields: Readonly<Record<string, string>>) =>
      (await postForm(page, "/choice", { form, ...fields }, { cookies: ada.cookies })).status;
    assert.equal(await post({}), 400);
    assert.equal(await post({ to: "maybe" }), 400);
    assert.equal(await post({ to: "out", endpoint: "nowhere" }), 400);
    assert.equal(await post({ to: "out", endpoint: "__proto__" }), 400);
    assert.equal(choicesIn(bucket), 0);
    const closed = pageWith({ consent: { policy: "required-by-site" } });
    const grace = await signIn(closed.page, "grace");
    const { body } = await grace.see("/");
    const sent = await postForm(
      closed.page,
      "/choice",
      { form: formTokenIn(body), to: "out" },
      { cookies: grace.cookies },
    );
    assert.deepEqual([sent.status, closed.bucket.objects.size], [403, 0]);
  });
});

describe("What a learner is called", () => {
  test("is shown as text, whatever it is", async () => {
    const { page } = pageWith();
    const name = `"><script>alert(1)</script>&\u202eada`;
    const visitor = await signIn(page, name);
    const { body } = await visitor.see("/");
    assert.ok(body.includes("&#34;&#62;&#60;script&#62;alert(1)&#60;/script&#62;&#38;ada"));
    assert.doesNotMatch(body, /<script|\u202e/);
    assert.equal((await visitor.press("No, collect nothing")).status, 303);
  });

  test("comes back in no error and no log", async (t) => {
    const { page } = pageWith();
    const canary = "canary-7f3a";
    const spied = ["log", "info", "warn", "error"] as const;
    const mocks = spied.map((name) => t.mock.method(console, name, () => undefined));
    const answers = [
      await ask(page, `/${canary}`),
      await ask(page, `/?${canary}`, { method: canary }),
      await postForm(page, "/sign-in", { token: canary }),
      await ask(page, "/api/choice", { headers: { authorization: `Bearer ${canary}` } }),
      await ask(page, `/api/${canary}`),
      await ask(page, "/sign-in", { method: "POST", headers: { "content-type": canary }, body: canary }),
      await ask(page, "/", { cookies: [`__Host-learner=${canary}`, `__Host-said=${canary}`] }),
    ];
    for (const { status, body, use, headers } of answers) {
      assert.ok(status >= 400);
      assert.doesNotMatch(JSON.stringify([body, use, headers]), /canary/);
    }
    const ada = await signIn(page, canary);
    assert.doesNotMatch(JSON.stringify([(await ada.see("/")).use, (await ada.see("/data")).use]), /canary/);
    assert.doesNotMatch(
      JSON.stringify(mocks.map(({ mock }) => mock.calls.map((call) => call.arguments))),
      /canary/,
    );
  });
});
