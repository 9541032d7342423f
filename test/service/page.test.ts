import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { request } from "node:http";
import { describe, it } from "node:test";
import { runService } from "./support.ts";

const service = await runService();
const { page } = service;
assert.ok(page !== undefined);

/** What is answered to a request with a Host header of somebody's choosing. */
const statusFor = (url: string, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const asked = request(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.once("error", reject).end();
  });

const hubToken = async (): Promise<string> => {
  const html = await (await fetch(page.hubUrl)).text();
  return /name="token" value="([^"]+)"/.exec(html)?.[1] ?? "";
};

describe("The learner's page of the local service", () => {
  it("is the deployed function's, from signing in to the API", async () => {
    const token = await hubToken();
    const signedIn = await fetch(`${page.url}/sign-in`, {
      method: "POST",
      body: new URLSearchParams({ token }),
      redirect: "manual",
    });
    assert.deepEqual([signedIn.status, signedIn.headers.get("location")], [303, "/"]);
    const [cookie = ""] = signedIn.headers.getSetCookie();
    assert.match(cookie, /^__Host-learner=[^;]+; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=1800$/);
    const seen = await fetch(page.url, { headers: { cookie: cookie.split(";")[0] ?? "" } });
    assert.match(await seen.text(), /Signed in as <strong>local-learner</);
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const choosing = { method: "PUT", headers, body: '{"to":"out"}' };
    const chosen = await fetch(`${page.url}/api/choice`, choosing);
    assert.deepEqual([chosen.status, JSON.parse(await chosen.text()).collected], [200, false]);
    assert.doesNotMatch(await readFile(service.log, "utf8"), /local-learner/);
    assert.match(await readFile(service.log, "utf8"), /api choice/);
  });

  it("leads to the hub's page of this machine", async () => {
    const { status, body } = await fetch(page.url).then(async (each) => ({
      status: each.status,
      body: await each.text(),
    }));
    assert.equal(status, 401);
    assert.ok(body.includes(`href="${page.hubUrl}"`));
  });

  it("is for this machine only: a name elsewhere that leads here gets nothing, and no key of anybody", async () => {
    const { port } = new URL(page.url);
    for (const url of [page.url, page.hubUrl]) {
      assert.equal(await statusFor(url, "rebound.example"), 403);
      assert.equal(await statusFor(url, `rebound.example:${port}`), 403);
    }
    assert.equal(await statusFor(page.url, `localhost:${port}`), 401);
  });

  it("bears bodies that are too large, and answers HEAD without one", async () => {
    const large = await fetch(`${page.url}/sign-in`, {
      method: "POST",
      body: new URLSearchParams({ token: "x".repeat(3_000_000) }),
    });
    assert.equal(large.status, 413);
    const head = await fetch(page.url, { method: "HEAD" });
    assert.deepEqual([head.status, await head.text()], [401, ""]);
  });
});
