import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { writeLines } from "../../src/archive/lines.ts";
import { learnerTags } from "../../src/learner/tag.ts";
import { respondUnready } from "../../src/page/respond.ts";
import { PageNotMade } from "../../src/page/trouble.ts";
import { type MemoryBucket, memoryBucket } from "../support/memory-bucket.ts";
import { learnerToken } from "../support/tokens.ts";
import { ask, pageWith, SITE_KEY, signIn, wordsOf } from "./support.ts";

const logOf = (t: TestContext): (() => string) => {
  const log = t.mock.method(console, "error", () => undefined);
  return () => JSON.stringify(log.mock.calls.map((call) => call.arguments));
};

const damage = async (bucket: MemoryBucket, prefix: string): Promise<string> => {
  const key = [...bucket.objects.keys()].find((each) => each.startsWith(prefix)) ?? "";
  await bucket.put(key, new TextEncoder().encode("{ada"));
  return key;
};

describe("A page that cannot answer", () => {
  test("says in plain words where the archive does not answer, and logs only what went wrong", async (t) => {
    const bucket = memoryBucket();
    const { page } = pageWith({
      bucket: { ...bucket, find: () => Promise.reject(new TypeError("ada's own words")) },
    });
    const log = t.mock.method(console, "error", () => undefined);
    const token = await signIn(page, "ada").catch(() => undefined);
    assert.ok(token);
    const { status, body, use } = await token.see("/");
    assert.equal(status, 500);
    assert.match(wordsOf(body), /Try again later/);
    assert.doesNotMatch(JSON.stringify([log.mock.calls.map((call) => call.arguments), use]), /\bada\b/);
  });

  test("logs which choice is damaged, and passes on all the same who wants to be erased", async (t) => {
    const { page, bucket } = pageWith();
    const ada = await signIn(page, "ada");
    await ada.press("No, collect nothing");
    const key = await damage(bucket, "consent/");
    const log = logOf(t);
    assert.equal((await ada.see("/")).status, 500);
    assert.ok(log().includes(`The object ${key} is damaged`));
    await ada.see("/erase");
    assert.equal((await ada.press("Yes, ask for my data to be erased")).status, 303);
    const headers = { authorization: `Bearer ${await learnerToken("ada")}` };
    assert.equal((await ask(page, "/api/erase", { method: "POST", headers })).status, 202);
    assert.ok([...bucket.objects.keys()].some((each) => each.startsWith("erasures/requested/")));
    assert.doesNotMatch(log(), /\bada\b/);
  });

  test("does not pass on who wants to be erased where nothing can be kept", async (t) => {
    const bucket = memoryBucket();
    const { page } = pageWith({ bucket: { ...bucket, find: () => Promise.reject(new Error("SlowDown")) } });
    logOf(t);
    const headers = { authorization: `Bearer ${await learnerToken("ada")}` };
    assert.equal((await ask(page, "/api/erase", { method: "POST", headers })).status, 500);
    assert.equal(bucket.objects.size, 0);
  });

  test("logs which object of the archive is damaged", async (t) => {
    const { page, bucket } = pageWith();
    const tag = learnerTags(SITE_KEY)("ada");
    const text = JSON.stringify({ id: "a", learner: { username: "ada", tag }, event: {} });
    await writeLines(bucket, "raw/", [{ learner: tag, partition: "dt=2026-11-20/hour=09", text }]);
    const key = await damage(bucket, "raw/");
    const log = logOf(t);
    const ada = await signIn(page, "ada");
    assert.equal((await ada.see("/data")).status, 500);
    assert.ok(log().includes(`The archive's object ${key} is damaged`));
    assert.doesNotMatch(log(), /\bada\b/);
  });

  test("answers as a page and as data where it could not even be made, and logs why in our own words only", (t) => {
    const log = logOf(t);
    const html = respondUnready({ path: "/" }, new Error("ada's own words"));
    const json = respondUnready({ path: "/api/choice" }, new PageNotMade("The key is too short."));
    assert.deepEqual([html.status, json.status], [503, 503]);
    assert.match(html.body, /role="alert"/);
    assert.equal(JSON.parse(json.body).error.reason, "trouble");
    for (const { headers } of [html, json]) assert.equal(headers["cache-control"], "no-store");
    assert.match(log(), /The key is too short\./);
    assert.doesNotMatch(log(), /\bada\b/);
  });
});
