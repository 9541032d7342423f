import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ingestUnready } from "../../src/ingest.ts";
import { logging } from "../support/logging.ts";
import { ingesting, post } from "./support.ts";

const HUB = "https://hub.example.edu";
const LISTED = { ingest: { origins: [HUB, "https://lab.example.edu:8443"] } };

const crossed = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => /^access-control-|^vary$/.test(name)));

const preflight = {
  method: "OPTIONS",
  token: undefined,
  headers: {
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type",
    "content-type": undefined,
  },
};

const asked = (origin: string) => ({ ...preflight, headers: { ...preflight.headers, origin } });

describe("A page in a browser", () => {
  it("may post events where its origin is listed", async () => {
    for (const origin of LISTED.ingest.origins) {
      const { status, headers, body } = await post(ingesting(LISTED), "", asked(origin));
      assert.deepEqual([status, body], [204, ""]);
      assert.deepEqual(crossed(headers), {
        vary: "Origin",
        "access-control-allow-origin": origin,
        "access-control-allow-methods": "POST",
        "access-control-allow-headers": "authorization, content-type, content-encoding",
        "access-control-max-age": "7200",
      });
    }
  });

  it("may read every answer there, also that it was not taken", async () => {
    const expected = {
      vary: "Origin",
      "access-control-allow-origin": HUB,
      "access-control-expose-headers": "retry-after, www-authenticate",
    };
    const posts = [{}, { token: undefined }, { path: "/" }, { method: "PUT" }];
    for (const posting of posts) {
      const answer = await post(ingesting(LISTED), "{}", { ...posting, headers: { origin: HUB } });
      assert.deepEqual(crossed(answer.headers), expected);
    }
    const request = { method: "POST", path: "/events", headers: { origin: HUB }, body: new Uint8Array() };
    const policy = { ingest: { https: true, accounts: [], ...LISTED.ingest } };
    const { value } = await logging(async () => ingestUnready(policy, request, new Error("secret")));
    assert.deepEqual([value.status, crossed(value.headers)], [503, expected]);
  });

  it("may not where it is not, however much it looks like one", async () => {
    const others = [
      "https://hub.example.edu.evil.example",
      "https://hub.example.edu:8443",
      "http://hub.example.edu",
      "https://HUB.example.edu",
      "https://hub.example.edu/",
      "https://hub.example.edu, https://evil.example",
      "null",
      "*",
      "",
    ];
    for (const origin of others) {
      assert.deepEqual(crossed((await post(ingesting(LISTED), "", asked(origin))).headers), {
        vary: "Origin",
      });
      const answer = await post(ingesting(LISTED), "{}", { headers: { origin } });
      assert.deepEqual(crossed(answer.headers), { vary: "Origin" }, origin);
    }
  });

  it("finds no word of it where the site lists no origin", async () => {
    const { status, headers } = await post(ingesting(), "", asked(HUB));
    assert.deepEqual([status, crossed(headers), headers.allow], [204, {}, "POST, OPTIONS"]);
    assert.deepEqual(crossed((await post(ingesting(), "{}", { headers: { origin: HUB } })).headers), {});
  });

  it("is never led to keep an answer, or to take it for something else", async () => {
    for (const posting of [{}, { token: undefined }, asked(HUB)]) {
      const { headers } = await post(ingesting(LISTED), "{}", posting);
      assert.equal(headers["cache-control"], "no-store");
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.match(headers["strict-transport-security"] ?? "", /^max-age=\d{8}$/);
    }
  });
});
