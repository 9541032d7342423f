import assert from "node:assert/strict";
import type { IncomingHttpHeaders } from "node:http";
import { describe, it } from "node:test";
import {
  type Guard,
  guardFor,
  HEADERS,
  PAGE_POLICY,
  TOKEN_HEADER,
  WORKER_POLICY,
} from "../../workbench/guard.ts";

const HOST = "127.0.0.1:4747";

const guard = guardFor();

interface Tried {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: IncomingHttpHeaders;
}

const refusal = ({ method = "GET", path = "/api/flow", headers = {} }: Tried, of: Guard = guard) =>
  of.refusal({ method, url: new URL(path, "http://127.0.0.1"), headers: { host: HOST, ...headers } });

/** What became of a request: the status where it is refused. */
const end = (tried: Tried, of: Guard = guard): string | number => refusal(tried, of)?.status ?? "in";

/** What the page sends. */
const own: IncomingHttpHeaders = {
  origin: `http://${HOST}`,
  "content-type": "application/json",
  [TOKEN_HEADER]: guard.token,
};

describe("The guard of the workbench", () => {
  it("has a token of its own with each start", () => {
    const other = guardFor();
    assert.match(guard.token, /^[\w-]{32}$/);
    assert.equal(end({ headers: own }), "in");
    assert.equal(end({ headers: own }, other), 401);
  });

  it("answers 401 to whoever asks without the token, and says by what address to come", () => {
    for (const token of [undefined, "", "x", `${guard.token}x`, [guard.token, guard.token]])
      for (const method of ["GET", "HEAD", "POST", "PUT"])
        assert.equal(end({ method, headers: { ...own, [TOKEN_HEADER]: token } }), 401, `${method} ${token}`);
    const refused = refusal({});
    assert.match(refused?.trouble ?? "", /the whole address that was printed/);
    assert.ok(!refused?.trouble.includes(guard.token));
  });

  it("takes the token from nowhere else: neither from an address nor from a cookie, which other servers may see", () => {
    for (const path of [`/api/flow?token=${guard.token}`, `/api/flow#token=${guard.token}`])
      assert.equal(end({ path }), 401);
    assert.equal(end({ headers: { cookie: `workbench-token=${guard.token}` } }), 401);
  });

  it("lets everybody have the page's files, which hold no secret", () => {
    for (const path of ["/", "/events/x", "/main.js", "/worker.js", "/apixyz"])
      assert.equal(end({ path }), "in");
  });

  it("answers 403 where another host was meant, whatever is asked for", () => {
    for (const host of [
      undefined,
      "",
      "evil.example",
      "evil.example:4747",
      "127.0.0.1.evil.example",
      "0.0.0.0",
      "10.0.0.1",
    ])
      for (const path of ["/", "/api/flow", "/main.js"])
        assert.equal(end({ path, headers: { ...own, host } }), 403, `${host} ${path}`);
    // By a tunnel, the port is another one.
    for (const host of [HOST, "localhost:9999", "[::1]:4747", "127.0.0.1"])
      assert.equal(end({ headers: { ...own, host } }), "in", host);
  });

  it("lets only its own page change something", () => {
    assert.equal(end({ method: "POST", headers: own }), "in");
    assert.equal(end({ method: "PUT", headers: own }), "in");
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT"])
      for (const origin of [
        undefined,
        "null",
        "http://evil.example",
        "http://127.0.0.1:8888",
        `https://${HOST}`,
        "http://localhost:4747",
      ])
        assert.equal(end({ method, headers: { ...own, origin } }), 403, `${method} ${origin}`);
  });

  it("takes nothing that a form could send", () => {
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "text/plain; application/json",
      undefined,
    ])
      assert.equal(end({ method: "POST", headers: { ...own, "content-type": type } }), 415, type);
  });

  it("tells nothing to the page of another program on this machine", () => {
    for (const site of ["same-site", "cross-site", "anything"]) {
      const headers = { ...own, "sec-fetch-site": site };
      assert.equal(end({ path: "/api/flow", headers }), 403, site);
      assert.equal(end({ path: "/api/failures/retry", method: "POST", headers }), 403, site);
      // A link to the page is no harm.
      assert.equal(end({ path: "/events", headers }), "in", site);
    }
    for (const site of ["same-origin", "none"])
      assert.equal(end({ path: "/api/flow", headers: { ...own, "sec-fetch-site": site } }), "in", site);
  });
});

describe("The policies of the workbench", () => {
  const directives = (policy: string): Readonly<Record<string, string>> =>
    Object.fromEntries(policy.split("; ").map((each) => each.split(/ (.*)/).slice(0, 2)));

  it("let the page load what is its own and reach nobody else, and make no code of a text", () => {
    const { "default-src": rest, "trusted-types": types, ...others } = directives(PAGE_POLICY);
    assert.equal(rest, "'none'");
    assert.equal(types, "lit-html workbench");
    for (const [name, value] of Object.entries(others)) assert.match(value, /^'(self|none|script)'$/, name);
    assert.doesNotMatch(PAGE_POLICY, /unsafe|\*|https?:|data:|blob:/);
    for (const name of ["base-uri", "form-action", "frame-ancestors"]) assert.equal(others[name], "'none'");
  });

  it("let the worker alone make code, and reach nobody", () => {
    assert.deepEqual(directives(WORKER_POLICY), { "default-src": "'none'", "script-src": "'unsafe-eval'" });
  });

  it("let nothing else be a page at all", () => {
    assert.equal(directives(HEADERS["content-security-policy"] ?? "")["default-src"], "'none'");
    assert.equal(HEADERS["x-content-type-options"], "nosniff");
    assert.equal(HEADERS["cache-control"], "no-store");
  });
});
