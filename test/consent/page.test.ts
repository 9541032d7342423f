import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { REQUESTED } from "../../src/erasure/job.ts";
import { ARRIVED } from "../support/tokens.ts";
import { ask, pageWith, postForm, signIn, wordsOf } from "./support.ts";

describe("The learner's own page", () => {
  test("tells how to come in whoever is not signed in", async () => {
    const { page } = pageWith();
    const response = await ask(page, "/");
    assert.equal(response.status, 401);
    assert.match(response.body, /href="https:\/\/hub\.example\.edu\/hub\/lms"/);
    for (const path of ["/data", "/data.ndjson", "/erase"]) assert.equal((await ask(page, path)).status, 401);
  });

  test("tells a learner who they are, what is collected and where it goes", async () => {
    const { page } = pageWith();
    const ada = await signIn(page, "ada");
    const { status, body } = await ada.see("/");
    const words = wordsOf(body);
    assert.equal(status, 200);
    for (const part of [
      "Signed in as ada",
      "A learner saves a file",
      "It is told to: Campus store.",
      "Where it is. Kept; something of it is sent to Campus store.",
      "Who it was. Kept; it is told as the name by which you are known to Campus store.",
      "How large it is. Kept, not sent.",
      "Not described. Never stored.",
      "The systems below are told your course, your roles in it and your session as well, as far as they take them.",
      "It knows you by your user name.",
      "What you did, as Jupyter told it : 400 days".replace(" :", ":"),
    ])
      assert.ok(words.includes(part), part);
    assert.equal(body.match(/<h1/g)?.length, 1);
  });

  test("keeps a choice, says so once, and shows how it came to it", async () => {
    const { page } = pageWith();
    const ada = await signIn(page, "ada");
    assert.equal((await ada.press("No, collect nothing")).status, 303);
    const said = await ada.see("/");
    assert.match(said.body, /<p class="said" role="status">You said no\./);
    assert.match(wordsOf(said.body), /Nothing of what you do in Jupyter is collected\./);
    assert.match(wordsOf(said.body), /You said no on 1 December 2026\./);
    assert.doesNotMatch((await ada.see("/")).body, /role="status"|No, collect nothing/);
    await ada.press("Yes, collect");
    assert.match(
      wordsOf((await ada.see("/")).body),
      /What you do in Jupyter is collected, as it is listed below\./,
    );
  });

  test("lets a learner say no to one system, where the site does", async () => {
    const { page } = pageWith();
    const ada = await signIn(page, "ada");
    await ada.press("Do not tell Campus store about me");
    const { body } = await ada.see("/");
    assert.match(body, /Tell Campus store about me/);
    assert.match(body, /Do not tell Lecture &#60;hall&#62; about me/);
    const closed = await signIn(pageWith({ consent: { perEndpoint: false } }).page, "ada");
    assert.doesNotMatch((await closed.see("/")).body, /about me<\/button><\/form>\s*<h3>|Do not tell/);
  });

  test("says where there is no choice, and why; and passes on all the same who wants to be erased", async () => {
    const { page, bucket } = pageWith({ consent: { policy: "required-by-site" } });
    const ada = await signIn(page, "ada");
    const { body } = await ada.see("/");
    assert.match(wordsOf(body), /Your institution has decided/);
    assert.doesNotMatch(body, /action="\/choice"/);
    await ada.see("/erase");
    assert.equal((await ada.press("Yes, ask for my data to be erased")).status, 303);
    assert.deepEqual(
      [...bucket.objects.keys()].map((key) => key.startsWith(REQUESTED)),
      [true],
    );
  });

  test("asks whether somebody means it before it passes on that they want to be erased, and collects nothing more", async () => {
    const { page, bucket } = pageWith();
    const ada = await signIn(page, "ada");
    await ada.see("/erase");
    assert.equal(bucket.objects.size, 0);
    await ada.press("Yes, ask for my data to be erased");
    const keys = [...bucket.objects.keys()];
    const request = keys.find((key) => key.startsWith(REQUESTED)) ?? "";
    assert.match(request, /^erasures\/requested\/[0-9a-f]{32}\.json$/);
    const text = new TextDecoder().decode(bucket.objects.get(request));
    assert.deepEqual(JSON.parse(text), { username: "ada", at: new Date(ARRIVED).toISOString() });
    const { body } = await ada.see("/");
    assert.match(body, /role="status">Your request was passed on/);
    assert.match(wordsOf(body), /Nothing of what you do in Jupyter is collected/);
  });

  test("lets a learner go, and after half an hour lets them go by itself", async () => {
    let now = ARRIVED;
    const { page } = pageWith({ now: () => now });
    const ada = await signIn(page, "ada");
    now += 29 * 60_000;
    assert.equal((await ada.see("/")).status, 200);
    now += 2 * 60_000;
    assert.equal((await ada.see("/")).status, 401);
    const grace = await signIn(pageWith().page, "grace");
    await grace.press("Sign out");
    assert.deepEqual(grace.cookies, []);
  });

  test("says that nothing was changed, where a button is pressed after that", async () => {
    let now = ARRIVED;
    const { page, bucket } = pageWith({ now: () => now });
    const ada = await signIn(page, "ada");
    now += 31 * 60_000;
    const { status, body } = await ada.press("No, collect nothing");
    assert.equal(status, 401);
    assert.match(body, /role="alert">You are not signed in any more, so nothing was changed\./);
    assert.match(body, /href="https:\/\/hub\.example\.edu\/hub\/lms"/);
    assert.equal(bucket.objects.size, 0);
    assert.doesNotMatch((await ada.see("/")).body, /role="alert"/);
  });

  test("has no script, sends nothing elsewhere, and is not to be framed, kept or guessed at", async () => {
    const { page } = pageWith();
    const ada = await signIn(page, "ada");
    const all = [
      await ada.see("/"),
      await ada.see("/erase"),
      await ada.see("/data"),
      await ada.see("/data.ndjson"),
      await ask(page, "/"),
      await ask(page, "/nowhere"),
      await ask(page, "/api/choice"),
      await postForm(page, "/sign-in", { token: "x" }),
    ];
    for (const { headers, body } of all) {
      assert.match(
        headers["content-security-policy"] ?? "",
        /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
      );
      assert.equal(headers["cache-control"], "no-store");
      assert.equal(headers["referrer-policy"], "no-referrer");
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.match(headers["strict-transport-security"] ?? "", /max-age=\d{7}/);
      assert.doesNotMatch(body, /<script|javascript:|\son\w+=|style=/i);
    }
  });

  test("answers what does not exist, what it does not do, and what it does not read", async () => {
    const { page } = pageWith();
    assert.equal((await ask(page, "/nowhere")).status, 404);
    assert.equal((await ask(page, "/__proto__")).status, 404);
    const wrong = await ask(page, "/choice", { method: "GET" });
    assert.deepEqual([wrong.status, wrong.headers.allow], [405, "POST"]);
    assert.equal((await ask(page, "/", { method: "constructor" })).status, 405);
    assert.equal((await ask(page, "/sign-in", { method: "POST", body: "token=x" })).status, 415);
    const huge = await postForm(page, "/sign-in", { token: "x".repeat(20_000) });
    assert.equal(huge.status, 413);
  });
});
